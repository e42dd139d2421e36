"""What the services' tests stand on: their code as Lambda sees it, AWS by moto, callable neighbours, databases."""

from __future__ import annotations

import importlib.util
import io
import json
import sys
import threading
from collections.abc import Callable
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any, ClassVar, Self

import pytest

SERVICES = Path(__file__).parents[2] / "services"
REGION = "us-east-1"
CODE = [path.parent / "code" for path in sorted(SERVICES.glob("*/*/contract.yaml"))]

# What lies at the root of a function's archive: the shared runtime, and packages whose names are unlike each other.
sys.path += [path for path in map(str, [SERVICES, *CODE]) if path not in sys.path]

from runtime import clients, events, settings  # noqa: E402
from runtime.sql import Database  # noqa: E402

ENTRIES: list[ModuleType] = []
"""Modules that `entry` has loaded."""
CONTEXT = SimpleNamespace(aws_request_id="00000000-0000-4000-8000-000000000000", client_context=None)
"""A Lambda context."""


@cache
def entry(service: str, module: str) -> ModuleType:
    """A module at the top of a service's code, such as `app` of `order/order`; several services have an `app`."""
    path = SERVICES / service / "code" / f"{module}.py"
    name = f"entry_{service.replace('/', '_')}_{module}"
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    loaded = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(loaded)
    ENTRIES.append(loaded)
    return loaded


def invoke(handler: Callable[[Any, Any], Any], payload: Any) -> Any:
    """Call a handler as Lambda does: JSON in, JSON out."""
    answer = handler(json.loads(json.dumps(payload)), CONTEXT)
    return json.loads(json.dumps(answer))


def over_http(
    route: str, body: Any = None, *, path: dict[str, str] | None = None, claims: dict[str, Any] | None = None
) -> dict[str, Any]:
    """An event of an HTTP API (payload 2.0)."""
    return {
        "version": "2.0",
        "routeKey": route,
        "headers": {"content-type": "application/json", "x-correlation-id": "trace-me"},
        "pathParameters": path,
        "queryStringParameters": None,
        "requestContext": {"http": {"method": route.split()[0]}, "authorizer": {"jwt": {"claims": claims}}}
        if claims
        else {"http": {"method": route.split()[0]}},
        "body": body if isinstance(body, str) or body is None else json.dumps(body),
        "isBase64Encoded": False,
    }


def from_queue(*bodies: Any, fifo: str | None = None) -> dict[str, Any]:
    """An event of a queue; texts are sent as they are. `fifo` is the message group."""
    return {
        "Records": [
            {
                "messageId": f"m{number}",
                "receiptHandle": "r",
                "body": body if isinstance(body, str) else json.dumps(body),
                "attributes": {"ApproximateReceiveCount": "1"} | ({"MessageGroupId": fifo} if fifo else {}),
                "messageAttributes": {},
                "eventSource": "aws:sqs",
                "eventSourceARN": f"arn:aws:sqs:{REGION}:123456789012:queue" + (".fifo" if fifo else ""),
                "awsRegion": REGION,
            }
            for number, body in enumerate(bodies)
        ]
    }


def from_bus(detail_type: str, detail: dict[str, Any], identity: str = "bus-event-1") -> dict[str, Any]:
    """An event of a bus."""
    return {
        "version": "0",
        "id": identity,
        "detail-type": detail_type,
        "source": "test",
        "time": "2026-01-31T12:00:00Z",
        "detail": detail,
    }


def from_topic(*messages: dict[str, Any]) -> dict[str, Any]:
    """A topic's call of a function."""
    return {"Records": [{"Sns": {"MessageId": f"s{n}", "Message": json.dumps(m)}} for n, m in enumerate(messages)]}


def failed(answer: dict[str, Any]) -> list[str]:
    """The messages of a batch that go back to the queue."""
    return [each["itemIdentifier"] for each in answer["batchItemFailures"]]


