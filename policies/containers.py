"""Container definitions of ECS tasks, which are JSON in a property, often put together from outputs."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, cast

from graph.values import FrozenMap, Reference, Unknown, freeze
from policies.subject import Block, Subject
from policies.verdicts import Fail, Undecided, Verdict, all_of

TASK = "aws:ecs/taskDefinition:TaskDefinition"
DEFINITIONS = "containerDefinitions"


def each_container(task: Subject, check: Callable[[Block], Verdict]) -> Verdict:
    """Ask every container; where one stands in a message it is called by its place in the list.

    Outputs of other resources within the text become unknown values that refer to them.
    """
    reading = task.read(DEFINITIONS)
    value = reading.value
    marks: dict[str, Reference] = {}
    if isinstance(value, Unknown) and any(isinstance(part, str) for part in value.parts):
        value = "".join(_mark(part, marks) if isinstance(part, Reference) else part for part in value.parts)
    if not isinstance(value, str):
        return Fail(f"{DEFINITIONS} is not set") if reading.missing else reading.undecided()
    try:
        containers: Any = json.loads(value)
    except ValueError:
        return Undecided(f"{DEFINITIONS} (no JSON)")
    if not isinstance(containers, list):
        return Fail(f"{DEFINITIONS} is no list")
    blocks = [
        Block(task, f"{DEFINITIONS}[{index}]", freeze(_restored(container, marks)))
        for index, container in enumerate(cast("list[Any]", containers))
    ]
    if not all(isinstance(block.value, FrozenMap) for block in blocks):
        return Undecided(DEFINITIONS)
    return all_of(*(check(block) for block in blocks))


def _mark(reference: Reference, marks: dict[str, Reference]) -> str:
    name = f"\ue000{len(marks)}\ue001"
    marks[name] = reference
    return name


def _restored(value: Any, marks: dict[str, Reference]) -> Any:
    if isinstance(value, dict):
        return {key: _restored(item, marks) for key, item in cast("dict[str, Any]", value).items()}
    if isinstance(value, list):
        return [_restored(item, marks) for item in cast("list[Any]", value)]
    if isinstance(value, str) and "\ue000" in value:
        return Unknown(tuple(reference for mark, reference in marks.items() if mark in value))
    return value
