"""Functions ValidateOrder and QuotePrice: whether an order can be carried out, and what articles cost."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from orders import placing, store
from orders.errors import OrderInvalidException
from runtime.calls import call
from runtime.errors import RemoteError
from runtime.operation import Caller, Handler, Operation
from runtime.sql import Row, Transaction


def _validate(request: dict[str, Any], _: Caller) -> dict[str, Any]:
    """The order as we have it, which is what the workflow goes on with; what came in is only its id.

    Raises:
        OrderInvalidException: the customer does not exist, or the order has ended.
        OrderNotFoundException: there is no such order.
        RemoteError: the customer could not be asked about; the workflow tries again.
    """
    row = store.database.transaction(lambda t: store.find(t, request["order_id"]))
    if row["status"] in {"fulfilled", "rejected"}:
        raise OrderInvalidException(f"order {row['order_id']} is {row['status']}")
    try:
        call("getUser", {"id": row["customer_id"]})
    except RemoteError as error:
        if error.name == "UserNotFoundException":
            raise OrderInvalidException("the customer does not exist") from None
        raise

    def work(transaction: Transaction) -> Row:
        now = store.find(transaction, request["order_id"], lock=True)
        return store.change(transaction, request["order_id"], "validated") if now["status"] == "placed" else now

    return store.placed(store.database.transaction(work))


handler = Handler(Operation(_validate, Path(__file__).parent / "schemas" / "order-placed.json"))
quote = Handler(placing.quote)
