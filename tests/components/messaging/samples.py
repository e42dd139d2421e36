"""Clauses and wiring for the tests of this folder; every value is stated here."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, cast

from contracts.services.base import Delivery
from contracts.services.messaging import DeadLetter, Queue, Topic, TopicSubscription
from graph.values import Unknown
from tests.kit import ACCOUNT, REGION, GraphView, record_component

MESSAGING_KEY = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/messaging"
ALARMS = f"arn:aws:sns:{REGION}:{ACCOUNT}:atoll-test-alarms"
OTHER_ACCOUNT = "222222222222"


def arn(service: str, resource: str) -> str:
    """ARN of a regional resource of the tests' account."""
    return f"arn:aws:{service}:{REGION}:{ACCOUNT}:{resource}"


def queue_clause(**changes: Any) -> Queue:
    """A standard queue whose messages are given up after three receives."""
    values: dict[str, Any] = {"type": Delivery.STANDARD, "dead_letter": DeadLetter(after_receives=3)}
    return Queue(**(values | changes))


def topic_clause(subscriptions: Mapping[str, TopicSubscription] | None = None, **changes: Any) -> Topic:
    """A standard topic."""
    values: dict[str, Any] = {"type": Delivery.STANDARD, "subscriptions": dict(subscriptions or {})}
    return Topic(**(values | changes))


def record(build: Callable[[], Any]) -> GraphView:
    """Record components in the tests' account and region."""
    return record_component(build)


def document(view: GraphView, name: str, path: str = "policy") -> dict[str, Any]:
    """A JSON document among a resource's inputs; `${name.output}` stands for what is not known yet."""
    value = view.value(name, path)
    parts = value.parts if isinstance(value, Unknown) else (str(value),)
    text = "".join(
        part if isinstance(part, str) else f"${{{part.urn.rsplit('::')[-1]}.{part.output}}}" for part in parts
    )
    return cast("dict[str, Any]", json.loads(text))


def statements(view: GraphView, name: str, path: str = "policy") -> dict[str, dict[str, Any]]:
    """Sid → statement of a policy."""
    return {statement["Sid"]: statement for statement in document(view, name, path)["Statement"]}
