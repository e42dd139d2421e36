"""Function RejectOrder: ends an order that cannot be carried out, for the workflow and when a payment was declined."""

from __future__ import annotations

from typing import Any

from orders import store
from orders.telling import NOTIFIED, REJECTED
from runtime import log
from runtime.messages import of_event
from runtime.validation import text

REASONS = {
    "OutOfStockException": "out-of-stock",
    "ReservationClosedException": "cancelled",
    "OrderNotApprovedException": "not-approved",
    "States.Timeout": "not-approved",
}
"""Error that the workflow has caught → why the order is rejected; invalid for all others."""


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Reject an order once; later calls change nothing.

    Args:
        event: the workflow's state with the error it has caught, or the event PaymentDeclined.
        context: Lambda's.

    Raises:
        OrderNotFoundException: there is no such order.
    """
    message = of_event(event, getattr(context, "aws_request_id", ""))
    log.correlate(message.identity)
    order_id = store.identity(text(message.body, "order_id"))
    reason = "payment-failed"
    if message.detail_type != "Payment Declined":
        caught: dict[str, Any] = message.body.get("error") or {"Error": ""}
        reason = REASONS.get(caught["Error"], "invalid")
    row = store.database.transaction(lambda t: store.reject(t, order_id, reason))
    store.outbox.deliver((REJECTED.name, NOTIFIED.name))
    return store.shown(row)
