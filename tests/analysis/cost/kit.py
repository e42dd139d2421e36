"""Small graphs for the tests of rules."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from analysis.cost import Estimate, estimate
from analysis.cost.prices import price_table
from analysis.cost.usage import Profile, usage_of
from graph.nodes import Node, PropertyReference
from graph.resource_graph import ResourceGraph
from graph.values import Reference, freeze

MONTH = Decimal(730)


def node(type_: str, logical: str = "x", /, *, region: str | None = "us-east-1", **inputs: Any) -> Node:
    """A resource; an input that is another node refers to its id."""
    references = tuple(
        PropertyReference(name, Reference(found.urn, "id")) for name, found in inputs.items() if isinstance(found, Node)
    )
    plain = {name: "reference" if isinstance(found, Node) else found for name, found in inputs.items()}
    frozen: Any = freeze(plain)
    return Node(
        urn=f"urn:pulumi:test::atoll::{type_}::{logical}",
        type=type_,
        name=logical,
        custom=True,
        region=region,
        inputs=frozen,
        references=references,
    )


def priced(*nodes: Node, profile: Profile = Profile.SMALL, tags: dict[str, str] | None = None) -> Estimate:
    """What these resources cost."""
    graph = ResourceGraph(nodes, project="atoll", stack="test")
    return estimate(graph, price_table(), usage_of(profile), tags=tags, region="us-west-2")
