"""Settings of what goes beyond logs, alarms and dashboards: Prometheus, Grafana, traces, SLOs, canaries, Datadog."""

from __future__ import annotations

from enum import StrEnum, unique
from typing import Annotated

from contracts.settings.base import Settings
from contracts.settings.kind import Kind, between, matching, one_of
from contracts.settings.kinds import AccountId, LogRetention, Percent, UrlPath

SITES = ("datadoghq.com", "us3.datadoghq.com", "us5.datadoghq.com", "datadoghq.eu", "ap1.datadoghq.com")
"""Datadog sites that take a CloudWatch metric stream. https://docs.datadoghq.com/integrations/guide/aws-cloudwatch-metric-streams-with-kinesis-data-firehose/"""


def _percent_between(low: float, high: float) -> Kind:
    """A share from `low` to `high` percent, with decimals."""
    return Kind(
        f"{low:g} to {high:g} percent",
        lambda value: None if low <= value <= high else f"it is {'below' if value < low else 'above'} the limit",
        {"minimum": low, "maximum": high},
        f"choose {low:g} to {high:g}",
    )


GroupId = Annotated[
    str,
    matching(
        r"([0-9a-f]{10}-)?[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}",
        "the id of an IAM Identity Center group",
        lambda text: None if len(text) in {36, 47} else "it is not such an id",
        "copy it from `aws identitystore list-groups`",
    ),
]
ExternalId = Annotated[
    str,
    matching(
        r"[A-Za-z0-9+=,.@:/_-]{2,128}",
        "2 to 128 letters, digits and any of +=,.@:/_-",
        lambda text: None if 2 <= len(text) <= 128 else f"it has {len(text)} characters",
        "copy it from the page of the AWS integration",
    ),
]
Namespace = Annotated[
    str,
    matching(
        r"AWS/[A-Za-z0-9]+",
        "a CloudWatch namespace of AWS, such as AWS/ECS",
        lambda text: None if text.startswith("AWS/") and text[4:].isalnum() else "it is no such namespace",
    ),
]
CanaryKey = Annotated[
    str,
    matching(
        r"[a-z][a-z0-9]{0,7}",
        "1 to 8 lower-case letters and digits, beginning with a letter",
        lambda text: None if text.isalnum() and len(text) <= 8 else "a canary's name has 21 characters in all",
        "shorten it",
    ),
]


class PrometheusSettings(Settings):
    """Amazon Managed Service for Prometheus."""

    log_retention_days: LogRetention
    """Retention of what rules and Alertmanager log."""
    group_wait_seconds: Annotated[int, between(0, 3600, "seconds")]
    """How long Alertmanager gathers alerts of one group before it tells."""
    repeat_hours: Annotated[int, between(1, 168, "hours")]
    """After how many hours it tells again what has not gone away."""


class GrafanaSettings(Settings):
    """Amazon Managed Grafana with dashboards as code."""

    admin_groups: tuple[GroupId, ...]
    """Identity Center groups whose people may change everything."""
    editor_groups: tuple[GroupId, ...]
    """Groups whose people may edit dashboards."""
    viewer_groups: tuple[GroupId, ...]
    """Groups whose people may look."""


class PagerDutySettings(Settings):
    """Who is woken."""

    log_retention_days: LogRetention
    """Retention of the forwarding function's log."""


class TracingSettings(Settings):
    """X-Ray."""

    sampling_percent: Percent
    """Share of requests traced beyond the reservoir, 0 to 100."""
    reservoir_per_second: Annotated[int, between(0, 1000, "requests a second")]
    """Requests traced each second and host before the share counts."""
    insights: bool
    """Let X-Ray find anomalies in the group of failures (charged per trace recorded)."""


class SloSettings(Settings):
    """What the platform promises (003): burn-rate alarms and the error budget are made from it."""

    availability_percent: Annotated[float, _percent_between(90, 99.999)]
    """Share of requests that are answered without a failure, over 30 days."""
    latency_p95_milliseconds: Annotated[int, between(1, 60_000, "milliseconds")]
    """Milliseconds within which 95 of 100 requests are answered."""
    error_rate_percent: Annotated[float, _percent_between(0.001, 100)]
    """Share of requests of a critical service that may fail."""
    recovery_minutes: Annotated[int, between(5, 1440, "minutes")]
    """A failure that lasts longer misses the mean time to recovery: one more alarm."""


@unique
class CanaryKind(StrEnum):
    """How an address is asked."""

    HEARTBEAT = "heartbeat"
    """GET answers below 400."""
    API = "api"
    """GET answers 200 with JSON."""


class CanaryCheck(Settings):
    """One thing that is asked from outside."""

    kind: CanaryKind
    """heartbeat: any answer below 400; api: 200 with JSON."""
    path: UrlPath
    """Path on the load balancer's domain, without `*`."""


class CanarySettings(Settings):
    """CloudWatch Synthetics."""

    checks: dict[CanaryKey, CanaryCheck]
    """Name of a canary → what it asks."""
    every_minutes: Annotated[int, one_of((1, 5, 10, 15, 30, 60), "minutes between two runs")]
    """Minutes between two runs. A run costs USD 0.0012: every 5 minutes is about $11 a month and canary."""
    retention_days: Annotated[int, between(1, 455, "days")]
    """Days that results and artifacts are kept."""
    timeout_seconds: Annotated[int, between(3, 840, "seconds")]
    """Seconds after which a run has failed."""


class DatadogSettings(Settings):
    """Datadog beside CloudWatch."""

    site: Annotated[str, one_of(SITES, "a Datadog site")]
    """Site of the organization there."""
    account: AccountId
    """AWS account from which Datadog reads; 464622532012 for all sites but the government's."""
    external_id: ExternalId
    """External id that Datadog drew for the integration."""
    namespaces: tuple[Namespace, ...]
    """CloudWatch namespaces that are streamed."""


class MonitoringSettings(Settings):
    """Each member is a switch: null is off."""

    prometheus: PrometheusSettings | None = None
    """Amazon Managed Service for Prometheus with rules and Alertmanager: about $9 a month for 10 million samples a day,
    charged for what is written, kept and asked. Off if left out."""
    grafana: GrafanaSettings | None = None
    """Amazon Managed Grafana: $9 a month an editor or administrator, $5 a viewer; needs Identity Center.
    Off if left out."""
    pager_duty: PagerDutySettings | None = None
    """Forward alarms and alerts to PagerDuty: below $1 a month beside PagerDuty's own price. Its integration key goes
    into a secret of the vault by hand. Off if left out."""
    tracing: TracingSettings | None = None
    """X-Ray groups, sampling rules and encryption by our key: $5 for a million traces recorded. Off if left out."""
    slo: SloSettings | None = None
    """Burn-rate alarms of the region and an error budget on the dashboards: about $8 a month. Off if left out."""
    canaries: CanarySettings | None = None
    """Synthetic checks from outside: about $11 a month and canary when asked every five minutes. Off if left out."""
    datadog: DatadogSettings | None = None
    """Datadog integration: a role and a metric stream. $0.003 for 1,000 metric updates: about $130 a month for 1,000
    metrics, beside Datadog's own price. Off if left out."""
