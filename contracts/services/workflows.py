"""Workflows on Step Functions: states, retries, catches, compensation, human approval (WF-1)."""

from __future__ import annotations

from enum import StrEnum, unique
from typing import Annotated

from contracts.services.base import Clause
from contracts.services.kinds import (
    DocumentPath,
    ErrorName,
    FieldPath,
    JsonPath,
    OperationRef,
    ResourceName,
    StateName,
    Words,
    decimal_between,
)
from contracts.settings.kind import between
from contracts.settings.kinds import LogRetention


@unique
class WorkflowKind(StrEnum):
    """How Step Functions runs a workflow."""

    STANDARD = "standard"
    """Up to a year, each state exactly once, history kept."""
    EXPRESS = "express"
    """Up to five minutes, at least once, history in the log only."""


@unique
class StateKind(StrEnum):
    """What a state does."""

    TASK = "task"
    """Call a function, or an operation of a contract that is consumed."""
    APPROVAL = "approval"
    """Wait until a person has decided."""
    CHOICE = "choice"
    """Go on by a value."""
    PARALLEL = "parallel"
    """Run branches at once and wait for all."""
    WAIT = "wait"
    """Wait a fixed time."""
    SUCCEED = "succeed"
    """End well."""
    FAIL = "fail"
    """End with an error."""


class Retry(Clause):
    """When a state is tried again."""

    errors: tuple[ErrorName, ...]
    """Names of errors, such as `States.TaskFailed`."""
    interval_seconds: Annotated[int, between(1, 3600, "seconds")]
    """Seconds before the first retry."""
    max_attempts: Annotated[int, between(0, 100, "attempts")]
    """Retries at most; 0 for none."""
    backoff_rate: Annotated[float, decimal_between(1, 10, "(factor)")]
    """Factor by which the interval grows."""
    max_delay_seconds: Annotated[int, between(1, 86400, "seconds")] | None = None
    """Longest interval; unbounded if left out."""


class Catch(Clause):
    """Where an error leads once there are no more retries."""

    errors: tuple[ErrorName, ...]
    """Names of errors, such as `PaymentFailedException`."""
    next: StateName
    """State that handles it: a compensation, or the end."""
    result_path: JsonPath = "$.error"
    """Where the error is put into the input; `$.error` if left out."""


class Condition(Clause):
    """One way out of a choice: a field equals a text."""

    field: FieldPath
    """Field of the input."""
    equals: Words
    """Text that it must be."""
    next: StateName
    """State that follows then."""


class Branch(Clause):
    """One of the branches of a parallel state."""

    start_at: StateName
    """First state."""
    states: dict[StateName, State]
    """Name → state."""


class State(Clause):
    """One step of a workflow; which fields it has follows from its type."""

    type: StateKind
    """What it does."""
    comment: Words | None = None
    """Why it is there; nothing if left out."""
    function: ResourceName | None = None
    """Function that a task or an approval calls; left out for other types, and for an operation."""
    operation: OperationRef | None = None
    """Operation of a consumed contract that a task calls (`order/payment#capturePayment`); left out for others."""
    timeout_seconds: Annotated[int, between(1, 31_536_000, "seconds")] | None = None
    """How long a task or an approval may take, or how long a wait lasts; 60 s for a task if left out."""
    retry: tuple[Retry, ...] = ()
    """When it is tried again; never if left out."""
    catch: tuple[Catch, ...] = ()
    """Where errors lead; the workflow fails if left out."""
    result_path: JsonPath | None = None
    """Where the result is put into the input; it replaces the input if left out."""
    choices: tuple[Condition, ...] = ()
    """Ways out of a choice, first match first; left out for other types."""
    default: StateName | None = None
    """Where a choice leads if nothing matches; left out for other types."""
    branches: tuple[Branch, ...] = ()
    """Branches of a parallel state; left out for other types."""
    next: StateName | None = None
    """State that follows; left out where `end` is true, and for choice, succeed and fail."""
    end: bool = False
    """Whether the workflow, or the branch, ends here; false if left out."""
    error: ErrorName | None = None
    """Error of a fail state; left out for other types."""
    cause: Words | None = None
    """Why a fail state fails, for people; left out for other types."""


class Workflow(Clause):
    """A state machine that others may start."""

    kind: WorkflowKind
    """`standard` or `express`."""
    comment: Words
    """What it is for."""
    input: DocumentPath
    """JSON Schema of the input."""
    output: DocumentPath | None = None
    """JSON Schema of the result; left out where nobody reads it."""
    start_at: StateName
    """First state."""
    states: dict[StateName, State]
    """Name → state."""
    timeout_seconds: Annotated[int, between(1, 31_536_000, "seconds")] | None = None
    """How long one execution may take; unbounded for standard, 300 for express if left out."""
    log_days: LogRetention | None = None
    """Days that the execution log is kept; no log if left out."""
    tracing: bool = True
    """Send traces to X-Ray; true if left out."""
    by: tuple[ResourceName, ...] = ()
    """Functions and containers of this contract that start it; everything that it does not call itself if left out."""
