"""What recovery plans ask in a region before they act: does it serve, how far is it behind, may it write (DR-3)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi
from pulumi_aws import cloudwatch, ssm

from contracts.recovery.actions import Store, Writes
from contracts.recovery.facts import RegionFacts

TOKEN = "atoll:recovery:RecoverySignals"
PERIOD_SECONDS = 60
FAILING_PERCENT = 5.0
"""Share of requests that fail from which on a region is impaired."""
FAILING_MINUTES = 2


@dataclass(frozen=True, kw_only=True)
class RecoverySignalsArgs:
    """Wiring of a region's signals."""

    facts: RegionFacts
    """Names and limits."""
    load_balancer_arn: pulumi.Input[str]
    topic_arn: pulumi.Input[str]
    lags: Mapping[Store, LagMetric]
    """Store that `facts.lags` names → how its lag is measured."""


@dataclass(frozen=True, kw_only=True)
class LagMetric:
    """A metric of a lag."""

    namespace: str
    name: str
    dimensions: Mapping[str, pulumi.Input[str]]
    per_second: float
    """Units of the metric in a second: 1000 for milliseconds."""


class RecoverySignals(pulumi.ComponentResource):
    """Alarms that plans ask, and the parameter that services ask before they write.

    Makes: an alarm on the share of requests that the load balancer and what is behind it fail (above 5 % in two
    minutes; no requests are no failure); an alarm for the lag of each replicated store, which without data is not OK,
    so that an unknown lag refuses a planned move; and the parameter, `open` or `frozen`, whose value plans change and
    the program leaves alone.
    Costs: USD 0.10 a month for each metric: about USD 0.60.
    Units: percent, and those of each metric. Source: DR-3; Amazon CloudWatch User Guide, "Using metric math".
    """

    health_alarm_arn: pulumi.Output[str]

    def __init__(self, name: str, *, args: RecoverySignalsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Make `{name}-failing`, `{name}-lag-<store>` and `{name}-writes`."""
        super().__init__(TOKEN, name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        facts = args.facts
        balancer = pulumi.Output.from_input(args.load_balancer_arn).apply(lambda arn: arn.split(":loadbalancer/")[-1])
        health = cloudwatch.MetricAlarm(
            f"{name}-failing",
            name=facts.health_alarm,
            alarm_description=f"{facts.region} fails more than {FAILING_PERCENT:g} % of its requests.",
            metric_queries=[
                *(
                    _query(key, metric, balancer)
                    for key, metric in (
                        ("requests", "RequestCount"),
                        ("own", "HTTPCode_ELB_5XX_Count"),
                        ("targets", "HTTPCode_Target_5XX_Count"),
                    )
                ),
                cloudwatch.MetricAlarmMetricQueryArgs(
                    id="failing",
                    label="Failing requests (%)",
                    expression="100 * (FILL(own, 0) + FILL(targets, 0)) / requests",
                    return_data=True,
                ),
            ],
            evaluation_periods=FAILING_MINUTES,
            threshold=FAILING_PERCENT,
            comparison_operator="GreaterThanThreshold",
            treat_missing_data="notBreaching",
            alarm_actions=[args.topic_arn],
            ok_actions=[args.topic_arn],
            opts=child,
        )
        for store, metric in sorted(args.lags.items()):
            lag = facts.lags[store]
            cloudwatch.MetricAlarm(
                f"{name}-lag-{store}",
                name=lag.alarm,
                alarm_description=f"The {store} of {facts.region} lags more than {lag.limit_seconds:g} s.",
                namespace=metric.namespace,
                metric_name=metric.name,
                dimensions=dict(metric.dimensions),
                statistic="Maximum",
                period=PERIOD_SECONDS,
                evaluation_periods=1,
                threshold=lag.limit_seconds * metric.per_second,
                comparison_operator="GreaterThanThreshold",
                # Neither OK nor ALARM: the writer itself has no lag, and a lag that nobody knows is not short.
                treat_missing_data="missing",
                alarm_actions=[args.topic_arn],
                opts=child,
            )
        ssm.Parameter(
            f"{name}-writes",
            name=facts.writes_parameter,
            description="Whether services of this region may write: open or frozen. Recovery plans change it.",
            type="String",
            value=Writes.OPEN.value,
            opts=pulumi.ResourceOptions(parent=self, ignore_changes=["value"]),
        )
        self.health_alarm_arn = health.arn
        self.register_outputs({"health_alarm_arn": self.health_alarm_arn})


def _query(key: str, metric: str, balancer: pulumi.Output[str]) -> cloudwatch.MetricAlarmMetricQueryArgs:
    return cloudwatch.MetricAlarmMetricQueryArgs(
        id=key,
        metric=cloudwatch.MetricAlarmMetricQueryMetricArgs(
            namespace="AWS/ApplicationELB",
            metric_name=metric,
            dimensions={"LoadBalancer": balancer},
            period=PERIOD_SECONDS,
            stat="Sum",
        ),
    )
