"""What spans regions: CloudFront, Global Accelerator, answers of DNS, replicated buckets, streams of requests."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from analysis.cost.charges import ONE, Charge, Context, NoPriceError, Rule, required, value
from analysis.office_hours import HOURS_OF_MONTH
from graph.nodes import Node

FREE_RETENTION_HOURS = 24
"""Hours that a stream keeps records at no further charge."""
REPLICATION_METRICS = 4
"""Custom metrics of a replication with metrics: bytes, operations, latency, failures."""


def _distribution(node: Node, context: Context) -> Iterable[Charge]:
    """As if all viewers were in North America and Europe; further away a GB costs up to twice as much."""
    yield context.charge("cloudfront-out-gb", "cdn-gb")
    yield context.charge("cloudfront-https-ten-thousand", "cdn-requests", times=100)
    shielded = [origin for origin in required(node, "origins") if "originShield" in origin]
    if any(origin["originShield"]["enabled"] for origin in shielded):
        yield context.charge("cloudfront-shield-ten-thousand", "cdn-requests", "cdn-miss-share", times=100)


def _real_time_log(node: Node, context: Context) -> Iterable[Charge]:
    share = Decimal(str(required(node, "samplingRate"))) / 100
    yield context.charge("cloudfront-real-time-million", "cdn-requests", times=share)


def _stream(node: Node, context: Context) -> Iterable[Charge]:
    mode = value(node, "streamModeDetails")
    if mode is None or mode["streamMode"] != "ON_DEMAND":
        raise NoPriceError("only streams on demand are priced")
    if int(value(node, "retentionPeriod") or FREE_RETENTION_HOURS) > FREE_RETENTION_HOURS:
        raise NoPriceError("records that are kept longer than a day are not priced")
    yield Charge("kinesis-on-demand-hour", HOURS_OF_MONTH)
    yield context.charge("kinesis-in-gb", "stream-gb")
    yield context.charge("kinesis-out-gb", "stream-gb")


def _accelerator(node: Node, context: Context) -> Iterable[Charge]:
    yield Charge("accelerator-hour", HOURS_OF_MONTH)
    yield context.charge("accelerator-gb", "accelerator-gb")


def _record(node: Node, context: Context) -> Iterable[Charge]:
    """Questions about names that lead to one of several; what leads to one place is counted with its zone."""
    if value(node, "latencyRoutingPolicies"):
        yield context.charge("dns-latency-question-million", "dns-questions")
    elif value(node, "setIdentifier") is not None and not value(node, "aliases"):
        yield context.charge("dns-question-million", "dns-questions")


def _replication(node: Node, context: Context) -> Iterable[Charge]:
    """The way and the requests; the second copy is part of the size of the bucket at the other end."""
    for rule in required(node, "rules"):
        destination = rule["destination"]
        yield context.charge("s3-between-regions-gb", "replicated-gb")
        yield context.charge("s3-write-thousand", "replicated-writes")
        if "replicationTime" in destination and destination["replicationTime"]["status"] == "Enabled":
            yield context.charge("s3-replication-time-gb", "replicated-gb")
        if "metrics" in destination and destination["metrics"]["status"] == "Enabled":
            yield Charge("custom-metric-month", ONE * REPLICATION_METRICS)


RULES: dict[str, Rule] = {
    "aws:cloudfront/distribution:Distribution": _distribution,
    "aws:cloudfront/realtimeLogConfig:RealtimeLogConfig": _real_time_log,
    "aws:globalaccelerator/accelerator:Accelerator": _accelerator,
    "aws:kinesis/stream:Stream": _stream,
    "aws:route53/record:Record": _record,
    "aws:s3/bucketReplicationConfig:BucketReplicationConfig": _replication,
}
"""Resource type → how it is charged."""
