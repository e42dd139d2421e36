"""Which networks are joined to a stack's VPC, and which are outside of the platform (NET-5)."""

from __future__ import annotations

from contracts.addresses import THIRD_OCTETS, Tier, block, subnet
from contracts.settings.connectivity import Segment, VpcPeeringSettings
from contracts.settings.stack import StackSettings


def peer_subnets(settings: VpcPeeringSettings) -> tuple[str, ...]:
    """The private subnets of a peered VPC, as its preset lays them out."""
    vpc = block(settings.block)
    return tuple(str(subnet(vpc, offset)) for offset in THIRD_OCTETS[settings.preset][Tier.PRIVATE])


def other_regions(settings: StackSettings) -> dict[str, str]:
    """Block name → network behind the transit gateways of other regions; those that have accepted, and the pair's."""
    transit = settings.transit_gateway
    if transit is None:
        return {}
    stand = [*(one for one in transit.asks.values() if one.accepted), *transit.accepts.values()]
    blocks = [name for one in stand for name in one.blocks]
    # The global stack joins the pair's gateways: a VPC's route to its own gateway needs no peering yet.
    blocks += settings.pair.peer_blocks if settings.pair is not None else ()
    return {name: str(block(name)) for name in blocks}


def outside(settings: StackSettings) -> dict[str, str]:
    """Stable key → network behind VPN and Direct Connect."""
    sites = settings.vpn.sites.values() if settings.vpn is not None else ()
    line = settings.direct_connect.networks if settings.direct_connect is not None else ()
    return {_key(one): one for one in (*(one for site in sites for one in site.networks), *line)}


def joined(settings: StackSettings, segment: Segment) -> dict[str, str]:
    """Stable key → network that a VPC of this segment reaches by a transit gateway."""
    transit, shared = settings.transit_gateway, settings.shared_services
    if transit is None:
        return {}
    found = dict(other_regions(settings))
    if segment is not Segment.WORKLOAD:
        found = {settings.network.address_block: str(block(settings.network.address_block)), **found}
    elif shared is not None:
        found = {shared.address_block: str(block(shared.address_block)), **found}
    reached = Segment.WORKLOAD if segment is Segment.WORKLOAD else Segment.SHARED
    return {**found, **(outside(settings) if reached in transit.edge_reaches else {})}


def connected(settings: StackSettings) -> tuple[str, ...]:
    """Networks that speak with the private subnets of the stack's VPC, by a transit gateway or a peering."""
    peerings = (settings.vpc_peerings or {}).values()
    over_it = joined(settings, Segment.WORKLOAD).values()
    return (*over_it, *(cidr for peering in peerings for cidr in peer_subnets(peering)))


def _key(cidr: str) -> str:
    return cidr.replace("/", "-")