def forget() -> None:
    """Drop what the process keeps: clients, credentials, parameters."""
    from aws_lambda_powertools.utilities.parameters import base, clear_caches

    clients._assumed.clear()
    settings.parameter.cache_clear()
    clear_caches()
    vars(base)["DEFAULT_PROVIDERS"].clear()
    if "runtime.cache" in sys.modules:
        known = sys.modules["runtime.cache"]._client
        if known.cache_info().currsize:
            known().close()
        known.cache_clear()


def disconnect() -> None:
    """Close every database connection that this thread's code has kept."""
    for module in [*ENTRIES, *sys.modules.values()]:
        for each in list(vars(module).values()):
            if type(each) is Database:
                each.close_all()


class Aws:
    """Resources in moto, and the variables that lead to them."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._env = monkeypatch

    def client(self, service: str) -> Any:
        return clients.client(service)

    def parameter(self, name: str, value: str) -> None:
        self.client("ssm").put_parameter(Name=name, Value=value, Type="String", Overwrite=True)

    def secret(self, name: str, value: str) -> str:
        return self.client("secretsmanager").create_secret(Name=name, SecretString=value)["ARN"]

    def queue(self, key: str, *, fifo: bool = False) -> Callable[[], list[dict[str, Any]]]:
        """Make a queue of the own contract; what is returned receives all of its messages."""
        url = self._queue(key, fifo=fifo)
        self._env.setenv(f"{settings.key(key)}_QUEUE_URL", url)
        return lambda: self._receive(url)

    def topic(self, event: str, *, fifo: bool = False) -> Callable[[], list[dict[str, Any]]]:
        """Make the topic of an event; what is returned receives all that was published."""
        suffix = ".fifo" if fifo else ""
        attributes = {"FifoTopic": "true"} if fifo else {}
        arn = self.client("sns").create_topic(Name=f"{event}{suffix}", Attributes=attributes)["TopicArn"]
        url = self._queue(f"listens-to-{event}", fifo=fifo)
        self.client("sns").subscribe(
            TopicArn=arn, Protocol="sqs", Endpoint=self._arn(url), Attributes={"RawMessageDelivery": "true"}
        )
        self._env.setenv(f"{settings.key(event)}_TOPIC_ARN", arn)
        return lambda: self._receive(url)

    def bus(self, *names: str) -> Callable[[], list[dict[str, Any]]]:
        """Make the bus of events; what is returned receives all that was put on it."""
        self.client("events").create_event_bus(Name="application-events")
        url = self._queue("listens-to-bus", fifo=False)
        self.client("events").put_rule(
            Name="all", EventBusName="application-events", EventPattern=json.dumps({"source": [{"prefix": ""}]})
        )
        self.client("events").put_targets(
            Rule="all", EventBusName="application-events", Targets=[{"Id": "q", "Arn": self._arn(url)}]
        )
        for name in names:
            self._env.setenv(f"{settings.key(name)}_BUS_NAME", "application-events")
        return lambda: self._receive(url)

    def _queue(self, name: str, *, fifo: bool) -> str:
        attributes = {"FifoQueue": "true"} if fifo else {}
        suffix = ".fifo" if fifo else ""
        return self.client("sqs").create_queue(QueueName=f"{name}{suffix}", Attributes=attributes)["QueueUrl"]

    def _arn(self, url: str) -> str:
        answer = self.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
        return answer["Attributes"]["QueueArn"]

    def _receive(self, url: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        while True:
            answer = self.client("sqs").receive_message(
                QueueUrl=url,
                MaxNumberOfMessages=10,
                MessageSystemAttributeNames=["All"],
                MessageAttributeNames=["All"],
                WaitTimeSeconds=0,
            )
            if not answer.get("Messages"):
                return found
            for message in answer["Messages"]:
                self.client("sqs").delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
                attributes = {name: each["StringValue"] for name, each in message.get("MessageAttributes", {}).items()}
                body = json.loads(message["Body"])
                found.append({"body": body, "group": message["Attributes"].get("MessageGroupId"), "told": attributes})


class Bench:
    """Stands in for Lambda's own API: `call` reaches handlers in this process."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._env = monkeypatch
        self.handlers: dict[str, Callable[[Any, Any], Any]] = {}
        self.asked: list[tuple[str, dict[str, Any]]] = []
        self.options: list[dict[str, Any]] = []
        monkeypatch.setattr("runtime.calls.client", self._client)

    def serve(self, operation: str, handler: Callable[[Any, Any], Any], **variables: str) -> None:
        """Let an operation of another service be answered by a handler."""
        arn = f"arn:aws:lambda:{REGION}:123456789012:function:{operation}"
        self.handlers[arn] = handler
        self._env.setenv(f"{settings.key(operation)}_FUNCTION", arn)
        for name, value in variables.items():
            self._env.setenv(f"{settings.key(operation)}_{name}", value)

    def _client(self, service: str, **options: Any) -> Any:
        assert service == "lambda"
        self.options.append(options)
        return self

    def invoke(self, **request: Any) -> dict[str, Any]:
        """Lambda's Invoke: what a handler raises is an answer too."""
        payload = json.loads(request["Payload"])
        self.asked.append((request["FunctionName"].rsplit(":", 1)[1], payload))
        try:
            answer = self.handlers[request["FunctionName"]](payload, CONTEXT)
        except Exception as error:
            told = {"errorType": type(error).__name__, "errorMessage": str(error)}
            return {"FunctionError": "Unhandled", "Payload": io.BytesIO(json.dumps(told).encode())}
        return {"Payload": io.BytesIO(json.dumps(answer).encode())}


