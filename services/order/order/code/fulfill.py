"""Function FulfillOrder: the goods leave, the invoice is written, everybody is told."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from orders import store
from orders.errors import OrderClosedException
from orders.telling import FULFILLED, NOTIFIED
from runtime.calls import call
from runtime.clients import client
from runtime.events import event_id
from runtime.operation import Caller, Handler, Operation
from runtime.settings import variable
from runtime.sql import Row, Transaction
from runtime.validation import text


def _fulfill(request: dict[str, Any], _: Caller) -> dict[str, Any]:
    """Raises OrderClosedException for an order that was cancelled meanwhile; its money is given back by then."""
    order_id = store.identity(text(request, "order_id"))
    row = store.database.transaction(lambda t: _open(t, order_id))
    call("confirm", {"order_id": order_id})
    _write_invoice(row)

    def work(transaction: Transaction) -> Row:
        now = _open(transaction, order_id)
        if now["status"] == "fulfilled":
            return now
        now = store.change(transaction, order_id, "fulfilled")
        detail = {
            "order_id": order_id,
            "customer_id": now["customer_id"],
            "fulfilled_at": datetime.now(UTC).isoformat(),
        }
        store.outbox.add(transaction, FULFILLED.name, detail, event_id(FULFILLED.name, order_id))
        store.notify(transaction, now)
        return now

    done = store.database.transaction(work)
    store.outbox.deliver((FULFILLED.name, NOTIFIED.name))
    return store.shown(done)


def _open(transaction: Transaction, order_id: str) -> Row:
    row = store.find(transaction, order_id, lock=True)
    if row["status"] == "rejected":
        raise OrderClosedException(f"order {order_id} was rejected: {row['reason']}")
    return row


def _write_invoice(row: Row) -> None:
    """The same order has the same invoice under the same key, however often it is written."""
    order = store.placed(row)
    invoice = {name: order[name] for name in ("order_id", "customer_id", "items", "total")}
    client("s3").put_object(
        Bucket=variable("INVOICES_BUCKET"),
        Key=f"{variable('INVOICES_PREFIX')}{order['order_id']}.json",
        Body=json.dumps(invoice | {"placed_at": row["placed_at"].isoformat()}).encode(),
        ContentType="application/json",
    )


handler = Handler(Operation(_fulfill))
