"""Which alarms an environment has: a pure function of its settings and of what there is to watch."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from components.observability.metrics import Metric
from components.observability.subjects import Subjects
from contracts.settings.operations import AlarmGroup, AlarmThresholds, ObservabilitySettings

HIGH_CPU = "HighCPUUtilization"
"""Document 002's name."""
PERIOD_SECONDS = 300
GIB = 1024**3
BAND_STANDARD_DEVIATIONS = 2
REPLICA_LAG_MILLISECONDS = 1000
"""Readers share the writer's storage and are usually some ten milliseconds behind."""

Comparison = Literal["GreaterThanThreshold", "LessThanThreshold"]


@dataclass(frozen=True, kw_only=True)
class AlarmPlan:
    """One alarm on one metric against a fixed threshold."""

    key: str
    """Stable key, the end of the logical name."""
    name: str
    """Physical name."""
    description: str
    """What it means and what to look at first."""
    metric: Metric
    comparison: Comparison
    threshold: float
    periods: int
    """Periods of five minutes in a row that have to be beyond the threshold."""


@dataclass(frozen=True, kw_only=True)
class BandPlan:
    """One alarm on a metric leaving the band that CloudWatch has learnt from its past."""

    key: str
    name: str
    description: str
    metric: Metric


def alarm_plans(settings: ObservabilitySettings, subjects: Subjects) -> list[AlarmPlan]:
    """Return the alarms of the groups that the settings pay for, over the subjects that exist."""
    plans = {
        AlarmGroup.CPU: lambda: _cpu(settings.cpu_alarm_percent, subjects),
        AlarmGroup.DATABASE: lambda: _database(settings.alarm_thresholds, subjects),
        AlarmGroup.CACHE: lambda: _cache(settings.alarm_thresholds, subjects),
        AlarmGroup.LOAD_BALANCER: lambda: _load_balancer(settings.alarm_thresholds, subjects),
        AlarmGroup.ERRORS: lambda: _errors(settings.alarm_thresholds, subjects),
    }
    return [plan for group in AlarmGroup if group in settings.alarms for plan in plans[group]()]


def band_plans(settings: ObservabilitySettings, subjects: Subjects) -> list[BandPlan]:
    """Return the anomaly alarms: none unless the settings ask for them."""
    if not settings.anomaly_detection:
        return []
    watched = (
        ("requests", "UnusualRequestCount", "RequestCount", "Sum"),
        ("latency", "UnusualLatency", "TargetResponseTime", "p95"),
    )
    return [
        BandPlan(
            key=f"alb-{key}-anomaly",
            name=_name(subjects, "alb", title),
            description=f"{metric.name} of the load balancer is outside what its past predicts.",
            metric=metric,
        )
        for key, title, name, statistic in watched
        for metric in subjects.balancer(name, statistic)
    ]


def _name(subjects: Subjects, subject: str, title: str) -> str:
    return f"atoll-{subjects.environment}-{subject}-{title}"


def _cpu(percent: int, subjects: Subjects) -> Iterator[AlarmPlan]:
    for service, metric in subjects.services("CPUUtilization").items():
        yield AlarmPlan(
            key=f"ecs-{service}-cpu",
            name=_name(subjects, f"ecs-{service}", HIGH_CPU),
            description=f"ECS service {service} uses more than {percent} % CPU although it may have scaled out.",
            metric=metric,
            comparison="GreaterThanThreshold",
            threshold=percent,
            periods=2,
        )
    for metric in subjects.databases("CPUUtilization"):
        yield AlarmPlan(
            key="rds-cpu",
            name=_name(subjects, "rds", HIGH_CPU),
            description=f"The database uses more than {percent} % CPU; Performance Insights shows its top statements.",
            metric=metric,
            comparison="GreaterThanThreshold",
            threshold=percent,
            periods=2,
        )


