"""Whom the outbox tells, and how: the bus, the customers' topic, the workflow's queue, and services to undo with."""

from __future__ import annotations

from typing import Any

from runtime.calls import call
from runtime.events import Event, publish, send
from runtime.outbox import Send

PLACED = Event("OrderPlaced", "order-service", "Order Placed")
FULFILLED = Event("OrderFulfilled", "order-service", "Order Fulfilled")
REJECTED = Event("OrderRejected", "order-service", "Order Rejected")
NOTIFIED = Event("OrderNotified", "order-service", "Order Notification", group_by="customer_id")
QUEUE = "OrderProcessing"
UNDO = "Undo"
"""Channel of what a cancelled order gives back."""


def _event(event: Event) -> Send:
    return lambda detail, identity: publish(event, detail, identity=identity)


def _undo(detail: dict[str, Any], _: str) -> None:
    # Either may come before what it undoes, and then keeps it from happening.
    call("release", {"order_id": detail["order_id"]})
    call("refundPayment", {"order_id": detail["order_id"]})


CHANNELS: dict[str, Send] = {
    **{event.name: _event(event) for event in (PLACED, FULFILLED, REJECTED, NOTIFIED)},
    QUEUE: lambda detail, identity: send(QUEUE, detail, identity=identity),
    UNDO: _undo,
}
"""Channel of the outbox → how it is told."""
