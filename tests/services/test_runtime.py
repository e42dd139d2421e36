"""The runtime: settings, operations, calls, events, messages and traces, without servers."""

from __future__ import annotations

import base64
import json
import socket
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import ReadTimeoutError
from runtime import calls, clients, events, log, messages, settings, trace
from runtime.errors import RemoteError, ServiceError
from runtime.operation import Caller, Handler, Operation

from contracts.services.naming import variable
from tests.services import world
from tests.services.world import Aws, Bench, invoke


class TeapotException(ServiceError):  # noqa: N818
    status = 418


def echo(request: dict[str, Any], caller: Caller) -> dict[str, Any]:
    if "fail" in request:
        raise {"teapot": TeapotException, "bug": ZeroDivisionError}[request["fail"]]("short and stout")
    return {"request": request, "user": caller.user, "groups": sorted(caller.groups), "service": caller.service}


handler = Handler(Operation(echo, status=201))


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("OrderPlaced", "ORDER_PLACED"),
        ("APIProcessing", "API_PROCESSING"),
        ("user-table", "USER_TABLE"),
        ("Inventory.Reserve", "INVENTORY_RESERVE"),
        ("getUser", "GET_USER"),
        ("RuleDLQ", "RULE_DLQ"),
    ],
)
def test_variable_is_named_as_the_platform_names_it_when_a_contract_has_a_name(name: str, wanted: str) -> None:
    assert settings.key(name) == variable(name) == wanted


def test_setting_is_named_with_its_cure_when_it_is_missing_or_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ORDERS_DATABASE", raising=False)
    with pytest.raises(settings.ConfigurationError, match=r"ORDERS_DATABASE is not set.*deploy the service again"):
        settings.variable("ORDERS_DATABASE")
    monkeypatch.setenv("GET_USER_TIMEOUT_MS", "soon")
    with pytest.raises(settings.ConfigurationError, match="GET_USER_TIMEOUT_MS is 'soon', which is no number"):
        settings.number("GET_USER_TIMEOUT_MS", 1)


def test_payload_is_the_request_and_errors_are_raised_when_called_directly() -> None:
    assert invoke(handler, {"id": "1"}) == {"request": {"id": "1"}, "user": None, "groups": [], "service": True}
    with pytest.raises(TeapotException, match="short and stout"):
        invoke(handler, {"fail": "teapot"})
    with pytest.raises(ZeroDivisionError):
        invoke(handler, {"fail": "bug"})


def test_path_wins_over_body_and_query_when_called_over_http() -> None:
    event = world.over_http("PUT /x/{id}", {"id": "body", "a": 1}, path={"id": "path"}, claims={"sub": "anna"})
    event["queryStringParameters"] = {"id": "query", "b": "2"}
    answer = invoke(handler, event)
    assert (answer["statusCode"], answer["headers"]["X-Correlation-Id"]) == (201, "trace-me")
    body = json.loads(answer["body"])
    assert body["request"] == {"id": "path", "a": 1, "b": "2"}
    assert (body["user"], body["service"]) == ("anna", False)


@pytest.mark.parametrize(
    ("groups", "wanted"), [("[a b]", ["a", "b"]), (["a", "b"], ["a", "b"]), ("a", ["a"]), (None, [])]
)
def test_groups_are_read_when_a_gateway_writes_them_its_own_way(groups: Any, wanted: list[str]) -> None:
    event = world.over_http("GET /x", claims={"sub": "anna", "cognito:groups": groups})
    assert json.loads(invoke(handler, event)["body"])["groups"] == wanted


