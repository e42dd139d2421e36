"""The example as it is deployed: five service stacks in two accounts, and how to use them from outside."""

from __future__ import annotations

import http.client
import json
import uuid
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pg8000.native
from ruamel.yaml import YAML

from contracts.settings.registry import RegistrySettings
from embedded.containers import Container
from embedded.session import Session
from tests.embedded.execution import client, ended, until
from tests.kit.servers import PostgresServer, RedisServer

CONSUMER, PROVIDER = "333333333333", "222222222222"
REGION = "us-east-1"
PROJECT = Path(__file__).parents[2]
REGIONS = {"dev": PROVIDER, "dev-consumer": CONSUMER}
ACCOUNTS = {
    "order/order": CONSUMER,
    **dict.fromkeys(("platform/events", "user/user", "order/inventory", "order/payment"), PROVIDER),
}
AFTER = {
    "events-dev": ("dev",),
    "inventory-dev": ("dev",),
    "payment-dev": ("dev",),
    "user-dev": ("dev",),
    "order-dev": ("user-dev", "dev-consumer"),
}
"""Stack → what it needs: its region, the user pool of its authorizer."""
BUS_OF = {"user-dev": "dev-events-application-events"}
"""Stack → bus on which it has rules, whose own stack takes longer than the bus does."""
PROGRAM = """
import json
from pathlib import Path
import pulumi
from stacks import deploy

exports = Path(__file__).with_name(f"{pulumi.get_stack()}.json")
if exports.exists():
    for name, value in json.loads(exports.read_text()).items():
        pulumi.export(name, value)
else:
    deploy()
"""


def settings(stack: str) -> str:
    """The checked-in settings of a service stack; the service of the consumer moves into its own account."""
    yaml = YAML(typ="safe", pure=True)
    told: dict[str, Any] = yaml.load(PROJECT / f"Pulumi.{stack}.yaml")  # pyright: ignore[reportUnknownMemberType]
    account = ACCOUNTS[told["config"]["atoll:contract"]]
    told["config"]["atoll:account"]["id"] = account
    told["config"]["atoll:accounts"] = ACCOUNTS
    told["config"]["atoll:region_stack"] = next(name for name, owner in REGIONS.items() if owner == account)
    return json.dumps(told)  # JSON is YAML, and says null


@dataclass(frozen=True)
class Person:
    """Somebody who has signed up."""

    id: str
    """Subject of the tokens, and id of the customer."""
    email: str
    token: str


