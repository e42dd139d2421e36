"""What resources that span regions cost, worked out by hand from the figures of the pricing pages (COST-2)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from analysis.cost.usage import Profile
from graph.nodes import Node
from tests.analysis.cost.kit import node, priced

DISTRIBUTION, RECORD = "aws:cloudfront/distribution:Distribution", "aws:route53/record:Record"
SHIELD = {"originShield": {"enabled": True, "originShieldRegion": "us-east-1"}}


def replication(**destination: Any) -> Node:
    rules = [{"destination": destination, "status": "Enabled"}]
    return node("aws:s3/bucketReplicationConfig:BucketReplicationConfig", rules=rules)


def stream(**inputs: Any) -> Node:
    return node("aws:kinesis/stream:Stream", streamModeDetails={"streamMode": "ON_DEMAND"}, **inputs)


@pytest.mark.parametrize(
    ("item", "usd"),
    [
        # 5,000 GB at $0.085, 50 million requests at $1, half of them through Origin Shield at $0.75.
        (node(DISTRIBUTION, origins=[{"originId": "a", **SHIELD}]), "493.75"),
        (node(DISTRIBUTION, origins=[{"originId": "a"}]), "475.00"),
        # A tenth of 50 million lines at $0.01 a million.
        (node("aws:cloudfront/realtimeLogConfig:RealtimeLogConfig", samplingRate=10), "0.05"),
        # $0.04 an hour, 2 GB in at $0.08 and out at $0.04.
        (stream(retentionPeriod=24), "29.44"),
        # $0.025 an hour, 1,000 GB at $0.015.
        (node("aws:globalaccelerator/accelerator:Accelerator"), "33.25"),
        # 20 million questions at $0.40, or $0.60 by latency.
        (node(RECORD, setIdentifier="a", weightedRoutingPolicies=[{"weight": 70}]), "8.00"),
        (node(RECORD, setIdentifier="a", latencyRoutingPolicies=[{"region": "us-east-1"}]), "12.00"),
        (node(RECORD, setIdentifier="a", aliases=[{"name": "b"}]), "0"),
        (node(RECORD, records=["b"]), "0"),
        # 100 GB at $0.02, 500,000 objects at $0.005 a thousand; time control $0.015 a GB, four metrics at $0.30.
        (replication(bucket="b"), "4.50"),
        (replication(replicationTime={"status": "Enabled"}, metrics={"status": "Enabled"}), "7.20"),
    ],
)
def test_price_is_that_of_the_page_when_worked_out_by_hand(item: Node, usd: str) -> None:
    found = priced(item, profile=Profile.PRODUCTION)
    assert not found.unknown
    assert found.total.quantize(Decimal("0.01")) == Decimal(usd).quantize(Decimal("0.01"))


@pytest.mark.parametrize("item", [stream(retentionPeriod=48), node("aws:kinesis/stream:Stream", shardCount=1)])
def test_stream_has_no_price_when_it_is_of_another_kind(item: Node) -> None:
    assert [problem.reason for problem in priced(item).unknown]
