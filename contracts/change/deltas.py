"""One difference between two revisions, as each question finds it: typed, with a sentence for a person."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum, unique
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, PlainSerializer

Usd = Annotated[Decimal, PlainSerializer(str, return_type=str, when_used="json")]
"""USD a month; text in JSON, so that no reader rounds it."""


class Part(BaseModel):
    """Base of every part of a report."""

    model_config = ConfigDict(frozen=True, extra="forbid")


@unique
class Effect(StrEnum):
    """What a difference asks of a reviewer, the gravest first."""

    BREAKS = "breaks"
    """A consumer, or an edge that something needs, no longer works."""
    BLOCKS = "blocks"
    """It will not be deployed: a control, a protection or the program itself refuses it."""
    WARNS = "warns"
    """Data, access or exposure is at stake: look."""
    UNKNOWN = "unknown"
    """Nobody can tell before deployment. Never the same as no difference."""
    INFORMS = "informs"
    """A difference, and nothing about it is grave."""
    IMPROVES = "improves"
    """Something that was wrong is no longer."""


@unique
class Question(StrEnum):
    """What is asked of two revisions, in the order of a report."""

    CONTRACTS = "contracts"
    RESOURCES = "resources"
    REACH = "reach"
    ACCESS = "access"
    POLICIES = "policies"
    RECOVERY = "recovery"
    PARITY = "parity"
    COST = "cost"


@unique
class OriginKind(StrEnum):
    """Where a figure or a statement comes from."""

    FILE = "file"
    """`path:line`, relative to the project, in the revision that has it."""
    URN = "urn"
    """A resource."""
    PAGE = "page"
    """A page on the internet."""


class Origin(Part):
    """One place that a statement rests on."""

    kind: OriginKind
    """What kind of place."""
    at: str
    """The place itself."""


class Delta(Part):
    """What every difference says."""

    effect: Effect
    """What it asks of a reviewer."""
    stack: str | None
    """The stack; None where it is about contracts."""
    subject: str
    """What it is about: a URN, a contract, a role, a pair of roles."""
    sentence: str
    """The difference for a person."""
    origins: tuple[Origin, ...] = ()
    """Where it comes from."""


class PropertyDelta(Part):
    """One property of a resource that differs."""

    path: str
    """Pulumi property path, such as `tags.Owner`."""
    before: str | None
    """JSON of the value, `<unknown>` or `<secret>`; None where it was not set."""
    after: str | None
    """The same in the later revision."""
    forces_replacement: bool | None
    """Whether a change of it needs a new resource; None if that is not known."""


@unique
class ResourceKind(StrEnum):
    """What becomes of a resource."""

    CREATE = "create"
    UPDATE = "update"
    REPLACE = "replace"
    DELETE = "delete"
    MOVE = "move"
    """The same resource under another URN, by an alias; nothing happens to it."""
    LEAVE = "leave"
    """It is no longer in the program, and stays where it is: an orphan."""
    UNDECIDED = "undecided"
    """It may be updated or replaced: that hangs on values known after deployment only."""


class ResourceDelta(Delta):
    """A resource that differs."""

    question: Literal[Question.RESOURCES] = Question.RESOURCES
    kind: ResourceKind
    """What becomes of it."""
    type: str
    """Type token."""
    properties: tuple[PropertyDelta, ...] = ()
    """What differs, for updates and replacements."""
    because: tuple[str, ...] = ()
    """URNs of resources whose replacement or change leads to this one."""
    holds: str | None = None
    """Data that a replacement or deletion takes with it; None if there is none."""


class ContractDelta(Delta):
    """A contract that differs, or a consumer of one."""

    question: Literal[Question.CONTRACTS] = Question.CONTRACTS
    kind: str
    """Kind of the estate's finding, such as `consumer-broken`; `changed`, `added` or `removed` for the contract."""
    contracts: tuple[str, ...]
    """Contracts it is about: the one that changed, then its consumers."""
    before: str | None = None
    """Version."""
    after: str | None = None
    """Version."""


@unique
class ReachKind(StrEnum):
    """What becomes of a way through the network."""

    OPENED = "opened"
    CLOSED = "closed"
    PUBLIC = "public"
    """Reachable from the internet, and was not."""
    PRIVATE = "private"
    """No longer reachable from the internet."""
    UNDECIDED = "undecided"


class ReachDelta(Delta):
    """Ports between two parties that are open in one revision alone."""

    question: Literal[Question.REACH] = Question.REACH
    kind: ReachKind
    """What becomes of it."""
    source: str
    """Role, interface or `internet`."""
    target: str
    """The same."""
    ports: str
    """TCP ports that differ, as `443, 8080-8090`."""
    intended: bool | None = None
    """Whether the matrix of the stack means it; None where no matrix speaks of the pair."""


@unique
class AccessKind(StrEnum):
    """What becomes of a right."""

    GAINED = "gained"
    LOST = "lost"
    ADMINISTRATOR = "administrator"
    """Every action on every resource, or a way to it, that was not there."""
    TRUST_GAINED = "trust-gained"
    TRUST_LOST = "trust-lost"
    PUBLIC = "public"
    """A policy that speaks to anyone."""
    FIXED = "fixed"
    UNDECIDED = "undecided"


class AccessDelta(Delta):
    """Rights of a principal, or who may take its place, that differ."""

    question: Literal[Question.ACCESS] = Question.ACCESS
    kind: AccessKind
    """What becomes of it."""
    actions: tuple[str, ...] = ()
    """Actions, as the statement has them."""
    resources: tuple[str, ...] = ()
    """Resources, as the statement has them."""
    conditions: tuple[str, ...] = ()
    """Under which conditions alone."""


@unique
class PolicyKind(StrEnum):
    """What becomes of a finding."""

    NEW = "new"
    FIXED = "fixed"
    GONE = "gone"
    """It is fixed because its resource is gone."""
    WAIVED = "waived"
    UNWAIVED = "unwaived"
    """A waiver or an advice has ended: it counts again."""
    CHANGED = "changed"


class PolicyDelta(Delta):
    """A finding of a control that differs."""

    question: Literal[Question.POLICIES] = Question.POLICIES
    kind: PolicyKind
    """What becomes of it."""
    control: str
    """Id of the control."""
    severity: str
    """Of the control."""
    frameworks: tuple[str, ...] = ()
    """Frameworks whose requirements it supports."""


@unique
class CostOf(StrEnum):
    """Of what a cost is the sum."""

    SERVICE = "service"
    TEAM = "team"
    ENVIRONMENT = "environment"
    RESOURCE = "resource"


class CostDelta(Delta):
    """A monthly cost that differs, by list prices."""

    question: Literal[Question.COST] = Question.COST
    of: CostOf
    """Of what it is the sum."""
    before_usd: Usd
    """A month; what is known of it."""
    after_usd: Usd
    """The same."""
    assumes: tuple[str, ...] = ()
    """Assumptions in it, as `name quantity unit`."""


class MeasureDelta(Delta):
    """A figure of recovery or parity that differs, as its own analysis tells it."""

    question: Literal[Question.RECOVERY, Question.PARITY]
    measure: str
    """Name of the figure, such as `order/order region-loss rto`."""
    before: str | None
    """As its analysis writes it; None where it was not there."""
    after: str | None
    """The same."""


AnyDelta = Annotated[
    ContractDelta | ResourceDelta | ReachDelta | AccessDelta | PolicyDelta | MeasureDelta | CostDelta,
    Field(discriminator="question"),
]
