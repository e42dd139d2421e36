"""Let alarms have the state that their metric gives them, and let replication tell how late it is."""

# pyright: basic, reportAttributeAccessIssue=false, reportReturnType=false

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

from moto.cloudwatch.models import Alarm, CloudWatchBackend, MetricDatum
from moto.cloudwatch.responses import CloudWatchResponse
from moto.dynamodb.models import dynamodb_backends
from moto.s3.models import s3_backends

from contracts.recovery.actions import Store
from embedded.emulators.replication import PUMP
from embedded.emulators.shims.aurora_global import cluster_of, group_of

REASON = (
    "moto never evaluates an alarm: it stays OK whatever is put into its metric, so no plan of recovery that asks "
    "alarms could be refused, and no health check would ever follow one."
)
_COMPARE: dict[str, Callable[[float, float], bool]] = {
    "GreaterThanThreshold": operator.gt,
    "GreaterThanOrEqualToThreshold": operator.ge,
    "LessThanThreshold": operator.lt,
    "LessThanOrEqualToThreshold": operator.le,
}
_STATISTICS: dict[str, Callable[[list[float]], float]] = {
    "Maximum": max,
    "Minimum": min,
    "Sum": sum,
    "Average": lambda values: sum(values) / len(values),
    "SampleCount": lambda values: float(len(values)),
}
MISSING = "no data"


def apply() -> None:
    """Evaluate the alarms of a region before anybody reads them."""
    for name in ("describe_alarms", "describe_alarms_for_metric"):
        setattr(CloudWatchResponse, name, _evaluated(getattr(CloudWatchResponse, name)))


def _evaluated(method: Any) -> Any:
    def evaluated(self: CloudWatchResponse) -> Any:
        backend: CloudWatchBackend = self.cloudwatch_backend
        for alarm in list(backend.alarms.values()):
            state = _state(backend, alarm)
            if state not in (None, alarm.state_value):
                alarm.update_state(f"Evaluated by the embedded cloud: {alarm.metric_name}", "{}", state)
        return method(self)

    return evaluated


def _state(backend: CloudWatchBackend, alarm: Alarm) -> str | None:
    """The state of an alarm on one metric with a fixed threshold; None for every other kind, and to leave it."""
    compare = _COMPARE.get(alarm.comparison_operator)
    if alarm.rule or alarm.metric_data_queries or compare is None or alarm.statistic not in _STATISTICS:
        return None
    periods = int(alarm.evaluation_periods)
    points = _points(backend, alarm, periods)
    known = [point for point in points if point is not None]
    treatment = alarm.treat_missing_data or "missing"
    if not known and treatment in ("missing", "ignore"):
        return "INSUFFICIENT_DATA" if treatment == "missing" else None
    beyond = sum(compare(point, float(alarm.threshold)) for point in known)
    if treatment == "breaching":
        beyond += periods - len(known)
    needed = int(alarm.datapoints_to_alarm or periods)
    return "ALARM" if beyond >= min(needed, len(known) if treatment == "missing" else needed) else "OK"


def _points(backend: CloudWatchBackend, alarm: Alarm, periods: int) -> list[float | None]:
    """One value for each period up to now, oldest first; None where there is none."""
    told = _late(backend, alarm)
    if told is not None:
        return [None if told == MISSING else float(told)] * periods  # it is now as it is, and was
    period = int(alarm.period) * PUMP.links.minute() / 60
    wanted = {(str(one.name), str(one.value)) for one in alarm.dimensions}
    buckets: list[list[float]] = [[] for _ in range(periods)]
    for datum in backend.metric_data:
        if (datum.namespace, datum.name) != (alarm.namespace, alarm.metric_name) or not isinstance(datum, MetricDatum):
            continue
        age = int((PUMP.now() - datum.timestamp.timestamp()) // period)
        if {(one.name, one.value) for one in datum.dimensions} == wanted and age < periods:
            buckets[periods - 1 - max(age, 0)].append(datum.value)
    return [_STATISTICS[alarm.statistic](values) if values else None for values in buckets]


def _late(backend: CloudWatchBackend, alarm: Alarm) -> float | str | None:
    """How late a copy is, in the metric's own unit; `MISSING` while its source is away, None for other metrics."""
    given = {str(one.name): str(one.value) for one in alarm.dimensions}
    account, here = backend.account_id, backend.region_name
    match alarm.namespace, alarm.metric_name:
        case "AWS/RDS", "AuroraGlobalDBRPOLag" | "AuroraGlobalDBReplicationLag":
            group = group_of(cluster_of(account, given["DBClusterIdentifier"], here))
            sources = [member.region for member in group.members if member.is_writer] if group else []
            return _behind(Store.DATABASE, group.arn if group else "", sources, here, 1000)
        case "AWS/DynamoDB", "ReplicationLatency":
            target = given["ReceivingRegion"]
            table = dynamodb_backends[account][target].tables.get(given["TableName"])
            group = getattr(table, "group", None)
            regions = list(group.regions) if group else []
            return _behind(Store.TABLES, f"{account}:{given['TableName']}", regions, target, 1000)
        case "AWS/S3", "ReplicationLatency":
            source, target = given["SourceBucket"], given["DestinationBucket"]
            buckets = s3_backends[account]["aws"].buckets
            if not {source, target} <= set(buckets):
                return MISSING
            ends = [buckets[source].region_name], buckets[target].region_name
            return _behind(Store.BUCKETS, f"{source}:{target}", *ends, 1)
        case "AWS/ElastiCache", "GlobalDatastoreReplicationLag":
            others = [region for region in ("us-east-1", "us-west-2") if region != here]
            return _behind(Store.CACHE, "", others, here, 1)
        case _:
            return None


def _behind(store: Store, group: str, sources: list[str], target: str, per_second: float) -> float | str:
    others = [source for source in sources if source != target]
    if not others:
        return 0.0
    if not all(PUMP.reachable(source, target) for source in others):
        return MISSING
    return per_second * max(PUMP.behind(store, group, source, target) for source in others)
