"""Ids in the place of those that AWS will draw, so that one stack's outputs lead to another's resources offline."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any, Final

from graph import Node

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
