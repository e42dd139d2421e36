"""Ids in the place of those that AWS will draw, so that one stack's outputs lead to another's resources offline."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from graph import Estate, Node, Reference, ResourceGraph, Unknown
from graph.values import UNKNOWN, FrozenList, FrozenMap, Value, join_path

PREFIXES: Final[Mapping[str, str]] = {
    "aws:ec2/vpc:Vpc": "vpc",
    "aws:ec2/subnet:Subnet": "subnet",
    "aws:ec2/securityGroup:SecurityGroup": "sg",
    "aws:ec2/routeTable:RouteTable": "rtb",
    "aws:ec2/networkAcl:NetworkAcl": "acl",
    "aws:ec2/internetGateway:InternetGateway": "igw",
    "aws:ec2/natGateway:NatGateway": "nat",
    "aws:ec2/vpcEndpoint:VpcEndpoint": "vpce",
    "aws:ec2/vpcPeeringConnection:VpcPeeringConnection": "pcx",
    "aws:ec2transitgateway/transitGateway:TransitGateway": "tgw",
    "aws:ec2transitgateway/vpcAttachment:VpcAttachment": "tgw-attach",
    "aws:ec2transitgateway/routeTable:RouteTable": "tgw-rtb",
}
"""Type → how AWS begins its ids."""


def drawn_ids(node: Node) -> Mapping[str, Any]:
    """What to take for the outputs of a resource while it is recorded: an id made from its URN, the same each time."""
    prefix = PREFIXES.get(node.type)
    return {} if prefix is None else {"id": f"{prefix}-{hashlib.sha256(node.urn.encode()).hexdigest()[:17]}"}


_DRAWN: Final = re.compile(rf"((?:{'|'.join(sorted(set(PREFIXES.values()), key=len, reverse=True))})-[0-9a-f]{{17}})")


def undrawn_estate(estate: Estate) -> Estate:
    """The graphs as they would be without `drawn_ids`: what AWS will draw is unknown again, and known by its origin.

    Questions that hold two stacks against each other need it: ids that differ are no difference.
    """
    nodes = (node for graph in estate.values() for node in graph)
    ids = {drawn["id"]: Reference(node.urn, "id") for node in nodes if (drawn := drawn_ids(node))}
    return Estate(
        {
            stack: ResourceGraph([_forgotten(node, ids) for node in graph], project=graph.project, stack=graph.stack)
            for stack, graph in estate.items()
        }
    )


def _forgotten(node: Node, ids: Mapping[str, Reference]) -> Node:
    passed = {one.path: one.target for one in node.references}
    inputs = _unknown(node.inputs, "", passed, ids)
    outputs = _unknown(node.outputs, "", passed, ids)
    if inputs is node.inputs and outputs is node.outputs and node.type not in PREFIXES:
        return node
    assert isinstance(inputs, FrozenMap), "a map stays one"
    assert isinstance(outputs, FrozenMap), "a map stays one"
    return replace(node, inputs=inputs, outputs=outputs, id=UNKNOWN if node.type in PREFIXES else node.id)


def _parts(text: str, ids: Mapping[str, Reference]) -> tuple[str | Reference, ...]:
    """A text, with the ids in it apart; most have none."""
    if "-" not in text or _DRAWN.search(text) is None:
        return (text,)
    return tuple(ids.get(part, part) for part in _DRAWN.split(text) if part)


def _unknown(value: Value, path: str, passed: Mapping[str, Reference], ids: Mapping[str, Reference]) -> Value:
    """A value with references in the place of drawn ids; the very same object where there are none."""
    if isinstance(value, str):
        if value in ids:
            return Unknown((passed.get(path, ids[value]),))
        parts = _parts(value, ids)
        return Unknown(parts) if any(isinstance(part, Reference) for part in parts) else value
    if isinstance(value, Unknown):
        return Unknown(
            tuple(p for part in value.parts for p in (_parts(part, ids) if isinstance(part, str) else (part,)))
        )
    if isinstance(value, FrozenMap):
        items = {key: _unknown(item, join_path(path, key), passed, ids) for key, item in value.items()}
        return FrozenMap(items) if any(items[key] is not value[key] for key in items) else value
    if isinstance(value, FrozenList):
        listed = [_unknown(item, f"{path}[{index}]", passed, ids) for index, item in enumerate(value)]
        return FrozenList(listed) if any(one is not other for one, other in zip(listed, value, strict=True)) else value
    return value
