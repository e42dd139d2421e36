"""Figures of recovery, parity and reach, and where they come from."""

from __future__ import annotations

from analysis.change import reach_facts
from analysis.change.recovery import ParityMeasures, RecoveryMeasures
from analysis.parity import Pair
from analysis.reach import Intents, Role
from contracts.change import OriginKind
from graph.nodes import STACK_REFERENCE_TYPE, Node
from graph.resource_graph import ResourceGraph
from graph.values import FrozenMap
from tests.analysis.reach import document_004
from tests.analysis.reach.kit import recorded
from tests.analysis.recovery.kit import EAST, WEST, Knobs
from tests.analysis.recovery.kit import graphs as recovering


def graph(stack: str, *reads: str) -> ResourceGraph:
    nodes = [
        Node(
            urn=f"urn:pulumi:{stack}::atoll::{STACK_REFERENCE_TYPE}::{other}",
            type=STACK_REFERENCE_TYPE,
            name=other,
            custom=True,
            inputs=FrozenMap({"name": f"organization/atoll/{other}"}),
        )
        for other in reads
    ]
    return ResourceGraph(nodes, project="atoll", stack=stack)


def test_stacks_are_put_in_their_order_when_one_comes_before_what_it_reads() -> None:
    graphs = {"analytics-dev": graph("analytics-dev", "dev"), "dev": graph("dev")}
    assert list(RecoveryMeasures().measures(graphs)) == []


def test_difference_of_two_regions_says_which_resources_differ_when_it_is_told() -> None:
    both = {"east": recovering(Knobs())["east"], "west": recovering(Knobs(readers=1))["west"]}
    found = list(ParityMeasures((Pair("east", "west", EAST, WEST),)).measures(both))
    assert found
    assert all(one.name.endswith(" in east and west") for one in found)
    assert all(origin.kind is OriginKind.URN for one in found for origin in one.origins)
    assert all(one.origins for one in found)


def test_way_names_the_rules_that_open_it_when_it_is_told() -> None:
    network = recorded(document_004.build)
    roles = [Role(name, network.stack, group=f"*{name}*") for name in ("alb", "ecs")]
    facts = reach_facts([network], Intents(tuple(roles), ()))
    (way,) = [one for one in facts.openings if (one.source, one.target, one.protocol) == ("alb", "ecs", "tcp")]
    named = {origin.at.rpartition("::")[2] for origin in way.by if origin.kind is OriginKind.URN}
    assert named
    assert any(origin.kind is OriginKind.FILE for origin in way.by)
