"""Service stacks, really deployed beside one another in one region: each finds what it needs, and leaves no trace."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from contracts.outputs.service import ServiceOutputs, record_path
from graph import state
from tests.embedded.execution import client, until
from tests.example.region import prepare
from tests.kit.servers import PostgresServer, RedisServer

if TYPE_CHECKING:
    from embedded.session import Session

pytestmark = pytest.mark.engine

PROJECT = Path(__file__).resolve().parents[3]
ACCOUNT, REGION = "222222222222", "us-east-1"
CONTRACTS = {"events": "platform/events", "user": "user/user", "order": "order/order"}
"""Service → its contract."""
SERVICES = tuple(CONTRACTS)
BUS = "dev-events-application-events"
PROGRAM = """
import json
from pathlib import Path
import pulumi
from stacks import deploy

if pulumi.get_stack() == "dev":
    for name, value in json.loads(Path(__file__).with_name("dev.json").read_text()).items():
        pulumi.export(name, value)
else:
    deploy()
"""
"""The project, but for the region: it only exports what plain calls have made."""
NO_SERVER = PostgresServer(5432, "postgres", "word", None), RedisServer(6379, "word")
"""Nothing of a service runs here, so that nothing asks the database or the cache."""


@dataclass
class Services:
    """How the stacks are deployed, and what was seen of each."""

    session: Session
    folder: Path
    changes: dict[str, Any] = field(default_factory=dict[str, Any])
    outputs: dict[str, dict[str, Any]] = field(default_factory=dict[str, "dict[str, Any]"])
    states: dict[str, str] = field(default_factory=dict[str, str])
    records: dict[str, str] = field(default_factory=dict[str, str])
    things: set[str] = field(default_factory=set[str])
    """In AWS, while the services stood."""
    things_after: set[str] = field(default_factory=set[str])

    def pulumi(self, command: str, stack: str, *arguments: str) -> str:
        """What the engine prints."""
        done = self.session.pulumi([*command.split(), "--stack", stack, *arguments], cwd=self.folder, capture=True)
        assert done.returncode == 0, f"pulumi {command} --stack {stack}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    def up(self, stack: str) -> None:
        """Deploy one stack."""
        self.session.pulumi(["stack", "init", stack, "--no-select"], cwd=self.folder, capture=True)
        self.pulumi("up", stack, "--yes", "--skip-preview", "--suppress-progress")

    def look(self, service: str) -> None:
        """See what a second deployment would change, and what the first one left in the state."""
        stack = f"{service}-dev"
        steps = json.loads(self.pulumi("preview", stack, "--json"))["steps"]
        self.changes[service] = {
            step["urn"].rpartition("::")[2]: (step["op"], sorted(step.get("detailedDiff") or {}))
            for step in steps
            if step["op"] not in {"same", "read"}
        }
        self.outputs[service] = json.loads(self.pulumi("stack output", stack, "--json", "--show-secrets"))
        self.states[service] = self.pulumi("stack export", stack)

    def client(self, service: str) -> Any:
        """A client in the services' account."""
        return client(self.session.cloud, service, ACCOUNT, REGION)

    def bus_stands(self) -> bool:
        """Whether there is the bus on which others have rules."""
        return BUS in [bus["Name"] for bus in self.client("events").list_event_buses()["EventBuses"]]

    def found_records(self) -> dict[str, str]:
        """Deployment records in the registry."""
        pages = self.client("ssm").get_paginator("get_parameters_by_path")
        found = pages.paginate(Path="/atoll/deployments", Recursive=True)
        return {parameter["Name"]: parameter["Value"] for page in found for parameter in page["Parameters"]}

    def found_things(self) -> set[str]:
        """Names of what the services made, asked of AWS itself."""
        asked: list[tuple[str, str, str, Callable[[Any], str]]] = [
            ("iam", "list_roles", "Roles", lambda role: role["RoleName"]),
            ("lambda", "list_functions", "Functions", lambda function: function["FunctionName"]),
            ("sqs", "list_queues", "QueueUrls", lambda url: url.rpartition("/")[2]),
            ("sns", "list_topics", "Topics", lambda topic: topic["TopicArn"]),
            ("logs", "describe_log_groups", "logGroups", lambda group: group["logGroupName"]),
            ("dynamodb", "list_tables", "TableNames", str),
            ("stepfunctions", "list_state_machines", "stateMachines", lambda machine: machine["name"]),
            ("apigatewayv2", "get_apis", "Items", lambda api: api["Name"]),
            ("cloudwatch", "describe_alarms", "MetricAlarms", lambda alarm: alarm["AlarmName"]),
            ("ec2", "describe_security_groups", "SecurityGroups", lambda group: group["GroupName"]),
        ]
        found: set[str] = set()
        for service, operation, member, name in asked:
            pages = self.client(service).get_paginator(operation).paginate()
            found.update(f"{service} {name(item)}" for page in pages for item in page.get(member, []))
        return found


