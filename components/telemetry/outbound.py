"""Where a function stands that talks to somebody on the internet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
from pulumi_aws.ec2.security_group import SecurityGroup
from pulumi_aws.vpc.security_group_egress_rule import SecurityGroupEgressRule

from components.functions.function import FunctionNetwork

HTTPS = 443


@dataclass(frozen=True, kw_only=True)
class Place:
    """Private subnets whose route to the internet a function takes."""

    vpc_id: pulumi.Input[str]
    subnet_ids: Sequence[pulumi.Input[str]]


def outbound(parent: pulumi.Resource, name: str, place: Place, whom: str) -> FunctionNetwork:
    """Make a group that lets HTTPS out and nothing in; `whom` says to whom, for people."""
    child = pulumi.ResourceOptions(parent=parent)
    group = SecurityGroup(
        f"{name}-group", vpc_id=place.vpc_id, description=f"HTTPS to {whom}", tags={"Name": name}, opts=child
    )
    SecurityGroupEgressRule(
        f"{name}-group-https",
        security_group_id=group.id,
        description=f"{whom}, through NAT",
        ip_protocol="tcp",
        from_port=HTTPS,
        to_port=HTTPS,
        cidr_ipv4="0.0.0.0/0",
        opts=child,
    )
    return FunctionNetwork(subnet_ids=place.subnet_ids, security_group_ids=[group.id])
