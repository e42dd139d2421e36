"""A control: what must be true, why, how to make it so, and a pure function that looks."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum, unique
from typing import Any

from pydantic import BaseModel, ConfigDict

from policies.subject import Subject, View
from policies.verdicts import Verdict

ID = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)+")


@unique
class Severity(StrEnum):
    """How bad a failure is; the words of AWS Security Hub."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"


@unique
class Fix(StrEnum):
    """How a failure can be corrected."""

    PREVIEW = "preview"
    """The program's inputs can be corrected while they are checked, and nothing else changes."""
    RUNBOOK = "runbook"
    """AWS has an automation document that corrects the deployed resource."""
    MANUAL = "manual"
    """A person decides."""


@unique
class Pillar(StrEnum):
    """What a control is about; packs are made of it."""

    SECURITY = "security"
    RELIABILITY = "reliability"
    COST = "cost"


class ControlSettings(BaseModel):
    """Base of the numbers that an environment may set for a control."""

    model_config = ConfigDict(frozen=True, extra="forbid")


@dataclass(frozen=True, kw_only=True)
class Remediation:
    """The minimal change that makes a resource pass."""

    summary: str
    """What to do, in a sentence."""
    snippet: str
    """The Python that does it."""


@dataclass(frozen=True, kw_only=True)
class _Described:
    id: str
    """Kebab-case name of the good state, such as `rds-storage-encrypted`; also the name of its file."""
    title: str
    """The passing state, in a sentence without a full stop."""
    severity: Severity
    """How bad a failure is."""
    rationale: str
    """What happens to whom without it."""
    remediation: Remediation
    """The minimal change."""
    catalogue: tuple[str, ...]
    """Rows of data/controls.csv that it implements; empty for the platform's own controls."""
    pillar: Pillar = Pillar.SECURITY
    """What it is about."""
    settings: type[ControlSettings] | None = None
    """Model of what an environment may set; None where there is nothing to set."""
    companions: tuple[str, ...] = ()
    """Other controls that rightly fail with it, because they look at the same property more strictly or less."""

    def __post_init__(self) -> None:
        if ID.fullmatch(self.id) is None:
            raise ValueError(f"{self.id!r} is no control id: write kebab-case such as rds-storage-encrypted")


@dataclass(frozen=True, kw_only=True)
class Control(_Described):
    """Asks every resource of some types."""

    types: tuple[str, ...]
    """Type tokens of the resources it is asked of; `("aws:*",)` for all managed ones of AWS, `("*",)` for all nodes."""
    check: Callable[[Subject], Verdict]
    """Pure: looks at the resource and what surrounds it, and answers."""
    looks_around: bool = False
    """Whether the answer needs other resources of the graph; those that do not are also asked at registration."""
    correct: Callable[[dict[str, Any]], dict[str, Any]] | None = None
    """Pure: the resource's inputs, corrected (camelCase, known values only); None where that would not be safe."""


@dataclass(frozen=True, kw_only=True)
class StackControl(_Described):
    """Asks the stack as a whole, mostly whether something is there."""

    layers: tuple[str, ...] = ("region",)
    """Layers of stacks it is asked of."""
    check: Callable[[View], Verdict]
    """Pure: looks at the whole graph, and answers once."""


AnyControl = Control | StackControl


def settings_of(view: View, control: AnyControl) -> Any:
    """The control's settings in this run: those of the environment, else its model's defaults."""
    given = view.settings.get(control.id)
    if given is not None:
        return given
    if control.settings is None:
        raise LookupError(f"{control.id} has no settings model")
    return control.settings()
