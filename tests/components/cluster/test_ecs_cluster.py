from __future__ import annotations

import json
from typing import Any

import pytest

from components.cluster import BlueGreenApplication, BlueGreenApplicationArgs
from contracts.settings.base import DeploymentStrategy
from contracts.settings.compute import EcsSettings
from tests.components.cluster.samples import EXECUTION_ROLE, KEY_ARN, TASK_ROLE, cluster, ecs
from tests.kit import ACCOUNT, REGION, GraphView, record_component

LOG_GROUP = "aws:cloudwatch/logGroup:LogGroup"
ROLLING_CHILDREN = {
    (LOG_GROUP, "test-app-service-logs"),
    (LOG_GROUP, "test-execute-command-logs"),
    ("aws:ecs/cluster:Cluster", "test-cluster"),
    ("aws:ecs/clusterCapacityProviders:ClusterCapacityProviders", "test-cluster-capacity"),
    ("aws:servicediscovery/privateDnsNamespace:PrivateDnsNamespace", "test-namespace"),
}


def record(settings: EcsSettings) -> GraphView:
    """Record a cluster whose name is known, as it is once it has been made."""
    return record_component(
        lambda: cluster(settings),
        outputs=lambda node: {"name": "test-cluster-1"} if node.type == "aws:ecs/cluster:Cluster" else {},
    )


def test_cluster_has_no_codedeploy_when_rolling() -> None:
    record(ecs()).assert_children("test", ROLLING_CHILDREN)


@pytest.mark.parametrize("strategy", [DeploymentStrategy.BLUE_GREEN, DeploymentStrategy.CANARY])
def test_cluster_has_one_codedeploy_application_when_blue_green(strategy: DeploymentStrategy) -> None:
    view = record(ecs(strategy))

    view.assert_children("test", ROLLING_CHILDREN | {("atoll:cluster:BlueGreenApplication", "test-blue-green")})
    view.assert_children(
        "test-blue-green",
        [
            ("aws:codedeploy/application:Application", "test-blue-green-application"),
            ("aws:iam/role:Role", "test-blue-green-role"),
            ("aws:iam/rolePolicy:RolePolicy", "test-blue-green-role-policy"),
        ],
    )
    assert view.value("test-blue-green-application", "computePlatform") == "ECS"


@pytest.mark.parametrize(
    ("role", "name"),
    [
        ("app-service-logs", "/aws/ecs/app-service-test"),
        ("execute-command-logs", "/aws/ecs/execute-command-test"),
    ],
)
def test_logs_are_named_encrypted_and_expire_when_written(role: str, name: str) -> None:
    assert record(ecs(log_retention_days=14)).node(f"test-{role}").inputs == {
        "name": name,
        "retentionInDays": 14,
        "kmsKeyId": KEY_ARN,
    }


def test_sessions_are_logged_encrypted_when_a_command_is_executed() -> None:
    view = record(ecs())
    path = "configuration.executeCommandConfiguration"

    assert view.value("test-cluster", f"{path}.logging") == "OVERRIDE"
    assert view.value("test-cluster", f"{path}.kmsKeyId") == KEY_ARN
    assert view.value("test-cluster", f"{path}.logConfiguration.cloudWatchEncryptionEnabled") is True
    view.assert_wired(
        "test-cluster", f"{path}.logConfiguration.cloudWatchLogGroupName", "test-execute-command-logs.name"
    )


@pytest.mark.parametrize(("enabled", "value"), [(True, "enabled"), (False, "disabled")])
def test_container_insights_follow_the_setting_when_switched(enabled: bool, value: str) -> None:
    view = record(ecs(container_insights=enabled))

    assert view.value("test-cluster", "settings") == [{"name": "containerInsights", "value": value}]
    metrics = (LOG_GROUP, "test-container-insights-logs")
    assert (metrics in view.children("test")) is enabled
    if enabled:
        name = "/aws/ecs/containerinsights/test-cluster-1/performance"
        assert view.value("test-container-insights-logs", "name") == name


@pytest.mark.parametrize(
    ("spot_percent", "strategy"),
    [
        (100, [{"capacityProvider": "FARGATE_SPOT", "weight": 1, "base": 0}]),
        (0, [{"capacityProvider": "FARGATE", "weight": 1, "base": 0}]),
        (
            30,
            [
                {"capacityProvider": "FARGATE", "weight": 70, "base": 1},
                {"capacityProvider": "FARGATE_SPOT", "weight": 30, "base": 0},
            ],
        ),
    ],
)
def test_default_strategy_follows_spot_percent_when_set(spot_percent: int, strategy: list[dict[str, Any]]) -> None:
    view = record(ecs(spot_percent=spot_percent))

    assert view.value("test-cluster-capacity", "capacityProviders") == ["FARGATE", "FARGATE_SPOT"]
    assert view.value("test-cluster-capacity", "defaultCapacityProviderStrategies") == strategy
    view.assert_wired("test-cluster-capacity", "clusterName", "test-cluster.name")


def test_namespace_is_private_to_the_vpc_when_made() -> None:
    view = record(ecs())

    assert view.value("test-namespace", "name") == "test.atoll.internal"
    assert view.value("test-namespace", "vpc") == "vpc-1"


def test_codedeploy_is_limited_to_the_cluster_and_its_roles_when_it_deploys() -> None:
    args = BlueGreenApplicationArgs(
        cluster_name="test", account_id=ACCOUNT, region=REGION, task_role_arns=[EXECUTION_ROLE, TASK_ROLE]
    )
    view = record_component(lambda: BlueGreenApplication("app", args=args))
    trust, policy = view.value("app-role", "assumeRolePolicy"), view.value("app-role-policy", "policy")
    assert isinstance(trust, str)
    assert isinstance(policy, str)
    [trusted] = json.loads(trust)["Statement"]
    statements = {statement["Sid"]: statement for statement in json.loads(policy)["Statement"]}

    assert trusted["Principal"] == {"Service": "codedeploy.amazonaws.com"}
    assert trusted["Condition"] == {"StringEquals": {"aws:SourceAccount": ACCOUNT}}
    assert statements["MoveTaskSets"]["Resource"] == [
        f"arn:aws:ecs:{REGION}:{ACCOUNT}:service/test/*",
        f"arn:aws:ecs:{REGION}:{ACCOUNT}:task-set/test/*",
    ]
    assert statements["HandRolesToTasks"]["Resource"] == [EXECUTION_ROLE, TASK_ROLE]
    assert statements["HandRolesToTasks"]["Condition"] == {
        "StringEquals": {"iam:PassedToService": "ecs-tasks.amazonaws.com"}
    }
    anywhere = [sid for sid, statement in statements.items() if statement["Resource"] == "*"]
    assert anywhere == ["SeeTraffic"]
    assert all("*" not in action for statement in statements.values() for action in statement["Action"])
