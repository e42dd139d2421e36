"""Settings of observability and cost (OBS-1, OBS-2, COST-1, COST-3)."""

from __future__ import annotations

from enum import StrEnum, unique
from typing import Annotated

from contracts.settings.base import Settings
from contracts.settings.kind import between, one_of
from contracts.settings.kinds import Cron, Email, LogRetention, TagValue, Timezone
from contracts.settings.spending import CostManagementSettings

Count = Annotated[int, between(0, 1_000_000, "in five minutes")]


@unique
class AlarmGroup(StrEnum):
    """What is watched. Every alarm costs the same, so an environment chooses the groups it pays for."""

    CPU = "cpu"
    """HighCPUUtilization of every ECS service and of the database (002)."""
    DATABASE = "database"
    """Free storage and connections of the database."""
    CACHE = "cache"
    """Memory and evictions of every cache node."""
    LOAD_BALANCER = "load-balancer"
    """5xx answers, unhealthy hosts and p95 latency."""
    ERRORS = "errors"
    """ErrorCount of the log groups."""


class AlarmThresholds(Settings):
    """Above (or, for free storage, below) these an alarm fires."""

    database_free_storage_gib: Annotated[int, between(1, 65536, "GiB")]
    """Free storage of the database in GiB; below it the alarm fires."""
    database_connections: Annotated[int, between(1, 262143, "connections")]
    """Open connections of the database."""
    cache_memory_percent: Annotated[int, between(1, 100, "percent")]
    """Memory in use on a cache node."""
    cache_evictions: Count
    """Evicted keys in five minutes."""
    server_errors: Count
    """5xx answers of targets or load balancer in five minutes."""
    latency_p95_milliseconds: Annotated[int, between(1, 60_000, "milliseconds")]
    """95th percentile of the targets' response time."""
    error_count: Count
    """Log lines with ERROR in five minutes."""


class ObservabilitySettings(Settings):
    """CloudWatch log groups, alarms and dashboards."""

    lambda_log_retention_days: LogRetention
    """Retention of functions' log groups, one of the values CloudWatch Logs accepts."""
    database_log_retention_days: LogRetention
    """Retention of the log groups that the database exports to."""
    cpu_alarm_percent: Annotated[int, between(1, 100, "percent")]
    """HighCPUUtilization fires above this (002: 80)."""
    alarms: tuple[AlarmGroup, ...]
    """Groups of alarms that are made."""
    alarm_thresholds: AlarmThresholds
    """When they fire."""
    composite_alarm: bool
    """One platform-health alarm over all others, the only one that notifies (a composite costs five alarms)."""
    database_events: bool = False
    """Tell the alarm topic of failures, failovers and maintenance of the database; left out, nobody is told. Free."""
    anomaly_detection: bool
    """Also alarm when request count or p95 latency leave the band learnt from their past."""
    dashboards: bool
    """Make the executive, operations and development dashboards."""
    notification_emails: tuple[Email, ...]
    """Subscribed to the alarm topic."""


class OffHoursSettings(Settings):
    """When dev is asleep (COST-3)."""

    timezone: Timezone
    """IANA name of the zone that `stop` and `start` are told in."""
    stop: Cron
    """EventBridge Scheduler cron, such as `cron(0 20 ? * MON-FRI *)`."""
    start: Cron
    """EventBridge Scheduler cron, such as `cron(0 7 ? * MON-FRI *)`."""


class CostSettings(Settings):
    """Budget and schedule."""

    monthly_budget_usd: Annotated[int, between(1, 10_000_000, "US dollars")]
    """Budget of the stack for a month, in US dollars."""
    alert_percents: tuple[Annotated[int, between(1, 1000, "percent")], ...]
    """Shares of the budget at which a message is sent: 1 to 5 of them, rising."""
    alert_emails: tuple[Email, ...]
    """Who gets the message: at least one, at most 10."""
    off_hours: OffHoursSettings | None
    """When the stack is switched off; null for never."""
    management: CostManagementSettings | None = None
    """What watches and limits spending besides the budget; left out for nothing. About $3 a month."""


class TagSettings(Settings):
    """Tags that every resource carries (COST-1), beside Environment, Platform, Stack and ManagedBy."""

    owner: TagValue
    """Team that answers for the stack."""
    cost_center: TagValue
    """Whom the costs are charged to."""
    data_classification: Annotated[
        str, one_of(("public", "internal", "confidential", "restricted"), "a data classification")
    ]
    """public, internal, confidential or restricted."""
