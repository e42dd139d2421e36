"""Parity and capacity as text, and as the document that `contracts.recovery.parity_report` describes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from analysis.parity.capacity import Capacity, Share, Verdict
from analysis.parity.compare import Difference, Lack, Parity
from contracts.recovery.parity_report import CapacityReport, DeclaredReport, DifferenceReport, ParityReport

_TITLES = {
    Lack.CLASH: "names that AWS gives out once, and both have",
    Lack.MISSING: "one region alone has",
    Lack.VALUE: "both have, with other values",
    Lack.UNKNOWN: "whether it is the same is not known before deployment",
}


def document(found: Parity, judged: Iterable[Capacity], shares: Iterable[Share], stale: Sequence[str]) -> ParityReport:
    """Return the report as a document; ``stale`` are declarations that have expired."""
    return ParityReport(
        left=found.pair.left,
        right=found.pair.right,
        shares={one.stack: one.part for one in shares},
        compared=found.compared,
        derived=found.derived,
        differences=tuple(map(_difference, found.differences)),
        stale=(*found.stale, *stale),
        capacity=tuple(map(_capacity, judged)),
    )


def _difference(one: Difference) -> DifferenceReport:
    declared = one.declared
    return DifferenceReport(
        kind=one.kind.value,
        path=one.path,
        property=one.property,
        left=one.left,
        right=one.right,
        declared=DeclaredReport(reason=declared.reason, owner=declared.owner, expires=declared.expires)
        if declared is not None
        else None,
    )


def _capacity(one: Capacity) -> CapacityReport:
    return CapacityReport(
        survivor=one.survivor,
        lost=one.lost,
        what=one.what,
        runs=one.runs,
        most=one.most,
        needed=one.needed,
        verdict=one.verdict.value,
        limit=one.limit,
        carries=one.carries,
    )


def lines(
    found: Parity, judged: Sequence[Capacity], shares: Iterable[Share], stale: Sequence[str], *, every: bool = False
) -> Iterator[str]:
    """Yield differences that nobody has declared (with ``every``, the others too), then the capacity."""
    pair = found.pair
    yield f"{pair.left} ({pair.left_region}) and {pair.right} ({pair.right_region})"
    yield f"  {found.compared} resources in both, {found.derived} of one alone that serve both"
    shown = found.differences if every else found.undeclared
    for kind, title in _TITLES.items():
        own = [one for one in shown if one.kind is kind]
        if own:
            yield ""
            yield f"{title}: {len(own)}"
            for one in own:
                yield from _told(one, pair.left, pair.right)
    yield ""
    yield f"declared: {len(found.differences) - len(found.undeclared)} differences"
    yield from (f"  out of date: {one}" for one in (*found.stale, *stale))
    yield ""
    yield "left alone, with all traffic (" + ", ".join(f"{one.stack} {one.part:.0%}" for one in shares) + ")"
    yield from map(_carried, judged)


def _told(one: Difference, left: str, right: str) -> Iterator[str]:
    yield f"  {one.path} {one.property}".rstrip()
    if one.kind is Lack.MISSING:
        yield f"    only in {left if one.left else right}"
    else:
        yield f"    {left}: {one.left or 'nothing'}"
        yield f"    {right}: {one.right or 'nothing'}"
    if one.declared is not None:
        until = f", until {one.declared.expires}" if one.declared.expires else ""
        yield f"    meant: {one.declared.reason} ({one.declared.owner}{until})"


def _carried(one: Capacity) -> str:
    numbers = f"needs {_number(one.needed)}, "
    numbers += f"runs {_number(one.runs)}, at most {_number(one.most)}" if one.runs is not None else one.limit
    mark = {Verdict.NOT: "NOT ENOUGH", Verdict.UNKNOWN: "UNKNOWN"}.get(one.verdict, one.verdict.value)
    return f"  {one.survivor} without {one.lost}: {one.what}: {mark}: {numbers}" + (
        f"; {one.carries}" if one.carries else ""
    )


def _number(value: float | None) -> str:
    return "an unknown number" if value is None else f"{value:g}"
