"""Logs, metrics, alarms, traces, canaries, and what is built on them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from analysis.cost.charges import ONE, Charge, Context, NoPriceError, Rule, required, value
from analysis.office_hours import HOURS_OF_MONTH
from graph.nodes import Node
from graph.values import Unknown

FREE_DASHBOARDS = 3
_RATE = re.compile(r"rate\((\d+) (minute|hour|day)s?\)")
_HOURS = {"minute": Decimal(1) / 60, "hour": Decimal(1), "day": Decimal(24)}
_SMALL_RESOURCES = ("aws:lambda/function:Function", "aws:s3/bucket:Bucket")
_OTHER_RESOURCES = (
    "aws:dynamodb/table:Table",
    "aws:ecs/service:Service",
    "aws:elasticache/replicationGroup:ReplicationGroup",
    "aws:lb/loadBalancer:LoadBalancer",
    "aws:rds/clusterInstance:ClusterInstance",
    "aws:rds/instance:Instance",
    "aws:sfn/stateMachine:StateMachine",
)


def _alarm(node: Node, context: Context) -> Iterable[Charge]:
    queries: Any = value(node, "metricQueries") or ()
    metrics = sum(1 for query in queries if "metric" in query)
    # CloudWatch counts an anomaly alarm as three metrics: its own and the two edges of the band.
    band = any("ANOMALY_DETECTION_BAND" in str(query.get("expression", "")) for query in queries)
    yield Charge("alarm-metric-month", Decimal((metrics or 1) + (2 if band else 0)))


def _composite_alarm(node: Node, context: Context) -> Iterable[Charge]:
    yield Charge("composite-alarm-month", ONE)


def _dashboard(node: Node, context: Context) -> Iterable[Charge]:
    context.seen.add(f"dashboard:{node.name}")
    if sum(1 for item in context.seen if item.startswith("dashboard:")) > FREE_DASHBOARDS:
        yield Charge("dashboard-month", ONE)


def _metric_filter(node: Node, context: Context) -> Iterable[Charge]:
    transformation: Any = required(node, "metricTransformation")
    metric = f"metric:{transformation['namespace']}:{transformation['name']}"
    if metric not in context.seen:
        context.seen.add(metric)
        yield Charge("custom-metric-month", ONE)


def _log_group(node: Node, context: Context) -> Iterable[Charge]:
    name = _beginning(node)
    taken_in = context.usage.of_log_group(name)
    if taken_in is None:
        raise NoPriceError(f"no assumption says how much {name} takes in")
    yield Charge("logs-ingested-gb", taken_in.quantity, (taken_in.name,))
    kept_months = Decimal(int(required(node, "retentionInDays"))) / 30
    yield Charge("logs-stored-gb-month", taken_in.quantity * kept_months, (taken_in.name,))


def _beginning(group: Node) -> str:
    """Return the name of a log group, or the part before what is known after deployment only."""
    name = group.inputs.get("name")
    if isinstance(name, Unknown) and name.parts and isinstance(name.parts[0], str):
        return name.parts[0]
    return str(required(group, "name"))


def _canary(node: Node, context: Context) -> Iterable[Charge]:
    schedule: Any = required(node, "schedule")
    match = _RATE.fullmatch(str(schedule["expression"]))
    if match is None or int(match[1]) == 0:
        raise NoPriceError(f"{schedule['expression']} is not a rate such as rate(5 minutes)")
    yield Charge("canary-run", HOURS_OF_MONTH / (int(match[1]) * _HOURS[match[2]]))


def _metric_stream(node: Node, context: Context) -> Iterable[Charge]:
    yield context.charge("metric-stream-thousand", "streamed-updates")


def _prometheus(node: Node, context: Context) -> Iterable[Charge]:
    yield context.charge("prometheus-samples-ten-million", "prometheus-samples")
    yield context.charge("prometheus-gb-month", "prometheus-gb")


def _grafana(node: Node, context: Context) -> Iterable[Charge]:
    yield context.charge("grafana-editor-month", "grafana-editors")
    yield context.charge("grafana-viewer-month", "grafana-viewers")


def _sampling(node: Node, context: Context) -> Iterable[Charge]:
    yield context.charge("traces-million", "traces")


def _analysed(node: Node, context: Context) -> Iterable[Charge]:
    for price, types in (("devops-guru-small-hour", _SMALL_RESOURCES), ("devops-guru-hour", _OTHER_RESOURCES)):
        count = sum(len(context.graph.of_type(kind)) for kind in types)
        if count:
            yield Charge(price, HOURS_OF_MONTH * count)


def _firehose(node: Node, context: Context) -> Iterable[Charge]:
    yield context.charge("firehose-gb", "firehose-gb")


RULES: dict[str, Rule] = {
    "aws:amp/workspace:Workspace": _prometheus,
    "aws:cloudwatch/compositeAlarm:CompositeAlarm": _composite_alarm,
    "aws:cloudwatch/dashboard:Dashboard": _dashboard,
    "aws:cloudwatch/logGroup:LogGroup": _log_group,
    "aws:cloudwatch/logMetricFilter:LogMetricFilter": _metric_filter,
    "aws:cloudwatch/metricAlarm:MetricAlarm": _alarm,
    "aws:cloudwatch/metricStream:MetricStream": _metric_stream,
    "aws:devopsguru/resourceCollection:ResourceCollection": _analysed,
    "aws:grafana/workspace:Workspace": _grafana,
    "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream": _firehose,
    "aws:synthetics/canary:Canary": _canary,
    "aws:xray/samplingRule:SamplingRule": _sampling,
}
"""Resource type → how it is charged."""
