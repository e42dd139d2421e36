"""Nodes stand in subnets without a route to an internet gateway."""

from __future__ import annotations

from graph.values import FrozenList
from policies.control import Control, Remediation, Severity
from policies.subject import Subject
from policies.subnets import ASSOCIATION, SUBNET, leads_inward
from policies.verdicts import Undecided, Verdict, all_of


def check(group: Subject) -> Verdict:
    """By the route tables of this stack; a subnet of another stack cannot be told."""
    subnets = [subnet for subnet in group.referred("subnetIds") if subnet.type == SUBNET]
    items = group.read("subnetIds").value
    if not isinstance(items, FrozenList) or len(subnets) < len(set(items)):
        return all_of(*(_private(subnet) for subnet in subnets), Undecided("subnetIds: subnets of another stack"))
    return all_of(*(_private(subnet) for subnet in subnets))


def _private(subnet: Subject) -> Verdict:
    tables = [t for link in subnet.companions(ASSOCIATION, "subnetId").certain for t in link.referred("routeTableId")]
    return leads_inward(subnet) if tables else Undecided(f"routes of {subnet}")


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
