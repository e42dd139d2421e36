"""The four answers of a control. Unknown is one of its own: it is never a pass."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Pass:
    """The resource is as the control's title says."""


@dataclass(frozen=True, slots=True)
class Fail:
    """It is not; the message names the property, its value and what it must be."""

    message: str


@dataclass(frozen=True, slots=True)
class NotApplicable:
    """The control has nothing to say about this resource."""

    reason: str


@dataclass(frozen=True, slots=True)
class Undecided:
    """It cannot be told before deployment, because a property is unknown or secret."""

    property: str
    """Path of the property, with why it cannot be read where that helps."""


Verdict: TypeAlias = Pass | Fail | NotApplicable | Undecided

PASS = Pass()


def all_of(*verdicts: Verdict) -> Verdict:
    """Every one must pass: failures first, then what is undecided; not applicable only where all are."""
    return _combine(verdicts, (Fail, Undecided, Pass))


def any_of(*verdicts: Verdict) -> Verdict:
    """One must pass: a pass first, then what is undecided, then the failures; not applicable only where all are."""
    return _combine(verdicts, (Pass, Undecided, Fail))


def _combine(verdicts: Iterable[Verdict], order: tuple[type[Verdict], ...]) -> Verdict:
    given = tuple(verdicts)
    for kind in order:
        found = [verdict for verdict in given if isinstance(verdict, kind)]
        if found:
            return _merged(found)
    return given[0] if given else NotApplicable("there is nothing to check")


def _merged(same: list[Verdict]) -> Verdict:
    """Several verdicts of one kind as one, each text once and in order."""
    match same[0]:
        case Fail():
            return Fail("; ".join(dict.fromkeys(v.message for v in same if isinstance(v, Fail))))
        case Undecided():
            return Undecided(", ".join(dict.fromkeys(v.property for v in same if isinstance(v, Undecided))))
        case first:
            return first
