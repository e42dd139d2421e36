"""What a recovery plan may not be."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from contracts.recovery.actions import (
    Action,
    CheckRegionHealth,
    Notify,
    RestoreTable,
    SetTraffic,
    SetWrites,
    TrafficDials,
    Writes,
)
from contracts.recovery.plan import AbortPolicy, Expected, OnFailure, PlanKind, RecoveryPlan, Step

LOOK = CheckRegionHealth(region="us-west-2", alarm="health")
FREEZE = SetWrites(region="us-west-2", parameter="/writes", writes=Writes.FROZEN)
OPEN = FREEZE.model_copy(update={"writes": Writes.OPEN})
TELL = Notify(region="us-west-2", topic_arn="arn:aws:sns:us-west-2:1:t", subject="s", message="m")
DIALS = TrafficDials(endpoint_groups={"us-east-1": "arn:1", "us-west-2": "arn:2"})
SOON = Expected(best_seconds=1, typical_seconds=2, bound_seconds=None, source="a guess")


def step(name: str, action: Action = LOOK, **given: Any) -> Step:
    return Step(id=name, title=name, action=action, timeout_seconds=60, expected=SOON, **given)


def plan(*steps: Step, **given: Any) -> RecoveryPlan:
    told: dict[str, Any] = {
        "name": "failover-us-east-1",
        "kind": PlanKind.FAILOVER,
        "title": "A plan",
        "source_region": "us-east-1",
        "target_region": "us-west-2",
        "loses_data": True,
        "abort": AbortPolicy(advice="Run it again."),
        **given,
    }
    return RecoveryPlan(steps=steps, **told)


@pytest.mark.parametrize(
    ("steps", "given", "sentence"),
    [
        ((step("a"), step("a")), {}, "two steps have the same id"),
        ((step("a", after=("b",)),), {}, "a.after: there is no step b"),
        ((step("a", after=("b",)), step("b", after=("a",))), {}, "these steps wait for each other: "),
        ((step("a", FREEZE),), {}, "a: changes set-writes without a rollback, before the point of no return"),
        ((step("a", FREEZE, rollback=TELL),), {}, "a.rollback: notify changes nothing, so it undoes nothing"),
        ((step("a", rollback=OPEN),), {}, "a.rollback: the step changes nothing, so there is nothing to undo"),
        (
            (step("a"),),
            {"lost_regions": frozenset({"us-west-2"})},
            "a: needs us-west-2, which is lost; it must not stop the plan",
        ),
        (
            (step("a"),),
            {"abort": AbortPolicy(point_of_no_return="b", advice="Wait.")},
            "abort.point_of_no_return: there is no step b",
        ),
        (
            (step("a", SetTraffic(shares={"us-east-1": 70, "us-west-2": 40}, through=DIALS), on_failure="go-on"),),
            {},
            "a: the shares are 110 % together, not 100 %",
        ),
        (
            (step("a", RestoreTable(region="us-west-2", source_table="t", target_table="t"), on_failure="go-on"),),
            {"arguments": {"restore_time": "a moment"}},
            "a: would restore t over itself",
        ),
        (
            (step("a", RestoreTable(region="us-west-2", source_table="t", target_table="u"), on_failure="go-on"),),
            {},
            "a: the plan has no argument restore_time",
        ),
    ],
)
def test_a_plan_is_refused_when_it_does_not_hold_together(
    steps: tuple[Step, ...], given: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(ValidationError) as refused:
        plan(*steps, **given)
    assert sentence in str(refused.value)


def test_every_problem_is_told_at_once_when_there_are_several() -> None:
    with pytest.raises(ValidationError) as refused:
        plan(step("a", FREEZE), step("b", rollback=OPEN), step("c", FREEZE))
    assert [name for name in ("a: ", "b.rollback: ", "c: ") if f"\n  {name}" in str(refused.value)] == [
        "a: ",
        "b.rollback: ",
        "c: ",
    ]


def test_a_change_needs_no_way_back_when_it_comes_after_the_point_of_no_return() -> None:
    last = AbortPolicy(point_of_no_return="a", advice="Go on.")
    found = plan(step("a", FREEZE), step("b", FREEZE, after=("a",)), abort=last)
    assert found.undo(frozenset({"a"})) == ()


def test_steps_are_undone_backwards_when_the_plan_is_aborted() -> None:
    found = plan(
        step("a", FREEZE, rollback=OPEN),
        step("b", after=("a",)),
        step("c", FREEZE, rollback=OPEN, after=("b",)),
        step("d", FREEZE, rollback=OPEN, after=("c",)),
    )
    assert [undone.id for undone, _ in found.undo(frozenset({"a", "b", "c"}))] == ["c", "a"]


def test_steps_run_at_once_when_they_do_not_wait_for_each_other() -> None:
    found = plan(step("a"), step("b"), step("c", after=("a", "b")), step("d", after=("a",)))
    assert [[each.id for each in wave] for wave in found.waves()] == [["a", "b"], ["c", "d"]]
    assert found.expected_seconds() == 4


def test_times_are_refused_when_they_descend() -> None:
    with pytest.raises(ValidationError, match="must not descend"):
        Expected(best_seconds=5, typical_seconds=3, bound_seconds=None, source="a guess")


def test_a_step_of_a_lost_region_may_stay_when_it_stops_nothing() -> None:
    found = plan(step("a", FREEZE, on_failure=OnFailure.GO_ON), lost_regions=frozenset({"us-west-2"}))
    assert found.step("a").action is FREEZE