def test_rest_api_is_served_when_it_sends_its_older_event() -> None:
    event = {
        "httpMethod": "POST",
        "resource": "/payments",
        "headers": None,
        "pathParameters": None,
        "queryStringParameters": None,
        "body": base64.b64encode(b'{"a": 1}').decode(),
        "isBase64Encoded": True,
        "requestContext": {"requestId": "r-1", "authorizer": {"claims": {"sub": "anna"}}},
    }
    answer = invoke(handler, event)
    assert json.loads(answer["body"])["request"] == {"a": 1}
    assert answer["headers"]["X-Correlation-Id"] == "r-1"
    assert invoke(handler, event | {"body": "/w=="})["statusCode"] == 400


def test_failure_is_a_problem_when_called_over_http() -> None:
    refused = invoke(handler, world.over_http("POST /x", {"fail": "teapot"}))
    assert refused["statusCode"] == 418
    assert refused["headers"]["Content-Type"] == "application/problem+json"
    assert json.loads(refused["body"]) == {
        "type": "urn:error:TeapotException",
        "title": "TeapotException",
        "status": 418,
        "detail": "short and stout",
        "instance": "urn:request:trace-me",
    }
    broken = invoke(handler, world.over_http("POST /x", {"fail": "bug"}))
    assert broken["statusCode"] == 500
    assert "stout" not in broken["body"]


def test_correlation_id_is_replaced_when_it_would_break_a_log_line() -> None:
    assert log.correlate("abc-1") == "abc-1"
    for unsafe in ("a\nb", "x" * 200, ""):
        assert log.correlate(unsafe) != unsafe


