from __future__ import annotations

from decimal import Decimal

import pytest

from analysis.cost import together
from analysis.cost.budget import Verdict, check
from graph.nodes import Node
from tests.analysis.cost.kit import node, priced

CLUSTER = node("aws:eks/cluster:Cluster", "cluster", tags={"Environment": "staging"})
STRANGER = node("aws:memorydb/cluster:Cluster", "stranger", tags={"Environment": "staging"})


@pytest.mark.parametrize(
    ("nodes", "limit", "verdict"),
    [
        ([CLUSTER], "73", Verdict.WITHIN),
        ([CLUSTER], "72.99", Verdict.OVER),
        ([CLUSTER, STRANGER], "1000000", Verdict.UNKNOWN),
        ([CLUSTER, STRANGER], "72.99", Verdict.OVER),
    ],
)
def test_budget_holds_only_when_everything_is_known(nodes: list[Node], limit: str, verdict: Verdict) -> None:
    found = check(priced(*nodes), "staging", Decimal(limit))

    assert (found.verdict, found.estimated_usd) == (verdict, Decimal("73.00"))


def test_budget_says_what_it_is_about_when_told() -> None:
    assert str(check(priced(CLUSTER), "staging", Decimal(72))) == ("staging: $73.00 a month is above its budget of $72")


def test_budget_counts_its_own_environment_when_there_are_several() -> None:
    other = priced(node("aws:eks/cluster:Cluster", "cluster", tags={"Environment": "dev"}))

    found = together([priced(CLUSTER), other])
    assert check(found, "dev", Decimal(100)).estimated_usd == Decimal("73.00")
    assert found.total == Decimal("146.00")
    assert set(found.by_environment().values()) == {Decimal(73)}
