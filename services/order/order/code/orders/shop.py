"""Operations of the container alone: carts, notices, prices and quotes."""

from __future__ import annotations

import json
from typing import Any

from runtime.cache import Cache
from runtime.calls import call
from runtime.operation import Caller, Operation
from runtime.validation import text

from orders import placing, store

SHOPKEEPERS = "shopkeepers"
"""Group of the user pool whose people set prices."""
DAY, WEEK = 86_400, 604_800
"""Seconds, as the contract has them."""
KEPT = 20
"""Notices that are shown."""

carts = Cache("carts", seconds=DAY)
board = Cache("notices", seconds=WEEK)


def _cart(request: dict[str, Any], caller: Caller) -> dict[str, Any]:
    return {"items": json.loads(carts.get(caller.person) or "[]")}


def _fill(request: dict[str, Any], caller: Caller) -> dict[str, Any]:
    items = [{"sku": item["sku"], "count": item["count"]} for item in request["items"]]
    carts.put(caller.person, json.dumps(items))
    if not items:
        return {"items": items, "missing": []}
    return {"items": items, "missing": call("checkStock", {"items": items})["missing"]}


def _notices(request: dict[str, Any], caller: Caller) -> dict[str, Any]:
    return {"notices": [json.loads(text) for text in board.newest(caller.person, KEPT)]}


def _quote(request: dict[str, Any], caller: Caller) -> dict[str, Any]:
    stock = call("checkStock", {"items": request["items"]})
    return placing.quote(request, caller) | {"available": stock["available"], "missing": stock["missing"]}


def _price(request: dict[str, Any], caller: Caller) -> dict[str, Any]:
    caller.must_be(SHOPKEEPERS)
    article = {"sku": text(request, "sku"), "price": request["price"], "currency": request["currency"]}
    store.database.transaction(
        lambda t: t.run(
            "INSERT INTO products (sku, price, currency) VALUES (:sku, :price, :currency) "
            "ON CONFLICT (sku) DO UPDATE SET price = excluded.price, currency = excluded.currency",
            **article,
        )
    )
    return article


get_cart = Operation(_cart)
put_cart = Operation(_fill, placing.SCHEMAS / "put-cart.json")
get_notices = Operation(_notices)
quote_order = Operation(_quote, placing.SCHEMAS / "quote.json")
put_product = Operation(_price, placing.SCHEMAS / "put-product.json")
