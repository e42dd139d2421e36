"""Analytics: each event counts once, in DynamoDB and in an index on loopback."""

from __future__ import annotations

from typing import Any

import pytest

from tests.services import world
from tests.services.world import Aws, Index, invoke

pytestmark = pytest.mark.embedded
data = world.entry("analytics/analytics", "data")
index = world.entry("analytics/analytics", "index")

HEADER = "sale_id,sold_at,sku,count,value\n"


class Desk:
    """Tables, bucket and index of the service."""

    def __init__(self, aws: Aws, indexed: Index) -> None:
        self.aws, self.indexed = aws, indexed

    def put(self, name: str, content: str) -> dict[str, Any]:
        """Put a file into the bucket; the event that S3 sends."""
        self.aws.client("s3").put_object(Bucket="uploads", Key=name, Body=content.encode())
        return {"Records": [{"s3": {"bucket": {"name": "uploads"}, "object": {"key": name.replace(" ", "+")}}}]}

    @property
    def sums(self) -> dict[tuple[str, str], int]:
        items = self.aws.client("dynamodb").scan(TableName="metrics")["Items"]
        return {(each["metric"]["S"], each["day"]["S"]): int(each["amount"]["N"]) for each in items if "amount" in each}


@pytest.fixture
def desk(aws: Aws, indexed: Index, monkeypatch: pytest.MonkeyPatch) -> Desk:
    for name, keys in (("metrics", ("metric", "day")), ("user-table", ("user_id",))):
        aws.client("dynamodb").create_table(
            TableName=name,
            KeySchema=[
                {"AttributeName": key, "KeyType": kind} for key, kind in zip(keys, ("HASH", "RANGE"), strict=False)
            ],
            AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"} for key in keys],
            BillingMode="PAY_PER_REQUEST",
        )
    aws.client("s3").create_bucket(Bucket="uploads")
    for name, value in (
        ("METRICS_TABLE", "metrics"),
        ("USER_TABLE_TABLE", "user-table"),
        ("DATA_BUCKET_BUCKET", "uploads"),
        ("DATA_BUCKET_PREFIX", "data/"),
    ):
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(data, "day_of", lambda _: "2026-01-31")
    return Desk(aws, indexed)


def placed(identity: str, value: int = 500) -> dict[str, Any]:
    items = [{"sku": "pen", "count": 2}, {"sku": "pen", "count": 1}]
    total = {"value": value, "currency": "EUR"}
    return world.from_bus("Order Placed", {"order_id": identity, "items": items, "total": total, "event_id": identity})


def test_orders_count_once_when_they_come_twice_among_poison(desk: Desk) -> None:
    batch = world.from_queue(placed("o1"), "poison", placed("o2"), placed("o1"), world.from_bus("Order Placed", {}))
    for _ in range(2):
        assert world.failed(invoke(data.handler, batch)) == ["m1", "m4"]
    day = "2026-01-31"
    assert desk.sums == {("orders", day): 2, ("order-value", day): 1000, ("sold#pen", day): 6}
    assert desk.indexed.documents["order-o1"] == {"kind": "order", "order_id": "o1", "value": 500, "day": day}
    assert set(desk.indexed.documents) == {"order-o1", "order-o2"}
    request = desk.indexed.requests[0]
    assert request["path"] == "/reports/_bulk"
    assert request["authorization"].startswith("AWS4-HMAC-SHA256 Credential=")
    assert "/us-east-1/es/aws4_request" in request["authorization"]


