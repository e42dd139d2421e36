"""Findings of controls that come, go, or are waived."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping

from contracts.change import Effect, Origin, OriginKind, PolicyDelta, PolicyKind
from contracts.change.deltas import Part


class PolicyFinding(Part):
    """What one control finds about one resource, and what becomes of it."""

    control: str
    severity: str
    urn: str
    name: str
    """Logical name of the resource."""
    says: str
    """What fails, or what is not known."""
    outcome: str
    """`blocks`, `advises` or `waived`."""
    why: str | None
    """Reason of the advice or waiver."""
    frameworks: tuple[str, ...] = ()
    declared: str | None = None
    """`path:line` of the resource."""


def policy_deltas(
    before: Iterable[PolicyFinding], after: Iterable[PolicyFinding], stack: str, there: Collection[str]
) -> Iterator[PolicyDelta]:
    """Compare the findings of one stack.

    Args:
        before: of the earlier revision; nothing where the stack was not there.
        after: of the later one.
        stack: its name.
        there: URNs of the later revision, to tell what was mended from what was removed.
    """
    was, now = _keyed(before), _keyed(after)
    for key, found in now.items():
        known = was.get(key)
        if known is None:
            yield _came(found, stack)
        elif (known.outcome, known.says) != (found.outcome, found.says):
            yield _changed(known, found, stack)
    for key, found in was.items():
        if key not in now:
            kind = PolicyKind.FIXED if found.urn in there else PolicyKind.GONE
            how = "is met" if kind is PolicyKind.FIXED else "no longer applies, its resource is gone"
            yield _delta(found, stack, kind, Effect.IMPROVES, f"{found.control} {how}: {found.name}.")


def _keyed(findings: Iterable[PolicyFinding]) -> Mapping[tuple[str, str], PolicyFinding]:
    return {(found.control, found.urn): found for found in findings}


def _came(found: PolicyFinding, stack: str) -> PolicyDelta:
    if found.outcome == "blocks":
        sentence = f"{found.control} ({found.severity}) blocks {found.name}: {found.says}."
        return _delta(found, stack, PolicyKind.NEW, Effect.BLOCKS, sentence)
    if found.outcome == "waived":
        sentence = f"{found.control} ({found.severity}) fails for {found.name} and is waived: {found.why}"
        return _delta(found, stack, PolicyKind.WAIVED, Effect.WARNS, sentence)
    sentence = f"{found.control} ({found.severity}) advises about {found.name}: {found.says}."
    return _delta(found, stack, PolicyKind.NEW, Effect.INFORMS, sentence)


def _changed(known: PolicyFinding, found: PolicyFinding, stack: str) -> PolicyDelta:
    if found.outcome == "blocks" and known.outcome != "blocks":
        sentence = f"{found.control} ({found.severity}) is no longer {_past(known)} and blocks {found.name}."
        return _delta(found, stack, PolicyKind.UNWAIVED, Effect.BLOCKS, sentence)
    if found.outcome == "waived" and known.outcome != "waived":
        sentence = f"{found.control} ({found.severity}) is waived for {found.name}: {found.why}"
        return _delta(found, stack, PolicyKind.WAIVED, Effect.WARNS, sentence)
    sentence = f"{found.control} says something else of {found.name}: {known.says} → {found.says}."
    return _delta(found, stack, PolicyKind.CHANGED, Effect.INFORMS, sentence)


def _past(found: PolicyFinding) -> str:
    return "waived" if found.outcome == "waived" else "advice alone"


def _delta(found: PolicyFinding, stack: str, kind: PolicyKind, effect: Effect, sentence: str) -> PolicyDelta:
    declared = (Origin(kind=OriginKind.FILE, at=found.declared),) if found.declared else ()
    return PolicyDelta(
        effect=effect,
        stack=stack,
        subject=found.urn,
        sentence=sentence,
        origins=(*declared, Origin(kind=OriginKind.URN, at=found.urn)),
        kind=kind,
        control=found.control,
        severity=found.severity,
        frameworks=found.frameworks,
    )