@dataclass
class Shop:
    """The deployed example."""

    session: Session
    folder: Path
    database: PostgresServer
    cache: RedisServer
    outputs: dict[str, dict[str, Any]] = field(default_factory=dict[str, "dict[str, Any]"])
    """Stack → what it exports."""

    @cached_property
    def keeper(self) -> Person:
        """Who may set prices, and decide about large orders."""
        return self.sign_up("keeper", "shopkeepers", "order-approvers")

    @cached_property
    def ann(self) -> Person:
        """A customer."""
        return self.sign_up("ann")

    def deploy(self, regions: dict[str, dict[str, Any]]) -> None:
        """Export the regions, and bring up each service when what it needs stands."""
        (self.folder / "Pulumi.yaml").write_text("name: atoll\nruntime: python\n")
        (self.folder / "__main__.py").write_text(PROGRAM)
        for stack, exports in regions.items():
            (self.folder / f"{stack}.json").write_text(json.dumps(exports))
        for stack in AFTER:
            (self.folder / f"Pulumi.{stack}.yaml").write_text(settings(stack))
        with ThreadPoolExecutor(len(AFTER) + len(regions)) as pool:
            running: dict[str, Future[dict[str, Any]]] = {stack: pool.submit(self.up, stack) for stack in regions}
            for stack, needs in AFTER.items():
                running[stack] = pool.submit(self._up_after, stack, [running[need] for need in needs])
        self.outputs = {stack: up.result() for stack, up in running.items()}

    def _up_after(self, stack: str, needs: list[Future[dict[str, Any]]]) -> dict[str, Any]:
        for need in needs:
            need.result()
        if stack in BUS_OF:
            events = self.client("events", PROVIDER)
            until(lambda: BUS_OF[stack] in [bus["Name"] for bus in events.list_event_buses()["EventBuses"]], 300)
        return self.up(stack)

    def up(self, stack: str) -> dict[str, Any]:
        """Deploy one stack; answers its outputs."""
        self.pulumi("stack", "init", stack, "--no-select")
        self.pulumi("up", "--stack", stack, "--yes", "--skip-preview", "--suppress-progress")
        return json.loads(self.pulumi("stack", "output", "--stack", stack, "--json"))

    def pulumi(self, *arguments: str) -> str:
        """What the engine prints."""
        done = self.session.pulumi(arguments, cwd=self.folder, capture=True)
        assert done.returncode == 0, f"pulumi {' '.join(arguments)}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    def client(self, service: str, account: str = CONSUMER) -> Any:
        """A client in one of the accounts."""
        return client(self.session.cloud, service, account, REGION)

    def registry(self) -> RegistrySettings:
        """Where the checked-in settings say that contracts are kept."""
        return RegistrySettings.model_validate(json.loads(settings("order-dev"))["config"]["atoll:registry"])

    # -- from outside ------------------------------------------------------------------------------------------------

    def http(self, method: str, path: str, body: Any = None, token: str | None = None) -> tuple[int, dict[str, Any]]:
        """Call the public API by its name, as a browser would; the gateway stands where the internet does."""
        gateway = urlsplit(self.session.cloud.url)
        api = self.outputs["order-dev"]["http"]["orders"]["id"]
        headers = {"Host": f"{api}.execute-api.{REGION}.amazonaws.com", "Content-Type": "application/json"}
        headers |= {"Authorization": f"Bearer {token}"} if token else {}
        connection = http.client.HTTPConnection(gateway.hostname or "", gateway.port, timeout=60)
        try:
            connection.request(method, path, None if body is None else json.dumps(body), headers)
            answer = connection.getresponse()
            return answer.status, json.loads(answer.read() or b"{}")
        finally:
            connection.close()

    def sign_up(self, name: str, *groups: str) -> Person:
        """Somebody with an account, who is registered as a customer and signed in."""
        users = self.client("cognito-idp", PROVIDER)
        pool = self.outputs["user-dev"]["user_pools"]["platform-users"]
        app, email, password = (
            pool["clients"]["web-app-client"],
            f"{name}-{uuid.uuid4().hex[:8]}@example.com",
            "Correct-horse-1",
        )
        subject = users.sign_up(
            ClientId=app, Username=email, Password=password, UserAttributes=[{"Name": "email", "Value": email}]
        )["UserSub"]
        users.admin_confirm_sign_up(UserPoolId=pool["id"], Username=email)
        for group in groups:
            with suppress(users.exceptions.GroupExistsException):
                users.create_group(UserPoolId=pool["id"], GroupName=group)
            users.admin_add_user_to_group(UserPoolId=pool["id"], Username=email, GroupName=group)
        parameters = {"USERNAME": email, "PASSWORD": password}
        tokens = users.initiate_auth(ClientId=app, AuthFlow="USER_PASSWORD_AUTH", AuthParameters=parameters)
        self.invoke("dev-user-RegisterUser", {"id": subject, "email": email, "name": name})
        return Person(subject, email, tokens["AuthenticationResult"]["AccessToken"])

    def order(self, person: Person, sku: str, *, count: int = 1, method: str = "tok_good") -> str:
        """Place an order over HTTP; answers its id."""
        wish = {"items": [{"sku": sku, "count": count}], "payment_method": method}
        status, order = self.http("POST", "/api/v1/process", wish, person.token)
        assert (status, order.get("status")) == (202, "placed"), order
        return order["order_id"]

    # -- what it did -------------------------------------------------------------------------------------------------

    def execution(self, order: str) -> dict[str, Any]:
        """The workflow of an order, once there is one."""
        machine = self.outputs["order-dev"]["workflows"]["OrderProcessingWorkflow"]
        states = self.client("stepfunctions")
        arn = f"{machine.replace(':stateMachine:', ':execution:')}:{order}"

        def found() -> dict[str, Any] | None:
            try:
                return states.describe_execution(executionArn=arn)
            except states.exceptions.ExecutionDoesNotExist:
                return None

        return until(found, 60)

    def ended(self, order: str, within: float = 90.0) -> dict[str, Any]:
        """The workflow of an order when it has ended."""
        return until(lambda: ended(self.execution(order)), within)

    def history(self, order: str) -> list[dict[str, Any]]:
        """Everything that happened in the workflow of an order, in order."""
        arn = self.execution(order)["executionArn"]
        pages = self.client("stepfunctions").get_paginator("get_execution_history").paginate(executionArn=arn)
        return [event for page in pages for event in page["events"]]

    def states(self, order: str) -> list[str]:
        """The states that a workflow entered."""
        entered = [event.get("stateEnteredEventDetails") for event in self.history(order)]
        return [details["name"] for details in entered if details]

    def rows(self, database: str, sql: str, **values: Any) -> list[list[Any]]:
        """What the real database of a service says."""
        server = self.database
        connection = pg8000.native.Connection(
            server.user, host="127.0.0.1", port=server.port, database=database, password=server.password
        )
        try:
            return connection.run(sql, **values) or []
        finally:
            connection.close()

    def invoke(self, function: str, event: Any, account: str = PROVIDER) -> Any:
        """Call a function as a service would; its failure fails the test."""
        answer = self.client("lambda", account).invoke(FunctionName=function, Payload=json.dumps(event))
        payload = json.loads(answer["Payload"].read())
        assert "FunctionError" not in answer, payload
        return payload

    def stock(self, sku: str, on_hand: int, price: int) -> None:
        """Have so many of an article, at a price in cents."""
        self.invoke("dev-inventory-SetStock", {"sku": sku, "on_hand": on_hand})
        status, told = self.http(
            "PUT", f"/api/v1/products/{sku}", {"price": price, "currency": "EUR"}, self.keeper.token
        )
        assert status == 200, told

    def queue(self, name: str, account: str) -> str:
        """URL of a queue."""
        return self.client("sqs", account).get_queue_url(QueueName=name)["QueueUrl"]

    def waiting(self, url: str, account: str) -> int:
        """Messages that a queue would hand out."""
        names = ["ApproximateNumberOfMessages"]
        told = self.client("sqs", account).get_queue_attributes(QueueUrl=url, AttributeNames=names)
        return int(told["Attributes"]["ApproximateNumberOfMessages"])

    @contextmanager
    def paused(self, function: str, account: str) -> Iterator[None]:
        """Nothing is taken from a function's queue meanwhile."""
        lambdas = self.client("lambda", account)
        [mapping] = lambdas.list_event_source_mappings(FunctionName=function)["EventSourceMappings"]
        lambdas.update_event_source_mapping(UUID=mapping["UUID"], Enabled=False)
        try:
            yield
        finally:
            lambdas.update_event_source_mapping(UUID=mapping["UUID"], Enabled=True)

    @contextmanager
    def container(self) -> Iterator[None]:
        """order-api, which the API's private integration leads to, with the variables of its task definition."""
        cloud, tasks = self.session.cloud, self.client("ecs")
        [arn] = tasks.list_services(cluster="dev-cluster")["serviceArns"]
        [service] = tasks.describe_services(cluster="dev-cluster", services=[arn])["services"]
        definition = tasks.describe_task_definition(taskDefinition=service["taskDefinition"])["taskDefinition"]
        app = next(one for one in definition["containerDefinitions"] if one["image"].endswith("v1.2.0"))
        variables = {one["name"]: one["value"] for one in app["environment"]}
        variables |= {"PYTHONPATH": str(PROJECT / "services"), "AWS_REGION": REGION}
        folder = PROJECT / "services" / "order" / "order" / "code"
        program = Container.running(
            cloud, "order-api", ["server.py"], cwd=folder, account=CONSUMER, variables=variables
        )
        apis, api = self.client("apigatewayv2"), self.outputs["order-dev"]["http"]["orders"]["id"]
        integrations = apis.get_integrations(ApiId=api)["Items"]
        listener = next(one["IntegrationUri"] for one in integrations if one["ConnectionType"] == "VPC_LINK")
        with program as running:
            running.serve(listener)
            yield
