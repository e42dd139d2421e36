"""Two states of small stacks, made node by node."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from analysis.change import Resources, resource_deltas
from contracts.change import ResourceDelta
from graph.nodes import Node, Options, PropertyReference, Source
from graph.resource_graph import ResourceGraph
from graph.values import FrozenMap, Reference

TABLE, QUEUE, BUCKET, SUBNET, VPC = (
    "aws:dynamodb/table:Table",
    "aws:sqs/queue:Queue",
    "aws:s3/bucket:Bucket",
    "aws:ec2/subnet:Subnet",
    "aws:ec2/vpc:Vpc",
)


def node(kind: str, name: str, /, *, options: Options | None = None, protect: bool = False, **inputs: Any) -> Node:
    """A resource; an input that is another node refers to its id."""
    references = tuple(
        PropertyReference(key, Reference(found.urn, "id")) for key, found in inputs.items() if isinstance(found, Node)
    )
    return Node(
        urn=f"urn:pulumi:dev::atoll::{kind}::{name}",
        type=kind,
        name=name,
        custom=True,
        inputs=FrozenMap({key: f"id of {v.name}" if isinstance(v, Node) else v for key, v in inputs.items()}),
        references=references,
        options=options or Options(),
        protect=protect,
        source=Source("components/data/things.py", 7),
    )


def stack(*nodes: Node) -> ResourceGraph:
    return ResourceGraph(nodes, project="atoll", stack="dev")


def compared(before: list[Node] | None, after: list[Node] | None) -> Resources:
    return resource_deltas(*(stack(*some) if some is not None else None for some in (before, after)))


def only(found: Resources) -> ResourceDelta:
    (delta,) = found.deltas
    return delta


def but(one: Node, **inputs: Any) -> Node:
    """The same resource with other inputs."""
    return replace(one, inputs=FrozenMap({**one.inputs, **inputs}))
