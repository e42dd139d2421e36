"""Calls operations of other services: functions directly, containers over HTTP, another account's through a role."""

from __future__ import annotations

import base64
import json
import math
import os
import re
import time
import urllib.error
import urllib.request
from typing import Any
from urllib.parse import quote, urlencode

from botocore.exceptions import BotoCoreError, ClientError
from runtime import trace
from runtime.clients import Role, client
from runtime.errors import RemoteError
from runtime.log import correlation_id, logger
from runtime.settings import key, number, variable

STEP = 0.25
"""Seconds to which the timeout of one attempt is rounded up: each other one needs a client of its own."""
TRANSIENT_STATUS = {408, 425, 429, 500, 502, 503, 504}
"""Statuses over HTTP after which the same request may succeed."""


def call(operation: str, request: dict[str, Any]) -> dict[str, Any]:
    """Ask another service.

    Args:
        operation: name in the other's contract, such as `getUser`; found by `<OPERATION>_FUNCTION` or `_URL`.
        request: fields of the body, the path and the query in one object.

    Raises:
        RemoteError: of a class with the name of the other's error; `RemoteTimeout` if the time that the contract
            allows in all (`_TIMEOUT_MS`) has passed, `RemoteUnavailable` if the other could not be reached.
    """
    name = key(operation)
    ends = time.monotonic() + number(f"{name}_TIMEOUT_MS", 10_000) / 1000
    attempts = int(number(f"{name}_RETRY_ATTEMPTS", 1))
    pause = number(f"{name}_RETRY_INTERVAL_MS", 100) / 1000
    for attempt in range(1, attempts + 1):
        left = ends - time.monotonic()
        if left <= 0:
            break
        try:
            with trace.subsegment(operation, attempt=attempt):
                return _once(name, request, left)
        except RemoteError as error:
            if error.final or attempt == attempts or time.monotonic() + pause >= ends:
                raise
            logger.warning("call failed, trying again", extra={"operation": operation, "error": error.name})
        time.sleep(pause)
        pause *= number(f"{name}_RETRY_BACKOFF_RATE", 2)
    raise RemoteError.named("RemoteTimeout", f"{operation} has not answered in the time that the contract allows")


def _once(name: str, request: dict[str, Any], seconds: float) -> dict[str, Any]:
    if function := os.environ.get(f"{name}_FUNCTION"):
        return _invoke(name, function, request, seconds)
    return _over_http(variable(f"{name}_URL"), request, seconds)


def _invoke(name: str, function: str, request: dict[str, Any], seconds: float) -> dict[str, Any]:
    role = None
    if arn := os.environ.get(f"{name}_ROLE"):
        role = Role(arn, variable(f"{name}_EXTERNAL_ID"))
    context = {"custom": {"correlation_id": correlation_id()}}
    try:
        answer = client("lambda", timeout=math.ceil(seconds / STEP) * STEP, role=role).invoke(
            FunctionName=function,
            Payload=json.dumps(request).encode(),
            ClientContext=base64.b64encode(json.dumps(context).encode()).decode(),
        )
        payload = json.loads(answer["Payload"].read() or b"null")
    except (BotoCoreError, ClientError) as error:
        # The kind of failure alone: its text holds ARNs and request ids, which are logged here and not passed on.
        logger.warning("a function could not be called", exc_info=True)
        raise RemoteError.named(
            "RemoteUnavailable", f"the function could not be called: {type(error).__name__}"
        ) from None
    if answer.get("FunctionError"):
        raise RemoteError.named(str(payload.get("errorType") or "RemoteError"), str(payload.get("errorMessage", "")))
    return payload


def _over_http(url: str, request: dict[str, Any], seconds: float) -> dict[str, Any]:
    """POST to an address such as `https://orders.internal/api`; a method before it (`GET …`) and `{fields}` count."""
    method, space, address = url.rpartition(" ")
    rest = dict(request)
    filled = re.sub(r"\{(\w+)\+?\}", lambda match: quote(str(rest.pop(match[1], "")), safe=""), address)
    headers = {"Content-Type": "application/json", "X-Correlation-Id": correlation_id()}
    if (traced := trace.header()) is not None:
        headers["X-Amzn-Trace-Id"] = traced
    bare = method in {"GET", "DELETE", "HEAD"}
    asked = urllib.request.Request(
        f"{filled}?{urlencode(rest)}" if bare and rest else filled,
        data=None if bare else json.dumps(rest).encode(),
        method=method if space else "POST",
        headers=headers,
    )
    try:
        with urllib.request.urlopen(asked, timeout=seconds) as answer:
            return json.loads(answer.read() or b"{}")
    except urllib.error.HTTPError as error:
        raise _of_problem(error) from None
    except (OSError, ValueError) as error:
        raise RemoteError.named(
            "RemoteUnavailable", f"the service could not be reached: {type(error).__name__}"
        ) from None


def _of_problem(error: urllib.error.HTTPError) -> RemoteError:
    try:
        told = json.loads(error.read())
    except (OSError, ValueError):
        told = {}
    if error.code in TRANSIENT_STATUS or not isinstance(told, dict) or "title" not in told:
        return RemoteError.named("RemoteUnavailable", f"the service answered {error.code}")
    return RemoteError.named(str(told["title"]), str(told.get("detail", "")))  # pyright: ignore[reportUnknownArgumentType, reportUnknownMemberType]
