"""Three services, really deployed on a light region: each finds what it needs, and leaves no trace."""

from __future__ import annotations

import json
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
import pytest

from contracts.outputs.service import ServiceOutputs, record_path
from graph import state

if TYPE_CHECKING:
    from embedded.session import Session

pytestmark = pytest.mark.engine

PROJECT = Path(__file__).resolve().parents[3]
REGION_STACK = "light"
SERVICES = ("events", "user", "order")
"""In this order: the bus before those who listen on it, the user pool before the API that asks for its tokens."""
ACCOUNT, REGION = "222222222222", "us-east-1"


@dataclass
class Services:
    """What was seen of each stack."""

    session: Session
    folder: Path
    changes: dict[str, Any] = field(default_factory=dict[str, Any])
    outputs: dict[str, dict[str, Any]] = field(default_factory=dict[str, "dict[str, Any]"])
    states: dict[str, str] = field(default_factory=dict[str, str])
    records: dict[str, str] = field(default_factory=dict[str, str])
    records_after: list[str] = field(default_factory=list[str])
    too_early: str = ""

    def pulumi(self, *arguments: str, stack: str, cwd: Path, check: bool = True) -> subprocess.CompletedProcess[str]:
        done = self.session.pulumi([*arguments, "--stack", stack], cwd=cwd, capture=True)
        assert not check or done.returncode == 0, f"pulumi {' '.join(arguments)}\n{done.stdout}\n{done.stderr}"
        return done

    def service(self, service: str, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        file = self.folder / f"Pulumi.{service}-dev.yaml"
        return self.pulumi(*arguments, "--config-file", str(file), stack=f"{service}-dev", cwd=PROJECT, check=check)

    def found_records(self) -> dict[str, str]:
        ssm: Any = boto3.client("ssm", **credentials(self.session))  # pyright: ignore[reportCallIssue, reportArgumentType]
        pages = ssm.get_paginator("get_parameters_by_path").paginate(Path="/atoll/deployments", Recursive=True)
        return {parameter["Name"]: parameter["Value"] for page in pages for parameter in page["Parameters"]}


def credentials(session: Session) -> dict[str, str]:
    """Of the services' account: a role of it is assumed, as the program does."""
    variables = session.variables
    sts: Any = boto3.client(
        "sts",
        region_name=REGION,
        endpoint_url=variables["AWS_ENDPOINT_URL"],
        aws_access_key_id=variables["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=variables["AWS_SECRET_ACCESS_KEY"],
    )
    role = f"arn:aws:iam::{ACCOUNT}:role/AtollDeploy"
    found = sts.assume_role(RoleArn=role, RoleSessionName="test")["Credentials"]
    return {
        "region_name": REGION,
        "endpoint_url": variables["AWS_ENDPOINT_URL"],
        "aws_access_key_id": found["AccessKeyId"],
        "aws_secret_access_key": found["SecretAccessKey"],
        "aws_session_token": found["SessionToken"],
    }


@pytest.fixture(scope="module")
def services(session: Session, tmp_path_factory: pytest.TempPathFactory) -> Services:
    folder = tmp_path_factory.mktemp("light")
    (folder / "Pulumi.yaml").write_text("name: atoll\nruntime: {name: python}\n", encoding="utf-8")
    shutil.copy(Path(__file__).with_name("light_region.py"), folder / "__main__.py")
    (folder / "components").symlink_to(PROJECT / "components")
    (folder / "contracts").symlink_to(PROJECT / "contracts")
    seen = Services(session, folder)
    for service in SERVICES:
        text = (PROJECT / f"Pulumi.{service}-dev.yaml").read_text(encoding="utf-8")
        (folder / f"Pulumi.{service}-dev.yaml").write_text(
            text.replace("atoll:region_stack: dev", f"atoll:region_stack: {REGION_STACK}"), encoding="utf-8"
        )
    up = ("up", "--yes", "--skip-preview", "--suppress-progress")
    down = ("destroy", "--yes", "--skip-preview", "--suppress-progress")
    seen.session.pulumi(["stack", "init", REGION_STACK, "--no-select"], cwd=folder, capture=True)
    deployed: list[str] = []
    try:
        seen.pulumi(*up, stack=REGION_STACK, cwd=folder)
        deployed.append(REGION_STACK)
        for service in SERVICES:
            made = session.pulumi(["stack", "init", f"{service}-dev", "--no-select"], cwd=PROJECT, capture=True)
            assert made.returncode == 0, made.stderr
        vault: Any = boto3.client("secretsmanager", **credentials(session))  # pyright: ignore[reportCallIssue, reportArgumentType]
        vault.create_secret(Name="atoll/google", SecretString='{"client_id": "id", "client_secret": "word"}')
        seen.too_early = seen.service(SERVICES[-1], "preview", check=False).stderr
        for service in SERVICES:
            deployed.append(service)
            seen.service(service, *up)
            steps = json.loads(seen.service(service, "preview", "--json").stdout)["steps"]
            seen.changes[service] = {
                step["urn"].rsplit("::", 1)[-1]: (step["op"], sorted(step.get("detailedDiff") or {}))
                for step in steps
                if step["op"] not in {"same", "read"}
            }
            shown = ("stack", "output", "--json", "--show-secrets")
            seen.outputs[service] = json.loads(seen.pulumi(*shown, stack=f"{service}-dev", cwd=PROJECT).stdout)
            seen.states[service] = seen.pulumi("stack", "export", stack=f"{service}-dev", cwd=PROJECT).stdout
        seen.records = seen.found_records()
    finally:
        for service in reversed(deployed):
            if service == REGION_STACK:
                seen.records_after = list(seen.found_records())
                seen.pulumi(*down, stack=REGION_STACK, cwd=folder)
            else:
                seen.service(service, *down)
    return seen


@pytest.mark.parametrize("service", SERVICES)
def test_second_preview_is_empty_after_up(services: Services, service: str) -> None:
    assert services.changes[service] == {}


@pytest.mark.parametrize("service", SERVICES)
def test_outputs_are_what_readers_were_promised(services: Services, service: str) -> None:
    outputs = ServiceOutputs.model_validate(services.outputs[service])
    assert outputs.account_id == ACCOUNT


@pytest.mark.parametrize(("service", "contract"), [("events", "platform/events"), ("order", "order/order")])
def test_record_says_what_the_stack_exports(services: Services, service: str, contract: str) -> None:
    record = services.records[record_path("dev", REGION, contract)]
    told = ServiceOutputs.from_record(record, contract=contract, stack=f"{service}-dev")
    assert told == ServiceOutputs.model_validate(services.outputs[service])


def test_api_asks_for_tokens_of_the_pool_that_the_other_stack_drew(services: Services) -> None:
    graph = state.load(services.states["order"], account=ACCOUNT)
    [authorizer] = graph.of_type("aws:apigatewayv2/authorizer:Authorizer")
    pool = services.outputs["user"]["user_pools"]["platform-users"]
    jwt: Any = authorizer.inputs["jwtConfiguration"]
    assert jwt["issuer"] == f"https://cognito-idp.{REGION}.amazonaws.com/{pool['id']}"
    assert list(jwt["audiences"]) == [pool["clients"]["web-app-client"]]


def test_both_stacks_and_the_command_are_named_when_the_provider_is_not_deployed(services: Services) -> None:
    assert "order-dev needs the user pool platform-users of user/user" in services.too_early
    assert "atoll stack up user-dev" in services.too_early


def test_no_record_is_left_when_the_stacks_are_destroyed(services: Services) -> None:
    assert [name for name in services.records_after if "/dev/" in name] == []
