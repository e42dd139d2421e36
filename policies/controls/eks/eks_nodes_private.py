"""Nodes stand in subnets without a route to an internet gateway."""

from __future__ import annotations

from graph.values import FrozenList
from policies.control import Control, Remediation, Severity
from policies.subject import Subject
from policies.verdicts import PASS, Fail, Undecided, Verdict, all_of
from policies.zones import SUBNET

GATEWAY = "aws:ec2/internetGateway:InternetGateway"
ROUTE = "aws:ec2/route:Route"


def check(group: Subject) -> Verdict:
    """By the route tables of this stack; a subnet of another stack cannot be told."""
    subnets = [subnet for subnet in group.referred("subnetIds") if subnet.type == SUBNET]
    items = group.read("subnetIds").value
    if not isinstance(items, FrozenList) or len(subnets) < len(set(items)):
        return all_of(*(_private(subnet) for subnet in subnets), Undecided("subnetIds: subnets of another stack"))
    return all_of(*(_private(subnet) for subnet in subnets))


def _private(subnet: Subject) -> Verdict:
    linked = subnet.companions("aws:ec2/routeTableAssociation:RouteTableAssociation", "subnetId")
    tables = [table for link in linked.certain for table in link.referred("routeTableId")]
    if not tables:
        return Undecided(f"routes of {subnet}")
    routes = [route for table in tables for route in table.companions(ROUTE, "routeTableId").certain]
    targets = [target for route in routes for target in route.referred("gatewayId")]
    targets += [target for table in tables for target in table.referred("routes")]
    literal = [route.read("gatewayId").value for route in routes]
    literal += [block.read("gatewayId").value for table in tables for block in table.blocks("routes") or ()]
    public = any(target.type == GATEWAY for target in targets) or any(str(name).startswith("igw-") for name in literal)
    return Fail(f"its subnet {subnet} has a route to an internet gateway") if public else PASS


CONTROL = Control(
    id="eks-nodes-private",
    title="Nodes stand in subnets without a route to an internet gateway",
    severity=Severity.HIGH,
    rationale="A node with an address on the internet is scanned within minutes.",
    remediation=Remediation(
        summary="Give the node group private subnets",
        snippet="eks.NodeGroup(name, subnet_ids=[subnet.id for subnet in private_subnets])",
    ),
    catalogue=("EKS-05",),
    types=("aws:eks/nodeGroup:NodeGroup",),
    check=check,
    looks_around=True,
)
