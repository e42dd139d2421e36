"""Container order-api: started as its image starts it, on loopback, with real servers."""

from __future__ import annotations

import base64
import json
import os
import signal
import subprocess
import sys
import threading
import uuid
from collections.abc import Iterator
from http.client import HTTPConnection
from importlib import metadata
from typing import Any

import pytest

from tests.services import world
from tests.services.world import SERVICES, Aws, Bench, Sql

pytestmark = pytest.mark.embedded
server = world.entry("order/order", "server")
notices = world.entry("order/order", "notices")

from orders import store  # noqa: E402
from runtime.operation import Operation  # noqa: E402
from runtime.web import Application, serving  # noqa: E402

ONE = str(uuid.UUID(int=1))


def token(subject: str, *groups: str) -> str:
    claims = json.dumps({"sub": subject, "cognito:groups": list(groups)}).encode()
    return f"Bearer e30.{base64.urlsafe_b64encode(claims).decode().rstrip('=')}.signature"


class Client:
    """Calls a server on loopback."""

    def __init__(self, port: int) -> None:
        self.port = port

    def __call__(self, route: str, body: Any = None, who: str | None = None) -> tuple[int, Any]:
        method, path = route.split(" ")
        connection = HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            content = body if isinstance(body, bytes) else json.dumps(body).encode() if body is not None else None
            connection.request(method, path, content, {"Authorization": who} if who else {})
            answer = connection.getresponse()
            return answer.status, json.loads(answer.read())
        finally:
            connection.close()


@pytest.fixture
def client(request: pytest.FixtureRequest) -> Iterator[Client]:
    """The application on a free port."""
    application: Application = getattr(request, "param", server.application)
    with serving(application, 0, "127.0.0.1") as web:
        thread = threading.Thread(target=web.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield Client(web.server_port)
        finally:
            web.shutdown()
            thread.join()
    store.database.close_all()


@pytest.fixture
def shop(sql: Sql, cache: None, aws: Aws, bench: Bench) -> None:
    aws.bus("OrderPlaced", "OrderRejected")
    aws.queue("OrderProcessing")
    bench.serve("checkStock", lambda event, _: {"available": False, "missing": [event["items"][0]["sku"]]})
    for operation in ("release", "refundPayment"):
        bench.serve(operation, lambda event, _: {})


def test_order_is_placed_seen_and_cancelled_when_asked_over_http(shop: None, client: Client) -> None:
    anna, boss = token("anna"), token("boss", "shopkeepers")
    price = {"price": 250, "currency": "EUR"}
    assert client("PUT /api/v1/products/pen", price, anna)[1]["title"] == "NotAllowedException"
    assert client("PUT /api/v1/products/pen", price, boss) == (200, {"sku": "pen", **price})
    order = {"order_id": ONE, "items": [{"sku": "pen", "count": 2}]}
    status, placed = client("POST /api/v1/orders", order, anna)
    assert (status, placed["customer_id"], placed["status"]) == (202, "anna", "placed")
    assert client(f"GET /api/v1/orders/{ONE}", who=anna) == (200, placed)
    assert client(f"GET /api/v1/orders/{ONE}", who=token("ben"))[0] == 404
    assert client(f"DELETE /api/v1/orders/{ONE}", who=anna)[1]["reason"] == "cancelled"
    quoted = client("POST /api/v1/quote", {"items": order["items"]}, anna)[1]
    assert quoted == {"total": {"value": 500, "currency": "EUR"}, "available": False, "missing": ["pen"]}


def test_cart_and_notices_are_the_callers_own_when_asked_for(shop: None, client: Client) -> None:
    anna = token("anna")
    assert client("GET /api/v1/cart", who=anna) == (200, {"items": []})
    items = [{"sku": "pen", "count": 2}]
    assert client("PUT /api/v1/cart", {"items": items}, anna) == (200, {"items": items, "missing": ["pen"]})
    assert client("GET /api/v1/cart", who=anna) == (200, {"items": items})
    assert client("GET /api/v1/cart", who=token("ben")) == (200, {"items": []})
    assert client("GET /api/v1/cart")[1]["title"] == "NotAuthenticatedException"
    told = [
        {"notice_id": f"n{n}", "order_id": ONE, "customer_id": "anna", "status": "fulfilled", "at": f"2026-01-{n:02}"}
        for n in (1, 3, 2, 3)
    ]
    answer = world.invoke(notices.handler, world.from_queue(*told, {"customer_id": "anna"}, fifo="anna"))
    assert world.failed(answer) == ["m4"]
    shown = client("GET /api/v1/notices", who=anna)[1]["notices"]
    assert [each["notice_id"] for each in shown] == ["n3", "n2", "n1"]


@pytest.mark.parametrize(
    ("route", "body", "who", "status", "title"),
    [
        ("GET /elsewhere", None, None, 404, "NoSuchOperationException"),
        ("POST /api/v1/cart", {}, None, 404, "NoSuchOperationException"),
        ("PUT /api/v1/cart", b"\xff", token("anna"), 400, "InvalidRequestException"),
        ("PUT /api/v1/cart", b"[" * 100_000, token("anna"), 400, "InvalidRequestException"),
        ("PUT /api/v1/cart", b" " * 1_000_001, token("anna"), 400, "InvalidRequestException"),
        ("GET /api/v1/cart", None, "Bearer nonsense", 401, "NotAuthenticatedException"),
        ("GET /api/v1/cart", None, "Bearer e30.e30.x", 401, "NotAuthenticatedException"),
    ],
)
def test_request_is_refused_with_a_problem_when_it_makes_no_sense(
    aws: Aws, client: Client, route: str, body: Any, who: str | None, status: int, title: str
) -> None:
    found, told = client(route, body, who)
    assert (found, told["title"]) == (status, title)


def _explode(request: dict[str, Any], caller: Any) -> dict[str, Any]:
    raise RuntimeError("the password is hunter2")


@pytest.mark.parametrize("client", [Application({"GET /boom/{id}": Operation(_explode)})], indirect=True)
def test_nothing_of_a_failure_is_shown_when_it_is_our_own(client: Client) -> None:
    status, told = client("GET /boom/1")
    assert status == 500
    assert "hunter2" not in json.dumps(told)


def test_server_answers_and_stops_when_it_is_told_to() -> None:
    """As the image does: `python server.py`, with the code and the runtime beside each other."""
    code = SERVICES / "order" / "order" / "code"
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": f"{SERVICES}:{code}", "PORT": "0"}
    process = subprocess.Popen(
        [sys.executable, "server.py"], cwd=code, env=environment, stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        port = json.loads(process.stdout.readline())["port"]
        assert Client(port)("GET /health") == (200, {"status": "ok"})
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0
        assert json.loads(process.stdout.readline())["message"] == "stopped"
    finally:
        process.kill()
        process.wait()
        if process.stdout is not None:
            process.stdout.close()


def test_image_holds_the_packages_that_are_tested_when_it_is_built() -> None:
    lines = (SERVICES / "order" / "order" / "requirements.txt").read_text(encoding="utf-8").splitlines()
    assert {line: metadata.version(line.split("==")[0]) for line in lines} == {
        line: line.split("==")[1] for line in lines
    }
    dockerfile = (SERVICES / "order" / "order" / "Dockerfile").read_text(encoding="utf-8")
    for line in dockerfile.splitlines():
        if line.startswith("COPY ") and "--from" not in line:
            assert (SERVICES / line.split()[1]).exists(), line
