"""Operations in a container: a small HTTP server of the standard library, behind a load balancer.

Whoever reaches it has been let in before: the API's authorizer has verified the token that a person's request carries,
and security groups let only the API's VPC link and the services of the contract's consumers in. So a token is read
here, not verified again, and a request without one is a service's.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
import signal
import socket
import threading
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from socketserver import TCPServer
from typing import Any, cast
from urllib.parse import parse_qsl, unquote
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from runtime import log
from runtime.errors import InvalidRequestException, NotAuthenticatedException
from runtime.log import logger
from runtime.operation import LARGEST_BODY, SERVICE, Caller, HttpAnswer, Operation, answer, body_of, person

THREADS = 8
"""Requests at once; each thread has a database connection."""
LINGER = 1.0
"""Seconds that a client may go on sending what nobody reads any more."""
MOST_DISCARDED = 10_000_000
"""Bytes of that."""
IDLE = 30
"""Seconds after which a client that sends nothing is let go."""
RAW_PATH = "atoll.raw_path"
"""Where the path stands as it was sent: `a%2Fb` is one part of it, and `a/b` two."""
HEALTH = "/health"
"""Path that says that the server is well."""

Start = Callable[[str, list[tuple[str, str]]], Any]
"""WSGI's start_response."""


class Application:
    """A WSGI application that serves operations by their routes."""

    def __init__(self, routes: Mapping[str, Operation]) -> None:
        """Serve routes such as `GET /orders/{id}`."""
        self._routes = [
            (route.split(" ")[0], re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", route.split(" ")[1])), operation)
            for route, operation in routes.items()
        ]

    def __call__(self, environ: dict[str, Any], start_response: Start) -> Iterable[bytes]:
        """Answer one request."""
        method, path = str(environ["REQUEST_METHOD"]), str(environ.get(RAW_PATH) or environ.get("PATH_INFO", "/"))
        if path == HEALTH:
            return _sent(HttpAnswer(200, {"status": "ok"}, ""), start_response)
        log.correlate(environ.get("HTTP_X_CORRELATION_ID"))
        operation, fields = self._found(method, path)

        def request() -> dict[str, Any]:
            query = dict(parse_qsl(str(environ.get("QUERY_STRING", ""))))
            return {**query, **body_of(_body(environ)), **fields}

        given = answer(operation, request, lambda: _caller(environ.get("HTTP_AUTHORIZATION")))
        return _sent(given, start_response)

    def _found(self, method: str, path: str) -> tuple[Operation | None, dict[str, str]]:
        for known, pattern, operation in self._routes:
            if known == method and (match := pattern.fullmatch(path)):
                return operation, {name: unquote(value) for name, value in match.groupdict().items()}
        return None, {}


def run(application: Application, port: int, host: str = "0.0.0.0") -> None:
    """Serve until SIGTERM, and finish what has begun."""
    with serving(application, port, host) as server:
        # shutdown() waits for the loop below, so it must not run in it.
        def stop(*_: object) -> None:
            threading.Thread(target=server.shutdown).start()

        for wanted in (signal.SIGTERM, signal.SIGINT):
            signal.signal(wanted, stop)
        logger.info("serving", extra={"port": server.server_port})
        server.serve_forever(poll_interval=0.1)
    logger.info("stopped")


def serving(application: Application, port: int, host: str) -> WSGIServer:
    """A server that is bound to its port, and serves as soon as it is told to; port 0 is a free one."""
    return make_server(host, port, cast("Any", application), server_class=_Server, handler_class=_Handler)


class _Server(WSGIServer):
    """Answers on a bounded number of threads; closing it waits for what they have begun."""

    request_queue_size = 128

    def __init__(self, *arguments: Any) -> None:
        self._threads = ThreadPoolExecutor(THREADS)
        super().__init__(*arguments)

    def process_request(self, request: Any, client_address: Any) -> None:
        """Hand a connection to a thread."""
        self._threads.submit(self._serve, request, client_address)

    def _serve(self, request: Any, client_address: Any) -> None:
        try:
            self.finish_request(request, client_address)
        except OSError:
            logger.info("a client went away")
        except Exception:
            logger.exception("a connection failed")
        finally:
            _linger(request)
            self.shutdown_request(request)

    def server_bind(self) -> None:
        """Bind without asking a name server for the host's own name."""
        TCPServer.server_bind(self)
        self.server_name, self.server_port = str(self.server_address[0]), int(self.server_address[1])
        self.setup_environ()

    def server_close(self) -> None:
        """Take nothing more, and finish."""
        super().server_close()
        self._threads.shutdown(wait=True)


def _linger(connection: socket.socket) -> None:
    """Let a client that is still sending read its answer: closing at once would reset the connection under it."""
    try:
        connection.shutdown(socket.SHUT_WR)
        connection.settimeout(LINGER)
        left = MOST_DISCARDED
        while left > 0 and (sent := connection.recv(1 << 16)):
            left -= len(sent)
    except OSError:
        pass  # it is gone already


class _Handler(WSGIRequestHandler):
    timeout = IDLE

    def get_environ(self) -> dict[str, Any]:
        """WSGI's environment, with the path as it was sent."""
        return {**super().get_environ(), RAW_PATH: self.path.partition("?")[0]}

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class's name for it
        """Requests are logged by operations."""


def _body(environ: Mapping[str, Any]) -> str | None:
    length = str(environ.get("CONTENT_LENGTH") or "0")
    if not length.isdigit() or int(length) > LARGEST_BODY:
        raise InvalidRequestException(f"the body has no known length, or more than {LARGEST_BODY} bytes")
    try:
        return environ["wsgi.input"].read(int(length)).decode() if int(length) else None
    except UnicodeDecodeError:
        raise InvalidRequestException("the body is not UTF-8 text") from None


def _caller(authorization: Any) -> Caller:
    """Who a request's token names; a service if there is none.

    Raises:
        NotAuthenticatedException: it is no token.
    """
    if not authorization:
        return SERVICE
    token = str(authorization).removeprefix("Bearer ").removeprefix("bearer ").split(".")
    try:
        claims = json.loads(base64.urlsafe_b64decode(token[1] + "=" * (-len(token[1]) % 4)))
    except (IndexError, ValueError, binascii.Error):
        raise NotAuthenticatedException("the token cannot be read") from None
    if not isinstance(claims, dict) or not isinstance(claims.get("sub"), str):  # pyright: ignore[reportUnknownMemberType]
        raise NotAuthenticatedException("the token names nobody")
    return person(cast("dict[str, Any]", claims))


def _sent(given: HttpAnswer, start_response: Start) -> Iterable[bytes]:
    content = given.text.encode()
    start_response(
        f"{given.status} {HTTPStatus(given.status).phrase}",
        [*given.headers.items(), ("Content-Length", str(len(content)))],
    )
    return [content]
