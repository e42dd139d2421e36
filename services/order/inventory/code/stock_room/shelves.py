"""Holds and moves stock, under row locks that are always taken in the order of the articles."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from runtime.sql import Row, Transaction

from stock_room.errors import (
    OutOfStockException,
    ReservationClosedException,
    ReservationNotFoundException,
    StockReservedException,
)

Wanted = Mapping[str, int]
"""Article → how many of it."""


def wanted(items: list[dict[str, Any]]) -> Wanted:
    """How many of each article; the same article on two lines counts together."""
    counts: Counter[str] = Counter()
    for item in items:
        counts[item["sku"]] += item["count"]
    return counts


_FREE = "SELECT sku, on_hand - reserved AS free FROM stock WHERE sku = ANY(:skus) ORDER BY sku"
_FREE_LOCKED = "SELECT sku, on_hand - reserved AS free FROM stock WHERE sku = ANY(:skus) ORDER BY sku FOR UPDATE"


def missing(transaction: Transaction, counts: Wanted, *, lock: bool = False) -> list[str]:
    """Articles of which there is not enough, sorted.

    Args:
        transaction: in which to look.
        counts: what is wanted.
        lock: keep others from taking of them until the transaction ends.
    """
    rows = transaction.run(_FREE_LOCKED if lock else _FREE, skus=sorted(counts))
    free = {row["sku"]: row["free"] for row in rows}
    return sorted(sku for sku, count in counts.items() if free.get(sku, 0) < count)


def reserve(transaction: Transaction, order_id: str, counts: Wanted, lasts: timedelta) -> Row:
    """Hold everything that an order needs, or nothing; an order that holds it already keeps what it has.

    Raises:
        OutOfStockException: naming the articles of which there is not enough.
        ReservationClosedException: the order's reservation was released; it is not taken up again.
    """
    expires = datetime.now(UTC) + lasts
    made = transaction.one(
        "INSERT INTO reservations (order_id, reservation_id, status, expires_at) "
        "VALUES (:order, :id, 'held', :expires) ON CONFLICT (order_id) DO NOTHING RETURNING *",
        order=order_id,
        id=str(uuid.uuid4()),
        expires=expires,
    )
    if made is None:
        found = _locked(transaction, order_id)
        if found["status"] == "released":
            raise ReservationClosedException(f"the reservation of order {order_id} was released")
        if found["status"] != "expired":
            return found
        return _hold_again(transaction, order_id, expires)
    _take(transaction, counts)
    for sku, count in sorted(counts.items()):
        transaction.run(
            "INSERT INTO reservation_items (order_id, sku, count) VALUES (:order, :sku, :count)",
            order=order_id,
            sku=sku,
            count=count,
        )
    return made


def release(transaction: Transaction, order_id: str) -> bool:
    """Give back what an order holds; whether there was something to give back.

    An order that holds nothing yet never will: a reservation that was under way may arrive after its release.

    Raises:
        ReservationClosedException: the goods have left.
    """
    made = transaction.one(
        "INSERT INTO reservations (order_id, reservation_id, status, expires_at) "
        "VALUES (:order, :id, 'released', now()) ON CONFLICT (order_id) DO NOTHING RETURNING order_id",
        order=order_id,
        id=str(uuid.uuid4()),
    )
    if made is not None:
        return False
    status = _locked(transaction, order_id)["status"]
    if status == "confirmed":
        raise ReservationClosedException(f"the goods of order {order_id} have left")
    if status == "held":
        _put_back(transaction, order_id)
    transaction.run("UPDATE reservations SET status = 'released' WHERE order_id = :order", order=order_id)
    return status == "held"


def confirm(transaction: Transaction, order_id: str) -> Row:
    """The goods leave: they are neither reserved nor there any more.

    Raises:
        ReservationNotFoundException: the order holds nothing.
        ReservationClosedException: its reservation was released.
        OutOfStockException: it had expired, and others have taken the goods.
    """
    found = _locked(transaction, order_id)
    if found["status"] == "confirmed":
        return found
    if found["status"] == "released":
        raise ReservationClosedException(f"the reservation of order {order_id} was released")
    if found["status"] == "expired":
        _hold_again(transaction, order_id, found["expires_at"])
    for item in _items(transaction, order_id):
        transaction.run(
            "UPDATE stock SET on_hand = on_hand - :count, reserved = reserved - :count WHERE sku = :sku", **item
        )
    return transaction.run(
        "UPDATE reservations SET status = 'confirmed' WHERE order_id = :order RETURNING *", order=order_id
    )[0]


def expire(transaction: Transaction, most: int) -> int:
    """Give back what reservations hold whose time is over; returns how many there were, at most so many."""
    over = transaction.run(
        "SELECT order_id FROM reservations WHERE status = 'held' AND expires_at <= now() "
        "ORDER BY expires_at LIMIT :most FOR UPDATE SKIP LOCKED",
        most=most,
    )
    for row in over:
        _put_back(transaction, row["order_id"])
        transaction.run("UPDATE reservations SET status = 'expired' WHERE order_id = :order", order=row["order_id"])
    return len(over)


def replace(transaction: Transaction, sku: str, on_hand: int) -> Row:
    """Set how many of an article there are, reserved ones included.

    Raises:
        StockReservedException: more is reserved.
    """
    transaction.run("INSERT INTO stock (sku, on_hand) VALUES (:sku, 0) ON CONFLICT (sku) DO NOTHING", sku=sku)
    row = transaction.run("SELECT reserved FROM stock WHERE sku = :sku FOR UPDATE", sku=sku)[0]
    if row["reserved"] > on_hand:
        raise StockReservedException(f"{row['reserved']} of {sku} are reserved; release them first")
    return transaction.run("UPDATE stock SET on_hand = :count WHERE sku = :sku RETURNING *", sku=sku, count=on_hand)[0]


def _locked(transaction: Transaction, order_id: str) -> Row:
    row = transaction.one("SELECT * FROM reservations WHERE order_id = :order FOR UPDATE", order=order_id)
    if row is None:
        raise ReservationNotFoundException(f"nothing is reserved for order {order_id}")
    return row


def _hold_again(transaction: Transaction, order_id: str, expires: datetime) -> Row:
    _take(transaction, {item["sku"]: item["count"] for item in _items(transaction, order_id)})
    return transaction.run(
        "UPDATE reservations SET status = 'held', expires_at = :expires WHERE order_id = :order RETURNING *",
        order=order_id,
        expires=expires,
    )[0]


def _take(transaction: Transaction, counts: Wanted) -> None:
    if lacking := missing(transaction, counts, lock=True):
        raise OutOfStockException(f"there is not enough of {', '.join(lacking)}")
    for sku, count in sorted(counts.items()):
        transaction.run("UPDATE stock SET reserved = reserved + :count WHERE sku = :sku", sku=sku, count=count)


def _put_back(transaction: Transaction, order_id: str) -> None:
    for item in _items(transaction, order_id):
        transaction.run("UPDATE stock SET reserved = reserved - :count WHERE sku = :sku", **item)


def _items(transaction: Transaction, order_id: str) -> list[Row]:
    return transaction.run(
        "SELECT sku, count FROM reservation_items WHERE order_id = :order ORDER BY sku", order=order_id
    )
