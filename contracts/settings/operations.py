"""Settings of observability and cost (OBS-1, OBS-2, COST-1, COST-3)."""

from __future__ import annotations

from enum import StrEnum, unique

from contracts.settings.base import Settings


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

    database_free_storage_gib: int
    database_connections: int
    cache_memory_percent: int
    cache_evictions: int
    """Evicted keys in five minutes."""
    server_errors: int
    """5xx answers of targets or load balancer in five minutes."""
    latency_p95_milliseconds: int
    error_count: int
    """Log lines with ERROR in five minutes."""


class ObservabilitySettings(Settings):
    """CloudWatch log groups, alarms and dashboards."""

    lambda_log_retention_days: int
    database_log_retention_days: int
    cpu_alarm_percent: int
    """HighCPUUtilization fires above this (002: 80)."""
    alarms: tuple[AlarmGroup, ...]
    alarm_thresholds: AlarmThresholds
    composite_alarm: bool
    """One platform-health alarm over all others, the only one that notifies (a composite costs five alarms)."""
    anomaly_detection: bool
    """Also alarm when request count or p95 latency leave the band learnt from their past."""
    dashboards: bool
    notification_emails: tuple[str, ...]
    """Subscribed to the alarm topic."""


class OffHoursSettings(Settings):
    """When dev is asleep (COST-3)."""

    timezone: str
    """IANA name."""
    stop: str
    """EventBridge Scheduler cron, such as `cron(0 20 ? * MON-FRI *)`."""
    start: str


class CostSettings(Settings):
    """Budget and schedule."""

    monthly_budget_usd: int
    alert_percents: tuple[int, ...]
    alert_emails: tuple[str, ...]
    off_hours: OffHoursSettings | None


class TagSettings(Settings):
    """Tags that every resource carries (COST-1), beside Environment, Platform, Stack and ManagedBy."""

    owner: str
    cost_center: str
    data_classification: str
    """public, internal, confidential or restricted."""
