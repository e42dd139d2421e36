"""Functions StartProcessing and DeliverOutbox: orders from the queue become workflows, and what waits is sent."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError
from runtime.clients import client, error_code
from runtime.log import logger
from runtime.messages import Message, queue_handler
from runtime.settings import variable
from runtime.validation import validate

SCHEMA = Path(__file__).parent / "schemas" / "order-placed.json"


def _start(message: Message) -> None:
    validate(message.body, SCHEMA)
    order_id = message.body["order_id"]
    order = {name: value for name, value in message.body.items() if name != "event_id"}
    try:
        # The name is the order's id, so that the same order never runs twice.
        client("stepfunctions").start_execution(
            stateMachineArn=variable("ORDER_PROCESSING_WORKFLOW_WORKFLOW_ARN"), name=order_id, input=json.dumps(order)
        )
    except ClientError as error:
        if error_code(error) != "ExecutionAlreadyExists":
            raise
        logger.info("the order is being processed already", extra={"order_id": order_id})


def deliver(event: dict[str, Any], context: Any) -> dict[str, int]:
    """Send what could not be sent when it happened; called by the clock."""
    from orders.store import outbox

    return {"sent": outbox.deliver()}


handler = queue_handler(_start)
