"""Entries of the payment functions: one operation each, so that others may be allowed each of them alone."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

from payments.ledger import Ledger
from payments.provider import provider
from runtime.events import Event, publish
from runtime.log import logger
from runtime.operation import Caller, Handler, Operation
from runtime.outbox import Outbox
from runtime.sql import Database
from runtime.validation import text

HERE = Path(__file__).parent
INTERRUPTED = timedelta(minutes=10)
"""When nobody waits for a payment any more: far longer than a function runs."""
CAPTURED = Event("PaymentCaptured", "payment-service", "Payment Captured")
DECLINED = Event("PaymentDeclined", "payment-service", "Payment Declined")
REFUNDED = Event("PaymentRefunded", "payment-service", "Payment Refunded")

database = Database("payments", HERE / "migrations")
outbox = Outbox(
    database,
    {
        event.name: lambda detail, identity, event=event: publish(event, detail, identity=identity)
        for event in (CAPTURED, DECLINED, REFUNDED)
    },
)
ledger = Ledger(database, outbox)


def _capture(request: dict[str, Any], _: Caller) -> dict[str, Any]:
    amount = {name: request["total"][name] for name in ("value", "currency")}
    try:
        return ledger.capture(provider(), request["order_id"], amount, request.get("payment_method", ""))
    finally:
        outbox.deliver((CAPTURED.name, DECLINED.name))


def _refund(request: dict[str, Any], _: Caller) -> dict[str, Any]:
    try:
        return ledger.refund(provider(), text(request, "order_id"))
    finally:
        outbox.deliver((REFUNDED.name,))


def _read(request: dict[str, Any], _: Caller) -> dict[str, Any]:
    return ledger.find(text(request, "order_id"))


def settle(event: dict[str, Any], context: Any) -> dict[str, int]:
    """Finish what was interrupted, and send what is waiting; called by the clock."""
    settled = ledger.settle(provider(), INTERRUPTED)
    sent = outbox.deliver()
    logger.info("payments settled", extra={"settled": settled, "sent": sent})
    return {"settled": settled, "sent": sent}


capture = Handler(Operation(_capture, HERE / "schemas" / "capture-payment.json"))
refund = Handler(Operation(_refund))
read = Handler(Operation(_read))
