"""One function, many callers: HTTP APIs, REST APIs, WebSocket, AppSync and direct calls lead to the same operation.

An operation is a plain function of a request (body, path and query in one object) and of who asks. Called directly
(`lambda:InvokeFunction`, a workflow's task), the payload is the request, the answer is the response, and a failure is
the raised exception, whose class name is the error's name. Over HTTP a failure becomes a status with problem+json.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from runtime import log, trace
from runtime.errors import (
    InvalidRequestException,
    NoSuchOperationException,
    NotAllowedException,
    NotAuthenticatedException,
    ServiceError,
    problem,
)
from runtime.log import logger
from runtime.validation import validate

LARGEST_BODY = 1_000_000
"""Characters of a request's body."""


@dataclass(frozen=True)
class Caller:
    """Who asks."""

    user: str | None = None
    """Subject of the token that the API's authorizer has verified; None for services and strangers."""
    groups: frozenset[str] = frozenset()
    """Groups of the user pool that the person is in."""
    service: bool = False
    """Whether it is a service or a workflow, let in by IAM."""

    @property
    def person(self) -> str:
        """The person who asks.

        Raises:
            NotAuthenticatedException: nobody is signed in.
        """
        if self.user is None:
            raise NotAuthenticatedException("this is for people who are signed in")
        return self.user

    def must_be(self, group: str) -> None:
        """Let in services and the people of a group.

        Raises:
            NotAllowedException: the caller is neither.
        """
        if not self.service and group not in self.groups:
            raise NotAllowedException(f"this is for people of the group {group}")


SERVICE = Caller(service=True)
"""A caller that IAM has let in."""
Act = Callable[[dict[str, Any], Caller], dict[str, Any]]
"""What an operation does: request and caller → response."""


@dataclass(frozen=True)
class Operation:
    """One operation of the contract."""

    act: Act
    """What it does."""
    schema: Path | None = None
    """JSON Schema of the request; free if None."""
    status: int = 200
    """Status of its success over HTTP."""

    def __call__(self, request: dict[str, Any], caller: Caller) -> dict[str, Any]:
        """Validate the request and act.

        Raises:
            ServiceError: the operation's own failures.
        """
        if self.schema is not None:
            validate(request, self.schema)
        with trace.subsegment(self.act.__name__):
            return self.act(request, caller)


@dataclass(frozen=True)
class HttpAnswer:
    """What goes back over HTTP."""

    status: int
    body: dict[str, Any]
    correlation_id: str

    @property
    def headers(self) -> dict[str, str]:
        """Headers of the answer."""
        kind = "application/problem+json" if self.status >= 400 else "application/json"
        return {"Content-Type": kind, "X-Correlation-Id": self.correlation_id, "Cache-Control": "no-store"}

    @property
    def text(self) -> str:
        """The body as it is sent."""
        return json.dumps(self.body, separators=(",", ":"))


def answer(operation: Operation | None, ask: Callable[[], dict[str, Any]], who: Callable[[], Caller]) -> HttpAnswer:
    """Run an operation for HTTP; whatever goes wrong becomes a status, and never a traceback.

    Args:
        operation: what answers; None if nothing does.
        ask: reads the request; it may raise InvalidRequestException.
        who: reads who asks; it may raise NotAuthenticatedException.
    """
    identity = log.correlation_id()
    try:
        if operation is None:
            raise NoSuchOperationException("nothing answers here; look at the contract's routes")
        return HttpAnswer(operation.status, operation(ask(), who()), identity)
    except ServiceError as error:
        logger.info("refused", extra={"error": type(error).__name__, "status": error.status})
        return HttpAnswer(error.status, problem(error, identity), identity)
    except Exception:
        logger.exception("failed")
        hidden = {"type": "about:blank", "title": "InternalError", "status": 500, "instance": f"urn:request:{identity}"}
        return HttpAnswer(500, hidden, identity)


def body_of(text: str | None) -> dict[str, Any]:
    """The object that a body holds; an empty one for no body.

    Raises:
        InvalidRequestException: it holds something else, or too much.
    """
    if not text:
        return {}
    if len(text) > LARGEST_BODY:
        raise InvalidRequestException(f"the body has more than {LARGEST_BODY} characters")
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        raise InvalidRequestException("the body is no JSON") from None
    if not isinstance(value, dict):
        raise InvalidRequestException("the body must be a JSON object")
    return value  # pyright: ignore[reportUnknownVariableType]  # JSON


