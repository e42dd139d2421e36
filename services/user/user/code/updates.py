"""Function order-updates: what happens to orders goes to the customer's own group of UserNotifications, in order."""

from __future__ import annotations

from typing import Any

from customers.telling import QUEUE
from runtime import log
from runtime.events import send
from runtime.messages import of_event
from runtime.validation import text

KINDS = {
    "Order Placed": "order-placed",
    "Order Fulfilled": "order-fulfilled",
    "Order Rejected": "order-rejected",
}
"""Type of event → kind of notice."""


def handler(event: dict[str, Any], context: Any) -> None:
    """Queue a notice; the same event again is the same message, which the queue drops.

    Raises:
        InvalidRequestException: the event says neither which order nor whose.
        KeyError: it is of another type than the contract subscribes to.
    """
    message = of_event(event, getattr(context, "aws_request_id", ""))
    log.correlate(message.identity)
    customer = text(message.body, "customer_id")
    notice = {"user_id": customer, "kind": KINDS[message.detail_type], "order_id": text(message.body, "order_id")}
    if "reason" in message.body:
        notice["reason"] = message.body["reason"]
    send(QUEUE, notice, identity=message.identity, group=customer)
