"""A peering of this region's transit gateway with another region's, from either side (NET-5, DR-1)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
from pulumi_aws.ec2transitgateway.peering_attachment import PeeringAttachment
from pulumi_aws.ec2transitgateway.peering_attachment_accepter import PeeringAttachmentAccepter

from components.network.edge_routes import Tables, associate, lead
from contracts.addresses import block
from contracts.settings.connectivity import AcceptedPeeringSettings, RequestedPeeringSettings, Segment

TOKEN = "atoll:network:TransitPeering"


@dataclass(frozen=True, kw_only=True)
class TransitPeeringArgs:
    """Wiring of one side of a peering."""

    gateway_id: pulumi.Input[str]
    """Transit gateway of this region."""
    table_ids: Tables
    """Segment → route table of the gateway."""
    settings: RequestedPeeringSettings | AcceptedPeeringSettings
    """This side asks, or accepts."""
    known_to: Sequence[Segment]
    """Segments that know the way to the other region."""


class TransitPeering(pulumi.ComponentResource):
    """One side of a peering of two regions' transit gateways, over AWS's own network, encrypted by it.

    Makes: the attachment, or the acceptance of one that the other region has asked for; its association with the
    region's segment; static routes to the other region's blocks, for peerings have no others.
    Costs: USD 36.50 a month on each side; data between regions from USD 0.02 a GB.
    Does not: wait for the other side: the side that asks has neither association nor routes until it is told that it
    has been accepted, for AWS refuses them before.
    Source: NET-5; https://docs.aws.amazon.com/vpc/latest/tgw/tgw-peering.html
    """

    id: pulumi.Output[str]
    """The attachment, which the other region's stack accepts."""

    def __init__(self, name: str, *, args: TransitPeeringArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Make one side of the peering `{name}`."""
        super().__init__(TOKEN, name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        settings, tags = args.settings, {"Name": f"atoll-{name}"}
        if isinstance(settings, RequestedPeeringSettings):
            self.id = PeeringAttachment(
                f"{name}-peering",
                transit_gateway_id=args.gateway_id,
                peer_transit_gateway_id=settings.gateway,
                peer_region=settings.region,
                peer_account_id=settings.account,
                tags=tags,
                opts=child,
            ).id
            stands = settings.accepted
        else:
            self.id = PeeringAttachmentAccepter(
                f"{name}-peering", transit_gateway_attachment_id=settings.attachment, tags=tags, opts=child
            ).id
            stands = True
        if stands:
            associate(name, self.id, args.table_ids, Segment.REGION, child)
            lead(name, self.id, args.table_ids, args.known_to, [str(block(one)) for one in settings.blocks], child)
        self.register_outputs({"id": self.id})
