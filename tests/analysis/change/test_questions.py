"""Reach, policies, cost and measures that differ."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from analysis.change import (
    Measure,
    PolicyFinding,
    cost_deltas,
    cost_facts,
    measure_deltas,
    policy_deltas,
    reach_deltas,
)
from analysis.change.cost import CostFacts
from analysis.change.reach import Exposed, Meant, Opening, ReachFacts
from analysis.cost.prices import price_table
from contracts.change import CostOf, Effect, PolicyKind, Question, ReachKind
from tests.analysis.cost.kit import node, priced

# -- reach ----------------------------------------------------------------------------------------------------------

MEANT = (Meant(source="alb", target="ecs", must=(8080,), allowed=((8080, 8080),), anything=False),)


def network(
    *openings: Opening, exposed: tuple[Exposed, ...] = (), parties: tuple[str, ...] = ("alb", "ecs")
) -> ReachFacts:
    return ReachFacts(parties=("internet", *parties), openings=openings, exposed=exposed, meant=MEANT)


def way(port: int, *, sure: bool = True) -> Opening:
    return Opening(source="alb", target="ecs", protocol="tcp", ports=((port, port),), sure=sure)


def exposed(port: int) -> Exposed:
    return Exposed(interface="jobs", urn="urn:x", protocol="tcp", ports=((port, port),), sure=True, role="ecs")


@pytest.mark.parametrize(
    ("before", "after", "kind", "effect"),
    [
        (network(), network(way(8080)), ReachKind.OPENED, Effect.INFORMS),
        (network(), network(way(22)), ReachKind.OPENED, Effect.WARNS),
        (network(way(8080)), network(), ReachKind.CLOSED, Effect.BREAKS),
        (network(way(22)), network(), ReachKind.CLOSED, Effect.IMPROVES),
        (network(way(8080)), network(parties=("alb",)), ReachKind.CLOSED, Effect.INFORMS),
        (network(way(8080)), network(way(8080, sure=False)), ReachKind.UNDECIDED, Effect.UNKNOWN),
        (network(), network(exposed=(exposed(8080),)), ReachKind.PUBLIC, Effect.WARNS),
    ],
    ids=["meant", "not-meant", "needed", "mended", "gone", "unsure", "public"],
)
def test_way_is_weighed_by_the_matrix_when_it_opens_or_closes(
    before: ReachFacts, after: ReachFacts, kind: ReachKind, effect: Effect
) -> None:
    (delta,) = reach_deltas(before, after, "dev")
    assert (delta.kind, delta.effect) == (kind, effect)


def test_no_way_differs_when_the_network_is_the_same() -> None:
    one = network(way(8080), exposed=(exposed(443),))
    assert list(reach_deltas(one, one, "dev")) == []


# -- policies -------------------------------------------------------------------------------------------------------


def finding(outcome: str = "blocks", **changes: Any) -> PolicyFinding:
    told: dict[str, Any] = {
        "control": "s3-versioned",
        "severity": "medium",
        "urn": "urn:b",
        "name": "b",
        "says": "versioning is off",
        "outcome": outcome,
        "why": None if outcome == "blocks" else "meant",
    }
    return PolicyFinding(**{**told, **changes})


@pytest.mark.parametrize(
    ("before", "after", "there", "kind", "effect"),
    [
        ([], [finding()], {"urn:b"}, PolicyKind.NEW, Effect.BLOCKS),
        ([], [finding("advises")], {"urn:b"}, PolicyKind.NEW, Effect.INFORMS),
        ([finding()], [], {"urn:b"}, PolicyKind.FIXED, Effect.IMPROVES),
        ([finding()], [], set[str](), PolicyKind.GONE, Effect.IMPROVES),
        ([finding()], [finding("waived")], {"urn:b"}, PolicyKind.WAIVED, Effect.WARNS),
        ([finding("waived")], [finding()], {"urn:b"}, PolicyKind.UNWAIVED, Effect.BLOCKS),
        ([finding()], [finding(says="x")], {"urn:b"}, PolicyKind.CHANGED, Effect.INFORMS),
    ],
)
def test_finding_is_told_when_it_comes_goes_or_is_waived(
    before: list[PolicyFinding], after: list[PolicyFinding], there: set[str], kind: PolicyKind, effect: Effect
) -> None:
    (delta,) = policy_deltas(before, after, "dev", there)
    assert (delta.kind, delta.effect) == (kind, effect)


def test_old_finding_is_no_difference() -> None:
    assert list(policy_deltas([finding()], [finding()], "dev", {"urn:b"})) == []


# -- cost -----------------------------------------------------------------------------------------------------------

NAT = "aws:ec2/natGateway:NatGateway"


def cost(*nodes: Any, budget: str | None = None) -> CostFacts:
    return cost_facts(priced(*nodes), price_table(), "dev", Decimal(budget) if budget else None)


def test_every_dollar_is_told_with_its_page_when_a_resource_comes() -> None:
    found = list(cost_deltas(cost(), cost(node(NAT, "nat")), "dev"))
    (resource,) = (d for d in found if d.of is CostOf.RESOURCE)
    total = sum((d.after_usd for d in found if d.of is CostOf.SERVICE), Decimal(0))
    assert resource.after_usd == total > 30
    assert [o.at for o in resource.origins if o.kind == "page"] == ["https://aws.amazon.com/vpc/pricing/"]
    assert resource.assumes, "what flows through it is assumed"


def test_unknown_price_is_never_no_change() -> None:
    found = list(cost_deltas(cost(), cost(node("aws:new/thing:Thing", "thing")), "dev"))
    assert [(d.effect, d.sentence) for d in found] == [
        (Effect.UNKNOWN, "What Thing thing costs is not known: no rule prices this type.")
    ]


def test_saving_improves_and_the_same_cost_is_no_difference() -> None:
    assert {d.effect for d in cost_deltas(cost(node(NAT, "nat")), cost(), "dev")} == {Effect.IMPROVES}
    assert list(cost_deltas(cost(node(NAT, "nat")), cost(node(NAT, "nat")), "dev")) == []


# -- measures -------------------------------------------------------------------------------------------------------


def measure(value: str, rank: tuple[float, ...] | None, *, fault: bool = False) -> Measure:
    return Measure(name="RTO", value=value, rank=rank, fault=fault)


@pytest.mark.parametrize(
    ("before", "after", "effect"),
    [
        ([measure("60 s", (60,))], [measure("90 s", (90,))], Effect.WARNS),
        ([measure("90 s", (90,))], [measure("60 s", (60,))], Effect.IMPROVES),
        ([measure("60 s", (60,))], [measure("unknown", None)], Effect.UNKNOWN),
        ([], [measure("unknown", None)], Effect.UNKNOWN),
        ([], [measure("60 s", (60,))], Effect.INFORMS),
        ([], [measure("a and b", (1,), fault=True)], Effect.WARNS),
        ([measure("a and b", (1,), fault=True)], [], Effect.IMPROVES),
    ],
)
def test_figure_is_weighed_by_its_rank_when_it_differs(
    before: list[Measure], after: list[Measure], effect: Effect
) -> None:
    (delta,) = measure_deltas(Question.RECOVERY, before, after)
    assert delta.effect is effect


def test_same_figure_is_no_difference() -> None:
    assert list(measure_deltas(Question.PARITY, [measure("60 s", (60,))], [measure("60 s", (60,))])) == []
