from __future__ import annotations

import json
from typing import Any

import pulumi
import pytest
from pulumi_aws.provider import Provider

from components.functions import Schedule, ScheduleArgs, ScheduleGroup
from contracts.services.contract import ScheduledRun
from tests.components.functions.samples import KEYS, QUEUES, SCOPE
from tests.kit import ACCOUNT, REGION, GraphView, record_component

NAME = "dev-order-expire-carts"
FUNCTION_ARN = SCOPE.arn("lambda", "function:dev-order-ValidateOrder")
MACHINE_ARN = SCOPE.arn("states", "stateMachine:dev-order-Quote")


def schedule_args(group: pulumi.Input[str], *, target: str = FUNCTION_ARN, **changes: Any) -> ScheduleArgs:
    values: dict[str, Any] = {"expression": "cron(0 3 * * ? *)", "timezone": "Europe/Berlin", "function": "f"}
    run = ScheduledRun.model_validate(values | changes)
    return ScheduleArgs(
        run=run,
        scope=SCOPE,
        group="dev-order",
        group_name=group,
        target_arn=target,
        dead_letter_arn=QUEUES["APIProcessingDLQ"],
        messaging_key_arn=KEYS.messaging,
    )


def record(**changes: Any) -> GraphView:
    def build() -> None:
        group = ScheduleGroup("dev-order")
        Schedule(NAME, args=schedule_args(group.group_name, **changes))

    return record_component(build)


def statements(view: GraphView) -> list[dict[str, Any]]:
    return json.loads(str(view.value(f"{NAME}-permissions", "policy")))["Statement"]


def test_schedule_is_in_its_services_group_when_made() -> None:
    view = record()
    view.assert_children("dev-order", [("aws:scheduler/scheduleGroup:ScheduleGroup", "dev-order-group")], "atoll:*")
    assert view.value("dev-order-group", "name") == "dev-order"
    view.assert_wired(f"{NAME}-schedule", "groupName", "dev-order-group.name")
    view.assert_children(
        NAME,
        [
            ("aws:iam/role:Role", f"{NAME}-role"),
            ("aws:iam/rolePolicy:RolePolicy", f"{NAME}-permissions"),
            ("aws:scheduler/schedule:Schedule", f"{NAME}-schedule"),
        ],
    )


def test_expression_zone_and_window_are_the_contracts_when_made() -> None:
    inputs = record(flexible_minutes=15).node(f"{NAME}-schedule").inputs
    assert inputs["name"] == NAME
    assert inputs["scheduleExpression"] == "cron(0 3 * * ? *)"
    assert inputs["scheduleExpressionTimezone"] == "Europe/Berlin"
    assert inputs["flexibleTimeWindow"] == {"mode": "FLEXIBLE", "maximumWindowInMinutes": 15}


def test_run_begins_on_the_minute_when_no_window_is_given() -> None:
    assert record().value(f"{NAME}-schedule", "flexibleTimeWindow") == {"mode": "OFF"}


def test_target_knows_the_time_it_was_meant_for_when_it_runs() -> None:
    view = record()
    assert view.value(f"{NAME}-schedule", "target.arn") == FUNCTION_ARN
    view.assert_wired(f"{NAME}-schedule", "target.roleArn", f"{NAME}-role.arn")
    assert json.loads(str(view.value(f"{NAME}-schedule", "target.input"))) == {
        "schedule": NAME,
        "scheduled_at": "<aws.scheduler.scheduled-time>",
        "run_id": "<aws.scheduler.execution-id>",
    }


def test_role_may_call_exactly_the_function_when_nothing_is_kept() -> None:
    assert statements(record()) == [
        {"Sid": "CallFunction", "Effect": "Allow", "Action": ["lambda:InvokeFunction"], "Resource": FUNCTION_ARN}
    ]


def test_role_may_start_exactly_the_workflow_when_that_is_the_target() -> None:
    [statement] = statements(record(target=MACHINE_ARN, function=None, workflow="Quote"))
    assert (statement["Action"], statement["Resource"]) == (["states:StartExecution"], MACHINE_ARN)


def test_runs_that_cannot_begin_are_kept_when_there_are_dead_letters() -> None:
    view = record(dead_letter="APIProcessingDLQ")
    assert view.value(f"{NAME}-schedule", "target.deadLetterConfig") == {"arn": QUEUES["APIProcessingDLQ"]}
    assert view.value(f"{NAME}-schedule", "target.retryPolicy") == {
        "maximumRetryAttempts": 10,
        "maximumEventAgeInSeconds": 3600,
    }
    sent, key = statements(view)[1:]
    assert (sent["Action"], sent["Resource"]) == (["sqs:SendMessage"], QUEUES["APIProcessingDLQ"])
    assert (key["Action"], key["Resource"]) == (["kms:Decrypt", "kms:GenerateDataKey"], KEYS.messaging)


def test_scheduler_takes_the_role_for_its_group_alone_when_it_calls() -> None:
    policy = json.loads(str(record().value(f"{NAME}-role", "assumeRolePolicy")))
    assert policy["Statement"][0]["Principal"] == {"Service": "scheduler.amazonaws.com"}
    assert policy["Statement"][0]["Condition"] == {
        "StringEquals": {
            "aws:SourceAccount": ACCOUNT,
            "aws:SourceArn": f"arn:aws:scheduler:{REGION}:{ACCOUNT}:schedule-group/dev-order",
        }
    }


def test_schedule_waits_for_its_role_when_made() -> None:
    record().assert_depends(f"{NAME}-schedule", f"{NAME}-permissions")


def test_schedule_is_refused_when_its_dead_letters_are_not_wired() -> None:
    run = ScheduledRun.model_validate({"expression": "rate(1 hour)", "function": "f", "dead_letter": "lost"})
    args = ScheduleArgs(run=run, scope=SCOPE, group="g", group_name="g", target_arn=FUNCTION_ARN)
    with pytest.raises(ValueError, match="lacks dead_letter_arn and messaging_key_arn of lost"):
        record_component(lambda: Schedule(NAME, args=args))


def test_every_child_uses_the_explicit_provider_when_given() -> None:
    def build() -> None:
        options = pulumi.ResourceOptions(providers=[Provider("explicit", region=REGION)])
        group = ScheduleGroup("dev-order", opts=options)
        Schedule(NAME, args=schedule_args(group.group_name), opts=options)

    for node in record_component(build).graph:
        if node.package == "aws" and not node.is_provider:
            assert (node.provider or "").endswith("::explicit"), node
