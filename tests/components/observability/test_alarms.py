from __future__ import annotations

import pulumi
import pytest
from pulumi_aws.provider import Provider

from components.observability import (
    Alarms,
    AlarmsArgs,
    AlarmTopic,
    AlarmTopicArgs,
    Dashboards,
    DashboardsArgs,
    ErrorFilters,
    ErrorFiltersArgs,
    LogGroups,
    LogGroupsArgs,
    Subjects,
)
from components.observability.alarm_plan import GIB, alarm_plans
from contracts.settings.operations import AlarmGroup, ObservabilitySettings
from tests.components.observability.samples import BALANCER, KEY, NOTHING, TOPIC, settings, subjects
from tests.kit import ACCOUNT, REGION, GraphView, record_component

ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm"
COMPOSITE = "aws:cloudwatch/compositeAlarm:CompositeAlarm"
EVERY_KEY = {
    "alb-latency",
    "alb-own-5xx",
    "alb-target-5xx",
    "alb-user-unhealthy",
    "cache-atoll-test-0001-001-evictions",
    "cache-atoll-test-0001-001-memory",
    "ecs-jobs-cpu",
    "ecs-user-cpu",
    "logs-errors",
    "rds-connections",
    "rds-cpu",
    "rds-storage",
}


def record(chosen: ObservabilitySettings, watched: Subjects | None = None) -> GraphView:
    args = AlarmsArgs(settings=chosen, subjects=watched or subjects(), topic_arn=TOPIC)
    return record_component(lambda: Alarms("test", args=args))


@pytest.fixture(scope="module")
def view() -> GraphView:
    """Every group of alarms; recorded once, read by many."""
    return record(settings())


def test_every_subject_has_its_alarms_when_all_groups_are_paid_for(view: GraphView) -> None:
    view.assert_children("test", [(ALARM, f"test-alarm-{key}") for key in EVERY_KEY])


@pytest.mark.parametrize(
    ("key", "name", "namespace", "dimensions"),
    [
        (
            "ecs-user-cpu",
            "atoll-test-ecs-user-HighCPUUtilization",
            "AWS/ECS",
            {"ClusterName": "atoll-test", "ServiceName": "user-1"},
        ),
        (
            "ecs-jobs-cpu",
            "atoll-test-ecs-jobs-HighCPUUtilization",
            "AWS/ECS",
            {"ClusterName": "atoll-test", "ServiceName": "jobs-1"},
        ),
        ("rds-cpu", "atoll-test-rds-HighCPUUtilization", "AWS/RDS", {"DBInstanceIdentifier": "atoll-test"}),
    ],
)
def test_high_cpu_is_the_documents_alarm_when_above_eighty(
    view: GraphView, key: str, name: str, namespace: str, dimensions: dict[str, str]
) -> None:
    inputs = dict(view.node(f"test-alarm-{key}").inputs)

    assert inputs.pop("alarmDescription")
    assert inputs == {
        "name": name,
        "namespace": namespace,
        "metricName": "CPUUtilization",
        "dimensions": dimensions,
        "statistic": "Average",
        "comparisonOperator": "GreaterThanThreshold",
        "threshold": 80,
        "period": 300,
        "evaluationPeriods": 2,
        "datapointsToAlarm": 2,
        "treatMissingData": "notBreaching",
        "alarmActions": [TOPIC],
        "okActions": [TOPIC],
    }


@pytest.mark.parametrize(
    ("key", "metric", "statistic", "comparison", "threshold", "periods"),
    [
        ("rds-storage", "FreeStorageSpace", "Average", "LessThanThreshold", 4 * GIB, 1),
        ("rds-connections", "DatabaseConnections", "Average", "GreaterThanThreshold", 60, 2),
        ("cache-atoll-test-0001-001-memory", "DatabaseMemoryUsagePercentage", "Average", "GreaterThanThreshold", 75, 2),
        ("cache-atoll-test-0001-001-evictions", "Evictions", "Sum", "GreaterThanThreshold", 100, 1),
        ("alb-target-5xx", "HTTPCode_Target_5XX_Count", "Sum", "GreaterThanThreshold", 10, 1),
        ("alb-own-5xx", "HTTPCode_ELB_5XX_Count", "Sum", "GreaterThanThreshold", 10, 1),
        ("alb-user-unhealthy", "UnHealthyHostCount", "Maximum", "GreaterThanThreshold", 0, 2),
        ("logs-errors", "ErrorCount", "Sum", "GreaterThanThreshold", 20, 1),
    ],
)
def test_alarm_compares_its_metric_with_the_setting_when_recorded(
    view: GraphView, key: str, metric: str, statistic: str, comparison: str, threshold: float, periods: int
) -> None:
    inputs = view.node(f"test-alarm-{key}").inputs

    assert inputs["metricName"] == metric
    assert inputs["statistic"] == statistic
    assert inputs["comparisonOperator"] == comparison
    assert inputs["threshold"] == threshold
    assert inputs["evaluationPeriods"] == periods


def test_latency_is_a_percentile_in_seconds_when_the_setting_is_in_milliseconds(view: GraphView) -> None:
    inputs = view.node("test-alarm-alb-latency").inputs

    assert inputs["extendedStatistic"] == "p95"
    assert "statistic" not in inputs
    assert inputs["threshold"] == 0.2
    assert inputs["dimensions"] == {"LoadBalancer": BALANCER}


