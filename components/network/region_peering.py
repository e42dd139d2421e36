"""A peering of two regions' transit gateways, both ends at once (NET-5, DR-1)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
from pulumi_aws.ec2transitgateway.peering_attachment import PeeringAttachment
from pulumi_aws.ec2transitgateway.peering_attachment_accepter import PeeringAttachmentAccepter

from components.network.edge_routes import Tables, associate, lead
from contracts.settings.connectivity import Segment

TOKEN = "atoll:network:RegionPeering"


@dataclass(frozen=True, kw_only=True)
class PeeringEnd:
    """One end of the peering."""

    stack: str
    region: str
    gateway_id: pulumi.Input[str]
    """Transit gateway of the region."""
    table_ids: Tables
    """Segment → route table of that gateway."""
    cidrs: Sequence[str]
    """Networks of the region, to which the other end leads."""
    provider: pulumi.ProviderResource
    """Provider of the region."""


@dataclass(frozen=True, kw_only=True)
class RegionPeeringArgs:
    """Wiring of both ends."""

    asks: PeeringEnd
    accepts: PeeringEnd
    account_id: str
    """Account of both."""
    known_to: Sequence[Segment]
    """Segments that know the way to the other region."""


class RegionPeering(pulumi.ComponentResource):
    """The peering of two transit gateways over AWS's own network, encrypted by it, and the routes of both ends.

    Makes: the attachment, its acceptance, the association of each end with its region's segment `region`, and static
    routes: a peering learns none. What comes in follows the routes of the segment `region` alone.
    Costs: USD 36.50 a month on each side; data between regions from USD 0.02 a GB.
    Does not: lead VPCs to their gateway: each region's stack does, for its `pair.peer_blocks`.
    Source: NET-5; https://docs.aws.amazon.com/vpc/latest/tgw/tgw-peering.html
    """

    id: pulumi.Output[str]
    """The attachment, which has one id in both regions, known once it is accepted."""

    def __init__(self, name: str, *, args: RegionPeeringArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Make `{name}-peering`, `{name}-accepted` and what leads there."""
        super().__init__(TOKEN, name, None, opts)
        asks, accepts = args.asks, args.accepts
        asked = PeeringAttachment(
            f"{name}-peering",
            transit_gateway_id=asks.gateway_id,
            peer_transit_gateway_id=accepts.gateway_id,
            peer_region=accepts.region,
            peer_account_id=args.account_id,
            tags={"Name": f"atoll-{asks.stack}-{accepts.stack}"},
            opts=pulumi.ResourceOptions(parent=self, provider=asks.provider),
        )
        accepted = PeeringAttachmentAccepter(
            f"{name}-accepted",
            transit_gateway_attachment_id=asked.id,
            tags={"Name": f"atoll-{asks.stack}-{accepts.stack}"},
            opts=pulumi.ResourceOptions(parent=self, provider=accepts.provider),
        )
        # Neither end takes an association or a route before the peering is accepted.
        self.id = accepted.transit_gateway_attachment_id
        for end, other in ((asks, accepts), (accepts, asks)):
            child = pulumi.ResourceOptions(parent=self, provider=end.provider, depends_on=[accepted])
            associate(f"{name}-{end.stack}", self.id, end.table_ids, Segment.REGION, child)
            lead(f"{name}-{end.stack}", self.id, end.table_ids, args.known_to, other.cidrs, child)
        self.register_outputs({"id": self.id})
