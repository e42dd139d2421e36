"""How an attachment of what is no VPC of this stack is wired to the segments of a transit gateway."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pulumi
from pulumi_aws.ec2transitgateway.route import Route
from pulumi_aws.ec2transitgateway.route_table_association import RouteTableAssociation
from pulumi_aws.ec2transitgateway.route_table_propagation import RouteTablePropagation

from contracts.settings.connectivity import Segment

Tables = Mapping[Segment, pulumi.Input[str]]


def associate(
    name: str, attachment: pulumi.Input[str], tables: Tables, segment: Segment, opts: pulumi.ResourceOptions
) -> None:
    """What comes in by the attachment follows the table of the segment."""
    RouteTableAssociation(
        f"{name}-transit-association",
        transit_gateway_attachment_id=attachment,
        transit_gateway_route_table_id=tables[segment],
        opts=opts,
    )


def lead(
    name: str,
    attachment: pulumi.Input[str],
    tables: Tables,
    segments: Sequence[Segment],
    cidrs: Sequence[str],
    opts: pulumi.ResourceOptions,
) -> None:
    """The segments know these networks, and no other, behind the attachment."""
    for segment in segments:
        for cidr in cidrs:
            Route(
                f"{name}-transit-route-{segment}-{cidr.replace('/', '-')}",
                transit_gateway_attachment_id=attachment,
                transit_gateway_route_table_id=tables[segment],
                destination_cidr_block=cidr,
                opts=opts,
            )


def learn(
    name: str,
    attachment: pulumi.Input[str],
    tables: Tables,
    segments: Sequence[Segment],
    opts: pulumi.ResourceOptions,
) -> None:
    """The segments know whatever the other side says by BGP."""
    for segment in segments:
        RouteTablePropagation(
            f"{name}-transit-propagation-{segment}",
            transit_gateway_attachment_id=attachment,
            transit_gateway_route_table_id=tables[segment],
            opts=opts,
        )