def test_error_count_has_no_dimension_when_all_groups_feed_one_metric(view: GraphView) -> None:
    inputs = view.node("test-alarm-logs-errors").inputs

    assert inputs["namespace"] == "Atoll/test"
    assert "dimensions" not in inputs


@pytest.mark.parametrize(
    ("group", "keys"),
    [
        (AlarmGroup.CPU, {"ecs-user-cpu", "ecs-jobs-cpu", "rds-cpu"}),
        (AlarmGroup.DATABASE, {"rds-storage", "rds-connections"}),
        (AlarmGroup.CACHE, {"cache-atoll-test-0001-001-memory", "cache-atoll-test-0001-001-evictions"}),
        (AlarmGroup.LOAD_BALANCER, {"alb-target-5xx", "alb-own-5xx", "alb-latency", "alb-user-unhealthy"}),
        (AlarmGroup.ERRORS, {"logs-errors"}),
    ],
)
def test_environment_pays_for_its_groups_alone_when_settings_choose(group: AlarmGroup, keys: set[str]) -> None:
    assert {plan.key for plan in alarm_plans(settings(alarms=(group,)), subjects())} == keys


def test_there_is_no_alarm_when_there_is_nothing_to_watch() -> None:
    assert alarm_plans(settings(), NOTHING) == []


def test_composite_alone_notifies_when_switched_on() -> None:
    view = record(settings(alarms=(AlarmGroup.DATABASE,), composite_alarm=True))

    view.assert_children(
        "test",
        [
            (ALARM, "test-alarm-rds-storage"),
            (ALARM, "test-alarm-rds-connections"),
            (COMPOSITE, "test-alarm-platform-health"),
        ],
    )
    assert view.node("test-alarm-platform-health").inputs == {
        "alarmName": "atoll-test-platform-health",
        "alarmDescription": "At least one alarm of the platform has fired.",
        "alarmRule": 'ALARM("atoll-test-rds-LowFreeStorage") OR ALARM("atoll-test-rds-HighConnections")',
        "alarmActions": [TOPIC],
        "okActions": [TOPIC],
    }
    view.assert_depends("test-alarm-platform-health", "test-alarm-rds-storage", "test-alarm-rds-connections")
    for key in ("rds-storage", "rds-connections"):
        assert view.value(f"test-alarm-{key}", "alarmActions") == []


def test_leaving_the_learnt_band_alarms_when_anomaly_detection_is_on() -> None:
    view = record(settings(alarms=(), anomaly_detection=True))

    view.assert_children(
        "test", [(ALARM, "test-alarm-alb-requests-anomaly"), (ALARM, "test-alarm-alb-latency-anomaly")]
    )
    inputs = view.node("test-alarm-alb-latency-anomaly").inputs
    assert inputs["comparisonOperator"] == "LessThanLowerOrGreaterThanUpperThreshold"
    assert inputs["thresholdMetricId"] == "band"
    assert "threshold" not in inputs
    assert inputs["metricQueries"] == [
        {
            "id": "metric",
            "returnData": True,
            "metric": {
                "namespace": "AWS/ApplicationELB",
                "metricName": "TargetResponseTime",
                "dimensions": {"LoadBalancer": BALANCER},
                "stat": "p95",
                "period": 300,
            },
        },
        {
            "id": "band",
            "expression": "ANOMALY_DETECTION_BAND(metric, 2)",
            "label": "expected",
            "returnData": True,
        },
    ]


def test_every_child_uses_the_explicit_provider_when_given() -> None:
    def build() -> None:
        opts = pulumi.ResourceOptions(providers=[Provider("explicit", region=REGION)])
        watched = subjects()
        topic = AlarmTopic(
            "test",
            args=AlarmTopicArgs(
                environment="test", account_id=ACCOUNT, region=REGION, key_arn=KEY, emails=("a@b.example",)
            ),
            opts=opts,
        )
        chosen = settings(composite_alarm=True, anomaly_detection=True)
        alarms = Alarms("test", args=AlarmsArgs(settings=chosen, subjects=watched, topic_arn=topic.arn), opts=opts)
        shown = DashboardsArgs(subjects=watched, alarm_names=alarms.alarm_names, latency_objective_seconds=0.2)
        Dashboards("test", args=shown, opts=opts)
        LogGroups("test", args=LogGroupsArgs(retention_days={"/aws/lambda/x": 14}, key_arn=KEY), opts=opts)
        ErrorFilters("test", args=ErrorFiltersArgs(environment="test", log_groups={"x": "/aws/lambda/x"}), opts=opts)

    for node in record_component(build).graph:
        if node.package == "aws" and not node.is_provider:
            assert (node.provider or "").endswith("::explicit"), node


def test_writer_and_lag_of_a_cluster_are_watched_when_the_database_is_one() -> None:
    watched = subjects(database_is_cluster=True)
    plans = {plan.key: plan for plan in alarm_plans(settings(), watched) if plan.key.startswith("rds-")}
    writer = {"DBClusterIdentifier": "atoll-test", "Role": "WRITER"}

    assert {key: (plan.metric.name, dict(plan.metric.dimensions)) for key, plan in plans.items()} == {
        "rds-cpu": ("CPUUtilization", writer),
        "rds-storage": ("FreeLocalStorage", writer),
        "rds-connections": ("DatabaseConnections", writer),
        "rds-replica-lag": ("AuroraReplicaLagMaximum", writer),
    }
    assert plans["rds-replica-lag"].threshold == 1000
