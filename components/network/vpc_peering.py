"""A peering of two VPCs, from the private subnets of one to those of the other (NET-5)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi
from pulumi_aws.ec2.route import Route
from pulumi_aws.ec2.vpc_peering_connection import VpcPeeringConnection
from pulumi_aws.ec2.vpc_peering_connection_accepter import VpcPeeringConnectionAccepter

from contracts.settings.connectivity import VpcPeeringSettings
from contracts.settings.joined import peer_subnets

TOKEN = "atoll:network:VpcPeering"


@dataclass(frozen=True, kw_only=True)
class VpcPeeringArgs:
    """Wiring of one side of a peering."""

    settings: VpcPeeringSettings
    region: str
    account_id: str
    vpc_id: pulumi.Input[str]
    """This side's VPC."""
    route_table_ids: Mapping[str, pulumi.Input[str]]
    """Stable key → route table that leads to the other side."""


class VpcPeering(pulumi.ComponentResource):
    """One side of a peering: asked for, or accepted; and routes to the other side's private subnets alone.

    Within one region and account it is accepted at once.
    Costs: the peering nothing; data between zones USD 0.01 a GB and direction, between regions from USD 0.02.
    Does not: make the other side's routes, or open anything: groups and ACLs do. Names are not resolved across it.
    Source: NET-5; https://docs.aws.amazon.com/vpc/latest/peering/what-is-vpc-peering.html
    """

    id: pulumi.Output[str]
    """The connection, which the other stack accepts."""

    def __init__(self, name: str, *, args: VpcPeeringArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Make one side of the peering `{name}`."""
        super().__init__(TOKEN, name, None, opts)
        child, settings, tags = pulumi.ResourceOptions(parent=self), args.settings, {"Name": f"atoll-{name}"}
        if settings.connection is not None:
            self.id = VpcPeeringConnectionAccepter(
                f"{name}-peering",
                vpc_peering_connection_id=settings.connection,
                auto_accept=True,
                tags=tags,
                opts=child,
            ).id
        else:
            assert settings.vpc is not None, "the rules let no peering without a VPC or a connection through"
            elsewhere = settings.region not in (None, args.region) or settings.account not in (None, args.account_id)
            self.id = VpcPeeringConnection(
                f"{name}-peering",
                vpc_id=args.vpc_id,
                peer_vpc_id=settings.vpc,
                peer_region=settings.region if settings.region != args.region else None,
                peer_owner_id=settings.account,
                auto_accept=not elsewhere,
                tags=tags,
                opts=child,
            ).id
        for table, identifier in args.route_table_ids.items():
            for cidr in peer_subnets(settings):
                Route(
                    f"{name}-route-{table}-{cidr.replace('/', '-')}",
                    route_table_id=identifier,
                    destination_cidr_block=cidr,
                    vpc_peering_connection_id=self.id,
                    opts=child,
                )
        self.register_outputs({"id": self.id})
