"""What `up` would do to every stack of the estate, as far as programs and last states tell."""

from __future__ import annotations

from enum import StrEnum, unique
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

SAID = (
    "Offline preview: each program against its stack's last state, without engine, plug-ins or the cloud. What a "
    "provider would work out, and what was changed by hand, is not in it; `atoll stack preview STACK` asks the engine."
)
"""What a preview of the estate is, and is not."""


class Part(BaseModel):
    """Base of every part of a preview."""

    model_config = ConfigDict(frozen=True, extra="forbid")


@unique
class Step(StrEnum):
    """What becomes of a resource."""

    CREATE = "create"
    UPDATE = "update"
    REPLACE = "replace"
    DELETE = "delete"
    UNDECIDED = "undecided"
    """It may stay as it is: an input hangs on something that is not known before deployment."""
    SAME = "same"


@unique
class OutputStep(StrEnum):
    """What becomes of an output."""

    ADDED = "added"
    CHANGED = "changed"
    """Another value, which is known."""
    REDRAWN = "redrawn"
    """Another value, which deployment draws."""
    REMOVED = "removed"


@unique
class StackStatus(StrEnum):
    """How far a stack could be previewed."""

    PREVIEWED = "previewed"
    REFUSED = "refused"
    """The program refuses what it is given, such as an output that its peer no longer exports."""
    WAITING = "waiting"
    """It reads a stack that is refused."""


class Cause(Part):
    """An output of another stack that leads to a step."""

    stack: str
    """Stack whose output it is."""
    output: str
    """Path of the output, such as `load_balancer.dns_name`; empty where only the stack is known."""


class ResourceStep(Part):
    """One resource that does not stay as it is."""

    urn: str
    """The resource; of one that is deleted, as the state calls it."""
    type: str
    """Type token."""
    name: str
    """Logical name."""
    step: Step
    """What becomes of it."""
    paths: tuple[str, ...] = ()
    """Inputs that differ or are not known, such as `tags.Owner`."""
    forced_by: tuple[str, ...] = ()
    """Those of them that cannot be changed in place."""
    causes: tuple[Cause, ...] = ()
    """Outputs of other stacks that it follows; empty for a change of this stack's own."""
    protected: bool = False
    """Whether the engine will refuse: it goes, and the program or the state protects it."""
    holds: str | None = None
    """Data that goes with it; None if it can be made again from the program."""


class OutputChange(Part):
    """One output of a stack that does not stay as it is."""

    output: str
    """Path, such as `load_balancer.dns_name`."""
    step: OutputStep
    """What becomes of it."""
    readers: tuple[str, ...] = ()
    """Stacks that read it."""


class StackPreview(Part):
    """One stack."""

    stack: str
    """Name."""
    status: StackStatus
    """How far it could be previewed."""
    deployed: bool
    """Whether there is a state to compare with; everything is created otherwise."""
    problem: str | None = None
    """Why it is refused, or which stack it waits for."""
    counts: dict[Step, int] = Field(default_factory=dict[Step, int])
    """Step → resources, as the engine counts them: components and providers too, what is only read not."""
    resources: tuple[ResourceStep, ...] = ()
    """Every resource that does not stay as it is, by step and URN."""
    outputs: tuple[OutputChange, ...] = ()
    """Every output that does not stay as it is, by path."""


class EstatePreview(Part):
    """Every stack, in the order in which they would be deployed."""

    schema_version: Literal[1] = 1
    """Version of this form; a reader of another one refuses it."""
    kind: Literal["offline"] = "offline"
    """How it was made: without the engine."""
    stacks: tuple[StackPreview, ...]
    """The stacks."""

    @property
    def refused(self) -> tuple[StackPreview, ...]:
        """Stacks that could not be previewed."""
        return tuple(each for each in self.stacks if each.status is not StackStatus.PREVIEWED)

    @property
    def changes(self) -> int:
        """Resources of all stacks that do not stay as they are."""
        return sum(count for each in self.stacks for step, count in each.counts.items() if step is not Step.SAME)
