"""How fast an error budget burns: objectives, windows, and the queries and rules of their alarms (OBS-6).

An objective of 99.9 % leaves a budget of 0.1 % for 30 days. A burn rate of 1 spends it in exactly 30 days; 14.4 spends
a fiftieth of it in an hour. Each rate is asked over a long window, so that a blip does not ring, and over a short one,
so that the alarm ends soon after the trouble does. Source: The Site Reliability Workbook, chapter 5, "Alerting on
SLOs", table 5-8 (multiwindow, multi-burn-rate alerts).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum, unique

import pulumi
from pulumi_aws import cloudwatch

MINUTE, HOUR, DAY = 60, 3600, 86_400
BUDGET_SECONDS = 30 * DAY


@unique
class Urgency(StrEnum):
    """What a person does about it."""

    PAGE = "page"
    """Now."""
    TICKET = "ticket"
    """On the next working day."""


@dataclass(frozen=True, kw_only=True)
class BurnWindow:
    """A burn rate over a long and a short window."""

    key: str
    factor: float
    """Times the rate that spends the budget in exactly 30 days."""
    long_seconds: int
    short_seconds: int
    urgency: Urgency

    @property
    def spent_percent(self) -> float:
        """Share of the budget of 30 days that is gone when the long window is full."""
        return 100 * self.factor * self.long_seconds / BUDGET_SECONDS


BURN_WINDOWS = (
    BurnWindow(key="1h", factor=14.4, long_seconds=HOUR, short_seconds=5 * MINUTE, urgency=Urgency.PAGE),
    BurnWindow(key="6h", factor=6, long_seconds=6 * HOUR, short_seconds=30 * MINUTE, urgency=Urgency.PAGE),
    BurnWindow(key="1d", factor=3, long_seconds=DAY, short_seconds=2 * HOUR, urgency=Urgency.TICKET),
    BurnWindow(key="3d", factor=1, long_seconds=3 * DAY, short_seconds=6 * HOUR, urgency=Urgency.TICKET),
)
"""The four pairs; a short window is a twelfth of its long one.

A period of three days is allowed: period times evaluation periods may be seven days.
https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
"""


@dataclass(frozen=True, kw_only=True)
class Source:
    """A metric that an objective is computed from."""

    id: str
    """Name in the expression: lower case."""
    namespace: str
    metric: str
    dimensions: Mapping[str, pulumi.Input[str]]
    statistic: str = "Sum"


@dataclass(frozen=True, kw_only=True)
class Objective:
    """A share of something that may be bad."""

    key: str
    """In names: `availability`."""
    what: str
    """What is bad, for people: `requests fail`."""
    allowed_percent: float
    """The budget: the share that may be bad, in percent."""
    bad_percent: str
    """Metric math: the share that is bad, in percent."""
    sources: Sequence[Source]

    def threshold(self, window: BurnWindow) -> float:
        """Percent that may be bad in a window before it rings; a share is never more than 100."""
        return round(min(window.factor * self.allowed_percent, 100), 6)

    def is_reachable(self, window: BurnWindow) -> bool:
        """Whether so fast a burn is possible at all: with a budget of 10 % everything failing burns ten times."""
        return window.factor * self.allowed_percent < 100


def queries(objective: Objective, period: int) -> list[cloudwatch.MetricAlarmMetricQueryArgs]:
    """The share that is bad over one window of `period` seconds."""
    return [
        cloudwatch.MetricAlarmMetricQueryArgs(
            id="bad", expression=objective.bad_percent, label=f"% of {objective.what}", return_data=True
        ),
        *(
            cloudwatch.MetricAlarmMetricQueryArgs(
                id=source.id,
                return_data=False,
                metric=cloudwatch.MetricAlarmMetricQueryMetricArgs(
                    namespace=source.namespace,
                    metric_name=source.metric,
                    dimensions=dict(source.dimensions),
                    stat=source.statistic,
                    period=period,
                ),
            )
            for source in objective.sources
        ),
    ]


def both(long_alarm: str, short_alarm: str) -> str:
    """The rule of the composite: the long window and the short one burn."""
    return f'ALARM("{long_alarm}") AND ALARM("{short_alarm}")'


def of_availability(balancer: pulumi.Input[str], availability_percent: float) -> Objective:
    """Requests of a load balancer that fail, its own 5xx answers included (those are in no RequestCount)."""

    def source(id_: str, metric: str) -> Source:
        return Source(id=id_, namespace="AWS/ApplicationELB", metric=metric, dimensions={"LoadBalancer": balancer})

    return Objective(
        key="availability",
        what="requests fail",
        allowed_percent=round(100 - availability_percent, 6),
        bad_percent="100 * (FILL(failed, 0) + FILL(refused, 0)) / (requests + FILL(refused, 0))",
        sources=(
            source("requests", "RequestCount"),
            source("failed", "HTTPCode_Target_5XX_Count"),
            source("refused", "HTTPCode_ELB_5XX_Count"),
        ),
    )


def of_latency(balancer: pulumi.Input[str], milliseconds: int) -> Objective:
    """Requests of a load balancer that take longer than so many milliseconds: P95 leaves 5 % for them.

    `PR(:x)` is the share of values up to x. https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Statistics-definitions.html
    """
    return Objective(
        key="latency",
        what=f"requests take longer than {milliseconds} ms",
        allowed_percent=5,
        bad_percent="100 - within",
        sources=(
            Source(
                id="within",
                namespace="AWS/ApplicationELB",
                metric="TargetResponseTime",
                dimensions={"LoadBalancer": balancer},
                statistic=f"PR(:{milliseconds / 1000:g})",
            ),
        ),
    )


def of_errors(balancer: pulumi.Input[str], target_group: pulumi.Input[str], error_rate_percent: float) -> Objective:
    """Requests of one service behind a load balancer that fail."""
    dimensions = {"LoadBalancer": balancer, "TargetGroup": target_group}
    return Objective(
        key="errors",
        what="requests fail",
        allowed_percent=error_rate_percent,
        bad_percent="100 * FILL(failed, 0) / requests",
        sources=(
            Source(id="requests", namespace="AWS/ApplicationELB", metric="RequestCount", dimensions=dimensions),
            Source(
                id="failed",
                namespace="AWS/ApplicationELB",
                metric="HTTPCode_Target_5XX_Count",
                dimensions=dimensions,
            ),
        ),
    )
