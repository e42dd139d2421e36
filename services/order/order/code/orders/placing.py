"""Operations that customers call, over HTTP, GraphQL and WebSocket: place, look at and cancel orders."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import Any

from runtime.errors import NoSuchOperationException
from runtime.events import event_id
from runtime.operation import Caller, Operation
from runtime.settings import number
from runtime.sql import Row, Transaction
from runtime.validation import text

from orders import store
from orders.errors import OrderClosedException, OrderConflictException, OrderNotFoundException, UnknownArticleException
from orders.telling import PLACED, QUEUE, REJECTED, UNDO

SCHEMAS = Path(__file__).parents[1] / "schemas"
LARGE = 100_000
"""Value in the currency's smallest unit from which an order needs an approval."""
SENT_HERE = (PLACED.name, REJECTED.name, QUEUE, UNDO)
"""Channels that whoever serves customers may send to; the rest waits for the schedule."""


def _place(request: dict[str, Any], caller: Caller) -> dict[str, Any]:
    customer = text(request, "customer_id") if caller.service else caller.person
    order_id = store.identity(request.get("order_id") or uuid.uuid4())
    items = [{"sku": item["sku"], "count": item["count"]} for item in request["items"]]

    def work(transaction: Transaction) -> Row:
        known = transaction.one("SELECT * FROM orders WHERE order_id = CAST(:id AS uuid)", id=order_id)
        if known is None:
            total = price(transaction, items)
            size = "large" if total["value"] >= number("LARGE_ORDER", LARGE) else "small"
            order = {"order_id": order_id, "customer_id": customer, "items": items, "total": total, "size": size}
            order |= {"payment_method": request.get("payment_method")}
            if store.insert(transaction, order):
                known = store.find(transaction, order_id)
                store.outbox.add(transaction, PLACED.name, store.placed(known), event_id(PLACED.name, order_id))
                store.outbox.add(transaction, QUEUE, store.placed(known), event_id(QUEUE, order_id))
                return known
            known = store.find(transaction, order_id)
        if known["customer_id"] != customer or known["items"] != items:
            raise OrderConflictException(f"{order_id} is the id of another order; choose a new one")
        return known

    row = store.database.transaction(work)
    store.outbox.deliver(SENT_HERE)
    return store.shown(row)


def price(transaction: Transaction, items: list[dict[str, Any]]) -> dict[str, Any]:
    """What articles cost together, by our own prices.

    Raises:
        UnknownArticleException: naming those that do not exist, or currencies that do not go together.
    """
    rows = transaction.run("SELECT * FROM products WHERE sku = ANY(:skus)", skus=[item["sku"] for item in items])
    prices = {row["sku"]: row for row in rows}
    if unknown := sorted({item["sku"] for item in items} - set(prices)):
        raise UnknownArticleException(f"there is no {', '.join(unknown)}")
    currencies = sorted({row["currency"] for row in rows})
    if len(currencies) > 1:
        raise UnknownArticleException(f"one order has one currency, not {' and '.join(currencies)}")
    return {"value": sum(prices[item["sku"]]["price"] * item["count"] for item in items), "currency": currencies[0]}


def _quote(request: dict[str, Any], _: Caller) -> dict[str, Any]:
    return {"total": store.database.transaction(lambda t: price(t, request["items"]))}


def _get(request: dict[str, Any], caller: Caller) -> dict[str, Any]:
    row = store.database.transaction(lambda t: _visible(t, text(request, "id"), caller))
    return store.shown(row)


def _cancel(request: dict[str, Any], caller: Caller) -> dict[str, Any]:
    order_id = store.identity(text(request, "id"))

    def work(transaction: Transaction) -> Row:
        row = _visible(transaction, order_id, caller, lock=True)
        if row["status"] == "fulfilled":
            raise OrderClosedException(f"the goods of order {order_id} have left")
        if row["status"] != "rejected":
            row = store.reject(transaction, order_id, "cancelled")
            store.outbox.add(transaction, UNDO, {"order_id": order_id}, event_id(UNDO, order_id))
        return row

    row = store.database.transaction(work)
    store.outbox.deliver(SENT_HERE)
    return store.shown(row)


def _visible(transaction: Transaction, order_id: str, caller: Caller, *, lock: bool = False) -> Row:
    """The caller's own order; another's is not told apart from one that does not exist."""
    row = store.find(transaction, order_id, lock=lock)
    if not caller.service and row["customer_id"] != caller.person:
        raise OrderNotFoundException(f"there is no order {order_id}")
    return row


def _status(request: dict[str, Any], _: Caller) -> dict[str, Any]:
    """What a page over WebSocket learns: nothing personal, as an order's id cannot be guessed."""
    if request["action"] != "status":
        raise NoSuchOperationException("the actions are: status")
    row = store.database.transaction(lambda t: store.find(t, text(request, "order_id")))
    return {"order_id": str(row["order_id"]), "status": row["status"]}


def _welcome(request: dict[str, Any], _: Caller) -> dict[str, Any]:
    return {}


place = Operation(_place, SCHEMAS / "place-order.json", status=202)
quote = Operation(_quote, SCHEMAS / "quote.json")
get = Operation(_get)
cancel = Operation(_cancel)
status = Operation(_status, SCHEMAS / "order-status.json")
connected = Operation(_welcome)
