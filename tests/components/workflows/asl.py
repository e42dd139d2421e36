"""The rules of the Amazon States Language that a definition must keep, read from the specification alone.

Knows nothing of the compiler: it looks at the JSON. Source: https://states-language.net/spec.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

Json = dict[str, Any]

_COMMON = {"Type", "Comment"}
_FIELDS: dict[str, tuple[set[str], set[str]]] = {
    # type: (required, allowed besides)
    "Task": (
        {"Resource"},
        {"Credentials", "Parameters", "TimeoutSeconds", "ResultPath", "Retry", "Catch", "Next", "End"},
    ),
    "Choice": ({"Choices"}, {"Default"}),
    "Parallel": ({"Branches"}, {"ResultPath", "Retry", "Catch", "Next", "End"}),
    "Wait": ({"Seconds"}, {"Next", "End"}),
    "Succeed": (set(), set()),
    "Fail": ({"Error"}, {"Cause"}),
}
_REFERENCE = re.compile(r"\$(\.[A-Za-z_][A-Za-z0-9_]*|\['[^']+'\])*")
_GOES_ON = {"Task", "Parallel", "Wait"}
_LONGEST_NAME = 80


def breaches(machine: Json) -> list[str]:
    """Every rule that a state machine breaks; empty if it keeps them all."""
    names: list[str] = []
    found = list(_machine(machine, names, top=True))
    found += [f"{name} is used twice" for name in set(names) if names.count(name) > 1]
    return found


def _machine(machine: Json, names: list[str], *, top: bool = False) -> Iterator[str]:
    allowed = {"StartAt", "States", "Comment"} | ({"TimeoutSeconds"} if top else set())
    yield from (f"a machine has no {field}" for field in machine.keys() - allowed)
    states: dict[str, Json] = machine["States"]
    names += list(states)
    if machine["StartAt"] not in states:
        yield f"StartAt {machine['StartAt']} is no state"
    reached, waiting = set[str](), [machine["StartAt"]]
    while waiting:
        name = waiting.pop()
        if name in reached or name not in states:
            continue
        reached.add(name)
        waiting += _targets(states[name])
    yield from (f"{name} cannot be reached" for name in states.keys() - reached)
    for name, state in states.items():
        if len(name) > _LONGEST_NAME:
            yield f"{name} is too long"
        yield from (f"{name}: {target} is no state" for target in _targets(state) if target not in states)
        yield from (f"{name}: {problem}" for problem in _state(state, names))


def _targets(state: Json) -> list[str]:
    found = [state[field] for field in ("Next", "Default") if field in state]
    return found + [each["Next"] for field in ("Catch", "Choices") for each in state.get(field, [])]


def _state(state: Json, names: list[str]) -> Iterator[str]:
    required, allowed = _FIELDS[state["Type"]]
    yield from (f"lacks {field}" for field in required - state.keys())
    yield from (f"has no {field}" for field in state.keys() - required - allowed - _COMMON)
    if state["Type"] in _GOES_ON and ("Next" in state) == ("End" in state):
        yield "needs exactly one of Next and End"
    if "End" in state and state["End"] is not True:
        yield "End is not true"
    if "ResultPath" in state and not _REFERENCE.fullmatch(state["ResultPath"]):
        yield f"{state['ResultPath']} is no reference path"
    yield from _errors("Retry", state.get("Retry", []))
    yield from _errors("Catch", state.get("Catch", []))
    yield from _retries(state.get("Retry", []))
    yield from _choices(state.get("Choices", []))
    yield from _seconds(state)
    if "Choices" in state and not state["Choices"]:
        yield "has no choice"
    if "Branches" in state and not state["Branches"]:
        yield "has no branch"
    for branch in state.get("Branches", []):
        yield from _machine(branch, names)


def _errors(field: str, clauses: list[Json]) -> Iterator[str]:
    for index, clause in enumerate(clauses):
        errors = clause["ErrorEquals"]
        if not errors:
            yield f"{field} of no error"
        if "States.ALL" in errors and (len(errors) != 1 or index != len(clauses) - 1):
            yield f"States.ALL is not alone and last in {field}"


def _retries(retries: list[Json]) -> Iterator[str]:
    for retry in retries:
        if not isinstance(retry["IntervalSeconds"], int) or retry["IntervalSeconds"] < 1:
            yield "IntervalSeconds is no positive integer"
        if not isinstance(retry["MaxAttempts"], int) or retry["MaxAttempts"] < 0:
            yield "MaxAttempts is no natural number"
        if retry["BackoffRate"] < 1:
            yield "BackoffRate is below 1"
        if "MaxDelaySeconds" in retry and retry["MaxDelaySeconds"] <= retry["IntervalSeconds"]:
            yield "MaxDelaySeconds is not above IntervalSeconds"


def _choices(choices: list[Json]) -> Iterator[str]:
    for choice in choices:
        if choice.keys() != {"And", "Next"}:
            yield f"a choice of {sorted(choice)}"
        for comparison in choice["And"]:
            operators = comparison.keys() - {"Variable"}
            if len(operators) != 1 or not operators <= {"IsPresent", "StringEquals"}:
                yield f"a comparison by {sorted(operators)}"
            if not _REFERENCE.fullmatch(comparison["Variable"]):
                yield f"{comparison['Variable']} is no reference path"


def _seconds(state: Json) -> Iterator[str]:
    for field in ("TimeoutSeconds", "Seconds"):
        if field in state and (not isinstance(state[field], int) or state[field] < 1):
            yield f"{field} is no positive integer"
    token = "$$.Task.Token"
    waits = str(state.get("Resource", "")).endswith(".waitForTaskToken")
    if waits != (token in str(state.get("Parameters", {}))):
        yield "a token is handed on exactly where one is waited for"
