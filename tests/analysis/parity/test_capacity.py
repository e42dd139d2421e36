"""Whether either region can carry everyone: at once, after scaling, or not, with the numbers."""

from __future__ import annotations

from dataclasses import replace

import pytest

from analysis.parity import Capacity, Share, capacity
from analysis.parity.capacity import Verdict
from analysis.parity.quotas import quotas
from graph import ResourceGraph, Unknown
from tests.analysis.recovery.kit import EAST, WEST, Knobs, graphs, node

SHARES = (Share("east", EAST, 0.7), Share("west", WEST, 0.3))


def judged(knobs: Knobs, what: str = "tasks of api", most: int | None = None) -> Capacity:
    made = graphs(knobs)
    if most is not None:
        scale = node(
            "west",
            "appautoscaling/target",
            "scale",
            WEST,
            serviceNamespace="ecs",
            resourceId="service/cluster/api",
            minCapacity=knobs.other_tasks,
            maxCapacity=most,
        )
        made["west"] = ResourceGraph([*made["west"], scale], project="atoll", stack="west")
    (found,) = [one for one in capacity(made, SHARES) if one.survivor == "west" and one.what == what]
    return found


def test_region_carries_all_at_once_when_it_runs_enough() -> None:
    found = judged(Knobs(tasks=7, other_tasks=10))
    assert (found.needed, found.runs, found.verdict) == (10, 10, Verdict.AT_ONCE)


def test_region_carries_all_after_scaling_when_it_may_run_enough() -> None:
    found = judged(Knobs(tasks=7, other_tasks=3), most=10)
    assert (found.needed, found.runs, found.most, found.verdict) == (10, 3, 10, Verdict.AFTER_SCALING)
    assert found.enough


def test_region_does_not_carry_all_when_it_may_not_run_enough() -> None:
    found = judged(Knobs(tasks=7, other_tasks=3), most=9)
    assert (found.needed, found.most, found.verdict) == (10, 9, Verdict.NOT)
    assert not found.enough
    assert found.carries == "as long as east needs at most 6 of its 7"


def test_need_follows_the_region_that_has_less_to_spare() -> None:
    """6 tasks for 70 % say 9 for all; 2 for 30 % say 7."""
    assert judged(Knobs(tasks=6, other_tasks=2)).needed == 7


def test_capacity_is_unknown_when_a_count_is() -> None:
    made = graphs(Knobs())
    nodes = [
        replace(one, inputs=type(one.inputs)({**one.inputs, "desiredCount": Unknown()}))
        if one.name == "west-service"
        else one
        for one in made["west"]
    ]
    made["west"] = ResourceGraph(nodes, project="atoll", stack="west")
    found = {one.what: one.verdict for one in capacity(made, SHARES) if one.survivor == "west"}
    assert found["tasks of api"] is Verdict.UNKNOWN


@pytest.mark.parametrize(("raised", "verdict"), [(None, Verdict.NOT), (6, Verdict.AT_ONCE)])
def test_quota_is_a_counter_example_unless_the_program_raises_it(raised: int | None, verdict: Verdict) -> None:
    made = graphs(Knobs())
    addresses = [node("west", "ec2/eip", f"address-{index}", WEST) for index in range(6)]
    asked = [node("west", "servicequotas/serviceQuota", "asked", WEST, quotaCode="L-0263D0A3", value=raised)]
    more = [*made["west"], *addresses, *(asked if raised else [])]
    made["west"] = ResourceGraph(more, project="atoll", stack="west")
    (found,) = [one for one in capacity(made, SHARES) if one.survivor == "west" and one.what == "Elastic IP addresses"]
    assert (found.needed, found.verdict) == (6, verdict)


def test_every_quota_has_a_code_a_page_and_a_day() -> None:
    assert len({quota.code for quota in quotas()}) == len(quotas()) >= 8
    for quota in quotas():
        assert quota.page.startswith("https://docs.aws.amazon.com/")
        assert quota.as_of
