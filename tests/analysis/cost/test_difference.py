from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from analysis.cost.difference import difference
from analysis.cost.report import changes, changes_data
from graph.nodes import Node
from tests.analysis.cost.kit import node, priced


def cache(nodes: int, environment: str = "dev") -> Node:
    return node(
        "aws:elasticache/replicationGroup:ReplicationGroup",
        f"{environment}-cache",
        engine="redis",
        nodeType="cache.t3.micro",
        numNodeGroups=nodes,
        replicasPerNodeGroup=0,
        tags={"Environment": environment, "Owner": "platform-team"},
    )


KEY = node("aws:eks/cluster:Cluster", "dev-cluster")


def test_resource_that_grows_is_told_when_a_stack_is_compared_with_itself_as_it_was() -> None:
    found = difference(priced(cache(1), KEY), priced(cache(3), KEY))

    assert [(item.name, item.usd) for item in found.resources] == [("cache (ReplicationGroup)", Decimal("24.82"))]
    assert [item.name for item in found.services] == ["Amazon ElastiCache"]
    assert found.usd == Decimal("24.82")
    assert "cache (ReplicationGroup)" in changes(found)
    assert changes_data(found)["change_usd"] == Decimal("24.82")


def test_resource_is_the_same_when_environments_are_compared() -> None:
    found = difference(priced(cache(2)), priced(cache(1, "staging")))

    assert [item.name for item in found.resources] == ["cache (ReplicationGroup)"]
    assert found.percent == Decimal(50)


def test_percentage_is_none_when_the_first_costs_nothing() -> None:
    assert difference(priced(), priced(KEY)).percent is None


def test_difference_is_incomplete_when_either_side_is() -> None:
    stranger = node("aws:memorydb/cluster:Cluster")

    assert difference(priced(KEY), priced(KEY)).complete
    assert not difference(priced(stranger), priced(KEY)).complete
    assert not difference(priced(KEY), priced(stranger)).complete


@given(before=st.integers(1, 50), after=st.integers(1, 50))
def test_changes_add_up_to_the_change_of_the_total(before: int, after: int) -> None:
    found = difference(priced(cache(before), KEY), priced(cache(after)))

    for part in (found.resources, found.services, found.teams):
        assert sum((item.usd for item in part), Decimal(0)) == found.usd
