from __future__ import annotations

import json
from typing import Any

import pulumi
import pytest
from pulumi_aws import sqs
from pulumi_aws.provider import Provider

from components.cost import OffHours, OffHoursArgs, SleepingDatabase, SleepingService
from contracts.settings.operations import OffHoursSettings
from graph.nodes import Node
from graph.values import is_unknown
from tests.kit import ACCOUNT, REGION, GraphView, record_component

SCHEDULE = "aws:scheduler/schedule:Schedule"
STOP, START = "cron(0 19 ? * MON-FRI *)", "cron(0 8 ? * MON-FRI *)"
SERVICE_ARN = f"arn:aws:ecs:{REGION}:{ACCOUNT}:service/atoll-test/user"
DATABASE_ARN = f"arn:aws:rds:{REGION}:{ACCOUNT}:db:atoll-test"
QUEUE_ARN = f"arn:aws:sqs:{REGION}:{ACCOUNT}:atoll-test-off-hours-failed"


def args(**changes: Any) -> OffHoursArgs:
    values: dict[str, Any] = {
        "settings": OffHoursSettings(timezone="America/New_York", stop=STOP, start=START),
        "environment": "test",
        "account_id": ACCOUNT,
        "region": REGION,
        "cluster_name": "atoll-test",
        "services": {"user": SleepingService(name="user-1", arn=SERVICE_ARN, awake_tasks=2)},
        "database": SleepingDatabase(identifier="atoll-test", arn=DATABASE_ARN),
    }
    return OffHoursArgs(**(values | changes))


def once_made(node: Node) -> dict[str, Any]:
    """Give the queue its ARN, as it is once it has been made."""
    return {"arn": QUEUE_ARN} if node.type == "aws:sqs/queue:Queue" else {}


def record(given: OffHoursArgs) -> GraphView:
    return record_component(lambda: OffHours("test", args=given), outputs=once_made)


@pytest.fixture(scope="module")
def view() -> GraphView:
    """One service and a database that sleep; recorded once, read by many."""
    return record(args())


def test_sleep_has_these_children_when_recorded(view: GraphView) -> None:
    view.assert_children(
        "test",
        [
            ("aws:scheduler/scheduleGroup:ScheduleGroup", "test-off-hours"),
            ("aws:sqs/queue:Queue", "test-off-hours-failed"),
            ("aws:iam/role:Role", "test-off-hours-role"),
            ("aws:iam/rolePolicy:RolePolicy", "test-off-hours-permissions"),
            (SCHEDULE, "test-off-hours-stop-database"),
            (SCHEDULE, "test-off-hours-start-database"),
            (SCHEDULE, "test-off-hours-stop-service-user"),
            (SCHEDULE, "test-off-hours-start-service-user"),
        ],
    )


@pytest.mark.parametrize(
    ("key", "when", "api", "call"),
    [
        ("stop-database", STOP, "rds:stopDBInstance", {"DbInstanceIdentifier": "atoll-test"}),
        ("start-database", START, "rds:startDBInstance", {"DbInstanceIdentifier": "atoll-test"}),
        (
            "stop-service-user",
            STOP,
            "ecs:updateService",
            {"Cluster": "atoll-test", "Service": "user-1", "DesiredCount": 0},
        ),
        (
            "start-service-user",
            START,
            "ecs:updateService",
            {"Cluster": "atoll-test", "Service": "user-1", "DesiredCount": 2},
        ),
    ],
)
def test_schedule_makes_exactly_this_call_when_it_is_time(
    view: GraphView, key: str, when: str, api: str, call: dict[str, object]
) -> None:
    name = f"test-off-hours-{key}"

    assert view.value(name, "name") == f"atoll-test-{key}"
    assert view.value(name, "groupName") == "atoll-test-off-hours"
    assert view.value(name, "scheduleExpression") == when
    assert view.value(name, "scheduleExpressionTimezone") == "America/New_York"
    assert view.value(name, "flexibleTimeWindow") == {"mode": "OFF"}
    assert view.value(name, "target.arn") == f"arn:aws:scheduler:::aws-sdk:{api}"
    assert json.loads(str(view.value(name, "target.input"))) == call
    assert view.value(name, "target.retryPolicy") == {"maximumRetryAttempts": 10, "maximumEventAgeInSeconds": 3600}
    view.assert_wired(name, "target.roleArn", "test-off-hours-role.arn")
    view.assert_wired(name, "target.deadLetterConfig.arn", "test-off-hours-failed.arn")
    view.assert_depends(name, "test-off-hours-permissions")