def _database(thresholds: AlarmThresholds, subjects: Subjects) -> Iterator[AlarmPlan]:
    gib = thresholds.database_free_storage_gib
    for metric in subjects.databases("FreeStorageSpace"):
        yield AlarmPlan(
            key="rds-storage",
            name=_name(subjects, "rds", "LowFreeStorage"),
            description=(
                f"Less than {gib} GiB of the writer's temporary storage are free; the instance class sets its size."
                if subjects.database_is_cluster
                else f"Less than {gib} GiB of storage are free although it grows by itself."
            ),
            metric=metric,
            comparison="LessThanThreshold",
            threshold=gib * GIB,
            periods=1,
        )
    connections = thresholds.database_connections
    for metric in subjects.databases("DatabaseConnections"):
        yield AlarmPlan(
            key="rds-connections",
            name=_name(subjects, "rds", "HighConnections"),
            description=f"More than {connections} connections; the instance class sets their limit.",
            metric=metric,
            comparison="GreaterThanThreshold",
            threshold=connections,
            periods=2,
        )

    for metric in subjects.replication():
        yield AlarmPlan(
            key="rds-replica-lag",
            name=_name(subjects, "rds", "ReplicaLag"),
            description=f"A reader is more than {REPLICA_LAG_MILLISECONDS} ms behind the writer.",
            metric=metric,
            comparison="GreaterThanThreshold",
            threshold=REPLICA_LAG_MILLISECONDS,
            periods=2,
        )


def _cache(thresholds: AlarmThresholds, subjects: Subjects) -> Iterator[AlarmPlan]:
    for node, metric in subjects.caches("DatabaseMemoryUsagePercentage", "Average").items():
        yield AlarmPlan(
            key=f"cache-{node}-memory",
            name=_name(subjects, f"cache-{node}", "HighMemory"),
            description=f"Cache node {node} uses more than {thresholds.cache_memory_percent} % of its memory.",
            metric=metric,
            comparison="GreaterThanThreshold",
            threshold=thresholds.cache_memory_percent,
            periods=2,
        )
    for node, metric in subjects.caches("Evictions", "Sum").items():
        yield AlarmPlan(
            key=f"cache-{node}-evictions",
            name=_name(subjects, f"cache-{node}", "Evictions"),
            description=f"Cache node {node} throws keys out before they expire: it is too small.",
            metric=metric,
            comparison="GreaterThanThreshold",
            threshold=thresholds.cache_evictions,
            periods=1,
        )


def _load_balancer(thresholds: AlarmThresholds, subjects: Subjects) -> Iterator[AlarmPlan]:
    for key, title, name, who in (
        ("alb-target-5xx", "TargetErrors", "HTTPCode_Target_5XX_Count", "Services answer"),
        ("alb-own-5xx", "BalancerErrors", "HTTPCode_ELB_5XX_Count", "The load balancer itself answers"),
    ):
        for metric in subjects.balancer(name, "Sum"):
            yield AlarmPlan(
                key=key,
                name=_name(subjects, "alb", title),
                description=f"{who} with 5xx more than {thresholds.server_errors} times in five minutes.",
                metric=metric,
                comparison="GreaterThanThreshold",
                threshold=thresholds.server_errors,
                periods=1,
            )
    for metric in subjects.balancer("TargetResponseTime", "p95"):
        yield AlarmPlan(
            key="alb-latency",
            name=_name(subjects, "alb", "HighLatencyP95"),
            description=f"One request in twenty takes longer than {thresholds.latency_p95_milliseconds} ms.",
            metric=metric,
            comparison="GreaterThanThreshold",
            threshold=thresholds.latency_p95_milliseconds / 1000,
            periods=3,
        )
    for service, metric in subjects.targets("UnHealthyHostCount", "Maximum").items():
        yield AlarmPlan(
            key=f"alb-{service}-unhealthy",
            name=_name(subjects, f"alb-{service}", "UnhealthyHosts"),
            description=f"A task of {service} fails its health check.",
            metric=metric,
            comparison="GreaterThanThreshold",
            threshold=0,
            periods=2,
        )


def _errors(thresholds: AlarmThresholds, subjects: Subjects) -> Iterator[AlarmPlan]:
    for metric in subjects.errors():
        yield AlarmPlan(
            key="logs-errors",
            name=_name(subjects, "logs", "ErrorCount"),
            description=f"More than {thresholds.error_count} log lines with ERROR in five minutes.",
            metric=metric,
            comparison="GreaterThanThreshold",
            threshold=thresholds.error_count,
            periods=1,
        )
