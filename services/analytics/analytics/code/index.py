"""Function EventProcessor: counts payments and registrations, keeps the people it has heard of, and indexes them.

The original design has this one in Node.js, with the same timeout, memory and triggers.
"""

from __future__ import annotations

from typing import Any

from analyst.metrics import Counted, add, day_of
from runtime import log
from runtime.clients import client
from runtime.messages import Message, PoisonMessageError, of_event
from runtime.search import index
from runtime.settings import variable


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Serve both triggers: an event of the bus, or a batch of changes of user-table.

    Raises:
        PoisonMessageError: an event is not what its contract says; it goes to the dead letters.
    """
    if "Records" in event:
        log.correlate(getattr(context, "aws_request_id", None))
        _index_people(event["Records"])
        return {"batchItemFailures": []}
    message = of_event(event, getattr(context, "aws_request_id", ""))
    log.correlate(message.identity)
    effect = EFFECTS.get(message.detail_type)
    if effect is None:
        raise PoisonMessageError(f"{message.detail_type!r} is none of {', '.join(EFFECTS)}")
    try:
        effect(message)
    except (KeyError, TypeError, ValueError) as error:
        raise PoisonMessageError(f"this is no {message.detail_type}: {error}") from None
    return {}


def _payment(message: Message) -> None:
    value = int(message.body["amount"]["value"])
    add(Counted(message.identity, day_of(None), {"payments": 1, "payment-value": value}))


def _registration(message: Message) -> None:
    person = message.body
    day = day_of(person["registered_at"])
    add(Counted(message.identity, day, {"registrations": 1}))
    # The same item again is no change, so that the stream stays still.
    client("dynamodb").put_item(
        TableName=variable("USER_TABLE_TABLE"), Item={"user_id": {"S": str(person["user_id"])}, "day": {"S": day}}
    )


def _index_people(records: list[dict[str, Any]]) -> None:
    """All of a batch in one request, under ids that stay: a batch that comes again writes the same documents."""
    documents: dict[str, dict[str, Any]] = {}
    for record in records:
        image: dict[str, Any] = record["dynamodb"].get("NewImage") or {}
        if record["eventName"] != "REMOVE" and image:
            user_id = image["user_id"]["S"]
            documents[f"user-{user_id}"] = {"kind": "user", "user_id": user_id, "day": image["day"]["S"]}
    if documents:
        index("reports", documents)


EFFECTS = {"Payment Captured": _payment, "User Registered": _registration}
"""Type of event → what it leads to."""
