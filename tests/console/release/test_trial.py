from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from console.release.trial import Outcome, Place, performance, security, smoke

pytestmark = [pytest.mark.embedded]


class Handler(BaseHTTPRequestHandler):
    """`/well` is well, `/ill` is not, everything else redirects to HTTPS."""

    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        status = {"/well": 200, "/ill": 503}.get(path, 301)
        if "%27" in self.path:
            status = 403
        self.send_response(status)
        if status == 301:
            self.send_header("Location", f"https://elsewhere{path}")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name of the base class
        """Nothing."""


@contextmanager
def served() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def place(url: str, *health: str, latency: int = 60_000) -> Place:
    return Place(url, health, latency, web_acl=True)


def by_name(outcomes: Iterator[Outcome]) -> dict[str, bool]:
    return {outcome.what: outcome.passed for outcome in outcomes}


def test_each_service_is_asked_when_smoke_is_tried() -> None:
    with served() as url:
        assert by_name(smoke(place(url, "/well", "/ill"))) == {"/well answers": True, "/ill answers": False}


def test_errors_are_counted_when_performance_is_tried() -> None:
    with served() as url:
        assert list(by_name(performance(place(url, "/well"))).values()) == [True, True]
        assert list(by_name(performance(place(url, "/well", "/ill"))).values()) == [True, False]


def test_slow_answers_fail_when_performance_is_tried() -> None:
    with served() as url:
        assert list(by_name(performance(place(url, "/well", latency=0))).values()) == [False, True]


def test_plain_http_and_injection_are_judged_when_security_is_tried() -> None:
    with served() as url:
        found = by_name(security(place(url, "/well")))
    assert found["plain HTTP leads to HTTPS"]
    assert found["SQL injection is refused by the web ACL"]
    assert found["TRACE is refused"], "501"


def test_nobody_passes_when_nobody_answers() -> None:
    with served() as url:
        pass
    assert not any(by_name(smoke(place(url, "/well"))).values())
    assert not any(by_name(performance(place(url, "/well")))[what] for what in ["less than 0.1% of requests fail"])
    assert not any(by_name(security(place(url, "/well"))).values())
