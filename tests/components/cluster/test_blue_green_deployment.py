from __future__ import annotations

from typing import Any

import pytest

from contracts.settings.base import DeploymentStrategy
from graph.values import Value
from tests.components.cluster.samples import LISTENER_ARN, ecs, record_service
from tests.kit import GraphView

GROUP = "test-user-deployment-group"
ERRORS = "test-user-deployment-errors"
UNHEALTHY = "test-user-deployment-unhealthy"


def record(strategy: DeploymentStrategy = DeploymentStrategy.CANARY, **changes: Any) -> GraphView:
    return record_service(ecs(strategy), **changes)


def metrics(view: GraphView, alarm: str) -> list[Value]:
    queries = view.value(alarm, "metricQueries")
    assert isinstance(queries, (list, tuple))
    return list(queries)


def test_children_are_a_group_and_two_alarms_when_made() -> None:
    record().assert_children(
        "test-user-deployment",
        [
            ("aws:codedeploy/deploymentGroup:DeploymentGroup", GROUP),
            ("aws:cloudwatch/metricAlarm:MetricAlarm", ERRORS),
            ("aws:cloudwatch/metricAlarm:MetricAlarm", UNHEALTHY),
        ],
    )


@pytest.mark.parametrize(
    ("strategy", "configuration"),
    [
        (DeploymentStrategy.BLUE_GREEN, "CodeDeployDefault.ECSAllAtOnce"),
        (DeploymentStrategy.CANARY, "CodeDeployDefault.ECSCanary10Percent5Minutes"),
    ],
)
def test_traffic_moves_as_the_strategy_says_when_deployed(strategy: DeploymentStrategy, configuration: str) -> None:
    view = record(strategy)

    assert view.value(GROUP, "deploymentConfigName") == configuration
    assert view.value(GROUP, "deploymentStyle") == {
        "deploymentType": "BLUE_GREEN",
        "deploymentOption": "WITH_TRAFFIC_CONTROL",
    }
    assert view.value(GROUP, "blueGreenDeploymentConfig") == {
        "deploymentReadyOption": {"actionOnTimeout": "CONTINUE_DEPLOYMENT"},
        "terminateBlueInstancesOnDeploymentSuccess": {"action": "TERMINATE", "terminationWaitTimeInMinutes": 15},
    }


@pytest.mark.parametrize("strategy", [DeploymentStrategy.BLUE_GREEN, DeploymentStrategy.CANARY])
def test_deployment_rolls_back_by_itself_when_it_fails_or_an_alarm_fires(strategy: DeploymentStrategy) -> None:
    view = record(strategy)

    assert view.value(GROUP, "autoRollbackConfiguration") == {
        "enabled": True,
        "events": ["DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM"],
    }
    assert view.value(GROUP, "alarmConfiguration.enabled") is True
    assert view.value(GROUP, "alarmConfiguration.ignorePollAlarmFailure") is False
    view.assert_wired(GROUP, "alarmConfiguration.alarms", f"{ERRORS}.name", f"{UNHEALTHY}.name")


def test_further_alarms_stop_the_deployment_when_given() -> None:
    view = record(deployment_alarm_names=["user-latency"])

    assert view.value(GROUP, "alarmConfiguration.alarms[2]") == "user-latency"


def test_traffic_moves_between_the_two_target_groups_when_deployed() -> None:
    view = record()
    pair = "loadBalancerInfo.targetGroupPairInfo"

    assert view.value(GROUP, f"{pair}.prodTrafficRoute") == {"listenerArns": [LISTENER_ARN]}
    view.assert_wired(
        GROUP, f"{pair}.targetGroups", "test-user-route-target-blue.name", "test-user-route-target-green.name"
    )
    view.assert_wired(GROUP, "ecsService.clusterName", "test-cluster.name")
    view.assert_wired(GROUP, "ecsService.serviceName", "test-user-service.name")
    view.assert_wired(GROUP, "appName", "test-blue-green-application.name")
    view.assert_wired(GROUP, "serviceRoleArn", "test-blue-green-role.arn")
    view.assert_depends(GROUP, "test-blue-green-role", "test-blue-green-role-policy")


@pytest.mark.parametrize(("alarm", "threshold"), [(ERRORS, 5), (UNHEALTHY, 0)])
def test_alarm_fires_after_two_minutes_when_health_is_bad(alarm: str, threshold: int) -> None:
    view = record()

    assert {
        key: view.value(alarm, key)
        for key in ("comparisonOperator", "threshold", "evaluationPeriods", "datapointsToAlarm", "treatMissingData")
    } == {
        "comparisonOperator": "GreaterThanThreshold",
        "threshold": threshold,
        "evaluationPeriods": 2,
        "datapointsToAlarm": 2,
        "treatMissingData": "notBreaching",
    }


@pytest.mark.parametrize(
    ("alarm", "expected"),
    [
        (ERRORS, ["HTTPCode_Target_5XX_Count", "HTTPCode_Target_5XX_Count", "RequestCount", "RequestCount"]),
        (UNHEALTHY, ["UnHealthyHostCount", "UnHealthyHostCount"]),
    ],
)
def test_alarm_reads_both_target_groups_when_traffic_may_be_on_either(alarm: str, expected: list[str]) -> None:
    view = record()
    count = len(expected)

    assert [view.value(alarm, f"metricQueries[{i}].metric.metricName") for i in range(count)] == expected
    assert {view.value(alarm, f"metricQueries[{i}].metric.period") for i in range(count)} == {60}
    for index in range(count):
        color = "blue" if index % 2 == 0 else "green"
        path = f"metricQueries[{index}].metric.dimensions.TargetGroup"
        view.assert_wired(alarm, path, f"test-user-route-target-{color}.arnSuffix")
    returned = [view.value(alarm, f"metricQueries[{i}].returnData") for i in range(len(metrics(view, alarm)))]
    assert returned == [*([False] * count), True]
