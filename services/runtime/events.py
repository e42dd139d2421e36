"""Publishes what happened, on a bus or a topic, as the contract has it."""

from __future__ import annotations

import json
import os
import uuid
from dataclasses import dataclass
from typing import Any

from runtime import trace
from runtime.clients import client
from runtime.log import correlation_id
from runtime.settings import key, variable

_NAMESPACE = uuid.UUID("7b1f3f5e-6d0b-4a51-9a57-0c6f1f0e5d11")


class PublishError(RuntimeError):
    """An event was not taken; it may be sent again, as its id stays the same."""


@dataclass(frozen=True)
class Event:
    """One type of event of the contract's `provides.events`."""

    name: str
    """The contract's name for it, such as `OrderPlaced`: where it goes is in `<NAME>_BUS_NAME` or `_TOPIC_ARN`."""
    source: str
    """Such as `order-service`."""
    detail_type: str
    """Such as `Order Placed`."""
    group_by: str | None = None
    """Field whose value is the message group on a FIFO topic."""
    attributes: tuple[str, ...] = ()
    """Fields that subscriptions of a topic filter by."""


def event_id(*parts: str) -> str:
    """The same id for the same thing, however often it is told: receivers recognise a repetition by it."""
    return str(uuid.uuid5(_NAMESPACE, "\n".join(parts)))


def publish(event: Event, detail: dict[str, Any], *, identity: str) -> None:
    """Publish an event.

    Args:
        event: what type it is of.
        detail: what the contract's schema says; `event_id` is added.
        identity: from `event_id`, the same for every repetition.

    Raises:
        PublishError: the bus has not taken it.
        botocore.exceptions.ClientError: it could not be sent.
    """
    with trace.subsegment(event.name):
        if topic := os.environ.get(f"{key(event.name)}_TOPIC_ARN"):
            _to_topic(topic, event, {**detail, "event_id": identity}, identity)
        else:
            _to_bus(variable(f"{key(event.name)}_BUS_NAME"), event, {**detail, "event_id": identity})


def _to_bus(bus: str, event: Event, detail: dict[str, Any]) -> None:
    entry = {
        "EventBusName": bus,
        "Source": event.source,
        "DetailType": event.detail_type,
        "Detail": json.dumps(detail, separators=(",", ":")),
    }
    if (header := trace.header()) is not None:
        entry["TraceHeader"] = header
    answer = client("events").put_events(Entries=[entry])
    if answer.get("FailedEntryCount"):
        reason = answer["Entries"][0].get("ErrorCode", "unknown")
        raise PublishError(f"{event.name} was not taken by the bus: {reason}")


def _to_topic(topic: str, event: Event, detail: dict[str, Any], identity: str) -> None:
    told = {
        "detail_type": event.detail_type,
        "source": event.source,
        "event_id": identity,
        "correlation_id": correlation_id(),
        **{name: str(detail[name]) for name in event.attributes if name in detail},
    }
    message: dict[str, Any] = {
        "TopicArn": topic,
        "Message": json.dumps(detail, separators=(",", ":")),
        "MessageAttributes": {name: {"DataType": "String", "StringValue": value} for name, value in told.items()},
    }
    if topic.endswith(".fifo"):
        message |= {"MessageGroupId": str(detail[event.group_by or "event_id"]), "MessageDeduplicationId": identity}
    client("sns").publish(**message)


def send(queue: str, body: dict[str, Any], *, identity: str, group: str | None = None) -> None:
    """Send a message to a queue of the own contract.

    Args:
        queue: the contract's name for it; its address is in `<NAME>_QUEUE_URL`.
        body: the message.
        identity: from `event_id`, by which a FIFO queue drops repetitions.
        group: message group of a FIFO queue: what must stay in order.

    Raises:
        botocore.exceptions.ClientError: it could not be sent.
    """
    url = variable(f"{key(queue)}_QUEUE_URL")
    message: dict[str, Any] = {
        "QueueUrl": url,
        "MessageBody": json.dumps({**body, "event_id": identity}, separators=(",", ":")),
        "MessageAttributes": {"correlation_id": {"DataType": "String", "StringValue": correlation_id()}},
    }
    if url.endswith(".fifo"):
        message |= {"MessageGroupId": group or identity, "MessageDeduplicationId": identity}
    client("sqs").send_message(**message)
