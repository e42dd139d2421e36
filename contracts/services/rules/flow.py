"""What a workflow must be: every state reachable, every step leads somewhere, every type has its own fields."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from contracts.services.rules.engine import Sections
from contracts.services.workflows import State, StateKind, WorkflowKind
from contracts.settings.kind import near
from contracts.settings.rules.engine import Finding, Path

LONGEST_EXPRESS = 300
"""Seconds. https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html"""

_ENDS = {StateKind.CHOICE, StateKind.SUCCEED, StateKind.FAIL}
"""Types that have neither next nor end."""
_FIELDS: dict[str, set[StateKind]] = {
    "function": {StateKind.TASK, StateKind.APPROVAL},
    "operation": {StateKind.TASK},
    "timeout_seconds": {StateKind.TASK, StateKind.APPROVAL, StateKind.WAIT},
    "retry": {StateKind.TASK, StateKind.PARALLEL},
    "catch": {StateKind.TASK, StateKind.APPROVAL, StateKind.PARALLEL},
    "result_path": {StateKind.TASK, StateKind.APPROVAL, StateKind.PARALLEL},
    "choices": {StateKind.CHOICE},
    "default": {StateKind.CHOICE},
    "branches": {StateKind.PARALLEL},
    "error": {StateKind.FAIL},
    "cause": {StateKind.FAIL},
}
"""Field → types that have it."""
_NEEDED: dict[StateKind, tuple[str, ...]] = {
    StateKind.APPROVAL: ("function", "timeout_seconds"),
    StateKind.WAIT: ("timeout_seconds",),
    StateKind.CHOICE: ("choices", "default"),
    StateKind.PARALLEL: ("branches",),
    StateKind.FAIL: ("error",),
}
"""Type → fields that it must have."""


def workflows(sections: Sections) -> Iterator[Finding]:
    """Every workflow of the contract."""
    for name, workflow in sections.provides.workflows.items():
        path: Path = ("provides", "workflows", name)
        express = workflow.kind is WorkflowKind.EXPRESS
        if express and (workflow.timeout_seconds or 0) > LONGEST_EXPRESS:
            allowed = f"at most {LONGEST_EXPRESS} seconds for an express workflow"
            yield Finding((*path, "timeout_seconds"), workflow.timeout_seconds, allowed, "make it standard")
        yield from _states(path, workflow.start_at, workflow.states, express=express)


def _states(path: Path, start: str, states: Mapping[str, State], *, express: bool) -> Iterator[Finding]:
    reached: set[str] = set()
    for place, name in [(("start_at",), start), *_steps(states)]:
        reached.add(name)
        if name not in states:
            allowed = f"a state: {', '.join(states)}"
            yield Finding((*path, *place), name, allowed, near(name, list(states)) or "add the state")
    for name, state in states.items():
        here: Path = (*path, "states", name)
        if name not in reached:
            yield Finding(here, name, "a state that another leads to", "lead to it, or remove it")
        yield from _fields(here, state)
        if state.type is StateKind.APPROVAL and express:
            yield Finding(
                (*here, "type"), "approval", "no waiting for people in an express workflow", "make it standard"
            )
        for index, branch in enumerate(state.branches):
            yield from _states((*here, "branches", index), branch.start_at, branch.states, express=express)


def _steps(states: Mapping[str, State]) -> Iterator[tuple[Path, str]]:
    """Every name of a state inside states, with its place."""
    for name, state in states.items():
        place: Path = ("states", name)
        for field in ("next", "default"):
            if (target := getattr(state, field)) is not None:
                yield (*place, field), target
        for field in ("catch", "choices"):
            for index, item in enumerate(getattr(state, field)):
                yield (*place, field, index, "next"), item.next


def _fields(path: Path, state: State) -> Iterator[Finding]:
    for field, kinds in _FIELDS.items():
        if state.type not in kinds and getattr(state, field):
            yield Finding((*path, field), field, f"nothing, for type {state.type}", "remove it, or change the type")
    for field in _NEEDED.get(state.type, ()):
        if not getattr(state, field):
            yield Finding((*path, field), None, f"a value, for type {state.type}", f"add {field}: here")
    if state.type is StateKind.TASK and (state.function is None) == (state.operation is None):
        found = "both" if state.function else None
        yield Finding((*path, "function"), found, "exactly one of function and operation", "say what the task calls")
    goes_on = (state.next is not None) + state.end
    if state.type in _ENDS and goes_on:
        yield Finding((*path, "next"), state.next, f"nothing, for type {state.type}", "remove next and end")
    if state.type not in _ENDS and goes_on != 1:
        yield Finding((*path, "next"), state.next, "exactly one of next and end: true", "say what follows")
