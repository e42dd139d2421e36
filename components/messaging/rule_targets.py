"""What a rule's targets are in AWS: read from the contract's clause and the wiring, refused where it cannot work."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum, unique

import pulumi

from components.messaging.names import LONGEST_TARGET_ID, bus_arn
from components.messaging.receivers import Arns, Receivers, missing
from contracts.services.messaging import Rule, RuleTarget


@unique
class Kind(Enum):
    """What kind of thing a target is, with the statement its role needs (a function, queue and topic need none)."""

    FUNCTION = ("function", "", "")
    QUEUE = ("queue", "", "")
    TOPIC = ("topic", "", "")
    WORKFLOW = ("workflow", "StartWorkflows", "states:StartExecution")
    BUS = ("bus", "PutEventsOnForeignBuses", "events:PutEvents")

    def __init__(self, field: str, sid: str, action: str) -> None:
        self.field = field
        self.sid = sid
        self.action = action


@dataclass(frozen=True, kw_only=True)
class Target:
    """One target of a rule."""

    key: str
    """The contract's name for it."""
    kind: Kind
    arn: pulumi.Input[str]
    message_group: str | None
    """For FIFO queues."""
    dead_letter_arn: pulumi.Input[str] | None
    retry_attempts: int
    maximum_age_seconds: int


def targets_of(name: str, rule: Rule, receivers: Receivers, foreign_buses: Mapping[str, str]) -> list[Target]:
    """The targets of the rule called `name`.

    Raises:
        ValueError: listing everything that is missing or that EventBridge does not deliver to.
    """
    problems = [
        f"  target {key}: {problem}"
        for key, clause in rule.targets.items()
        for problem in _problems(key, clause, receivers)
    ]
    if problems:
        raise ValueError("\n".join([f"event rule {name} cannot be made:", *problems]))
    return [_target(name, key, clause, receivers, foreign_buses) for key, clause in rule.targets.items()]


def _named(clause: RuleTarget) -> list[Kind]:
    return [kind for kind in Kind if getattr(clause, kind.field) is not None]


def _arns(kind: Kind, receivers: Receivers) -> Arns:
    return {
        Kind.FUNCTION: receivers.functions,
        Kind.QUEUE: receivers.queues,
        Kind.TOPIC: receivers.topics,
        Kind.WORKFLOW: receivers.workflows,
    }[kind]


def _problems(key: str, clause: RuleTarget, receivers: Receivers) -> Iterator[str]:
    if len(key) > LONGEST_TARGET_ID:
        yield f"its name has {len(key)} characters and AWS takes {LONGEST_TARGET_ID}; shorten it"
    kinds = _named(clause)
    if len(kinds) != 1:
        yield f"it names {len(kinds)} receivers; name exactly one of {', '.join(kind.field for kind in Kind)}"
    for kind in kinds:
        if kind is not Kind.BUS:
            yield from missing(kind.field, str(getattr(clause, kind.field)), _arns(kind, receivers))
    if clause.topic in receivers.fifo:
        yield f"the topic {clause.topic} is FIFO, which EventBridge does not deliver to; name a FIFO queue instead"
    if clause.dead_letter is not None:
        yield from missing("dead-letter queue", clause.dead_letter, receivers.queues)
        if clause.dead_letter in receivers.fifo:
            yield f"the dead-letter queue {clause.dead_letter} is FIFO; EventBridge takes standard queues alone"


def _target(name: str, key: str, clause: RuleTarget, receivers: Receivers, foreign_buses: Mapping[str, str]) -> Target:
    [kind] = _named(clause)
    arn: pulumi.Input[str]
    if clause.bus is not None:
        bus = foreign_buses.get(key, clause.bus.bus)
        arn = bus_arn(bus, region=clause.bus.region, account_id=clause.bus.account)
    else:
        arn = _arns(kind, receivers)[getattr(clause, kind.field)]
    return Target(
        key=key,
        kind=kind,
        arn=arn,
        message_group=name if kind is Kind.QUEUE and clause.queue in receivers.fifo else None,
        dead_letter_arn=receivers.queues[clause.dead_letter] if clause.dead_letter else None,
        retry_attempts=clause.retry_attempts,
        maximum_age_seconds=clause.maximum_age_seconds,
    )
