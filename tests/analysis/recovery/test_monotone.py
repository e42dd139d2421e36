"""Loosening any knob never improves any number."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.recovery.drill import drill
from contracts.recovery.scenarios import Scenario
from contracts.recovery.targets import Measure
from tests.analysis.recovery.kit import Knobs, computed

TIGHTEST_FIRST: dict[str, tuple[Any, ...]] = {
    "interval": (10, 30),
    "threshold": (1, 2, 3, 10),
    "ttl": (1, 10, 20, 60, 300),
    "cdn_attempts": (1, 2, 3),
    "cdn_timeout": (1, 2, 10),
    "target_interval": (5, 15, 300),
    "target_threshold": (2, 3, 10),
    "tasks": (6, 3, 2, 1),
    "zones": (3, 2, 1),
    "other_tasks": (6, 2, 1, 0),
    "nodes": (6, 2, 1),
    "readers": (2, 1, 0),
    "readers_apart": (True, False),
    "standby": (True, False),
    "retention_days": (35, 1, 0),
    "global_database": (True, False),
    "cache_replicas": (2, 1, 0),
    "cache_zones": (True, False),
    "cache_global": (True, False),
    "snapshots": (7, 1, 0),
    "table_replica": ("STRONG", "EVENTUAL", None),
    "restorable": (True, False),
    "versions": (True, False),
    "replication": ("timed", "plain", None),
    "files_replicated": (True, False),
    "backup": ("rate(1 hour)", "cron(0 5 ? * * *)", "cron(0 5 ? * SUN *)", "cron(0 5 1 * ? *)", None),
    "continuous": (True, False),
    "copied": (True, False),
    "locked": (True, False),
}
"""Knob → its values; what is said of `alias` is said by its own test, for it takes the TTL's place."""
Key = tuple[str, Scenario, Measure]


def numbers(knobs: Knobs) -> dict[Key, tuple[float, float, float]]:
    found: dict[Key, tuple[float, float, float]] = {}
    for one in computed(knobs).outcomes:
        for measure, span in ((Measure.RTO, one.rto), (Measure.RPO, one.rpo)):
            if span is not None:
                figures = span.figures
                assert figures.known, figures.unknown
                assert figures.best <= figures.typical <= figures.bound
                found[one.subject.name, one.scenario, measure] = (figures.best, figures.typical, figures.bound)
    return found


knobs = st.builds(Knobs, **{name: st.sampled_from(values) for name, values in TIGHTEST_FIRST.items()})


def test_every_knob_is_turned() -> None:
    assert {field.name for field in fields(Knobs)} == set(TIGHTEST_FIRST) | {"alias"}


@given(base=knobs, name=st.sampled_from(sorted(TIGHTEST_FIRST)), data=st.data())
@settings(max_examples=200, deadline=None)
def test_no_number_improves_when_a_knob_is_loosened(base: Knobs, name: str, data: st.DataObject) -> None:
    values = TIGHTEST_FIRST[name]
    tight = data.draw(st.integers(0, len(values) - 2))
    loose = data.draw(st.integers(tight + 1, len(values) - 1))
    before = numbers(replace(base, **{name: values[tight]}))
    after = numbers(replace(base, **{name: values[loose]}))
    assert before.keys() == after.keys()
    better = {
        key: (before[key], after[key]) for key in before if any(map(float.__lt__, *_floats(after[key], before[key])))
    }
    assert not better


def _floats(*figures: tuple[float, ...]) -> tuple[list[float], ...]:
    return tuple([float(one) for one in each] for each in figures)


@given(base=knobs, name=st.sampled_from(sorted(TIGHTEST_FIRST)))
@settings(max_examples=15, deadline=None)
def test_no_drilled_percentile_improves_when_a_knob_is_loosened(base: Knobs, name: str) -> None:
    values = TIGHTEST_FIRST[name]
    tight, loose = (drill(computed(replace(base, **{name: value})), runs=200) for value in (values[0], values[-1]))
    for before, after in zip(tight, loose, strict=True):
        assert before.percentiles is not None
        assert after.percentiles is not None
        assert after.percentiles.p50 >= before.percentiles.p50 - 1e-9
        assert after.percentiles.p95 >= before.percentiles.p95 - 1e-9
        assert after.percentiles.p99 >= before.percentiles.p99 - 1e-9