@dataclass(frozen=True)
class Handler:
    """A Lambda handler that serves operations to whoever calls."""

    direct: Operation
    """What answers a direct call; over HTTP too, if no routes are named."""
    routes: Mapping[str, Operation] = field(default_factory=dict[str, Operation])
    """HTTP route (`POST /orders/{id}`), GraphQL field (`Query.order`) or WebSocket route (`$default`) → operation."""

    def __call__(self, event: dict[str, Any], context: Any) -> Any:
        """Serve one invocation.

        Raises:
            ServiceError: for direct calls and GraphQL, where the error's name is the class's.
        """
        asked = _within(event, "requestContext")
        log.correlate(_correlation(event, asked, context))
        if "connectionId" in asked:
            return self._socket(event, asked)
        if "http" in asked or "httpMethod" in event:
            return self._http(event, asked)
        if "info" in event and "fieldName" in event["info"]:
            name = f"{event['info']['parentTypeName']}.{event['info']['fieldName']}"
            operation = self.routes.get(name)
            if operation is None:
                raise NoSuchOperationException(f"nothing answers {name}")
            return operation(_within(event, "arguments"), person(_within(event, "identity", "claims")))
        return self.direct(event, SERVICE)

    def _http(self, event: dict[str, Any], asked: dict[str, Any]) -> dict[str, Any]:
        route = event.get("routeKey") or f"{event.get('httpMethod')} {event.get('resource')}"
        claims = _within(asked, "authorizer", "jwt", "claims") or _within(asked, "authorizer", "claims")
        # Without a token, IAM or the network has let the caller in: it is a service.
        caller = person(claims) if claims else SERVICE

        def request() -> dict[str, Any]:
            # The path comes last: it says what the request is about, whatever the body claims.
            query, path = _within(event, "queryStringParameters"), _within(event, "pathParameters")
            return {**query, **body_of(_decoded(event)), **path}

        given = answer(self._named(route), request, lambda: caller)
        return {"statusCode": given.status, "headers": given.headers, "body": given.text}

    def _named(self, route: str) -> Operation | None:
        """What answers a route; a handler with a single operation answers with it, whatever its route is called."""
        return self.routes.get(route) if self.routes else self.direct

    def _socket(self, event: dict[str, Any], asked: dict[str, Any]) -> dict[str, Any]:
        claims = _within(asked, "authorizer", "claims") or _within(asked, "authorizer")
        operation = self.routes.get(str(asked.get("routeKey")))
        given = answer(operation, lambda: body_of(event.get("body")), lambda: person(claims))
        return {"statusCode": given.status, "body": given.text}


def _decoded(event: dict[str, Any]) -> str | None:
    body = event.get("body")
    if not body or not event.get("isBase64Encoded"):
        return body
    try:
        return base64.b64decode(body, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        raise InvalidRequestException("the body is not UTF-8 text") from None


def person(claims: Mapping[str, Any]) -> Caller:
    """The person of verified claims. An HTTP API writes a list of groups as the text `[a b]`."""
    groups = claims.get("cognito:groups") or ()
    if isinstance(groups, str):
        groups = groups.strip("[]").replace(",", " ").split()
    return Caller(user=claims.get("sub"), groups=frozenset(str(group) for group in groups))


def _correlation(event: dict[str, Any], asked: dict[str, Any], context: Any) -> str | None:
    headers = _within(event, "headers")
    given = next((str(value) for name, value in headers.items() if name.lower() == "x-correlation-id"), None)
    custom: dict[str, Any] = getattr(getattr(context, "client_context", None), "custom", None) or {}
    return given or custom.get("correlation_id") or asked.get("requestId") or getattr(context, "aws_request_id", None)


def _within(value: Mapping[str, Any], *names: str) -> dict[str, Any]:
    """The object at a path; an empty one where something is missing or null, as gateways leave out what is empty."""
    found: Any = value
    for name in names:
        found = found.get(name) if isinstance(found, dict) else None  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
    return found if isinstance(found, dict) else {}  # pyright: ignore[reportUnknownVariableType]