def test_call_sends_the_request_and_the_correlation_id_when_it_asks_a_function(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    context: list[str] = []
    invoked = bench.invoke
    monkeypatch.setattr(bench, "invoke", lambda **asked: context.append(asked["ClientContext"]) or invoked(**asked))
    bench.serve("getUser", lambda event, _: {"id": event["id"]}, TIMEOUT_MS="1500")
    log.correlate("trace-me")
    assert calls.call("getUser", {"id": "anna"}) == {"id": "anna"}
    assert json.loads(base64.b64decode(context[0])) == {"custom": {"correlation_id": "trace-me"}}
    assert bench.options == [{"timeout": 1.5, "role": None}]
    received = SimpleNamespace(
        aws_request_id="r", client_context=SimpleNamespace(custom={"correlation_id": "trace-me-2"})
    )
    handler({}, received)
    assert log.correlation_id() == "trace-me-2"


def failing(*failures: BaseException) -> tuple[list[int], Callable[[Any, Any], Any]]:
    waiting, count = list(failures), [0]

    def serve(event: Any, context: Any) -> Any:
        count[0] += 1
        if waiting:
            raise waiting.pop(0)
        return {"ok": True}

    return count, serve


def test_call_is_repeated_when_the_failure_may_pass_and_the_contract_says_so(bench: Bench) -> None:
    count, serve = failing(RuntimeError("down"), TimeoutError("slow"))
    options = {"TIMEOUT_MS": "5000", "RETRY_ATTEMPTS": "3", "RETRY_INTERVAL_MS": "1", "RETRY_BACKOFF_RATE": "2"}
    bench.serve("getUser", serve, **options)
    assert calls.call("getUser", {}) == {"ok": True}
    assert count == [3]


@pytest.mark.parametrize(("error", "attempts"), [(TeapotException("no"), 1), (RuntimeError("down"), 2)])
def test_call_fails_with_the_others_error_when_repeating_does_not_help(
    bench: Bench, error: Exception, attempts: int
) -> None:
    count, serve = failing(*[error] * 5)
    bench.serve("getUser", serve, TIMEOUT_MS="5000", RETRY_ATTEMPTS="2", RETRY_INTERVAL_MS="1")
    with pytest.raises(RemoteError, match=str(error)) as caught:
        calls.call("getUser", {})
    assert caught.value.name == type(caught.value).__name__ == type(error).__name__
    assert count == [attempts]


def test_call_ends_when_the_contracts_time_is_over(bench: Bench) -> None:
    count, serve = failing(*[RuntimeError("down")] * 5)
    bench.serve("getUser", serve, TIMEOUT_MS="50", RETRY_ATTEMPTS="5", RETRY_INTERVAL_MS="60000")
    with pytest.raises(RemoteError, match="down"):
        calls.call("getUser", {})
    assert count == [1]
    bench.serve("getUser", serve, TIMEOUT_MS="0")
    with pytest.raises(RemoteError, match="in the time that the contract allows") as caught:
        calls.call("getUser", {})
    assert caught.value.name == "RemoteTimeout"


def test_call_is_unavailable_without_details_when_lambda_does_not_answer(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.serve("getUser", handler)

    def dead(**asked: Any) -> Any:
        raise ReadTimeoutError(endpoint_url="https://secret.example.com")

    monkeypatch.setattr(bench, "invoke", dead)
    with pytest.raises(RemoteError) as caught:
        calls.call("getUser", {})
    assert caught.value.name == "RemoteUnavailable"
    assert "secret" not in str(caught.value)


def test_call_assumes_the_providers_role_once_when_it_is_in_another_account(
    aws: Aws, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[dict[str, str]] = []
    made: list[dict[str, str]] = []
    ends = [datetime.now(UTC) + timedelta(hours=1)]

    class Sts:
        def assume_role(self, **wanted: str) -> dict[str, Any]:
            asked.append(wanted)
            keys = {"AccessKeyId": f"A{len(asked)}", "SecretAccessKey": "s", "SessionToken": "t"}
            return {"Credentials": keys | {"Expiration": ends[0]}}

    def make(service: str, timeout: float | None, credentials: tuple[tuple[str, str], ...]) -> Any:
        made.append(dict(credentials))
        return (
            Sts()
            if service == "sts"
            else SimpleNamespace(invoke=lambda **_: {"Payload": SimpleNamespace(read=lambda: b'{"ok": true}')})
        )

    monkeypatch.setattr(clients, "_client", make)
    for name, value in (("FUNCTION", "arn"), ("ROLE", "arn:role"), ("EXTERNAL_ID", "order/order")):
        monkeypatch.setenv(f"CAPTURE_PAYMENT_{name}", value)
    for _ in range(2):
        assert calls.call("capturePayment", {}) == {"ok": True}
    wanted = {"RoleArn": "arn:role", "RoleSessionName": "order-order", "ExternalId": "order/order"}
    assert asked == [wanted]
    assert made[-1]["aws_access_key_id"] == "A1"
    clients._assumed.clear()
    ends[0] = datetime.now(UTC) + timedelta(minutes=4)
    for _ in range(2):
        calls.call("capturePayment", {})
    assert len(asked) == 3
    monkeypatch.setattr(clients, "_assumed", {})


def test_event_carries_its_id_and_its_trace_when_it_is_published(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> None:
    bus = aws.bus("OrderPlaced")
    event = events.Event("OrderPlaced", "order-service", "Order Placed")
    for _ in range(2):
        events.publish(event, {"order_id": "o1"}, identity=events.event_id("OrderPlaced", "o1"))
    first, second = (each["body"] for each in bus())
    assert (first["source"], first["detail-type"]) == ("order-service", "Order Placed")
    assert first["detail"] == second["detail"] == {"order_id": "o1", "event_id": events.event_id("OrderPlaced", "o1")}
    entries: list[dict[str, Any]] = []
    answer = {"FailedEntryCount": 1, "Entries": [{"ErrorCode": "ThrottlingException"}]}
    stub = SimpleNamespace(put_events=lambda Entries: entries.extend(Entries) or answer)  # noqa: N803
    monkeypatch.setattr(events, "client", lambda _: stub)
    monkeypatch.setenv("_X_AMZN_TRACE_ID", "Root=1-a-b;Parent=c;Sampled=0")
    with pytest.raises(events.PublishError, match="OrderPlaced was not taken by the bus: ThrottlingException"):
        events.publish(event, {}, identity="i")
    assert entries[0]["TraceHeader"] == "Root=1-a-b;Parent=c;Sampled=0"


def test_repetition_is_dropped_when_the_topic_is_fifo(aws: Aws) -> None:
    topic = aws.topic("OrderNotified", fifo=True)
    event = events.Event("OrderNotified", "s", "Order Notification", group_by="customer_id")
    for identity in ("e1", "e1", "e2"):
        events.publish(event, {"customer_id": "anna"}, identity=identity)
    assert [(each["group"], each["body"]["event_id"]) for each in topic()] == [("anna", "e1"), ("anna", "e2")]


@pytest.mark.parametrize(
    ("body", "identity", "detail_type"),
    [
        ({"event_id": "e1", "a": 1}, "e1", ""),
        ({"a": 1}, "carrier", ""),
        (world.from_bus("Order Placed", {"a": 1}, "bus-1"), "bus-1", "Order Placed"),
        (world.from_bus("Order Placed", {"a": 1, "event_id": "e1"}), "e1", "Order Placed"),
        ({"Type": "Notification", "MessageId": "s1", "Message": '{"a": 1}'}, "s1", ""),
        (
            {"Type": "Notification", "MessageId": "s1", "Message": json.dumps(world.from_bus("X", {"a": 1}, "bus-1"))},
            "bus-1",
            "X",
        ),
    ],
)
def test_message_is_found_when_it_was_carried_by_others(body: dict[str, Any], identity: str, detail_type: str) -> None:
    found = messages.unpack(json.dumps(body), "carrier")
    assert (found.body["a"], found.identity, found.detail_type) == (1, identity, detail_type)


@pytest.mark.parametrize("text", ["", "{", "[]", "1", "[" * 100_000, '{"Type": "Notification", "Message": "x"}'])
def test_message_is_poison_when_it_is_no_object(text: str) -> None:
    with pytest.raises(messages.PoisonMessageError):
        messages.unpack(text, "carrier")


@pytest.mark.embedded
def test_subsegments_are_nested_and_marked_when_the_request_is_sampled(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as daemon:
        daemon.bind(("127.0.0.1", 0))
        daemon.settimeout(5)
        monkeypatch.setenv("AWS_XRAY_DAEMON_ADDRESS", f"127.0.0.1:{daemon.getsockname()[1]}")
        monkeypatch.setenv("_X_AMZN_TRACE_ID", "Root=1-5e-1;Parent=aa;Sampled=1")
        inside: list[str | None] = []

        @trace.subsegment("outer", attempt=1)
        @trace.subsegment("inner")
        def fail() -> None:
            inside.append(trace.header())
            raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            fail()
        inner, outer = (json.loads(daemon.recv(65_536).decode().split("\n")[1]) for _ in range(2))
    assert (inner["name"], inner["parent_id"], inner["trace_id"]) == ("inner", outer["id"], "1-5e-1")
    assert inside[0] == f"Root=1-5e-1;Parent={inner['id']};Sampled=1"
    assert (outer["parent_id"], outer["fault"], outer["annotations"]) == ("aa", True, {"attempt": 1})
    assert inner["cause"]["exceptions"][0]["type"] == "ZeroDivisionError"
    assert outer["start_time"] <= inner["start_time"] <= inner["end_time"] <= outer["end_time"]


@pytest.mark.parametrize("header", [None, "", "nonsense", "Root=1-5e-1;Parent=aa;Sampled=0"])
def test_nothing_is_sent_when_nobody_samples(monkeypatch: pytest.MonkeyPatch, header: str | None) -> None:
    monkeypatch.setattr(trace, "_send", lambda document: pytest.fail("sent"))
    monkeypatch.delenv("_X_AMZN_TRACE_ID", raising=False)
    if header is not None:
        monkeypatch.setenv("_X_AMZN_TRACE_ID", header)
    with trace.subsegment("x"):
        assert trace.header() == (header if header and header.startswith("Root") else None)
