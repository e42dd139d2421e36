"""What a service uses of others: which contract, which versions, which operations, events and fields."""

from __future__ import annotations

from enum import StrEnum, unique
from typing import Annotated

from pydantic import Field

from contracts.services.base import Clause
from contracts.services.kinds import FieldPath, Milliseconds, OperationName, ResourceName, VersionRange, decimal_between
from contracts.settings.kind import between


@unique
class Interaction(StrEnum):
    """Whether the caller waits for the answer."""

    SYNC = "sync"
    ASYNC = "async"


class CallRetry(Clause):
    """How a call is repeated after a failure that may pass."""

    attempts: Annotated[int, between(1, 10, "attempts")]
    """Attempts in all, the first included."""
    interval_ms: Milliseconds
    """Milliseconds before the second attempt."""
    backoff_rate: Annotated[float, decimal_between(1, 10, "(factor)")] = 2.0
    """Factor by which the interval grows; 2 if left out."""


class Call(Clause):
    """How one operation of another contract is used."""

    interaction: Interaction
    """`sync` if the caller waits for the answer, `async` if it goes on."""
    timeout_ms: Milliseconds | None = None
    """How long the caller waits in all; required for `sync`, left out for `async`."""
    retry: CallRetry | None = None
    """How it is repeated after a failure; not at all if left out."""
    sends: tuple[FieldPath, ...] = ()
    """Fields of the request that are set; none if left out."""
    reads: tuple[FieldPath, ...] = ()
    """Fields of the answer that are read: only a change of these can break this consumer. None if left out."""
    by: tuple[ResourceName, ...] = ()
    """Functions and containers that make the call; everything the contract runs if left out. Workflows need not be
    named: their states say what they call."""


class Subscription(Clause):
    """How one type of event of another contract is used."""

    reads: tuple[FieldPath, ...]
    """Fields of the event that are read: only a change of these can break this consumer."""
    queue: ResourceName | None = None
    """Queue of this contract that the events arrive in; left out for a function."""
    function: ResourceName | None = None
    """Function of this contract that the events call; left out for a queue."""


class Dependency(Clause):
    """What is used of one other contract."""

    version: VersionRange
    """Versions that this service was written against, such as `^2.1.0`."""
    calls: dict[OperationName, Call] = Field(default_factory=dict[OperationName, Call])
    """Operation → how it is used; none if left out."""
    events: dict[ResourceName, Subscription] = Field(default_factory=dict[ResourceName, Subscription])
    """Event by the provider's name for it → how it is used; none if left out."""
