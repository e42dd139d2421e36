"""What the global stack ships for recovery, in each region (DR-3)."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import pytest

from contracts.settings.recovery import DrillSettings, RecoveryPlanSettings
from graph.nodes import Node
from graph.record import Recording
from tests.kit.plain import plain
from tests.stacks.world import kit

PLANS = RecoveryPlanSettings(
    approvers="the incident lead",
    drill=DrillSettings(schedule="cron(0 10 ? * TUE#1 *)", timezone="UTC", evacuate=True),
    experiments=True,
)
EAST, WEST = "us-east-1", "us-west-2"
KINDS = ("failover", "evacuate", "switchover", "failback", "leave-zone", "database", "restore", "restore-vault")


def outputs(stack: str) -> dict[str, Any]:
    """What a region stack with everything exports."""
    place, account = kit.REGIONS[stack], kit.ACCOUNT
    arn = f"arn:aws:rds:{place}:{account}:cluster:atoll-prod"
    return kit.outputs(stack) | {
        "subnet_ids": {"private": {f"{place}a": "subnet-0a", f"{place}b": "subnet-0b"}},
        "cluster": {"arn": arn, "name": "prod", "namespace_id": "n", "namespace_name": "n", "log_group": "l"},
        "database": {
            "arn": arn,
            "resource_id": "cluster-X",
            "endpoint": "x",
            "port": 1,
            "name": "x",
            "secret_arn": arn,
        },
        "cache": {"id": f"{stack}-cache", "arn": arn, "endpoint": "x", "port": 6379, "secret_arn": arn},
        "tables": {"events": {"name": "prod-events", "arn": arn}},
        "pair": {
            "role": "primary" if stack == "prod" else "secondary",
            "peer_region": WEST if place == EAST else EAST,
            "global_database_id": "atoll-prod",
            "global_datastore_id": "ldgnf-prod",
        },
        "recovery": {
            "services": {"user": {"minimum": 2, "maximum": 20}},
            "aurora": {
                "identifier": "atoll-prod",
                "instances": ["atoll-prod-a", "atoll-prod-b"],
                "subnet_group": "prod-database",
                "security_group_id": "sg-0a",
                "instance_class": "db.r6g.large",
            },
            "backup_role_arn": f"arn:aws:iam::{account}:role/BackupServiceRole",
        },
    }


@cache
def recorded() -> Recording:
    return kit.recorded(kit.settings(recovery_plans=PLANS), {stack: outputs(stack) for stack in kit.REGIONS})


def of(kind: str, fragment: str = "-recovery-") -> list[Node]:
    return [node for node in recorded().graph.of_type(kind) if fragment in node.name]


def machine(plan: str) -> Node:
    (found,) = [node for node in of("aws:sfn/stateMachine:StateMachine") if plain(node.inputs["name"]).endswith(plan)]
    return found


def region(node: Node) -> str:
    assert node.provider is not None
    return str(plain(recorded().graph[node.provider].inputs["region"]))


def test_each_region_owns_the_plans_that_lead_to_it() -> None:
    found = {plain(node.inputs["name"]): region(node) for node in of("aws:sfn/stateMachine:StateMachine")}
    wanted: dict[str, str] = {}
    for kind in KINDS:
        for one, other in ((EAST, WEST), (WEST, EAST)):
            wanted[f"prod-recovery-{kind}-{one}"] = other if kind in ("failover", "evacuate") else one
    assert found == wanted


def test_every_plan_is_an_automation_too_beside_the_one_that_does_steps() -> None:
    documents = of("aws:ssm/document:Document")
    assert len(documents) == 2 * len(KINDS) + 2
    assert {plain(node.inputs["documentType"]) for node in documents} == {"Automation"}
    for node in documents:
        content = json.loads(plain(node.inputs["content"]))
        assert content["schemaVersion"] == "0.3"
        assert len(plain(node.inputs["content"])) < 65_536


def test_machines_are_known_before_the_deployment_and_logged() -> None:
    node = machine("failover-us-east-1")
    definition = json.loads(plain(node.inputs["definition"]))
    assert definition["StartAt"] == "Begin"
    assert "<<" not in plain(node.inputs["definition"])
    assert plain(node.inputs["loggingConfiguration"])["level"] == "ALL"
    assert plain(node.inputs["tracingConfiguration"])["enabled"] is True


def test_a_role_may_do_exactly_what_its_plan_calls() -> None:
    (policy,) = [
        node for node in of("aws:iam/rolePolicy:RolePolicy") if node.name.endswith("-database-us-east-1-permissions")
    ]
    statements = json.loads(plain(policy.inputs["policy"]))["Statement"]
    granted = {action for each in statements for action in each["Action"] if not action.startswith(("logs:", "xray:"))}
    assert granted == {
        "cloudwatch:DescribeAlarms",
        "kms:Decrypt",
        "kms:GenerateDataKey",
        "rds:DescribeDBClusters",
        "rds:FailoverDBCluster",
        "sns:Publish",
    }
    failing = next(each for each in statements if "rds:FailoverDBCluster" in each["Action"])
    assert sorted(failing["Resource"]) == [
        f"arn:aws:rds:us-east-1:{kit.ACCOUNT}:cluster:atoll-prod",
        f"arn:aws:rds:us-east-1:{kit.ACCOUNT}:db:atoll-prod-b",
    ]


@pytest.mark.parametrize(("stack", "place"), list(kit.REGIONS.items()))
def test_a_region_has_its_signals(stack: str, place: str) -> None:
    alarms = {
        plain(node.inputs["name"]): node for node in of("aws:cloudwatch/metricAlarm:MetricAlarm", f"recovery-{stack}-")
    }
    names = {name for name in alarms if region(alarms[name]) == place}
    assert {f"atoll-prod-failing-{stack}", f"atoll-prod-lag-database-{stack}", f"atoll-prod-lag-cache-{stack}"} <= names
    lag = alarms[f"atoll-prod-lag-database-{stack}"].inputs
    assert (plain(lag["metricName"]), plain(lag["threshold"])) == ("AuroraGlobalDBReplicationLag", 1000)
    assert plain(lag["treatMissingData"]) == "missing"
    assert plain(alarms[f"atoll-prod-failing-{stack}"].inputs["threshold"]) == 5


def test_the_parameter_of_writes_is_left_to_the_plans() -> None:
    found = of("aws:ssm/parameter:Parameter")
    assert {plain(node.inputs["name"]) for node in found} == {"/atoll/prod/recovery/writes"}
    assert {node.options.ignore_changes for node in found} == {("value",)}


def test_the_drill_runs_monthly_and_changes_nothing_but_what_is_approved() -> None:
    dry: dict[str, bool] = {}
    for node in of("aws:scheduler/schedule:Schedule"):
        assert plain(node.inputs["scheduleExpression"]) == "cron(0 10 ? * TUE#1 *)"
        target = plain(node.inputs["target"])
        assert target["arn"] == "arn:aws:scheduler:::aws-sdk:sfn:startExecution"
        dry[str(plain(node.inputs["name"]))] = "nothing is changed" in str(plain(node.inputs["description"]))
    assert dry == {
        f"prod-drill-{kind}-{place}": kind == "failover" for kind in ("evacuate", "failover") for place in (EAST, WEST)
    }


def test_experiments_end_when_users_notice_them() -> None:
    found = of("aws:fis/experimentTemplate:ExperimentTemplate")
    actions = {
        (node.name.rpartition("experiments-")[2], action["actionId"])
        for node in found
        for action in plain(node.inputs["actions"])
    }
    assert actions == {
        ("zone-loss", "aws:network:disrupt-connectivity"),
        ("zone-loss", "aws:ecs:stop-task"),
        ("zone-loss", "aws:rds:failover-db-cluster"),
        ("zone-loss", "aws:elasticache:replicationgroup-interrupt-az-power"),
        ("region-cut", "aws:network:route-table-disrupt-cross-region-connectivity"),
        ("region-cut", "aws:s3:bucket-pause-replication"),
        ("tasks", "aws:ecs:stop-task"),
        ("writer", "aws:rds:failover-db-cluster"),
    }
    assert len(found) == 8
    for node in found:
        (stop,) = plain(node.inputs["stopConditions"])
        assert stop["source"] == "aws:cloudwatch:alarm"


def test_nothing_ships_when_no_plans_are_asked_for() -> None:
    assert not list(kit.whole().graph.of_type("aws:sfn/stateMachine:StateMachine"))
