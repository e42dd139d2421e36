"""Each requirement row, as the resources and exact values that the golden stack must hold: ``rows/<area>.yaml``.

    EKS-1:
      - type: aws:eks/cluster:Cluster
        name: staging-eks          # logical name; any resource of the type where left out
        count: 1                   # exactly so many resources match; at least one where left out
        inputs: {vpcConfig.endpointPublicAccess: false}

A path goes into lists by index and into JSON text as if it were an object. A value that is a list or a map must be
equal as a whole; ``"*"`` is anything but nothing.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from graph.nodes import Node
from tests.kit.plain import plain
from tests.stacks.region import golden

ROWS = sorted((Path(__file__).parent / "rows").glob("*.yaml"))
ANYTHING = "*"
MEMBERS = {"type", "name", "count", "inputs"}


def entries() -> Iterator[tuple[str, Mapping[str, Any]]]:
    yaml = YAML(typ="safe", pure=True)
    for file in ROWS:
        told: dict[str, list[dict[str, Any]]] = yaml.load(file)  # pyright: ignore[reportUnknownMemberType]
        for row, wanted in told.items():
            yield from ((row, entry) for entry in wanted)


def value_at(value: Any, path: str) -> Any:
    """What stands at a dotted path; `None` where nothing does."""
    for step in path.split("."):
        if isinstance(value, str):
            value = json.loads(value)
        if isinstance(value, list | tuple):
            value = value[int(step)] if int(step) < len(value) else None  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]
        elif isinstance(value, Mapping):
            value = value.get(step)  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
        else:
            return None
    return plain(value)


def holds(node: Node, inputs: Mapping[str, Any]) -> bool:
    found = {path: value_at(node.inputs, path) for path in inputs}
    return all(found[path] is not None if value == ANYTHING else found[path] == value for path, value in inputs.items())


@pytest.mark.parametrize(
    ("row", "entry"),
    [pytest.param(row, entry, id=f"{row}-{entry['type'].rpartition(':')[2]}") for row, entry in entries()],
)
def test_golden_stack_holds_what_the_row_asks(row: str, entry: Mapping[str, Any]) -> None:
    assert set(entry) <= MEMBERS, f"{row}: {sorted(set(entry) - MEMBERS)} means nothing here"
    named, there_are = entry.get("name"), golden.graph().of_type(entry["type"])
    of_type = [node for node in there_are if named is None or node.name == named]
    inputs = entry.get("inputs", {})
    found = [node.name for node in of_type if holds(node, inputs)]
    there = {node.name: {path: value_at(node.inputs, path) for path in inputs} for node in of_type}
    if "count" in entry:
        assert len(found) == entry["count"], there
    else:
        assert found, there or f"no {entry['type']} of that name in the golden stack"


def test_every_row_of_the_files_is_a_requirement_when_read() -> None:
    yaml = YAML(typ="safe", pure=True)
    mapped: dict[str, Any] = yaml.load(Path(__file__).parents[2] / "requirements.yaml")  # pyright: ignore[reportUnknownMemberType]
    assert {row for row, _ in entries()} <= set(mapped), "a row is mapped to its tests in tests/requirements.yaml"
