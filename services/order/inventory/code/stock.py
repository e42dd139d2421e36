"""Entries of the inventory's functions: one operation each, so that others may be allowed each of them alone."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

from runtime.log import logger
from runtime.operation import Caller, Handler, Operation
from runtime.settings import number
from runtime.sql import Database, Row
from runtime.validation import text
from stock_room import shelves

HERE = Path(__file__).parent
SCHEMAS = HERE / "schemas"
LASTS = 25 * 3600
"""Seconds that a reservation lasts: longer than the day that an approval may take."""
BATCH = 100
"""Reservations that expire in one transaction."""

database = Database("stock", HERE / "migrations")


def _reserve(request: dict[str, Any], _: Caller) -> dict[str, Any]:
    lasts = timedelta(seconds=number("RESERVATION_SECONDS", LASTS))
    counts = shelves.wanted(request["items"])
    return _shown(database.transaction(lambda t: shelves.reserve(t, request["order_id"], counts, lasts)))


def _release(request: dict[str, Any], _: Caller) -> dict[str, Any]:
    order_id = text(request, "order_id")
    return {"order_id": order_id, "released": database.transaction(lambda t: shelves.release(t, order_id))}


def _confirm(request: dict[str, Any], _: Caller) -> dict[str, Any]:
    order_id = text(request, "order_id")
    return _shown(database.transaction(lambda t: shelves.confirm(t, order_id)))


def _check(request: dict[str, Any], _: Caller) -> dict[str, Any]:
    lacking = database.transaction(lambda t: shelves.missing(t, shelves.wanted(request["items"])))
    return {"available": not lacking, "missing": lacking}


def _replace(request: dict[str, Any], _: Caller) -> dict[str, Any]:
    sku = text(request, "sku")
    return database.transaction(lambda t: shelves.replace(t, sku, request["on_hand"]))


def _shown(reservation: Row) -> dict[str, Any]:
    return {**reservation, "expires_at": reservation["expires_at"].isoformat()}


def expire(event: dict[str, Any], context: Any) -> dict[str, int]:
    """Give back what is held for orders that never came to an end; called by the clock."""
    expired = 0
    while found := database.transaction(lambda t: shelves.expire(t, BATCH)):
        expired += found
    logger.info("reservations expired", extra={"expired": expired})
    return {"expired": expired}


reserve = Handler(Operation(_reserve, SCHEMAS / "reserve.json"))
release = Handler(Operation(_release))
confirm = Handler(Operation(_confirm))
check = Handler(Operation(_check, SCHEMAS / "check-stock.json"))
replace = Handler(Operation(_replace, SCHEMAS / "set-stock.json"))
