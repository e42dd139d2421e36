"""Keep which queues may give messages up to a dead-letter queue, and keep its policy beside it."""

# pyright: basic, reportPrivateUsage=false, reportAttributeAccessIssue=false

from __future__ import annotations

from typing import Any

from moto.sqs.models import Queue

REASON = (
    "moto accepts RedriveAllowPolicy and does not report it, so the Terraform provider waits for it until it gives up; "
    "and every change of another attribute clears the queue's policy."
)
REDRIVE = "RedriveAllowPolicy"


def apply() -> None:
    """Report the redrive allow policy; change the policy only when it is among the attributes."""
    change = Queue._set_attributes

    def with_policies(self: Queue, attributes: dict[str, Any], now: float | None = None) -> None:
        attributes = dict(attributes)
        attributes.setdefault("Policy", getattr(self, "policy", None))
        if REDRIVE in attributes:
            attributes[REDRIVE] = attributes[REDRIVE] or None  # empty text takes it away
        change(self, attributes, now)

    Queue.redrive_allow_policy = None
    Queue.BASE_ATTRIBUTES = [*Queue.BASE_ATTRIBUTES, REDRIVE]
    Queue._set_attributes = with_policies  # type: ignore[method-assign]
