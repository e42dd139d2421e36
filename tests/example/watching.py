"""What the example's tests look at: real rows, real messages, and what the bus sends again."""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.embedded.execution import until
from tests.example.shop import PROVIDER, Person, Shop


def on_hand(shop: Shop, sku: str) -> list[int]:
    """How many there are, and how many of them are reserved."""
    [row] = shop.rows("stock", "SELECT on_hand, reserved FROM stock WHERE sku = :sku", sku=sku)
    return row


def status(shop: Shop, order: str) -> list[Any]:
    [row] = shop.rows("orders", "SELECT status, reason FROM orders WHERE order_id = CAST(:id AS uuid)", id=order)
    return row


def payment(shop: Shop, order: str) -> list[Any]:
    return shop.rows("payments", "SELECT status, value FROM payments WHERE order_id = :id", id=order)


def notices(shop: Shop, queue: str, person: Person) -> list[dict[str, Any]]:
    """What waits for a person once nothing more arrives, in order; it stays in the queue.

    Asked for at most twice: a third receive would be the last before the dead letters.
    """
    settled(lambda: shop.waiting(queue, PROVIDER))
    told = shop.client("sqs", PROVIDER).receive_message(
        QueueUrl=queue, MaxNumberOfMessages=10, VisibilityTimeout=0, AttributeNames=["All"]
    )
    mine = [m for m in told.get("Messages", []) if m["Attributes"]["MessageGroupId"] == person.id]
    return [json.loads(message["Body"]) for message in mine]


def replay(shop: Shop) -> None:
    """Have the bus send everything of the last hour again, and wait until it has."""
    events = shop.client("events", PROVIDER)
    [archive] = [one for one in events.list_archives()["Archives"] if "application-events" in one["EventSourceArn"]]
    told = events.describe_archive(ArchiveName=archive["ArchiveName"])
    name, now = f"again-{uuid.uuid4().hex[:8]}", datetime.now(UTC)
    events.start_replay(
        ReplayName=name,
        EventSourceArn=told["ArchiveArn"],
        EventStartTime=now - timedelta(hours=1),
        EventEndTime=now + timedelta(minutes=1),
        Destination={"Arn": told["EventSourceArn"]},
    )
    until(lambda: events.describe_replay(ReplayName=name)["State"] == "COMPLETED")


def queued(shop: Shop) -> int:
    """How often something was sent to a queue of the provider's account, so far."""
    return len(shop.session.cloud.journal(account=PROVIDER, service="sqs", action="SendMessage", limit=10_000))


def settled(look: Callable[[], Any]) -> None:
    """Wait until two looks, two seconds apart, see the same."""

    def same() -> bool:
        first = look()
        time.sleep(2)
        return look() == first

    until(same, 60)


def asked(shop: Shop, order: str) -> bool:
    return status(shop, order)[0] == "waiting-for-approval"
