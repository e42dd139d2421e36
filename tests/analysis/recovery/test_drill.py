"""The drill on paper: the same by seed, within bounds, with the tail that is said."""

from __future__ import annotations

import math

import pytest

from analysis.recovery.drill import drill, quantile_of
from analysis.recovery.spans import NO_BOUND, lost, setting
from contracts.recovery.scenarios import Scenario
from contracts.recovery.targets import Measure
from tests.analysis.recovery.kit import Knobs, computed


def test_drill_is_the_same_when_the_seed_is() -> None:
    found = computed(Knobs())
    first, again, other = drill(found, seed=1), drill(found, seed=1), drill(found, seed=2)
    assert first == again
    assert first != other
    assert [one.outcome for one in first] == [one.outcome for one in other]


def test_percentiles_stay_within_the_bound_when_there_is_one() -> None:
    for one in drill(computed(Knobs()), runs=1000):
        span = one.outcome.rto if one.measure is Measure.RTO else one.outcome.rpo
        assert span is not None
        assert one.percentiles is not None
        assert span.figures.best <= one.percentiles.p50 <= one.percentiles.p95 <= one.percentiles.p99
        assert one.percentiles.p99 <= span.figures.bound


def test_median_is_the_typical_value_of_a_single_term() -> None:
    (aurora,) = [
        one
        for one in drill(computed(Knobs()))
        if one.outcome.subject.name == "east-aurora"
        and one.outcome.scenario is Scenario.REGION_LOSS
        and one.measure is Measure.RTO
    ]
    assert aurora.percentiles is not None
    assert aurora.percentiles.p50 == pytest.approx(60, rel=0.05)
    assert aurora.percentiles.p95 == pytest.approx(60 / math.sqrt(0.1), rel=0.1)


def test_draws_reach_the_bound_and_no_further_when_there_is_one() -> None:
    bounded = quantile_of(setting("a", "a", 2, 10, 30, "here"))
    assert [bounded(u) for u in (0, 0.25, 0.5, 0.875, 0.999)] == pytest.approx([2, 6, 10, 20, 30])
    assert quantile_of(setting("a", "a", 2, 10, NO_BOUND, "here"))(0.995) == pytest.approx(100)
    assert quantile_of(lost("a", "here", ""))(0.1) == math.inf
