"""Settings of observability and cost (OBS-1, OBS-2, COST-1, COST-3)."""

from __future__ import annotations

from contracts.settings.base import Settings


class ObservabilitySettings(Settings):
    """CloudWatch log groups, alarms and dashboards."""

    lambda_log_retention_days: int
    database_log_retention_days: int
    cpu_alarm_percent: int
    """HighCPUUtilization fires above this (002: 80)."""
    anomaly_detection: bool
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
