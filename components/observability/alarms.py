"""The alarms of one environment (OBS-1)."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi
from pulumi_aws import cloudwatch

from components.observability.alarm_plan import (
    BAND_STANDARD_DEVIATIONS,
    PERIOD_SECONDS,
    AlarmPlan,
    BandPlan,
    alarm_plans,
    band_plans,
)
from components.observability.subjects import Subjects
from contracts.settings.operations import ObservabilitySettings

TOKEN = "atoll:observability:Alarms"


@dataclass(frozen=True, kw_only=True)
class AlarmsArgs:
    """What is watched and who is told."""

    settings: ObservabilitySettings
    subjects: Subjects
    topic_arn: pulumi.Input[str]


class Alarms(pulumi.ComponentResource):
    """Alarms on CPU, database, cache, load balancer and log errors; by setting, anomaly alarms and a composite.

    Document 002's HighCPUUtilization (CPUUtilization above 80 %, GreaterThanThreshold) exists once per ECS service
    and for the database: Fargate publishes CPU per service only. Missing data is no alarm, so an environment that
    sleeps at night stays quiet. With the composite alarm on, it alone notifies, and says which of its alarms fired.

    Costs USD 0.10 a month and alarm metric, 0.30 an anomaly alarm, 0.50 the composite (us-east-1).

    Source: OBS-1; Amazon CloudWatch User Guide, "Using Amazon CloudWatch alarms", "Creating a composite alarm".
    """

    alarm_names: tuple[str, ...]
    """Physical names, known beforehand: dashboards show them."""

    def __init__(self, name: str, *, args: AlarmsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Make the alarms that the settings pay for."""
        super().__init__(TOKEN, name, None, opts)
        actions = [] if args.settings.composite_alarm else [args.topic_arn]
        plans = alarm_plans(args.settings, args.subjects)
        bands = band_plans(args.settings, args.subjects)
        alarms = [
            *(_threshold_alarm(self, name, plan, actions) for plan in plans),
            *(_band_alarm(self, name, plan, actions) for plan in bands),
        ]
        names = [plan.name for plan in (*plans, *bands)]
        if args.settings.composite_alarm and names:
            health = f"atoll-{args.subjects.environment}-platform-health"
            cloudwatch.CompositeAlarm(
                f"{name}-alarm-platform-health",
                alarm_name=health,
                alarm_description="At least one alarm of the platform has fired.",
                alarm_rule=composite_rule(names),
                alarm_actions=[args.topic_arn],
                ok_actions=[args.topic_arn],
                opts=pulumi.ResourceOptions(parent=self, depends_on=alarms),
            )
            names.append(health)
        self.alarm_names = tuple(names)
        self.register_outputs({"alarm_names": list(names)})


def composite_rule(alarm_names: list[str]) -> str:
    """Return the rule that is in alarm while any of these is."""
    return " OR ".join(f'ALARM("{name}")' for name in alarm_names)


def _threshold_alarm(
    parent: Alarms, name: str, plan: AlarmPlan, actions: list[pulumi.Input[str]]
) -> cloudwatch.MetricAlarm:
    return cloudwatch.MetricAlarm(
        f"{name}-alarm-{plan.key}",
        name=plan.name,
        alarm_description=plan.description,
        namespace=plan.metric.namespace,
        metric_name=plan.metric.name,
        dimensions=plan.metric.dimensions or None,
        statistic=None if plan.metric.is_percentile else plan.metric.statistic,
        extended_statistic=plan.metric.statistic if plan.metric.is_percentile else None,
        comparison_operator=plan.comparison,
        threshold=plan.threshold,
        period=PERIOD_SECONDS,
        evaluation_periods=plan.periods,
        datapoints_to_alarm=plan.periods,
        treat_missing_data="notBreaching",
        alarm_actions=actions,
        ok_actions=actions,
        opts=pulumi.ResourceOptions(parent=parent),
    )


def _band_alarm(parent: Alarms, name: str, plan: BandPlan, actions: list[pulumi.Input[str]]) -> cloudwatch.MetricAlarm:
    return cloudwatch.MetricAlarm(
        f"{name}-alarm-{plan.key}",
        name=plan.name,
        alarm_description=plan.description,
        comparison_operator="LessThanLowerOrGreaterThanUpperThreshold",
        threshold_metric_id="band",
        evaluation_periods=3,
        datapoints_to_alarm=3,
        treat_missing_data="notBreaching",
        metric_queries=[
            cloudwatch.MetricAlarmMetricQueryArgs(
                id="metric",
                return_data=True,
                metric=cloudwatch.MetricAlarmMetricQueryMetricArgs(
                    namespace=plan.metric.namespace,
                    metric_name=plan.metric.name,
                    dimensions=plan.metric.dimensions,
                    stat=plan.metric.statistic,
                    period=PERIOD_SECONDS,
                ),
            ),
            cloudwatch.MetricAlarmMetricQueryArgs(
                id="band",
                expression=f"ANOMALY_DETECTION_BAND(metric, {BAND_STANDARD_DEVIATIONS})",
                label="expected",
                return_data=True,
            ),
        ],
        alarm_actions=actions,
        ok_actions=actions,
        opts=pulumi.ResourceOptions(parent=parent),
    )
