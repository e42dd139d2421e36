"""Walks a workflow of a contract with handlers in this process: what Step Functions does, as far as needed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from contracts.services import load
from contracts.services.workflows import State, StateKind, Workflow
from tests.services.world import SERVICES, invoke

Callee = Callable[[Any, Any], Any]


class Waits(Exception):  # noqa: N818
    """An approval state waits; answered by the test."""


@dataclass
class Walk:
    """One execution."""

    workflow: Workflow
    callees: Mapping[str, Callee]
    """Function or operation → handler."""
    decide: Callable[[dict[str, Any]], Any] = lambda payload: {}
    """What people decide about an approval's payload: the result, or an exception."""
    visited: list[str] = field(default_factory=list)
    pauses: list[float] = field(default_factory=list)
    """Seconds between attempts."""
    error: str | None = None

    def run(self, given: Any) -> Any:
        """The output; `error` is set for a failed execution."""
        name: str | None = self.workflow.start_at
        while name is not None:
            self.visited.append(name)
            state = self.workflow.states[name]
            if state.type is StateKind.FAIL:
                self.error = state.error
                return given
            if state.type is StateKind.CHOICE:
                matching = (c.next for c in state.choices if given.get(c.field) == c.equals)
                name = next(matching, state.default)
                continue
            given, name = self._step(state, given)
        return given

    def _step(self, state: State, given: Any) -> tuple[Any, str | None]:
        attempt = 0
        while True:
            try:
                return _put(given, state.result_path, self._result(state, given)), state.next
            except Exception as error:
                name = type(error).__name__
                retry = next((r for r in state.retry if _matches(r.errors, name)), None)
                if retry is not None and attempt < retry.max_attempts:
                    self.pauses.append(retry.interval_seconds * retry.backoff_rate**attempt)
                    attempt += 1
                    continue
                catch = next((c for c in state.catch if _matches(c.errors, name)), None)
                if catch is None:
                    self.error = name
                    return given, None
                return _put(given, catch.result_path, {"Error": name, "Cause": str(error)}), catch.next

    def _result(self, state: State, given: Any) -> Any:
        callee = self.callees[state.function or (state.operation or "").partition("#")[2]]
        if state.type is StateKind.APPROVAL:
            payload = {"task_token": "token-1", "input": given}
            invoke(callee, payload)
            return self.decide(payload)
        return invoke(callee, given)


def order_workflow(callees: Mapping[str, Callee], **options: Any) -> Walk:
    """The sample's OrderProcessingWorkflow."""
    contract = load(SERVICES / "order" / "order" / "contract.yaml").contract
    return Walk(contract.provides.workflows["OrderProcessingWorkflow"], callees, **options)


def _matches(errors: tuple[str, ...], name: str) -> bool:
    return name in errors or "States.ALL" in errors or "States.TaskFailed" in errors


def _put(given: Any, path: str | None, result: Any) -> Any:
    if path is None:
        return result
    return {**given, path.removeprefix("$."): result}
