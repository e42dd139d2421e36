"""Orders in PostgreSQL, with what must be told of each change in the same transaction."""

from __future__ import annotations

import json
import uuid
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from runtime.errors import InvalidRequestException
from runtime.events import event_id
from runtime.outbox import Outbox
from runtime.sql import Database, Row, Transaction

from orders import telling
from orders.errors import OrderNotFoundException

database = Database("orders", Path(__file__).parents[1] / "migrations")
outbox = Outbox(database, telling.CHANNELS)


def identity(text: Any) -> str:
    """The id of an order, in its one form.

    Raises:
        InvalidRequestException: it is none.
    """
    try:
        return str(uuid.UUID(str(text)))
    except ValueError:
        raise InvalidRequestException("an order's id is a UUID") from None


_ORDER = "SELECT * FROM orders WHERE order_id = CAST(:id AS uuid)"
_ORDER_LOCKED = "SELECT * FROM orders WHERE order_id = CAST(:id AS uuid) FOR UPDATE"


def find(transaction: Transaction, order_id: str, *, lock: bool = False) -> Row:
    """An order.

    Args:
        transaction: in which to look.
        order_id: its id.
        lock: keep others from changing it until the transaction ends.

    Raises:
        OrderNotFoundException: there is none.
    """
    row = transaction.one(_ORDER_LOCKED if lock else _ORDER, id=identity(order_id))
    if row is None:
        raise OrderNotFoundException(f"there is no order {order_id}")
    return row


def insert(transaction: Transaction, order: dict[str, Any]) -> bool:
    """Write a new order; whether its id was free."""
    made = transaction.one(
        "INSERT INTO orders (order_id, customer_id, items, value, currency, size, payment_method, status) "
        "VALUES (CAST(:order_id AS uuid), :customer_id, CAST(:items AS jsonb), :value, :currency, :size, "
        ":payment_method, 'placed') ON CONFLICT (order_id) DO NOTHING RETURNING order_id",
        order_id=order["order_id"],
        customer_id=order["customer_id"],
        items=json.dumps(order["items"]),
        value=order["total"]["value"],
        currency=order["total"]["currency"],
        size=order["size"],
        payment_method=order.get("payment_method"),
    )
    return made is not None


def change(transaction: Transaction, order_id: str, status: str, *, reason: str | None = None) -> Row:
    """Put an order into a status; returns it as it is now."""
    return transaction.run(
        "UPDATE orders SET status = :status, reason = :reason, changed_at = now() "
        "WHERE order_id = CAST(:id AS uuid) RETURNING *",
        status=status,
        reason=reason,
        id=order_id,
    )[0]


def reject(transaction: Transaction, order_id: str, reason: str) -> Row:
    """End an order that will not be carried out, and tell of it; one that has ended stays as it is."""
    row = find(transaction, order_id, lock=True)
    if row["status"] in {"fulfilled", "rejected"}:
        return row
    row = change(transaction, order_id, "rejected", reason=reason)
    known = {"order_id": str(row["order_id"]), "customer_id": row["customer_id"]}
    outbox.add(transaction, "OrderRejected", {**known, "reason": reason}, event_id("OrderRejected", order_id))
    notify(transaction, row)
    return row


def notify(transaction: Transaction, row: Row) -> None:
    """Let the customer be told of the status that an order has now."""
    order_id, status = str(row["order_id"]), row["status"]
    notice_id = event_id("OrderNotified", order_id, status)
    detail = {
        "notice_id": notice_id,
        "order_id": order_id,
        "customer_id": row["customer_id"],
        "status": status,
        "at": datetime.now(UTC).isoformat(),
    }
    outbox.add(transaction, "OrderNotified", detail, notice_id)


def placed(row: Row) -> dict[str, Any]:
    """An order as the event and the workflow have it."""
    order = {
        "order_id": str(row["order_id"]),
        "customer_id": row["customer_id"],
        "size": row["size"],
        "items": row["items"],
        "total": {"value": row["value"], "currency": row["currency"]},
    }
    return order | ({"payment_method": row["payment_method"]} if row["payment_method"] else {})


def shown(row: Row) -> dict[str, Any]:
    """An order as its customer sees it."""
    order = {name: value for name, value in placed(row).items() if name not in {"payment_method", "size"}}
    return order | {"status": row["status"]} | ({"reason": row["reason"]} if row["reason"] else {})