def test_role_may_make_these_calls_alone_when_assumed(view: GraphView) -> None:
    assert json.loads(str(view.value("test-off-hours-permissions", "policy"))) == {
        "Version": "2012-10-17",
        "Statement": [
            {"Sid": "KeepFailedCalls", "Effect": "Allow", "Action": "sqs:SendMessage", "Resource": QUEUE_ARN},
            {
                "Sid": "StopAndStartDatabase",
                "Effect": "Allow",
                "Action": ["rds:StartDBInstance", "rds:StopDBInstance"],
                "Resource": DATABASE_ARN,
            },
            {"Sid": "SetTaskCounts", "Effect": "Allow", "Action": "ecs:UpdateService", "Resource": [SERVICE_ARN]},
        ],
    }
    view.assert_wired("test-off-hours-permissions", "role", "test-off-hours-role.name")


def test_role_trusts_the_schedule_group_alone_when_assumed(view: GraphView) -> None:
    group = f"arn:aws:scheduler:{REGION}:{ACCOUNT}:schedule-group/atoll-test-off-hours"

    assert json.loads(str(view.value("test-off-hours-role", "assumeRolePolicy"))) == {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "AllowScheduleGroup",
                "Effect": "Allow",
                "Principal": {"Service": "scheduler.amazonaws.com"},
                "Action": "sts:AssumeRole",
                "Condition": {"StringEquals": {"aws:SourceAccount": ACCOUNT, "aws:SourceArn": group}},
            }
        ],
    }


def test_failed_calls_are_kept_encrypted_for_two_weeks_when_retries_are_used_up(view: GraphView) -> None:
    assert view.node("test-off-hours-failed").inputs == {
        "name": "atoll-test-off-hours-failed",
        "messageRetentionSeconds": 14 * 24 * 3600,
        "sqsManagedSseEnabled": True,
    }


def test_database_is_left_alone_when_only_services_sleep() -> None:
    view = record(args(database=None))
    policy = json.loads(str(view.value("test-off-hours-permissions", "policy")))

    assert {node.name for node in view.graph.of_type(SCHEDULE)} == {
        "test-off-hours-stop-service-user",
        "test-off-hours-start-service-user",
    }
    assert [statement["Sid"] for statement in policy["Statement"]] == ["KeepFailedCalls", "SetTaskCounts"]


def test_call_waits_for_the_cluster_when_its_name_is_not_known_yet() -> None:
    def build() -> None:
        cluster = sqs.Queue("test-cluster")  # anything whose id is unknown
        OffHours("test", args=args(cluster_name=pulumi.Output.concat("atoll-", cluster.id)))

    view = record_component(build)

    assert is_unknown(view.value("test-off-hours-stop-service-user", "target.input"))
    view.assert_depends("test-off-hours-stop-service-user", "test-cluster")


def test_sleep_is_refused_when_services_have_no_cluster() -> None:
    with pytest.raises(ValueError, match=r"off-hours of test: services user without cluster_name"):
        record(args(cluster_name=None))


def test_every_child_uses_the_explicit_provider_when_given() -> None:
    def build() -> None:
        explicit = Provider("explicit", region=REGION)
        OffHours("test", args=args(), opts=pulumi.ResourceOptions(providers=[explicit]))

    view = record_component(build)

    for node in view.graph:
        if node.package == "aws" and not node.is_provider:
            assert (node.provider or "").endswith("::explicit"), node


@pytest.mark.parametrize("verb", ["stop", "start"])
def test_cluster_sleeps_as_a_whole_when_the_database_is_one(verb: str) -> None:
    arn = f"arn:aws:rds:{REGION}:{ACCOUNT}:cluster:atoll-test"
    view = record(args(database=SleepingDatabase(identifier="atoll-test", arn=arn, cluster=True)))
    schedule = f"test-off-hours-{verb}-database"

    assert view.value(schedule, "target.arn") == f"arn:aws:scheduler:::aws-sdk:rds:{verb}DBCluster"
    assert json.loads(str(view.value(schedule, "target.input"))) == {"DbClusterIdentifier": "atoll-test"}
    policy = json.loads(str(view.value("test-off-hours-permissions", "policy")))
    (statement,) = [item for item in policy["Statement"] if item["Sid"] == "StopAndStartDatabase"]
    assert (statement["Action"], statement["Resource"]) == (["rds:StartDBCluster", "rds:StopDBCluster"], arn)
