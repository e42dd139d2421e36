"""How long something takes: terms with their sources, added up or compared; seconds throughout.

A term has a best, a typical and a bounding value. No bound is infinity; what never comes back, or loses everything, is
infinite in all three. What a term rests on may be unknown: then so is everything that it is part of.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum, unique
from functools import cached_property
from typing import Final

NO_BOUND: Final = math.inf
"""Seconds of what nobody bounds."""


@unique
class Basis(StrEnum):
    """What a term rests on, strongest first."""

    SETTING = "setting"
    """A property of a resource in the graph."""
    LIMIT = "limit"
    """A limit of the service's own model."""
    DOCUMENTED = "documented"
    """AWS's documentation."""
    MEASURED = "measured"
    """One public measurement."""
    WEAK = "weak"
    """Reports without a method."""
    ASSUMED = "assumed"
    """Nothing is published; our own guess."""


@dataclass(frozen=True, slots=True)
class Figures:
    """Seconds of a whole; ``unknown`` says why they are not known, and then they mean nothing."""

    best: float
    typical: float
    bound: float
    unknown: tuple[str, ...] = ()

    @property
    def known(self) -> bool:
        """Whether the figures can be read."""
        return not self.unknown

    @property
    def lost(self) -> bool:
        """Whether nothing brings it back."""
        return self.known and math.isinf(self.typical)


@dataclass(frozen=True, kw_only=True)
class Term:
    """One named part of a time."""

    name: str
    what: str
    best: float
    typical: float
    bound: float
    basis: Basis
    source: str
    """An AWS page, or the resource and property that it was read from."""
    as_of: str = ""
    """Day of a published figure."""
    note: str = ""
    advice: str = ""
    """What makes it smaller; empty where nothing does."""
    unknown: str = ""
    """Why it is not known; empty where it is."""

    @property
    def figures(self) -> Figures:
        """Its own figures."""
        return Figures(self.best, self.typical, self.bound, (self.unknown,) if self.unknown else ())

    @property
    def terms(self) -> tuple[Term, ...]:
        """Itself."""
        return (self,)

    @property
    def decisive(self) -> tuple[Term, ...]:
        """Itself."""
        return (self,)


class _Parts:
    """What is made of parts."""

    def __init__(self, *parts: Span) -> None:
        self.parts = parts

    @cached_property
    def terms(self) -> tuple[Term, ...]:
        """Every term in it, each once."""
        return tuple(dict.fromkeys(term for part in self.parts for term in part.terms))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Parts) and type(other) is type(self) and other.parts == self.parts

    def __hash__(self) -> int:
        return hash((type(self).__name__, self.parts))

    def __repr__(self) -> str:
        return f"{type(self).__name__}{self.parts}"

    def _unknown(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(reason for part in self.parts for reason in part.figures.unknown))


class Sum(_Parts):
    """One after the other; nothing at all takes no time."""

    @cached_property
    def figures(self) -> Figures:
        """Sums of the parts."""
        each = [part.figures for part in self.parts]
        return Figures(
            sum(one.best for one in each),
            sum(one.typical for one in each),
            sum(one.bound for one in each),
            self._unknown(),
        )

    @cached_property
    def decisive(self) -> tuple[Term, ...]:
        """The terms that make up the figures: those of every part."""
        return tuple(term for part in self.parts for term in part.decisive)


class Latest(_Parts):
    """All at once, until the last has ended; nothing at all takes no time."""

    @cached_property
    def figures(self) -> Figures:
        """The largest of the parts, figure by figure."""
        each = [part.figures for part in self.parts]
        return Figures(
            max((one.best for one in each), default=0),
            max((one.typical for one in each), default=0),
            max((one.bound for one in each), default=0),
            self._unknown(),
        )

    @cached_property
    def decisive(self) -> tuple[Term, ...]:
        """The terms of the part that ends last."""
        last = max(self.parts, key=lambda part: (part.figures.bound, part.figures.typical), default=None)
        return last.decisive if last is not None else ()


class Least(_Parts):
    """Ways beside each other, of which the one that takes or loses least counts; at least one.

    A way that is not known can only make it better, so that the known ones decide; it is unknown where all are.
    """

    @cached_property
    def figures(self) -> Figures:
        """The smallest of the known parts, figure by figure."""
        known = [part.figures for part in self.parts if part.figures.known]
        if not known:
            return Figures(0, 0, NO_BOUND, self._unknown())
        return Figures(
            min(one.best for one in known), min(one.typical for one in known), min(one.bound for one in known)
        )

    @cached_property
    def decisive(self) -> tuple[Term, ...]:
        """The terms of the part that takes least."""
        best = min(self.parts, key=lambda part: (not part.figures.known, part.figures.bound, part.figures.typical))
        return best.decisive


Span = Term | Sum | Latest | Least


def setting(name: str, what: str, best: float, typical: float, bound: float, source: str, *, advice: str = "") -> Term:
    """A term that was read from the graph."""
    return Term(
        name=name,
        what=what,
        best=best,
        typical=typical,
        bound=bound,
        basis=Basis.SETTING,
        source=source,
        advice=advice,
    )


def at_once(what: str, source: str) -> Term:
    """No time at all, because of how it is set up."""
    return setting("at-once", what, 0, 0, 0, source)


def lost(what: str, source: str, advice: str) -> Term:
    """It never comes back, or all of it is gone."""
    return setting("lost", what, math.inf, math.inf, math.inf, source, advice=advice)


def unknown(what: str, why: str, source: str) -> Term:
    """A term that cannot be told before deployment; it is never a pass."""
    return Term(
        name="unknown",
        what=what,
        best=0,
        typical=0,
        bound=NO_BOUND,
        basis=Basis.SETTING,
        source=source,
        unknown=why,
    )


def leaves(span: Span) -> Iterator[Term]:
    """Yield every term in the order of reading."""
    if isinstance(span, Term):
        yield span
    else:
        for part in span.parts:
            yield from leaves(part)
