"""A drill on paper: every scenario ten thousand times, each term drawn from its distribution, always the same by seed.

The typical value is taken for the median: half of the draws lie between best and typical, evenly. The other half lies
above it as a Pareto distribution with exponent 2, a heavy tail of which one draw in two hundred takes more than ten
times as long as is typical, and is cut off at the bound where there is one. What is not known cannot be drawn, and what
is lost stays lost.

Within one run, equal terms take equal draws: what is slow that day is slow everywhere. Each term has random numbers of
its own, from its name and the seed, so that another setting changes the term that it is about and no other.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from operator import add
from random import Random

from analysis.recovery.budget import Budget
from analysis.recovery.model import Outcome
from analysis.recovery.spans import Latest, Span, Sum, Term
from contracts.recovery.targets import Measure

RUNS = 10_000
SEED = 3
PERCENTS = (50, 95, 99)


@dataclass(frozen=True)
class Percentiles:
    """Seconds that half, 95 % and 99 % of the runs stay within; infinite where it is lost."""

    p50: float
    p95: float
    p99: float


@dataclass(frozen=True, kw_only=True)
class Drilled:
    """One outcome, many times."""

    outcome: Outcome
    measure: Measure
    percentiles: Percentiles | None
    """None where a term is not known."""


def drill(found: Budget, *, runs: int = RUNS, seed: int = SEED) -> tuple[Drilled, ...]:
    """Run every outcome so many times; the same seed gives the same answer."""
    played = _Play(runs, seed)
    results: list[Drilled] = []
    for outcome in found.outcomes:
        results.append(Drilled(outcome=outcome, measure=Measure.RTO, percentiles=played.percentiles(outcome.rto)))
        if outcome.rpo is not None:
            results.append(Drilled(outcome=outcome, measure=Measure.RPO, percentiles=played.percentiles(outcome.rpo)))
    return tuple(results)


class _Play:
    """Draws of terms and of what they make up, each made once."""

    def __init__(self, runs: int, seed: int) -> None:
        self._runs, self._seed = runs, seed
        self._terms: dict[Term, list[float]] = {}
        self._done: dict[Span, Percentiles | None] = {}
        self._uniform: dict[str, list[float]] = {}

    def percentiles(self, span: Span) -> Percentiles | None:
        if span not in self._done:
            self._done[span] = _percentiles(self._draw(span)) if span.figures.known else None
        return self._done[span]

    def _draw(self, span: Span) -> list[float]:
        if isinstance(span, Term):
            if span not in self._terms:
                quantile = quantile_of(span)
                self._terms[span] = [quantile(number) for number in self._numbers(span.name)]
            return self._terms[span]
        known = [part for part in span.parts if part.figures.known]
        parts = [self._draw(part) for part in known]
        step = add if isinstance(span, Sum) else max if isinstance(span, Latest) else min
        return _together(step, parts, self._runs)

    def _numbers(self, name: str) -> list[float]:
        if name not in self._uniform:
            draw = Random(f"{self._seed}/{name}").random
            self._uniform[name] = [draw() for _ in range(self._runs)]
        return self._uniform[name]


def _together(step: Callable[[float, float], float], parts: Sequence[list[float]], runs: int) -> list[float]:
    if not parts:
        return [0.0] * runs
    whole = parts[0]
    for part in parts[1:]:
        whole = list(map(step, whole, part))
    return whole


def quantile_of(term: Term) -> Callable[[float], float]:
    """The inverse distribution function of a term: from a number in [0, 1) to seconds."""
    best, typical, bound = term.best, term.typical, term.bound
    if math.isinf(typical):
        return lambda _number: math.inf

    def seconds(number: float) -> float:
        if number < 0.5:
            return best + (typical - best) * 2 * number
        return min(typical / math.sqrt(2 * (1 - number)), bound)

    return seconds


def _percentiles(draws: list[float]) -> Percentiles:
    ordered = sorted(draws)
    return Percentiles(*(ordered[max(math.ceil(len(ordered) * percent / 100) - 1, 0)] for percent in PERCENTS))
