"""Function AskForApproval: has people decide about large orders, and hands their decision to the waiting workflow."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError
from orders import store
from orders.errors import OrderClosedException, OrderNotApprovedException, OrderNotFoundException
from orders.telling import NOTIFIED
from runtime.clients import client, error_code
from runtime.log import logger
from runtime.operation import Caller, Handler, Operation
from runtime.sql import Row, Transaction
from runtime.validation import text

APPROVERS = "order-approvers"
"""Group of the user pool whose people decide."""
ANSWERED = {"TaskTimedOut", "TaskDoesNotExist", "InvalidToken"}
"""The workflow waits no longer: it was answered before, or has given up."""


def _ask(request: dict[str, Any], _: Caller) -> dict[str, Any]:
    """Called by the workflow with `{task_token, input}`; the workflow waits until `_decide` answers with the token."""
    token, order_id = text(request, "task_token"), request["input"]["order_id"]

    def work(transaction: Transaction) -> None:
        row = store.find(transaction, order_id, lock=True)
        if row["status"] in {"fulfilled", "rejected"}:
            raise OrderNotApprovedException(f"order {order_id} is {row['status']}")
        transaction.run(
            "UPDATE orders SET task_token = :token WHERE order_id = CAST(:id AS uuid)", token=token, id=order_id
        )
        store.notify(transaction, store.change(transaction, order_id, "waiting-for-approval"))

    store.database.transaction(work)
    store.outbox.deliver((NOTIFIED.name,))
    return {"order_id": order_id}


def _decide(request: dict[str, Any], caller: Caller) -> dict[str, Any]:
    caller.must_be(APPROVERS)
    order_id, approved = store.identity(text(request, "id")), request["approved"]

    def work(transaction: Transaction) -> tuple[Row, bool]:
        row = store.find(transaction, order_id, lock=True)
        if row["task_token"] is None:
            raise OrderNotFoundException(f"nobody waits for a decision about order {order_id}")
        if row["approved"] not in {None, approved}:
            raise OrderClosedException(f"order {order_id} was decided otherwise")
        if row["approved"] is None and row["status"] != "waiting-for-approval":
            raise OrderClosedException(f"order {order_id} is {row['status']}")
        transaction.run(
            "UPDATE orders SET approved = :approved WHERE order_id = CAST(:id AS uuid)", approved=approved, id=order_id
        )
        return row, row["approved"] is None

    row, first = store.database.transaction(work)
    try:
        _answer(row["task_token"], caller.user or "a service", approved=approved)
    except ClientError as error:
        if error_code(error) not in ANSWERED:
            raise
        if first:
            raise OrderClosedException(f"order {order_id} waits no longer") from None
        logger.info("the decision was handed over before", extra={"order_id": order_id})
    return store.shown(row)


def _answer(token: str, who: str, *, approved: bool) -> None:
    workflows = client("stepfunctions")
    if approved:
        workflows.send_task_success(taskToken=token, output=json.dumps({"approved_by": who}))
    else:
        cause = "An approver has said no."
        workflows.send_task_failure(taskToken=token, error=OrderNotApprovedException.__name__, cause=cause)


handler = Handler(
    Operation(_ask),
    {"POST /api/v1/orders/{id}/decision": Operation(_decide, Path(__file__).parent / "schemas" / "decide-order.json")},
)
