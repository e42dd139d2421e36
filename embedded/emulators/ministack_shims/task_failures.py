"""Fail a waiting task whose function failed before anybody could be asked."""

from __future__ import annotations

from contextvars import ContextVar
from typing import Any

from embedded.emulators.ministack_shims import part

REASON = (
    "A task that waits for a callback starts a function to ask for it. When that function fails, AWS fails the task; "
    "MiniStack goes on waiting until the task's timeout, a day for an approval."
)
stepfunctions = part("services.stepfunctions")
_waiting: ContextVar[str | None] = ContextVar("waiting", default=None)


def apply() -> None:
    """Note which token a function is called for, and report its failure to that token."""
    wait, call = stepfunctions._invoke_with_callback, stepfunctions._call_lambda

    def waiting(resource: str, told: Any, token: str, state: dict[str, Any]) -> Any:
        mark = _waiting.set(token)
        try:
            return wait(resource, told, token, state)
        finally:
            _waiting.reset(mark)

    def reporting(function: str, event: Any) -> Any:
        try:
            return call(function, event)
        except stepfunctions._ExecutionError as failure:
            task = stepfunctions._task_tokens.get(_waiting.get())
            if task:
                task["error"] = {"Error": failure.error, "Cause": failure.cause}
                task["event"].set()
            raise

    stepfunctions._invoke_with_callback = waiting
    stepfunctions._call_lambda = reporting
