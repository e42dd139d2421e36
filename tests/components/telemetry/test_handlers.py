"""What runs in functions and canaries, against servers that answer as PagerDuty, Grafana and services do."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import SimpleNamespace
from typing import Any

import boto3
import pytest

from components.telemetry.canary import ask
from components.telemetry.grafana_setup import fill
from components.telemetry.pager_duty import forward

pytestmark = pytest.mark.embedded

Answer = tuple[int, Any]


class Peer:
    """A server on loopback that answers by a function of method, path and body, and remembers what it was asked."""

    def __init__(self, answer: Callable[[str, str, Any], Answer]) -> None:
        self.calls: list[tuple[str, str, Any]] = []
        self.headers: list[dict[str, str]] = []
        peer = self

        class Handler(BaseHTTPRequestHandler):
            def do(self) -> None:
                told = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                body = json.loads(told) if told else None
                peer.calls.append((self.command, self.path, body))
                peer.headers.append(dict(self.headers))
                status, value = answer(self.command, self.path, body)
                text = value.encode() if isinstance(value, str) else json.dumps(value).encode()
                self.send_response(status)
                if status == 302:
                    self.send_header("Location", "http://127.0.0.1:1/elsewhere")
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text)

            def log_request(self, code: Any = None, size: Any = None) -> None:
                """Nothing."""

        for method in ("GET", "POST", "PUT", "DELETE"):
            setattr(Handler, f"do_{method}", Handler.do)
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


@pytest.fixture
def peers() -> Iterator[Callable[[Callable[[str, str, Any], Answer]], Peer]]:
    made: list[Peer] = []

    def make(answer: Callable[[str, str, Any], Answer]) -> Peer:
        made.append(Peer(answer))
        return made[-1]

    yield make
    for peer in made:
        peer.stop()


Peers = Callable[[Callable[[str, str, Any], Answer]], Peer]


@pytest.mark.parametrize(
    ("kind", "answer"), [("heartbeat", (200, "well")), ("heartbeat", (302, "")), ("api", (200, {"status": "ok"}))]
)
def test_run_passes_when_the_answer_is_what_was_promised(peers: Peers, kind: str, answer: Answer) -> None:
    peer = peers(lambda *_: answer)
    assert ask.ask(f"{peer.url}/users/health", kind, 5)["status"] == answer[0]
    assert peer.calls == [("GET", "/users/health", None)]


@pytest.mark.parametrize(
    ("kind", "answer", "said"),
    [
        ("heartbeat", (503, ""), ": 503"),
        ("heartbeat", (404, ""), ": 404"),
        ("api", (204, ""), ": 204 where 200 was promised"),
        ("api", (200, "<html>"), ": the answer is not JSON"),
    ],
)
def test_run_fails_in_words_when_the_answer_is_another(peers: Peers, kind: str, answer: Answer, said: str) -> None:
    url = peers(lambda *_: answer).url
    with pytest.raises(ask.UnwellError) as caught:
        ask.ask(url, kind, 5)
    assert str(caught.value) == f"{url}{said}"


def test_run_fails_when_nobody_answers(peers: Peers) -> None:
    gone = peers(lambda *_: (200, ""))
    gone.stop()
    with pytest.raises(ask.UnwellError, match="no answer"):
        ask.ask(gone.url, "heartbeat", 5)


ALARM = {
    "AlarmName": "atoll-test-slo-availability-burn-1h",
    "AlarmArn": "arn:aws:cloudwatch:us-east-1:111122223333:alarm:atoll-test-slo-availability-burn-1h",
    "AlarmDescription": "[page] requests fail: the error budget burns 14.4 times too fast",
    "NewStateReason": "both windows burn",
    "StateChangeTime": "2026-01-01T00:00:00.000+0000",
}


def notified(message: Any, **attributes: str) -> dict[str, Any]:
    told = {name: {"Type": "String", "Value": value} for name, value in attributes.items()}
    text = message if isinstance(message, str) else json.dumps(message)
    return {
        "Message": text,
        "MessageAttributes": told,
        "MessageId": "m-1",
        "Subject": "[firing] NodeNotReady",
        "TopicArn": "t",
    }


@pytest.fixture
def vault(monkeypatch: pytest.MonkeyPatch) -> None:
    def client(service: str) -> Any:
        assert service == "secretsmanager"
        return SimpleNamespace(get_secret_value=lambda **asked: {"SecretString": f"key-of-{asked['SecretId']}\n"})

    monkeypatch.setattr(boto3, "client", client)
    monkeypatch.setenv("SECRET_ID", "pager-duty")


@pytest.mark.parametrize(("state", "action"), [("ALARM", "trigger"), ("OK", "resolve")])
@pytest.mark.usefixtures("vault")
def test_alarm_becomes_one_incident_when_it_fires_and_ends(
    peers: Peers, monkeypatch: pytest.MonkeyPatch, state: str, action: str
) -> None:
    peer = peers(lambda *_: (202, {}))
    monkeypatch.setenv("PAGER_DUTY_URL", peer.url)
    event = {"Records": [{"Sns": notified(ALARM | {"NewStateValue": state})}]}
    assert forward.handler(event, None) == {"forwarded": 1}
    [(_, _, body)] = peer.calls
    assert body["routing_key"] == "key-of-pager-duty"
    assert body["event_action"] == action
    assert body["dedup_key"] == ALARM["AlarmArn"]
    assert body["payload"]["severity"] == "critical"


def test_alert_of_prometheus_is_told_by_its_attributes_when_the_message_is_text() -> None:
    told = notified(
        "Alerts firing", source="prometheus", status="resolved", alert="NodeNotReady", severity="ticket", group="a/b"
    )
    event = forward.incident(told)
    assert event["event_action"] == "resolve"
    assert event["dedup_key"] == "prometheus/NodeNotReady/a/b"
    assert event["payload"]["severity"] == "warning"


def test_any_other_message_is_forwarded_when_it_is_no_alarm() -> None:
    event = forward.incident(notified('["budget"]'))
    assert (event["dedup_key"], event["payload"]["severity"]) == ("m-1", "warning")


@pytest.mark.usefixtures("vault")
def test_refusal_is_raised_without_the_key_when_pagerduty_does_not_take_it(
    peers: Peers, monkeypatch: pytest.MonkeyPatch
) -> None:
    peer = peers(lambda *_: (400, {"message": "invalid"}))
    monkeypatch.setenv("PAGER_DUTY_URL", peer.url)
    with pytest.raises(forward.RefusedError) as caught:
        forward.handler({"Records": [{"Sns": notified(ALARM)}]}, None)
    assert "400" in str(caught.value)
    assert "key-of" not in str(caught.value)


class Grafana:
    """As much of Grafana as the function talks to."""

    def __init__(self) -> None:
        self.boards: dict[str, Any] = {"old": {}}
        self.sources: dict[str, Any] = {"b": {"url": "before"}}
        self.folder = False

    def answer(self, method: str, path: str, body: Any) -> Answer:
        if path.startswith("/api/datasources"):
            uid = path.rpartition("/")[2]
            if method == "GET":
                return (200, self.sources[uid]) if uid in self.sources else (404, {"message": "not found"})
            self.sources[body["uid"]] = body
        elif path.startswith("/api/folders"):
            if method == "GET":
                return (200, {}) if self.folder else (404, {})
            self.folder = True
        elif path == "/api/dashboards/db":
            assert body["folderUid"] == "atoll"
            self.boards[body["dashboard"]["uid"]] = body["dashboard"]
        elif path.startswith("/api/search"):
            return 200, [{"uid": uid} for uid in self.boards]
        elif method == "DELETE":
            del self.boards[path.rpartition("/")[2]]
        return 200, {}


def test_workspace_holds_exactly_ours_when_filled_twice(peers: Peers) -> None:
    grafana = Grafana()
    peer = peers(grafana.answer)
    sources = [{"uid": "a", "url": "x"}, {"uid": "b", "url": "y"}]
    first = fill.fill(peer.url, "token", [{"uid": "services"}], sources)
    assert first == {"dashboards": 1, "data_sources": 2, "deleted": ["old"]}
    assert fill.fill(peer.url, "token", [{"uid": "services"}], sources)["deleted"] == []
    assert set(grafana.boards) == {"services"}
    assert grafana.sources["b"]["url"] == "y"
    assert {headers["Authorization"] for headers in peer.headers} == {"Bearer token"}


def test_token_is_deleted_when_filling_fails(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    done: list[str] = []
    token = {"serviceAccountToken": {"id": "1", "key": "very-secret"}}
    client = SimpleNamespace(
        create_workspace_service_account_token=lambda **_: token,
        delete_workspace_service_account_token=lambda **asked: done.append(asked["tokenId"]),
    )
    monkeypatch.setattr(boto3, "client", lambda _: client)
    content = tmp_path / "content.json"
    content.write_text("[]")
    monkeypatch.setattr(fill, "CONTENT", content)
    event = {"workspace_id": "w", "service_account_id": "s", "endpoint": "127.0.0.1:1", "data_sources": [{"uid": "a"}]}
    with pytest.raises(fill.GrafanaError, match="no answer") as caught:
        fill.handler(event, SimpleNamespace(aws_request_id="r"))
    assert done == ["1"]
    assert "very-secret" not in str(caught.value)
