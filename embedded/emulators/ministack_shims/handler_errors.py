"""Report a handler's failure by the name of the class it raised."""

from __future__ import annotations

from contextvars import ContextVar
from typing import Any

from embedded.emulators.ministack_shims import part

REASON = (
    "AWS names a failed invocation after the exception's class (errorType), and that is what Retry and Catch of a "
    "state machine match. MiniStack calls every one Runtime.HandlerError, so no Catch of a class ever matches."
)
lambda_runtime, lambda_svc = part("core.lambda_runtime"), part("services.lambda_svc")
GENERIC = "Runtime.HandlerError"
_TOLD = '{"status": "error", "error": str(e), "trace": traceback.format_exc()}'
_NAMED = (
    '{"status": "error", "error": str(e), "trace": traceback.format_exc(),'
    ' "errorType": type(e).__name__, "stackTrace": traceback.format_tb(e.__traceback__)}'
)
_failure: ContextVar[dict[str, Any] | None] = ContextVar("failure", default=None)


def with_class_name(script: str) -> str:
    """The worker's script, telling the class too. Raises `ValueError` when the script is not the one we know."""
    if script.count(_TOLD) != 1:
        raise ValueError("MiniStack's Python worker no longer reports errors as it did; look at handler_errors again")
    return script.replace(_TOLD, _NAMED)


def named(result: dict[str, Any], failure: dict[str, Any] | None) -> dict[str, Any]:
    """The result of an execution with the class and the trace of what the worker said failed."""
    body: dict[str, Any] | None = result.get("body") if result.get("error") else None
    if failure and failure.get("errorType") and body and body.get("errorType") == GENERIC:
        body["errorType"] = failure["errorType"]
        body["stackTrace"] = failure.get("stackTrace", [])
    return result


def apply() -> None:
    """Let the worker tell the class, and carry it into the answer."""
    lambda_runtime._PYTHON_WORKER_SCRIPT = with_class_name(lambda_runtime._PYTHON_WORKER_SCRIPT)
    invoke, execute = lambda_runtime.Worker.invoke, lambda_svc._execute_function_warm

    def noting(self: Any, *arguments: Any, **named_arguments: Any) -> dict[str, Any]:
        answer = invoke(self, *arguments, **named_arguments)
        _failure.set(answer if answer.get("status") == "error" else None)
        return answer

    def telling(*arguments: Any, **named_arguments: Any) -> dict[str, Any]:
        token = _failure.set(None)
        try:
            return named(execute(*arguments, **named_arguments), _failure.get())
        finally:
            _failure.reset(token)

    lambda_runtime.Worker.invoke = noting
    lambda_svc._execute_function_warm = telling
