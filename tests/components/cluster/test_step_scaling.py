from __future__ import annotations

import pytest

from components.cluster import StepScaling, StepScalingArgs
from graph.values import MISSING
from tests.components.cluster.samples import scaling
from tests.kit import GraphView, record_component

TARGET = ("aws:appautoscaling/target:Target", "user-target")
ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm"
POLICY = "aws:appautoscaling/policy:Policy"


def record(minimum: int, maximum: int) -> GraphView:
    settings = scaling(minimum, maximum)
    return record_component(
        lambda: StepScaling("user", args=StepScalingArgs(settings=settings, cluster_name="test", service_name="user"))
    )


@pytest.mark.parametrize(("minimum", "maximum"), [(2, 20), (1, 5)])
def test_target_policies_and_alarms_are_made_when_there_is_room_to_scale(minimum: int, maximum: int) -> None:
    view = record(minimum, maximum)

    view.assert_children(
        "user",
        [
            TARGET,
            (POLICY, "user-scale-out"),
            (POLICY, "user-scale-in"),
            (ALARM, "user-cpu-high"),
            (ALARM, "user-cpu-low"),
        ],
    )
    assert view.node("user-target").inputs == {
        "serviceNamespace": "ecs",
        "scalableDimension": "ecs:service:DesiredCount",
        "resourceId": "service/test/user",
        "minCapacity": minimum,
        "maxCapacity": maximum,
    }


def test_target_alone_is_made_when_minimum_is_maximum() -> None:
    view = record(1, 1)

    view.assert_children("user", [TARGET])
    assert (view.value("user-target", "minCapacity"), view.value("user-target", "maxCapacity")) == (1, 1)


@pytest.mark.parametrize(
    ("alarm", "comparison", "threshold", "minutes", "policy"),
    [
        ("user-cpu-high", "GreaterThanThreshold", 70, 2, "user-scale-out"),
        ("user-cpu-low", "LessThanThreshold", 40, 5, "user-scale-in"),
    ],
)
def test_alarm_is_document_004s_when_cpu_crosses_a_threshold(
    alarm: str, comparison: str, threshold: int, minutes: int, policy: str
) -> None:
    view = record(2, 20)
    inputs = dict(view.node(alarm).inputs)

    del inputs["alarmActions"], inputs["alarmDescription"]
    assert inputs == {
        "namespace": "AWS/ECS",
        "metricName": "CPUUtilization",
        "dimensions": {"ClusterName": "test", "ServiceName": "user"},
        "statistic": "Average",
        "period": 60,
        "evaluationPeriods": minutes,
        "datapointsToAlarm": minutes,
        "comparisonOperator": comparison,
        "threshold": threshold,
        "treatMissingData": "notBreaching",
    }
    view.assert_wired(alarm, "alarmActions", f"{policy}.arn")


@pytest.mark.parametrize(
    ("policy", "step", "cooldown"),
    [
        ("user-scale-out", {"scalingAdjustment": 1, "metricIntervalLowerBound": "0"}, 120),
        ("user-scale-in", {"scalingAdjustment": -1, "metricIntervalUpperBound": "0"}, 300),
    ],
)
def test_policy_moves_one_task_when_its_alarm_fires(policy: str, step: dict[str, object], cooldown: int) -> None:
    view = record(2, 20)

    assert view.value(policy, "policyType") == "StepScaling"
    assert view.value(policy, "stepScalingPolicyConfiguration") == {
        "adjustmentType": "ChangeInCapacity",
        "metricAggregationType": "Average",
        "cooldown": cooldown,
        "stepAdjustments": [step],
    }
    assert view.value(policy, "targetTrackingScalingPolicyConfiguration") is MISSING
    view.assert_depends(policy, "user-target")


@pytest.mark.parametrize("recovery_scales", [True, False])
def test_minimum_is_left_alone_after_creation_when_recovery_scales(recovery_scales: bool) -> None:
    view = record_component(
        lambda: StepScaling(
            "user",
            args=StepScalingArgs(
                settings=scaling(2, 20), cluster_name="test", service_name="user", recovery_scales=recovery_scales
            ),
        )
    )
    target = view.node("user-target")
    assert target.inputs["minCapacity"] == 2
    assert target.options.ignore_changes == (("minCapacity",) if recovery_scales else ())
