"""Targets against what was computed: met, met only typically, missed, or not known; and what to change."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum, unique

from analysis.recovery.budget import Budget
from analysis.recovery.model import Kind, Outcome
from analysis.recovery.spans import Basis, Figures, Span, Term
from contracts.recovery.scenarios import Scenario
from contracts.recovery.targets import Guarantee, Measure, RecoveryTarget, RecoveryTargets


@unique
class Verdict(StrEnum):
    """How a target stands."""

    MET = "met"
    """The bound is within the target."""
    TYPICAL = "met only typically"
    """The typical value is within the target; nobody bounds it, or the bound is beyond."""
    MISSED = "missed"
    """The typical value is beyond the target."""
    UNKNOWN = "unknown"
    """A property that decides is not known before deployment, or there is nothing to judge."""


MEASURED: dict[str, tuple[Measure, tuple[Kind, ...]]] = {
    "application_rto": (Measure.RTO, (Kind.SERVICE,)),
    "database_rto": (Measure.RTO, (Kind.DATABASE,)),
    "dns_rto": (Measure.RTO, (Kind.ROUTE,)),
    "region_rto": (Measure.RTO, (Kind.REGION,)),
    "database_rpo": (Measure.RPO, (Kind.DATABASE,)),
    "application_rpo": (Measure.RPO, (Kind.TABLE, Kind.CACHE, Kind.OBJECTS, Kind.FILES)),
}
"""Target → what it measures of whom. Nodes are told, not judged: what runs on them is not in the graph."""


@dataclass(frozen=True, kw_only=True)
class Judgement:
    """One target in one scenario, for one subject."""

    target: str
    """Name of the field of `RecoveryTargets`."""
    asked: RecoveryTarget
    scenario: Scenario
    outcome: Outcome | None
    """None where there is nothing that the target could be about."""
    verdict: Verdict
    why: str
    change: str
    """What to change; empty where the target is met or nothing changes it."""
    rests_on_assumption: bool
    """Whether a figure that decides is our own guess."""

    @property
    def accepted(self) -> bool:
        """Whether the target is content with it."""
        return self.verdict is Verdict.MET or (
            self.verdict is Verdict.TYPICAL and self.asked.guarantee is Guarantee.TYPICAL
        )

    @property
    def span(self) -> Span | None:
        """What was measured."""
        if self.outcome is None:
            return None
        return self.outcome.rto if MEASURED[self.target][0] is Measure.RTO else self.outcome.rpo


def judge(found: Budget, targets: RecoveryTargets) -> tuple[Judgement, ...]:
    """Return every target against every subject that it is about, in the order of the targets."""
    return tuple(
        judgement
        for name, asked in targets.targets()
        for scenario in asked.scenarios
        for judgement in _judged(found, name, asked, scenario)
    )


def _judged(found: Budget, name: str, asked: RecoveryTarget, scenario: Scenario) -> Iterator[Judgement]:
    measure, kinds = MEASURED[name]
    seen = False
    for outcome in found.of(kinds, scenario):
        span = outcome.rto if measure is Measure.RTO else outcome.rpo
        if span is not None:
            seen = True
            yield _one(name, asked, scenario, outcome, span)
    if not seen:
        kinds_text = ", ".join(kinds)
        yield Judgement(
            target=name,
            asked=asked,
            scenario=scenario,
            outcome=None,
            verdict=Verdict.UNKNOWN,
            why=f"there is nothing to judge: no {kinds_text} that {scenario} touches",
            change="ask for it where there is one, or leave the scenario out of the target",
            rests_on_assumption=False,
        )


def _one(name: str, asked: RecoveryTarget, scenario: Scenario, outcome: Outcome, span: Span) -> Judgement:
    figures = span.figures
    verdict = verdict_of(figures, asked.seconds)
    deciding = [term for term in span.decisive if _weight(term, verdict) > 0]
    slowest = max(deciding, key=lambda term: _weight(term, verdict), default=None)
    return Judgement(
        target=name,
        asked=asked,
        scenario=scenario,
        outcome=outcome,
        verdict=verdict,
        why=_why(figures, verdict, slowest),
        change=slowest.advice if slowest is not None and verdict in (Verdict.TYPICAL, Verdict.MISSED) else "",
        rests_on_assumption=any(term.basis is Basis.ASSUMED for term in deciding),
    )


def verdict_of(figures: Figures, seconds: float) -> Verdict:
    """Return how figures stand to a limit in seconds."""
    if not figures.known:
        return Verdict.UNKNOWN
    if figures.bound <= seconds:
        return Verdict.MET
    return Verdict.TYPICAL if figures.typical <= seconds else Verdict.MISSED


def _weight(term: Term, verdict: Verdict) -> float:
    return term.typical if verdict is Verdict.MISSED else term.bound


def _why(figures: Figures, verdict: Verdict, slowest: Term | None) -> str:
    if verdict is Verdict.UNKNOWN:
        return "; ".join(figures.unknown)
    return slowest.what if slowest is not None else "it takes no time"
