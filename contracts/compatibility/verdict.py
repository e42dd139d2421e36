"""The answer of every differ: changes, how severe each is, and the version bump that they need.

Source: Semantic Versioning 2.0.0. Before 1.0.0 the minor number carries breaking changes, as caret ranges read it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import IntEnum, StrEnum, unique


@unique
class Severity(StrEnum):
    """What a change does to those on the other side; unknown is never a pass."""

    BREAKING = "breaking"
    UNKNOWN = "unknown"
    COMPATIBLE = "compatible"


class Bump(IntEnum):
    """The part of a version that a change must raise, smallest first."""

    NONE = 0
    PATCH = 1
    MINOR = 2
    MAJOR = 3

    @property
    def word(self) -> str:
        """The bump in lower case, as messages and files spell it."""
        return self.name.lower()


@dataclass(frozen=True)
class Change:
    """One difference between two versions of an interface.

    `path` is a JSON pointer into the instance (`*` for any element or any further property), or a coordinate of the
    format (`Order.total`, `shop.v1.Order/3`). `subject` says whose path it is (`response 200 field`),
    `operation` where.
    """

    path: str
    what: str
    severity: Severity
    bump: Bump
    operation: str = ""
    subject: str = ""
    consumer: str = ""
    absent: bool = False
    """Whether it meets only those who leave the field out: a field that is required now, another default."""

    @property
    def refuses(self) -> bool:
        """Whether this change is no pass."""
        return self.severity is not Severity.COMPATIBLE

    @property
    def verb(self) -> str:
        """What consumers do with the place of the change."""
        return "read" if self.subject.startswith(("response", "event field", "output")) else "use"

    def sentence(self) -> str:
        """The change in words: operation, field, what happened, and the consumer that it meets."""
        place = " ".join(
            part for part in (f"`{self.operation}`" if self.operation else "", self.subject, self.path) if part
        )
        text = f"{place} {self.what}".strip()
        if self.consumer and self.refuses:
            text += f", which consumer {self.consumer} {self.verb}s"
        return text + (" (whether this breaks cannot be decided)" if self.severity is Severity.UNKNOWN else "")


def breaking(path: str, what: str, *, absent: bool = False) -> Change:
    """A change that breaks the other side: major."""
    return Change(path, what, Severity.BREAKING, Bump.MAJOR, absent=absent)


def unknown(path: str, what: str) -> Change:
    """A change that nobody could decide: refused like a breaking one, so major."""
    return Change(path, what, Severity.UNKNOWN, Bump.MAJOR)


def compatible(path: str, what: str, bump: Bump = Bump.MINOR) -> Change:
    """A change that the other side does not notice: minor, or patch where only words changed."""
    return Change(path, what, Severity.COMPATIBLE, bump)


def placed(changes: Iterable[Change], *, operation: str = "", subject: str = "", consumer: str = "") -> list[Change]:
    """The same changes with what is known of their place filled in where it was empty."""
    return [
        replace(
            change,
            operation=change.operation or operation,
            subject=change.subject or subject,
            consumer=change.consumer or consumer,
        )
        for change in changes
    ]


def needed_bump(changes: Iterable[Change]) -> Bump:
    """The largest bump that any of the changes needs; `Bump.NONE` without changes."""
    return max((change.bump for change in changes), default=Bump.NONE)


_VERSION = re.compile(r"(0|[1-9]\d{0,8})\.(0|[1-9]\d{0,8})\.(0|[1-9]\d{0,8})", re.ASCII)


def _numbers(version: str) -> tuple[int, int, int] | None:
    match = _VERSION.fullmatch(version)
    return (int(match[1]), int(match[2]), int(match[3])) if match else None


def raised(version: tuple[int, int, int], bump: Bump) -> tuple[int, int, int]:
    """The smallest version that raises the given part; 0.x takes a breaking change in its minor number."""
    major, minor, patch = version
    if major == 0 and bump is Bump.MAJOR:
        bump = Bump.MINOR
    if bump is Bump.MAJOR:
        return major + 1, 0, 0
    return (major, minor + 1, 0) if bump is Bump.MINOR else (major, minor, patch + 1)


def refuse(old_version: str, new_version: str, changes: Iterable[Change]) -> str | None:
    """Why the step from one version to the next is refused, one line per reason; None when it may be taken."""
    old, new = _numbers(old_version), _numbers(new_version)
    if old is None or new is None:
        wrong = old_version if old is None else new_version
        return f"{wrong[:40]!r} is no semantic version: write three numbers, such as 1.4.0"
    found = list(changes)
    bump = needed_bump(found)
    step = f"{old_version} → {new_version}"
    if new == old and bump is Bump.NONE:
        return None
    if new < old:
        return f"{step} goes back: publish a version above {old_version}"
    needs = raised(old, bump or Bump.PATCH)
    if new >= needs:
        return None
    text = ".".join(map(str, needs))
    reasons = [change for change in found if change.bump is bump]
    return "\n".join(f"{step}, but {change.sentence()}: needs {text}" for change in reasons)
