"""Queues, topics, buses and rules of a service (MSG-1, MSG-2, EVT-1, EVT-2)."""

from __future__ import annotations

from enum import StrEnum, unique
from typing import Annotated

from pydantic import Field

from contracts.services.base import Clause, Delivery
from contracts.services.kinds import (
    DetailType,
    EventPattern,
    EventSource,
    FilterPolicy,
    ResourceName,
    ResourceRef,
    Words,
)
from contracts.settings.kind import between, one_of
from contracts.settings.kinds import AccountId, Email, Region

LONGEST_RETENTION = 1_209_600
"""Seconds in 14 days. https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html"""


@unique
class DeduplicationScope(StrEnum):
    """Within what a FIFO queue looks for duplicates."""

    QUEUE = "queue"
    MESSAGE_GROUP = "messageGroup"


@unique
class ThroughputLimit(StrEnum):
    """What the throughput quota of a FIFO queue counts."""

    PER_QUEUE = "perQueue"
    PER_MESSAGE_GROUP = "perMessageGroupId"


class DeadLetter(Clause):
    """Where messages go that cannot be handled."""

    after_receives: Annotated[int, between(1, 1000, "receives")]
    """Receives after which a message is given up."""
    retention_seconds: Annotated[int, between(60, LONGEST_RETENTION, "seconds")] = LONGEST_RETENTION
    """How long it is kept for a look and a redrive; 1209600 (14 days) if left out."""


class Queue(Clause):
    """One SQS queue, encrypted."""

    type: Delivery
    """`standard` or `fifo`."""
    visibility_timeout_seconds: Annotated[int, between(0, 43200, "seconds")] = 30
    """How long a received message is hidden from others; 30 if left out, and at least the timeout of a function
    that takes from it."""
    retention_seconds: Annotated[int, between(60, LONGEST_RETENTION, "seconds")] = 345_600
    """How long a message is kept; 345600 (4 days) if left out."""
    receive_wait_seconds: Annotated[int, between(0, 20, "seconds")] = 20
    """How long a receive waits for a message (long polling); 20 if left out."""
    delay_seconds: Annotated[int, between(0, 900, "seconds")] = 0
    """How long a new message is held back; 0 if left out."""
    dead_letter: DeadLetter | None
    """Where messages go that cannot be handled; null only for a queue that is a dead-letter queue itself."""
    content_based_deduplication: bool = False
    """Take messages of the same body within 5 minutes for one (FIFO); false if left out."""
    deduplication_scope: DeduplicationScope | None = None
    """`queue` or `messageGroup` (FIFO); left out for standard queues."""
    throughput_limit: ThroughputLimit | None = None
    """`perQueue` or `perMessageGroupId` (FIFO); left out for standard queues."""
    by: tuple[ResourceName, ...] = ()
    """Functions and containers that send to it; if left out, everything the contract runs, unless a topic, a rule or
    an event fills it."""


class TopicSubscription(Clause):
    """One receiver of a topic: a queue, a function or an e-mail address; exactly one is given."""

    queue: ResourceName | None = None
    """Queue of this contract; left out for others."""
    function: ResourceName | None = None
    """Function of this contract; left out for others."""
    email: Email | None = None
    """E-mail address, which has to confirm; left out for others."""
    filter_policy: FilterPolicy | None = None
    """Attribute → values that are let through, such as `severity: [CRITICAL, HIGH]`; everything if left out."""
    filter_on: Annotated[str, one_of(("MessageAttributes", "MessageBody"), "what a filter looks at")] = (
        "MessageAttributes"
    )
    """`MessageAttributes` or `MessageBody`; the attributes if left out."""
    raw: bool = False
    """Deliver the message without its envelope (queues); false if left out."""
    dead_letter: ResourceName | None = None
    """Queue of this contract for what could not be delivered; lost if left out."""


class Topic(Clause):
    """One SNS topic, encrypted."""

    type: Delivery
    """`standard` or `fifo`."""
    display_name: Words | None = None
    """Name in e-mails; none if left out."""
    content_based_deduplication: bool = False
    """Take messages of the same body within 5 minutes for one (FIFO); false if left out."""
    subscriptions: dict[ResourceName, TopicSubscription] = Field(default_factory=dict[ResourceName, TopicSubscription])
    """Receivers; none if left out."""
    by: tuple[ResourceName, ...] = ()
    """Functions and containers that publish on it; if left out, everything the contract runs, unless a rule or an
    event of the contract names it."""


class Archive(Clause):
    """Events kept for replay."""

    retention_days: Annotated[int, between(1, 3650, "days")]
    """How long they are kept."""
    sources: tuple[EventSource, ...] = ()
    """Sources whose events are kept; all of them if left out."""


class Bus(Clause):
    """One EventBridge bus."""

    description: Words
    """What it carries."""
    event_source_name: EventSource | None = None
    """Beginning of the sources on it, such as `com.company.application`; free if left out."""
    archive: Archive | None = None
    """Events kept for replay; none if left out."""
    discover_schemas: bool = False
    """Let EventBridge write down the schemas that it sees; false if left out."""
    accounts: tuple[AccountId, ...] = ()
    """Other accounts that may put events on it; none if left out."""


class BusTarget(Clause):
    """A bus in another account or region."""

    account: AccountId
    """Account of the bus."""
    region: Region
    """Region of the bus."""
    bus: ResourceName
    """Name of the bus there."""


class RuleTarget(Clause):
    """Where a rule sends events: a function, queue, topic, workflow or foreign bus; exactly one is given."""

    function: ResourceName | None = None
    """Function of this contract; left out for others."""
    queue: ResourceName | None = None
    """Queue of this contract; left out for others."""
    topic: ResourceName | None = None
    """Topic of this contract; left out for others."""
    workflow: ResourceName | None = None
    """Workflow of this contract; left out for others."""
    bus: BusTarget | None = None
    """Bus in another account or region; left out for others."""
    dead_letter: ResourceName | None = None
    """Queue of this contract for events that could not be delivered; lost if left out."""
    retry_attempts: Annotated[int, between(0, 185, "attempts")] = 185
    """Deliveries tried again; 185 if left out."""
    maximum_age_seconds: Annotated[int, between(60, 86400, "seconds")] = 86400
    """How long delivery is tried, 60 to 86400; 86400 (a day) if left out."""


class Rule(Clause):
    """One EventBridge rule."""

    bus: ResourceRef
    """Bus such as `platform/events#application-events`, or `default` for the bus of AWS's own events."""
    sources: tuple[EventSource, ...]
    """Sources of the events, such as `user-service`."""
    detail_types: tuple[DetailType, ...]
    """Types of the events, such as `User Registered`."""
    detail: EventPattern | None = None
    """Further conditions on the detail: field → list of alternatives; none if left out."""
    targets: dict[ResourceName, RuleTarget]
    """Name → where the events go, 1 to 5 of them."""


class Messaging(Clause):
    """Everything that carries messages."""

    queues: dict[ResourceName, Queue] = Field(default_factory=dict[ResourceName, Queue])
    """Queues; none if left out."""
    topics: dict[ResourceName, Topic] = Field(default_factory=dict[ResourceName, Topic])
    """Topics; none if left out."""
    buses: dict[ResourceName, Bus] = Field(default_factory=dict[ResourceName, Bus])
    """Buses; none if left out."""
    rules: dict[ResourceName, Rule] = Field(default_factory=dict[ResourceName, Rule])
    """Rules; none if left out."""
