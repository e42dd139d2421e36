"""Figures of recovery and parity, taken from the stacks of an environment."""

from __future__ import annotations

from analysis.change.recovery import RecoveryMeasures
from graph.nodes import STACK_REFERENCE_TYPE, Node
from graph.resource_graph import ResourceGraph
from graph.values import FrozenMap


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
