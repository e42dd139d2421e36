"""What only a deployment proves: functions, schedules and workflows stand, and a second run finds nothing to do."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests.kit.project import Project

if TYPE_CHECKING:
    from embedded.session import Session

pytestmark = pytest.mark.engine

HANDLER = "def handler(event, context):\n    return event\n"
PROGRAM = """
from pathlib import Path

import pulumi
import pulumi_aws
from pulumi_aws import dynamodb, ec2, kms, sqs

from components.functions import (
    Function, FunctionArgs, FunctionKeys, FunctionNetwork, ObjectSource, Schedule, ScheduleArgs, ScheduleGroup,
    StreamSource, bundle, function_arn,
)
from components.identity.roles import Scope
from components.workflows import Callee, Callees, StateMachine, StateMachineArgs
from contracts.services.compute import Function as Clause
from contracts.services.contract import ScheduledRun
from contracts.services.workflows import Workflow

scope = Scope("test", "us-east-1", "000000000000")
provider = pulumi_aws.Provider("aws", region="us-east-1")
options = pulumi.ResourceOptions(providers=[provider])
own = pulumi.ResourceOptions(provider=provider)
key = kms.Key("key", opts=own)
vpc = ec2.Vpc("vpc", cidr_block="10.3.0.0/16", opts=own)
subnet = ec2.Subnet("subnet", vpc_id=vpc.id, cidr_block="10.3.0.0/24", opts=own)
group = ec2.SecurityGroup("group", vpc_id=vpc.id, opts=own)
queue = sqs.Queue("queue", name="test-work", visibility_timeout_seconds=60, opts=own)
dead = sqs.Queue("dead", name="test-dead", opts=own)
table = dynamodb.Table(
    "table", name="test-table", billing_mode="PAY_PER_REQUEST", hash_key="id",
    attributes=[{"name": "id", "type": "S"}], stream_enabled=True, stream_view_type="NEW_IMAGE", opts=own,
)
clause = Clause.model_validate({
    "runtime": "python3.13", "handler": "app.handler", "timeout_seconds": 30, "memory_mib": 512,
    "dead_letter": "dead", "libraries": ["pg8000"], "environment": {"LOG_LEVEL": "info"},
    "triggers": {
        "queues": {"work": {"batch_size": 100, "batching_window_seconds": 5, "maximum_concurrency": 10}},
        "streams": {"table": {}},
        "objects": {"files": {"events": ["created"], "suffix": ".csv"}},
    },
})
warm = Clause.model_validate({
    "runtime": "python3.13", "handler": "app.handler", "timeout_seconds": 30, "memory_mib": 512,
    "provisioned_concurrency": 2, "reserved_concurrency": 10, "vpc": False,
})
wiring = {
    "scope": scope,
    "keys": FunctionKeys(logs=key.arn, variables=key.arn, messaging=key.arn, tables=key.arn),
    "variables": {"ENVIRONMENT": "test"},
}
here = Path(__file__).parent
full = Function(
    "test-full",
    args=FunctionArgs(
        function=clause, code=bundle("full", clause, service=here),
        network=FunctionNetwork(subnet_ids=[subnet.id], security_group_ids=[group.id]),
        queue_arns={"work": queue.arn, "dead": dead.arn},
        streams={"table": StreamSource(arn=table.stream_arn, table_arn=table.arn)},
        objects={"files": ObjectSource(bucket="test-bucket", prefix="data/")},
        **wiring,
    ),
    opts=options,
)
Function("test-warm", args=FunctionArgs(function=warm, code=bundle("warm", warm, service=here), **wiring), opts=options)
schedules = ScheduleGroup("test-service", opts=options)
Schedule(
    "test-nightly",
    args=ScheduleArgs(
        run=ScheduledRun(
            expression="cron(0 3 * * ? *)", timezone="Europe/Berlin", function="full", flexible_minutes=15,
            dead_letter="dead",
        ),
        scope=scope, group="test-service", group_name=schedules.group_name, target_arn=full.called_arn,
        dead_letter_arn=dead.arn, messaging_key_arn=key.arn,
    ),
    opts=options,
)
for kind in ("standard", "express"):
    workflow = Workflow.model_validate({
        "kind": kind, "comment": "Two steps", "input": "in.json", "start_at": "First", "log_days": 30,
        "states": {
            "First": {
                "type": "task", "function": "full", "next": "Second",
                "retry": [{
                    "errors": ["States.TaskFailed"], "interval_seconds": 2, "max_attempts": 3, "backoff_rate": 2.0,
                }],
            },
            "Second": {"type": "task", "operation": "a/b#c", "end": True},
        },
    })
    callees = Callees(
        functions={"full": Callee(arn=function_arn(scope, "test-full"))},
        operations={"a/b#c": Callee(
            arn="arn:aws:lambda:us-east-1:222222222222:function:c", role_arn="arn:aws:iam::222222222222:role/c",
        )},
    )
    StateMachine(
        f"test-{kind}",
        args=StateMachineArgs(
            workflow=workflow, scope=scope, callees=callees, logs_key_arn=key.arn,
            key_arn=key.arn if kind == "standard" else None,
        ),
        opts=options,
    )
pulumi.export("key", key.arn)
"""


@pytest.fixture(scope="module")
def deployed(session: Session, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    folder = tmp_path_factory.mktemp("functions")
    (folder / "code").mkdir()
    (folder / "code" / "app.py").write_text(HANDLER, encoding="utf-8")
    with Project.write(session, folder, PROGRAM).standing() as project:
        yield project


def test_second_preview_is_empty_when_nothing_changed(deployed: Project) -> None:
    deployed.assert_unchanged()


def test_function_has_its_network_dead_letters_and_log_when_deployed(deployed: Project) -> None:
    functions = deployed.client("lambda")
    found = functions.get_function_configuration(FunctionName="test-full")
    assert found["DeadLetterConfig"]["TargetArn"].endswith(":test-dead")
    assert found["LoggingConfig"]["LogGroup"] == "/aws/lambda/test-full"
    assert found["TracingConfig"] == {"Mode": "Active"}
    assert len(found["VpcConfig"]["SubnetIds"]) == 1
    mappings = functions.list_event_source_mappings()["EventSourceMappings"]
    sources = [each["EventSourceArn"] for each in mappings if each["FunctionArn"].endswith(":test-full")]
    assert sorted(source.split(":")[2] for source in sources) == ["dynamodb", "sqs"]


def test_alias_names_a_published_version_when_kept_warm(deployed: Project) -> None:
    alias = deployed.client("lambda").get_alias(FunctionName="test-warm", Name="live")
    assert alias["FunctionVersion"] == "1"


def test_definition_is_what_was_compiled_when_deployed(deployed: Project) -> None:
    states = deployed.client("stepfunctions")
    machines = {machine["name"]: machine for machine in states.list_state_machines()["stateMachines"]}
    found = states.describe_state_machine(stateMachineArn=machines["test-standard"]["stateMachineArn"])
    definition = json.loads(found["definition"])
    assert definition["States"]["First"]["Retry"] == [
        {"ErrorEquals": ["States.TaskFailed"], "IntervalSeconds": 2, "MaxAttempts": 3, "BackoffRate": 2.0}
    ]
    assert definition["States"]["Second"]["Credentials"] == {"RoleArn": "arn:aws:iam::222222222222:role/c"}
    assert (machines["test-express"]["type"], machines["test-standard"]["type"]) == ("EXPRESS", "STANDARD")
