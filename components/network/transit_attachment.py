"""A VPC at the transit gateway: its attachment, who knows it, and its own ways there and back (NET-5)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pulumi
from pulumi_aws.ec2.network_acl import NetworkAcl
from pulumi_aws.ec2.route import Route
from pulumi_aws.ec2.route_table import RouteTable
from pulumi_aws.ec2.route_table_association import RouteTableAssociation
from pulumi_aws.ec2.subnet import Subnet
from pulumi_aws.ec2transitgateway.route import Route as TransitRoute
from pulumi_aws.ec2transitgateway.route_table_association import RouteTableAssociation as TransitAssociation
from pulumi_aws.ec2transitgateway.route_table_propagation import RouteTablePropagation
from pulumi_aws.ec2transitgateway.vpc_attachment import VpcAttachment

from components.network import nacls
from contracts.addresses import block, transit_subnets
from contracts.settings.connectivity import Segment

TOKEN = "atoll:network:TransitAttachment"
TIER = "transit"


@dataclass(frozen=True, kw_only=True)
class TransitAttachmentArgs:
    """Wiring of one VPC at the transit gateway."""

    gateway_id: pulumi.Input[str]
    table_ids: Mapping[Segment, pulumi.Input[str]]
    """Segment → route table of the gateway."""
    vpc_id: pulumi.Input[str]
    address_block: str
    """The VPC's block in the address plan."""
    zones: Sequence[str]
    """Zones whose subnets are served."""
    segment: Segment
    """What the VPC is: its packets follow that table."""
    known_to: Sequence[Segment]
    """Segments that know the way to it."""
    route_table_ids: Mapping[str, pulumi.Input[str]]
    """Stable key → route table of the VPC from which the destinations are reached."""
    destinations: Mapping[str, str]
    """Stable key → network that is reached over the gateway."""
    way_out_for: Sequence[Segment] = ()
    """Segments whose default route leads into this VPC."""
    nat_ids: Mapping[str, pulumi.Input[str]] = field(default_factory=dict[str, pulumi.Input[str]])
    """Zone → NAT gateway, where it is the way out for others."""


class TransitAttachment(pulumi.ComponentResource):
    """A VPC's attachment in small subnets of its own, one a zone, with a table and an ACL that serve nothing else.

    Makes: the subnets (/28) with their route tables and ACL; the attachment; its association with the VPC's segment and
    the propagation of the VPC's blocks to the segments that know it; routes from the VPC's tables to the destinations.
    Where the VPC is the way out, default routes of the segments that leave through it, and from the attachment's
    subnets to the NAT gateways.
    Costs: USD 36.50 a month, whatever the zones; USD 0.02 a GB that is sent.
    Does not: open anything: security groups and ACLs of the VPC do.
    Source: NET-5; https://docs.aws.amazon.com/vpc/latest/tgw/tgw-best-design-practices.html
    """

    id: pulumi.Output[str]
    """The attachment."""
    subnet_ids: dict[str, pulumi.Output[str]]
    """Zone → subnet of the attachment."""

    def __init__(self, name: str, *, args: TransitAttachmentArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Make the attachment `{name}-transit-attachment` and everything that leads to it."""
        super().__init__(TOKEN, name, None, opts)
        self._name, self._args = name, args
        self._child = pulumi.ResourceOptions(parent=self)
        self.subnet_ids = {zone: self._make_subnet(zone, cidr) for zone, cidr in self._plan().items()}
        self._make_acl()
        attachment = VpcAttachment(
            f"{name}-transit-attachment",
            transit_gateway_id=args.gateway_id,
            vpc_id=args.vpc_id,
            subnet_ids=list(self.subnet_ids.values()),
            dns_support="enable",
            ipv6_support="disable",
            appliance_mode_support="disable",
            transit_gateway_default_route_table_association=False,
            transit_gateway_default_route_table_propagation=False,
            tags=self._tags(),
            opts=self._child,
        )
        self.id = attachment.id
        self._make_gateway_routes()
        self._make_routes(attachment)
        self.register_outputs({"id": self.id, "subnet_ids": self.subnet_ids})

    def _plan(self) -> dict[str, str]:
        return transit_subnets(self._args.address_block, tuple(self._args.zones))

    def _tags(self, *parts: str) -> dict[str, str]:
        return {"Name": "-".join(("atoll", self._name, TIER, *parts))}

    def _make_subnet(self, zone: str, cidr: str) -> pulumi.Output[str]:
        subnet = Subnet(
            f"{self._name}-subnet-{TIER}-{zone}",
            vpc_id=self._args.vpc_id,
            cidr_block=cidr,
            availability_zone=zone,
            map_public_ip_on_launch=False,
            tags=self._tags(zone) | {"Tier": TIER},
            opts=self._child,
        )
        table = RouteTable(
            f"{self._name}-route-table-{TIER}-{zone}",
            vpc_id=self._args.vpc_id,
            tags=self._tags(zone),
            opts=self._child,
        )
        RouteTableAssociation(
            f"{self._name}-route-table-association-{TIER}-{zone}",
            route_table_id=table.id,
            subnet_id=subnet.id,
            opts=self._child,
        )
        if zone in self._args.nat_ids:
            Route(
                f"{self._name}-route-{TIER}-nat-{zone}",
                route_table_id=table.id,
                destination_cidr_block=nacls.ANYWHERE,
                nat_gateway_id=self._args.nat_ids[zone],
                opts=self._child,
            )
        return subnet.id

    def _make_acl(self) -> None:
        rules = nacls.transit(str(block(self._args.address_block)), egress=bool(self._args.nat_ids))
        NetworkAcl(
            f"{self._name}-nacl-{TIER}",
            vpc_id=self._args.vpc_id,
            subnet_ids=list(self.subnet_ids.values()),
            ingress=nacls.entries(rules.ingress),
            egress=nacls.entries(rules.egress),
            tags=self._tags(),
            opts=self._child,
        )

    def _make_gateway_routes(self) -> None:
        args = self._args
        TransitAssociation(
            f"{self._name}-transit-association",
            transit_gateway_attachment_id=self.id,
            transit_gateway_route_table_id=args.table_ids[args.segment],
            opts=self._child,
        )
        for segment in args.known_to:
            RouteTablePropagation(
                f"{self._name}-transit-propagation-{segment}",
                transit_gateway_attachment_id=self.id,
                transit_gateway_route_table_id=args.table_ids[segment],
                opts=self._child,
            )
        for segment in args.way_out_for:
            TransitRoute(
                f"{self._name}-transit-route-{segment}-internet",
                transit_gateway_attachment_id=self.id,
                transit_gateway_route_table_id=args.table_ids[segment],
                destination_cidr_block=nacls.ANYWHERE,
                opts=self._child,
            )

    def _make_routes(self, attachment: VpcAttachment) -> None:
        for table, identifier in self._args.route_table_ids.items():
            for key, cidr in self._args.destinations.items():
                Route(
                    f"{self._name}-route-{table}-{key}",
                    route_table_id=identifier,
                    destination_cidr_block=cidr,
                    transit_gateway_id=self._args.gateway_id,
                    # AWS refuses a route to a gateway at which the VPC is not attached.
                    opts=pulumi.ResourceOptions(parent=self, depends_on=[attachment]),
                )