def test_order_counts_once_when_it_comes_again_after_midnight(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    invoke(data.handler, world.from_queue(placed("o1")))
    monkeypatch.setattr(data, "day_of", lambda _: "2026-02-01")
    invoke(data.handler, world.from_queue(placed("o1")))
    assert {day for _, day in desk.sums} == {"2026-01-31"}


def test_order_goes_back_and_still_counts_once_when_the_index_was_down(desk: Desk) -> None:
    desk.indexed.status = 503
    assert world.failed(invoke(data.handler, world.from_queue(placed("o1")))) == ["m0"]
    desk.indexed.status = 200
    assert world.failed(invoke(data.handler, world.from_queue(placed("o1")))) == []
    assert desk.sums["orders", "2026-01-31"] == 1
    desk.indexed.refuse = {"order-o2"}
    assert world.failed(invoke(data.handler, world.from_queue(placed("o2")))) == ["m0"]


def test_file_counts_by_day_once_when_it_is_announced_twice(desk: Desk) -> None:
    lines = "s1,2026-01-30T23:30:00-01:00,pen,2,500\ns2,2026-01-30,pen,1,250\ns3,2026-01-30,ink,1,900\n"
    event = desk.put("data/my shop.csv", "\ufeff" + HEADER + lines)
    for _ in range(2):
        assert invoke(data.handler, event) == {"files": 1}
    assert desk.sums == {
        ("sales", "2026-01-30"): 2,
        ("sale-value", "2026-01-30"): 1150,
        ("sold#pen", "2026-01-30"): 1,
        ("sold#ink", "2026-01-30"): 1,
        ("sales", "2026-01-31"): 1,
        ("sale-value", "2026-01-31"): 500,
        ("sold#pen", "2026-01-31"): 2,
    }
    assert set(desk.indexed.documents) == {"sale-s1", "sale-s2", "sale-s3"}


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("", "columns are missing: sale_id, sold_at, sku, count, value"),
        ("sale_id,sku,count\n", "columns are missing: sold_at, value"),
        (HEADER + "s1,2026-01-30,pen,1,250\ns2,2026-01-30,pen,many,250\n", "line 3: invalid literal"),
        (HEADER + "s1,yesterday,pen,1,250\n", "line 2: Invalid isoformat string"),
        (HEADER + "s1,2026-01-30,pen,0,250\n", "line 2: a sale has an id"),
        (HEADER + "s1,2026-01-30,pen\n", "line 2: "),
        (HEADER + 's1,2026-01-30,"pen,1,250\n', "line 2: unexpected end of data"),
    ],
)
def test_nothing_of_a_file_counts_when_one_line_is_wrong(desk: Desk, content: str, told: str) -> None:
    event = desk.put("data/shop.csv", content)
    with pytest.raises(Exception, match=told) as caught:
        invoke(data.handler, event)
    assert type(caught.value).__name__ == "FileError"
    assert desk.sums == {}
    assert desk.indexed.documents == {}


def test_file_is_refused_when_it_is_in_anothers_place(desk: Desk) -> None:
    with pytest.raises(Exception, match="in no place of this service"):
        invoke(data.handler, desk.put("other/shop.csv", HEADER))


def test_large_file_counts_once_when_it_has_more_articles_than_a_transaction_takes(desk: Desk) -> None:
    lines = "".join(f"s{n},2026-01-30,sku-{n},1,10\n" for n in range(250))
    event = desk.put("data/shop.csv", HEADER + lines)
    for _ in range(2):
        invoke(data.handler, event)
    assert desk.sums["sales", "2026-01-30"] == 250
    assert len([metric for metric, _ in desk.sums if metric.startswith("sold#")]) == 250


def test_payment_and_registration_count_once_when_they_come_twice(desk: Desk) -> None:
    amount = {"value": 500, "currency": "EUR"}
    registered = {"user_id": "anna", "registered_at": "2026-01-30T12:00:00+00:00", "event_id": "e2"}
    for _ in range(2):
        invoke(index.handler, world.from_bus("Payment Captured", {"amount": amount, "event_id": "e1"}))
        invoke(index.handler, world.from_bus("User Registered", registered))
    sums = desk.sums
    assert sorted(metric for metric, _ in sums) == ["payment-value", "payments", "registrations"]
    assert sums["registrations", "2026-01-30"] == 1
    assert {total for (metric, _), total in sums.items() if metric == "payment-value"} == {500}
    people = desk.aws.client("dynamodb").scan(TableName="user-table")["Items"]
    assert people == [{"user_id": {"S": "anna"}, "day": {"S": "2026-01-30"}}]


def test_people_are_indexed_in_one_request_when_the_stream_brings_them(desk: Desk) -> None:
    images = [{"user_id": {"S": name}, "day": {"S": "2026-01-30"}} for name in ("anna", "ben")]
    records = [{"eventName": "INSERT", "dynamodb": {"NewImage": image}} for image in images]
    records.append({"eventName": "REMOVE", "dynamodb": {}})
    for _ in range(2):
        assert invoke(index.handler, {"Records": records}) == {"batchItemFailures": []}
    assert len(desk.indexed.requests) == 2
    assert desk.indexed.documents["user-ben"] == {"kind": "user", "user_id": "ben", "day": "2026-01-30"}


@pytest.mark.parametrize(
    ("event", "told"),
    [
        (world.from_bus("Moon Landed", {}), "'Moon Landed' is none of Payment Captured, User Registered"),
        (world.from_bus("Payment Captured", {"amount": {}}), "this is no Payment Captured"),
    ],
)
def test_event_goes_to_the_dead_letters_when_it_is_not_what_was_subscribed_to(
    desk: Desk, event: dict[str, Any], told: str
) -> None:
    with pytest.raises(Exception, match=told) as caught:
        invoke(index.handler, event)
    assert type(caught.value).__name__ == "PoisonMessageError"
    assert desk.sums == {}
