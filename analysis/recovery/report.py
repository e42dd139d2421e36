"""Budget, targets and drill as text, and as the document that `contracts.recovery.report` describes."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Literal

from analysis.recovery.budget import Budget
from analysis.recovery.drill import Drilled, Percentiles
from analysis.recovery.model import Kind, Outcome, Subject
from analysis.recovery.price import Priced
from analysis.recovery.spans import Figures, Latest, Least, Span, Sum, Term
from analysis.recovery.verdicts import MEASURED, Judgement
from contracts.recovery.report import (
    JudgementReport,
    OutcomeReport,
    PercentilesReport,
    RecoveryReport,
    State,
    SubjectReport,
    TermReport,
    TimeReport,
    WholeReport,
)
from contracts.recovery.targets import Measure

_HOW: Mapping[type, Literal["sum", "latest", "least"]] = {Sum: "sum", Latest: "latest", Least: "least"}
Drills = Mapping[tuple[Outcome, Measure], Percentiles | None]


def drills(found: Iterable[Drilled]) -> Drills:
    """What a drill gave, by what it was about."""
    return {(one.outcome, one.measure): one.percentiles for one in found}


# -- document ----------------------------------------------------------------------------------------------------------


def document(
    stacks: Iterable[str],
    found: Budget,
    judged: Sequence[Judgement] = (),
    drilled: Drills | None = None,
    drill_name: str = "",
) -> RecoveryReport:
    """Return the report as a document."""
    terms: dict[Term, int] = {}
    outcomes = tuple(_outcome(one, terms, drilled or {}) for one in found.outcomes)
    return RecoveryReport(
        stacks=tuple(stacks),
        regions=found.regions,
        decision=found.decision.value,
        drill=drill_name,
        outcomes=outcomes,
        terms=tuple(map(_term, terms)),
        judgements=tuple(map(_judgement, judged)),
        uncovered=found.uncovered,
    )


def _finite(seconds: float) -> float | None:
    return None if math.isinf(seconds) else seconds


def _term(term: Term) -> TermReport:
    known = not term.unknown
    return TermReport(
        name=term.name,
        what=term.what,
        best=_finite(term.best) if known else None,
        typical=_finite(term.typical) if known else None,
        bound=_finite(term.bound),
        basis=term.basis.value,
        source=term.source,
        as_of=term.as_of,
        note=term.unknown or term.note,
        advice=term.advice,
    )


def _outcome(outcome: Outcome, terms: dict[Term, int], drilled: Drills) -> OutcomeReport:
    rpo = outcome.rpo
    return OutcomeReport(
        subject=_subject(outcome.subject),
        scenario=outcome.scenario,
        rto=_time(outcome.rto, terms, drilled.get((outcome, Measure.RTO))),
        rpo=_time(rpo, terms, drilled.get((outcome, Measure.RPO))) if rpo is not None else None,
    )


def _subject(subject: Subject) -> SubjectReport:
    return SubjectReport(kind=subject.kind, stack=subject.stack, region=subject.region, name=subject.name)


def _time(span: Span, terms: dict[Term, int], percentiles: Percentiles | None) -> TimeReport:
    figures = span.figures
    state = _state(figures)
    known = state is State.KNOWN
    return TimeReport(
        state=state,
        best=figures.best if known else None,
        typical=figures.typical if known else None,
        bound=_finite(figures.bound) if known else None,
        unknown=figures.unknown,
        made_of=_made_of(span, terms),
        drill=PercentilesReport(
            p50=_finite(percentiles.p50), p95=_finite(percentiles.p95), p99=_finite(percentiles.p99)
        )
        if percentiles is not None
        else None,
    )


def _state(figures: Figures) -> State:
    return State.LOST if figures.lost else State.KNOWN if figures.known else State.UNKNOWN


def _made_of(span: Span, terms: dict[Term, int]) -> WholeReport | int:
    if isinstance(span, Term):
        return terms.setdefault(span, len(terms))
    parts = tuple(_made_of(part, terms) for part in span.parts)
    return WholeReport(of=_HOW[type(span)], parts=parts)


def _judgement(judged: Judgement) -> JudgementReport:
    figures = judged.span.figures if judged.span is not None else None
    known = figures is not None and figures.known
    return JudgementReport(
        target=judged.target,
        measure=MEASURED[judged.target][0],
        seconds=judged.asked.seconds,
        guarantee=judged.asked.guarantee,
        scenario=judged.scenario,
        subject=_subject(judged.outcome.subject) if judged.outcome is not None else None,
        verdict=judged.verdict.value,
        accepted=judged.accepted,
        typical=_finite(figures.typical) if figures is not None and known else None,
        bound=_finite(figures.bound) if figures is not None and known else None,
        why=judged.why,
        change=judged.change,
        rests_on_assumption=judged.rests_on_assumption,
    )


# -- text --------------------------------------------------------------------------------------------------------------


def lines(found: Budget, drilled: Drills | None = None, *, all_kinds: bool = False) -> Iterator[str]:
    """Yield the budget as text: a line for each time, the terms below it; times by scenario and subject."""
    shown = [one for one in found.outcomes if all_kinds or one.subject.kind is not Kind.RECORDS]
    for scenario in dict.fromkeys(one.scenario for one in shown):
        yield f"{scenario}"
        for outcome in shown:
            if outcome.scenario is scenario:
                yield from _outcome_lines(outcome, drilled)
        yield ""
    yield from _sources(shown)
    if found.uncovered:
        yield ""
        yield "keeps data, and no rule computes its recovery:"
        yield from (f"  {one}" for one in found.uncovered)


def _outcome_lines(outcome: Outcome, drilled: Drills | None) -> Iterator[str]:
    where = f"{outcome.subject.stack}/" if outcome.subject.stack else ""
    yield f"  {outcome.subject.kind} {where}{outcome.subject.name}"
    for measure, span in ((Measure.RTO, outcome.rto), (Measure.RPO, outcome.rpo)):
        if span is not None:
            drawn = _percentiles(drilled.get((outcome, measure))) if drilled is not None else ""
            names = " + ".join(dict.fromkeys(term.name for term in span.decisive))
            yield f"    {measure.upper()} {_figures(span.figures):<52} {drawn}{names}"


def _percentiles(found: Percentiles | None) -> str:
    if found is None:
        return ""
    return f"p50 {told(found.p50)}, p95 {told(found.p95)}, p99 {told(found.p99)}; "


def _figures(figures: Figures) -> str:
    if not figures.known:
        return f"unknown: {'; '.join(figures.unknown)}"
    if figures.lost:
        return "lost"
    bound = "no bound" if math.isinf(figures.bound) else f"bound {told(figures.bound)}"
    return f"best {told(figures.best)}, typical {told(figures.typical)}, {bound}"


def told(seconds: float) -> str:
    """Seconds for people: `42 s`, `7 min`, `12.5 h`."""
    if math.isinf(seconds):
        return "lost"
    if seconds < 120:
        return f"{round(seconds, 1):g} s"
    return f"{round(seconds / 60, 1):g} min" if seconds < 7200 else f"{round(seconds / 3600, 1):g} h"


def _sources(outcomes: Iterable[Outcome]) -> Iterator[str]:
    spans = [span for one in outcomes for span in (one.rto, one.rpo) if span is not None]
    used = dict.fromkeys(term for span in spans for term in span.decisive)
    yield "where the numbers come from"
    for term in sorted(used, key=lambda term: (term.name, term.source)):
        dated = f", {term.as_of}" if term.as_of else ""
        note = f" ({term.note})" if term.note else ""
        yield f"  {term.name}: {term.what}{note}; {term.basis}: {term.source}{dated}"


def target_lines(judged: Sequence[Judgement], *, every: bool = False) -> Iterator[str]:
    """Yield how targets stand: what is not accepted with what to change, and the others counted."""
    for name in dict.fromkeys(one.target for one in judged):
        own = [one for one in judged if one.target == name]
        asked = own[0].asked
        yield f"{name}: at most {told(asked.seconds)} ({asked.guarantee})"
        for verdict in dict.fromkeys(one.verdict for one in own):
            group = [one for one in own if one.verdict is verdict]
            yield f"  {verdict}: {len(group)}"
            for one in group:
                if every or not one.accepted:
                    yield from _judged_lines(one)


def _judged_lines(one: Judgement) -> Iterator[str]:
    about = f"{one.outcome.subject.stack} {one.outcome.subject}".strip() if one.outcome is not None else "nothing"
    figures = f": {_figures(one.span.figures)}" if one.span is not None else ""
    guess = "; rests on a figure that is our own guess" if one.rests_on_assumption else ""
    yield f"    {one.scenario}: {about}{figures}"
    yield f"      {one.why}{guess}"
    if one.change:
        yield f"      change: {one.change}"


# -- price -------------------------------------------------------------------------------------------------------------


def price_lines(found: Sequence[Priced]) -> Iterator[str]:
    """Yield variants as text: price, what it is more, and the slowest of each kind."""
    for one in found:
        more = "" if one is found[0] else f", {one.more_usd:+} to {found[0].name}"
        yield f"{one.name}: ${one.usd} a month{more}{'' if one.complete else ' (lower bound)'}"
        for (kind, measure, scenario), figures in one.times.items():
            if figures is not None:
                yield f"  {kind} {measure.upper()}, {scenario}: {_figures(figures)}"
        yield ""


def price_data(found: Sequence[Priced]) -> list[dict[str, Any]]:
    """Return variants as plain data; a time of null is unbounded, lost or unknown, as its state says."""
    return [
        {
            "variant": one.name,
            "usd": one.usd,
            "more_usd": one.more_usd,
            "complete": one.complete,
            "times": [
                {
                    "kind": kind.value,
                    "measure": measure.value,
                    "scenario": scenario.value,
                    "state": _state(figures).value,
                    "best": _finite(figures.best),
                    "typical": _finite(figures.typical),
                    "bound": _finite(figures.bound),
                }
                for (kind, measure, scenario), figures in one.times.items()
                if figures is not None
            ],
        }
        for one in found
    ]
