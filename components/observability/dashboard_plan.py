"""What the three dashboards of document 004 show: pure functions of what there is to watch (OBS-2)."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum, unique

from components.observability.metrics import Metric
from components.observability.subjects import Subjects
from components.observability.widgets import AlarmList, Budget, Graph, LogQuery, Ratio, Text, Widget

BILLING_REGION = "us-east-1"
"""AWS publishes estimated charges in this region alone, once billing alerts are on in the account."""

RECENT_ERRORS = (
    "filter @message like /ERROR/ | fields @timestamp, @logStream, @message | sort @timestamp desc | limit 50"
)


@unique
class DashboardKind(StrEnum):
    """Who reads it."""

    EXECUTIVE = "executive"
    """Is the platform up, quick and within budget?"""
    OPERATIONS = "operations"
    """Is every part healthy, and which is not?"""
    DEVELOPMENT = "development"
    """How do the services behave, and what do they log?"""


def widgets(
    kind: DashboardKind,
    subjects: Subjects,
    *,
    alarm_names: Sequence[str],
    latency_objective_seconds: float,
    availability_percent: float | None = None,
) -> list[Widget]:
    """Return the widgets of one dashboard in reading order; with an objective its error budget is among them."""
    match kind:
        case DashboardKind.EXECUTIVE:
            return _executive(subjects, latency_objective_seconds, availability_percent)
        case DashboardKind.OPERATIONS:
            return _operations(subjects, alarm_names)
        case DashboardKind.DEVELOPMENT:
            return _development(subjects, latency_objective_seconds)


def _budget(subjects: Subjects, availability_percent: float | None) -> list[Widget]:
    """What is left of the error budget of 30 days; the load balancer's own failures count."""
    failed = [
        *subjects.balancer("HTTPCode_Target_5XX_Count", "Sum"),
        *subjects.balancer("HTTPCode_ELB_5XX_Count", "Sum"),
    ]
    if availability_percent is None or not failed:
        return []
    [requests] = subjects.balancer("RequestCount", "Sum")
    allowed = round(100 - availability_percent, 6)
    return [
        Budget(
            title="Error budget left %", failed=failed, requests=requests, allowed_percent=allowed, width=24, height=3
        )
    ]


def _executive(
    subjects: Subjects, latency_objective_seconds: float, availability_percent: float | None
) -> list[Widget]:
    requests = subjects.balancer("RequestCount", "Sum", "requests")
    failures = subjects.balancer("HTTPCode_Target_5XX_Count", "Sum", "failed requests")
    latency = subjects.balancer("TargetResponseTime", "p95", "p95")
    spend = Metric("AWS/Billing", "EstimatedCharges", {"Currency": "USD"}, "Maximum", "account, month to date")
    ratios: list[Widget] = [
        ratio
        for part, whole in zip(failures, requests, strict=True)
        for ratio in (
            Ratio(title="Availability %", part=part, whole=whole, remainder=True),
            Ratio(title="Failed requests %", part=part, whole=whole, remainder=False),
        )
    ]
    return [
        Text(markdown=f"# {subjects.environment}: business view\nAvailability, speed, use and spend of the platform."),
        *ratios,
        Graph(title="Spend", metrics=[spend], unit="USD", view="singleValue", region=BILLING_REGION),
        *_budget(subjects, availability_percent),
        Graph(title="Requests", metrics=requests, unit="requests in 5 min", width=12),
        Graph(title="Latency p95", metrics=latency, unit="seconds", threshold=latency_objective_seconds, width=12),
    ]


def _operations(subjects: Subjects, alarm_names: Sequence[str]) -> list[Widget]:
    alarms = f"arn:aws:cloudwatch:{subjects.region}:{subjects.account_id}:alarm"
    unhealthy = subjects.targets("UnHealthyHostCount", "Maximum")
    failures = [
        *subjects.balancer("HTTPCode_ELB_5XX_Count", "Sum", "load balancer 5xx"),
        *subjects.balancer("HTTPCode_Target_5XX_Count", "Sum", "service 5xx"),
    ]
    load = [*subjects.databases("CPUUtilization", "CPU %"), *subjects.databases("CPUCreditBalance", "credits")]
    space = [*subjects.databases("FreeStorageSpace", "storage"), *subjects.databases("FreeableMemory", "memory")]
    memory = subjects.caches("DatabaseMemoryUsagePercentage", "Average")
    return [
        Text(markdown=f"# {subjects.environment}: system health"),
        AlarmList(title="Alarms", alarm_arns=[f"{alarms}:{alarm_name}" for alarm_name in alarm_names]),
        Graph(title="Service CPU", metrics=[*subjects.services("CPUUtilization").values()], unit="%"),
        Graph(title="Service memory", metrics=[*subjects.services("MemoryUtilization").values()], unit="%"),
        Graph(title="Unhealthy tasks", metrics=[*unhealthy.values()], unit="tasks"),
        Graph(title="Load balancer errors", metrics=failures, unit="answers in 5 min"),
        Graph(title="Database CPU and credits", metrics=load, unit="%, credits"),
        Graph(title="Database connections", metrics=subjects.databases("DatabaseConnections"), unit="connections"),
        Graph(title="Database free space", metrics=space, unit="bytes"),
        Graph(title="Cache memory", metrics=[*memory.values()], unit="%"),
        Graph(title="Cache hit rate", metrics=[*subjects.caches("CacheHitRate", "Average").values()], unit="%"),
    ]


def _development(subjects: Subjects, latency_objective_seconds: float) -> list[Widget]:
    latency = subjects.targets("TargetResponseTime", "p95")
    requests = subjects.targets("RequestCount", "Sum")
    failures = subjects.targets("HTTPCode_Target_5XX_Count", "Sum")
    database = [*subjects.databases("ReadLatency", "read"), *subjects.databases("WriteLatency", "write")]
    cache = [*subjects.caches("CurrConnections", "Average").values(), *subjects.caches("Evictions", "Sum").values()]
    reads = subjects.table_metrics("ConsumedReadCapacityUnits")
    writes = subjects.table_metrics("ConsumedWriteCapacityUnits")
    return [
        Text(markdown=f"# {subjects.environment}: application performance"),
        Graph(
            title="Latency p95 by service",
            metrics=[*latency.values()],
            unit="seconds",
            threshold=latency_objective_seconds,
        ),
        Graph(title="Requests by service", metrics=[*requests.values()], unit="requests in 5 min"),
        Graph(title="Failures by service", metrics=[*failures.values()], unit="5xx in 5 min"),
        Graph(title="Error lines", metrics=subjects.errors(), unit="lines in 5 min"),
        Graph(title="Database latency", metrics=database, unit="seconds"),
        Graph(title="Cache connections and evictions", metrics=cache, unit="connections, keys"),
        Graph(title="Table reads", metrics=reads, unit="units in 5 min"),
        Graph(title="Table writes", metrics=writes, unit="units in 5 min"),
        LogQuery(title="Recent errors", log_groups=[*subjects.log_groups.values()], query=RECENT_ERRORS),
    ]
