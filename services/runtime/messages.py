"""Reads what arrives: batches from queues, of which only the failed messages go back, events and notifications."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

from aws_lambda_powertools.utilities import batch
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from runtime import log, trace
from runtime.log import logger


class PoisonMessageError(ValueError):
    """A message that no number of attempts makes readable; after enough of them it goes to the dead letters."""


@dataclass(frozen=True)
class Message:
    """What was sent, whatever carried it: a queue, a topic, a bus, or one within the other."""

    body: dict[str, Any]
    """The message, or the event's detail."""
    identity: str
    """What makes it the same as its repetitions: the sender's `event_id`, else the carrier's id."""
    detail_type: str = ""
    """Type of an event; empty for plain messages."""
    group: str = ""
    """Message group; empty for standard queues."""


Effect = Callable[[Message], None]
"""What a message leads to; it must bear being called twice."""


def queue_handler(effect: Effect) -> Callable[[dict[str, Any], Any], dict[str, Any]]:
    """A Lambda handler that applies an effect to each message of a batch.

    Messages that failed are returned to the queue alone. In a FIFO queue so are those behind them in the same group,
    so that the order is kept.
    """

    def handle(record: SQSRecord) -> None:
        attributes: dict[str, dict[str, Any]] = record.raw_event.get("messageAttributes") or {}
        log.correlate(attributes.get("correlation_id", {}).get("stringValue") or record.message_id)
        try:
            message = unpack(record.body, record.message_id, group=record.attributes.message_group_id or "")
            with trace.subsegment(effect.__name__):
                effect(message)
        except Exception:
            logger.exception(
                "message failed",
                extra={"message_id": record.message_id, "receives": record.attributes.approximate_receive_count},
            )
            raise

    def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
        records: list[dict[str, Any]] = event.get("Records") or []
        fifo = any(str(each.get("eventSourceARN", "")).endswith(".fifo") for each in records)
        if fifo:
            processor: Any = batch.SqsFifoPartialProcessor(skip_group_on_error=True)
        else:
            processor = batch.BatchProcessor(batch.EventType.SQS)
        # All failed is no exception either: the answer says so, and the queue counts the receives.
        processor.raise_on_entire_batch_failure = False
        given = batch.process_partial_response(event, handle, processor)  # pyright: ignore[reportUnknownMemberType]
        return {**given}

    return handler


def unpack(text: str, carrier_id: str, *, group: str = "") -> Message:
    """Take a message out of what carried it.

    Args:
        text: body of a queue's message.
        carrier_id: id by which a repetition is recognised if the sender gave none.
        group: its message group.

    Raises:
        PoisonMessageError: it is no JSON object.
    """
    try:
        body = json.loads(text)
    except (ValueError, RecursionError):
        raise PoisonMessageError("the message is no JSON") from None
    if not isinstance(body, dict):
        raise PoisonMessageError("the message is no JSON object")
    return of_event(body, carrier_id, group=group)  # pyright: ignore[reportUnknownArgumentType]  # JSON


def of_event(event: dict[str, Any], carrier_id: str, *, group: str = "") -> Message:
    """The message of an EventBridge event, an SNS envelope or a plain object.

    Raises:
        PoisonMessageError: an envelope holds no JSON object.
    """
    if event.get("Type") == "Notification" and isinstance(event.get("Message"), str):
        return unpack(event["Message"], str(event.get("MessageId") or carrier_id), group=group)
    detail: Any = event.get("detail")
    if "detail-type" in event and isinstance(detail, dict):
        told = cast("dict[str, Any]", detail)
        return Message(told, str(told.get("event_id") or event.get("id") or carrier_id), event["detail-type"], group)
    return Message(event, str(event.get("event_id") or carrier_id), "", group)


def of_topic(event: dict[str, Any]) -> list[Message]:
    """The messages that a topic called a function with.

    Raises:
        PoisonMessageError: one holds no JSON object.
    """
    return [unpack(record["Sns"]["Message"], record["Sns"]["MessageId"]) for record in event["Records"]]