class Sql:
    """The databases, to prepare and to look at."""

    _made: ClassVar[set[tuple[int, str]]] = set()

    def __init__(self, server: Any) -> None:
        self._server = server
        self._connections: dict[str, Any] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for connection in self._connections.values():
            connection.close()

    def run(self, database: str, statement: str, **values: Any) -> list[list[Any]]:
        """Run a statement as the administrator."""
        import pg8000.native

        if database not in self._connections:
            self._connections[database] = pg8000.native.Connection(
                self._server.user,
                host="127.0.0.1",
                port=self._server.port,
                password=self._server.password,
                database=database,
            )
        return self._connections[database].run(statement, **values) or []

    def empty(self, database: str) -> None:
        """Make a database, or empty its tables."""
        if (self._server.port, database) not in self._made:
            self.run("postgres", f"CREATE DATABASE {database}")
            self._made.add((self._server.port, database))
            return
        tables = self.run(
            database, "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename != 'schema_migrations'"
        )
        if tables:
            self.run(database, f"TRUNCATE {', '.join(row[0] for row in tables)} CASCADE")


class Index:
    """An OpenSearch endpoint that keeps documents by id."""

    def __init__(self) -> None:
        index = self
        self.documents: dict[str, dict[str, Any]] = {}
        self.requests: list[dict[str, str]] = []
        self.refuse: set[str] = set()
        self.status = 200

        class Answer(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                lines = self.rfile.read(int(self.headers["Content-Length"])).decode().splitlines()
                index.requests.append({"path": self.path, **{k.lower(): v for k, v in self.headers.items()}})
                items = []
                for head, document in zip(lines[::2], lines[1::2], strict=True):
                    identity = json.loads(head)["index"]["_id"]
                    error = {"type": "mapper_parsing_exception"} if identity in index.refuse else None
                    if error is None:
                        index.documents[identity] = json.loads(document)
                    items.append({"index": {"_id": identity} | ({"error": error} if error else {})})
                content = json.dumps({"errors": bool(index.refuse), "items": items}).encode()
                self.send_response(index.status)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


def event_id(*parts: str) -> str:
    """The id that the runtime gives the same thing."""
    return events.event_id(*parts)