@pytest.fixture(scope="module")
def services(session: Session, tmp_path_factory: pytest.TempPathFactory) -> Services:
    """Up, looked at, and down again: each stack begins when what it needs stands, for most of the time is waiting."""
    folder = tmp_path_factory.mktemp("project")
    seen = Services(session, folder)
    (folder / "Pulumi.yaml").write_text("name: atoll\nruntime: python\n", encoding="utf-8")
    (folder / "__main__.py").write_text(PROGRAM, encoding="utf-8")
    (folder / "dev.json").write_text(json.dumps(prepare(seen.client, ACCOUNT, *NO_SERVER)), encoding="utf-8")
    for stack in [f"{service}-dev" for service in SERVICES]:
        (folder / f"Pulumi.{stack}.yaml").write_text(
            (PROJECT / f"Pulumi.{stack}.yaml").read_text(encoding="utf-8"), encoding="utf-8"
        )
    before = seen.found_things()
    seen.up("dev")
    with pytest.MonkeyPatch.context() as patch, ThreadPoolExecutor(2 * len(SERVICES)) as pool:
        patch.setenv("PYTHONPATH", str(PROJECT))
        try:
            looked: list[Future[None]] = []
            events = pool.submit(seen.up, "events-dev")
            looked.append(pool.submit(_after, events, seen.look, "events"))
            until(lambda: events.done() or seen.bus_stands(), 300)
            user = pool.submit(seen.up, "user-dev")
            looked.append(pool.submit(_after, user, seen.look, "user"))
            order = pool.submit(_after, user, seen.up, "order-dev")
            looked.append(pool.submit(_after, order, seen.look, "order"))
            for each in looked:
                each.result()
            seen.records, seen.things = seen.found_records(), seen.found_things() - before
        finally:
            down = ("--yes", "--skip-preview", "--suppress-progress")
            list(pool.map(lambda service: seen.pulumi("destroy", f"{service}-dev", *down), SERVICES))
    seen.things_after = {f"ssm {name}" for name in seen.found_records()} | (seen.found_things() - before)
    return seen


def _after(need: Future[None], step: Callable[[str], None], name: str) -> None:
    need.result()
    step(name)


@pytest.mark.parametrize("service", SERVICES)
def test_second_preview_is_empty_after_up(services: Services, service: str) -> None:
    assert services.changes[service] == {}


@pytest.mark.parametrize("service", SERVICES)
def test_record_says_what_the_stack_exports(services: Services, service: str) -> None:
    outputs = ServiceOutputs.model_validate(services.outputs[service])
    assert outputs.account_id == ACCOUNT
    record = services.records[record_path("dev", REGION, CONTRACTS[service])]
    assert ServiceOutputs.from_record(record, contract=CONTRACTS[service], stack=f"{service}-dev") == outputs


def test_api_asks_for_tokens_of_the_pool_that_the_other_stack_drew(services: Services) -> None:
    graph = state.load(services.states["order"], account=ACCOUNT)
    [authorizer] = graph.of_type("aws:apigatewayv2/authorizer:Authorizer")
    pool = services.outputs["user"]["user_pools"]["platform-users"]
    jwt = authorizer.inputs["jwtConfiguration"]
    assert isinstance(jwt, Mapping)
    assert jwt["issuer"] == f"https://cognito-idp.{REGION}.amazonaws.com/{pool['id']}"
    assert jwt["audiences"] == [pool["clients"]["web-app-client"]]


def test_nothing_is_left_when_the_stacks_are_destroyed(services: Services) -> None:
    assert {"sqs dev-order-OrderProcessing", "logs /aws/lambda/dev-order-QuotePrice"} <= services.things
    assert services.things_after == set()
