"""What is asked (who wants to do what to which resource) and the three answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum, unique
from types import MappingProxyType

Context = Mapping[str, tuple[str, ...] | None]
"""Condition key in lower case → its values; None: known not to be sent. A key that is not there is not known."""

NO_CONTEXT: Context = MappingProxyType({})


@unique
class Layer(StrEnum):
    """A kind of policy that has a say."""

    IDENTITY = "identity policy"
    RESOURCE = "resource policy"
    BOUNDARY = "permissions boundary"
    SESSION = "session policy"
    SCP = "service control policy"


@dataclass(frozen=True, slots=True)
class Grant:
    """One statement that has a say."""

    layer: Layer
    where: str
    """Policy, as `inline policy dev-role-policy-backup`."""
    sid: str
    when: tuple[str, ...] = ()
    """Conditions that are decided only when a request comes; all of them must hold."""

    def __str__(self) -> str:
        statement = f" ({self.sid})" if self.sid else ""
        return f"{self.layer} {self.where}{statement}" + (f" when {' and '.join(self.when)}" if self.when else "")


@dataclass(frozen=True, slots=True)
class Allowed:
    """It may. If `provided` is not empty, then under one of each of these alternatives."""

    by: tuple[Grant, ...]
    """Statements that allow it, any of them; those without a condition if there are any."""
    provided: tuple[tuple[Grant, ...], ...] = ()
    """Other layers that allow it under conditions alone: one of each group must hold."""
    unless: tuple[Grant, ...] = ()
    """Denials under conditions that are decided only when a request comes."""

    @property
    def conditional(self) -> bool:
        """Whether any of it hangs on a condition."""
        return bool(self.unless or self.provided) or all(grant.when for grant in self.by)

    def __str__(self) -> str:
        told = f"allowed by {'; or by '.join(map(str, self.by))}"
        for group in self.provided:
            told += f"; provided {'; or '.join(map(str, group))}"
        return told + "".join(f"; unless {grant}" for grant in self.unless)


@dataclass(frozen=True, slots=True)
class Denied:
    """It may not."""

    why: str
    by: Grant | None = None
    """The statement that denies it; None if nothing allows it."""

    def __str__(self) -> str:
        return f"denied: {self.why}"


@dataclass(frozen=True, slots=True)
class Undecided:
    """Nobody can tell before deployment."""

    property: str
    """What cannot be read."""

    def __str__(self) -> str:
        return f"unknown: {self.property}"


Answer = Allowed | Denied | Undecided


@dataclass(frozen=True, slots=True)
class Request:
    """One action on one resource."""

    action: str
    """Such as `s3:GetObject`."""
    resource: str | None
    """ARN, maybe with placeholders; None: some resource, whichever a statement allows."""
    context: Context = field(default_factory=lambda: NO_CONTEXT)
