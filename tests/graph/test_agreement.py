"""Which differences between two graphs are excused, and that no other is."""

from __future__ import annotations

import pytest

from graph import Node, ResourceGraph
from graph.agreement import agreement
from graph.values import FrozenMap

CLUSTER = "urn:pulumi:dev::atoll::aws:ecs/cluster:Cluster::dev-cluster"
TARGET = "urn:pulumi:dev::atoll::aws:appautoscaling/target:Target::dev-target"


def made(drawn: str, resource_id: str) -> ResourceGraph:
    """A cluster whose name the provider drew, and a target that names it inside a text."""
    cluster = Node(
        urn=CLUSTER,
        type="aws:ecs/cluster:Cluster",
        name="dev-cluster",
        custom=True,
        inputs=FrozenMap({"name": drawn}),
        defaulted=("name",),
    )
    target = Node(
        urn=TARGET,
        type="aws:appautoscaling/target:Target",
        name="dev-target",
        custom=True,
        inputs=FrozenMap({"resourceId": resource_id}),
    )
    return ResourceGraph([cluster, target], project="atoll", stack="dev")


def test_drawn_names_agree_when_they_stand_inside_a_text() -> None:
    one, other = (
        made("dev-cluster-a1", "service/dev-cluster-a1/user"),
        made("dev-cluster-b2", "service/dev-cluster-b2/user"),
    )
    assert agreement(one, other) == []


@pytest.mark.parametrize("wrong", ["service/dev-cluster-b2/auth", "service/dev-cluster-c3/user"])
def test_texts_differ_when_more_than_the_drawn_name_does(wrong: str) -> None:
    found = agreement(made("dev-cluster-a1", "service/dev-cluster-a1/user"), made("dev-cluster-b2", wrong))
    assert [(difference.urn, difference.what) for difference in found] == [(TARGET, "input resourceId")]
