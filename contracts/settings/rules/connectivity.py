"""What networks that are joined must be to one another: what each feature needs, and that no two overlap."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Network
from itertools import combinations

from contracts import addresses, regions
from contracts.settings.base import NatMode
from contracts.settings.connectivity import (
    DirectConnectSettings,
    Segment,
    SharedServicesSettings,
    TransitGatewaySettings,
    TunnelRouting,
    VirtualInterfaceKind,
    VpcPeeringSettings,
    VpnSettings,
)
from contracts.settings.network import NetworkSettings
from contracts.settings.pair import PairSettings
from contracts.settings.rules.engine import Finding, Path, rule

SHARED_ZONES = (2, 3)
"""Zones of a shared-services VPC: an endpoint's two for safety, and three for which its layout has room."""
EDGE_MAY_REACH = (Segment.SHARED, Segment.WORKLOAD)
Shared = SharedServicesSettings | None
Transit = TransitGatewaySettings | None
Vpn = VpnSettings | None
Line = DirectConnectSettings | None
VpcPeerings = dict[str, VpcPeeringSettings] | None


# -- what needs what -------------------------------------------------------------------------------------------


@rule("shared_services?", "transit_gateway?", "vpn?", "direct_connect?")
def _needs_a_transit_gateway(shared: Shared, transit: Transit, vpn: Vpn, line: Line) -> Iterator[Finding]:
    if transit is not None:
        return
    over_it = line is not None and line.kind is VirtualInterfaceKind.TRANSIT
    uses = {"shared_services": shared is not None, "vpn": vpn is not None, "direct_connect": over_it}
    for name, used in uses.items():
        if used:
            yield Finding(
                ("transit_gateway",),
                None,
                f"a transit gateway, for {name} is joined to the VPC by it",
                f"add a transit_gateway, or leave {name} out",
            )


@rule("network", "shared_services?", "transit_gateway?")
def _central_nat(network: NetworkSettings, shared: Shared, transit: Transit) -> Iterator[Finding]:
    if network.nat is not NatMode.CENTRAL:
        return
    path = ("network", "nat")
    if transit is None or shared is None:
        missing = " and ".join(
            name for name, one in (("transit_gateway", transit), ("shared_services", shared)) if one is None
        )
        yield Finding(path, "central", f"per-zone, single or none without {missing}", f"add {missing}")
    elif shared.nat is NatMode.NONE:
        yield Finding(
            ("shared_services", "nat"), "none", "per-zone or single, for network.nat is central", "choose one of them"
        )


@rule("shared_services")
def _shared_nat_is_its_own(shared: SharedServicesSettings) -> Iterator[Finding]:
    if shared.nat is NatMode.CENTRAL:
        allowed = "per-zone, single or none: it is what central leads to"
        yield Finding(("shared_services", "nat"), "central", allowed, "choose one of them")


@rule("transit_gateway")
def _edge_reaches(transit: TransitGatewaySettings) -> Iterator[Finding]:
    for index, segment in enumerate(transit.edge_reaches):
        if segment not in EDGE_MAY_REACH:
            allowed = f"{' or '.join(EDGE_MAY_REACH)}: what is not ours gets no further"
            yield Finding(("transit_gateway", "edge_reaches", index), segment, allowed, "remove it")


@rule("transit_gateway", "direct_connect")
def _numbers_differ(transit: TransitGatewaySettings, line: DirectConnectSettings) -> Iterator[Finding]:
    if transit.asn == line.asn:
        allowed = "another AS number than transit_gateway.asn: AWS joins no two gateways with the same"
        yield Finding(("direct_connect", "asn"), line.asn, allowed, "add one to it")


@rule("vpn")
def _sites(vpn: VpnSettings) -> Iterator[Finding]:
    if not vpn.sites:
        yield Finding(("vpn", "sites"), {}, "at least one site", "name one, or leave vpn out")
    for name, site in vpn.sites.items():
        if not site.networks:
            path = ("vpn", "sites", name, "networks")
            yield Finding(path, (), "at least one network, to which route tables lead", "name what is behind the site")


# -- zones -----------------------------------------------------------------------------------------------------


@rule("region", "shared_services")
def _shared_zones(region: str, shared: SharedServicesSettings) -> Iterator[Finding]:
    known, low, high = regions.zone_names(region), *SHARED_ZONES
    for index, zone in enumerate(shared.availability_zones):
        if zone not in known:
            allowed = f"a zone of {region}: {', '.join(known)}"
            yield Finding(("shared_services", "availability_zones", index), zone, allowed, "use one of these")
    if not low <= len(shared.availability_zones) <= high:
        yield Finding(
            ("shared_services", "availability_zones"),
            shared.availability_zones,
            f"{low} or {high} zones",
            "name so many",
        )
    yield from _subset(
        ("shared_services", "workload_zones"), shared.workload_zones, "availability_zones", shared.availability_zones
    )


@rule("network", "transit_gateway")
def _attached_zones(network: NetworkSettings, transit: TransitGatewaySettings) -> Iterator[Finding]:
    path = ("transit_gateway", "zones")
    yield from _subset(path, transit.zones, "network.availability_zones", network.availability_zones)
    yield from _all_attached(network.workload_zones, "network.workload_zones", transit)


@rule("shared_services", "transit_gateway")
def _shared_attached_zones(shared: SharedServicesSettings, transit: TransitGatewaySettings) -> Iterator[Finding]:
    path, there = ("transit_gateway", "zones"), "shared_services.availability_zones"
    yield from _subset(path, transit.zones, there, shared.availability_zones)
    yield from _all_attached(shared.workload_zones, "shared_services.workload_zones", transit)


def _subset(path: Path, zones: tuple[str, ...], of: str, whole: tuple[str, ...]) -> Iterator[Finding]:
    for index, zone in enumerate(zones):
        if zone not in whole:
            allowed = f"one of {of}: {', '.join(whole)}"
            yield Finding((*path, index), zone, allowed, "add the zone there or remove it here")


def _all_attached(zones: tuple[str, ...], of: str, transit: TransitGatewaySettings) -> Iterator[Finding]:
    missing = [zone for zone in zones if zone not in transit.zones]
    if missing:
        yield Finding(
            ("transit_gateway", "zones"),
            transit.zones,
            f"every one of {of}: an attachment serves its own zones alone",
            f"add {', '.join(missing)}",
        )


# -- addresses -------------------------------------------------------------------------------------------------


@rule("environment", "shared_services")
def _shared_block(environment: str, shared: SharedServicesSettings) -> Iterator[Finding]:
    """`prod` has one in each region, named by where it is; another environment has its own."""
    every = [name for name in addresses.ADDRESS_PLAN if name.startswith(addresses.SHARED_PREFIX)]
    own = f"{addresses.SHARED_PREFIX}{environment}"
    others = [f"{addresses.SHARED_PREFIX}{name}" for name in addresses.ADDRESS_PLAN]
    mine = [name for name in every if (name not in others if environment == "prod" else name == own)]
    if shared.address_block not in mine:
        allowed = ", ".join(mine) or f"a block {own}, which the address plan does not have"
        fix = (
            "use it; another's block could never be joined to this one" if mine else "add it to contracts/addresses.py"
        )
        yield Finding(("shared_services", "address_block"), shared.address_block, allowed, fix)


@rule("vpn?", "direct_connect?")
def _nothing_overlaps_the_plan(vpn: Vpn, line: Line) -> Iterator[Finding]:
    plan = {
        **{f"the block {name}": one for name, one in addresses.ADDRESS_PLAN.items()},
        **{f"the pods of {name}": one for name, one in addresses.POD_PLAN.items()},
        "the on-demand environments": addresses.ON_DEMAND_RANGE,
        "the pods of on-demand environments": addresses.ON_DEMAND_PODS,
        **addresses.RESERVED,
    }
    for path, text, _ in _outside(vpn, line):
        for name, one in plan.items():
            if IPv4Network(text).overlaps(one):
                fix = "a packet can go to one of them only: give the site other addresses, or translate them there"
                yield Finding(path, text, f"a network apart from {name} ({one})", fix)


@rule("vpn?", "direct_connect?")
def _nothing_outside_overlaps(vpn: Vpn, line: Line) -> Iterator[Finding]:
    """Two ways that learn their routes may lead to the same: one takes over from the other."""
    for (path, one, learnt), (other_path, other, other_learnt) in combinations(_outside(vpn, line), 2):
        if IPv4Network(one).overlaps(IPv4Network(other)) and not (learnt and other_learnt):
            allowed = f"a network apart from {'.'.join(map(str, path[:-2]))} ({one}), or routing bgp on both"
            yield Finding(other_path, other, allowed, "correct one of them")


def _outside(vpn: Vpn, line: Line) -> Iterator[tuple[Path, str, bool]]:
    """Path, network, and whether its routes are learnt, of all that is not ours."""
    for name, site in vpn.sites.items() if vpn is not None else ():
        for index, text in enumerate(site.networks):
            yield ("vpn", "sites", name, "networks", index), text, site.routing is TunnelRouting.BGP
    for index, text in enumerate(line.networks if line is not None else ()):
        yield ("direct_connect", "networks", index), text, True


@rule("network", "shared_services?", "transit_gateway?", "vpc_peerings?", "pair?")
def _peers(
    network: NetworkSettings, shared: Shared, transit: Transit, peerings: VpcPeerings, pair: PairSettings | None
) -> Iterator[Finding]:
    """No block is joined to itself, and each by one way."""
    taken = {network.address_block: "network"}
    if shared is not None:
        taken[shared.address_block] = "shared_services"
    for path, name in (*_peered(transit, peerings), *_paired(pair)):
        if name in taken:
            allowed = f"a block apart from that of {taken[name]}"
            yield Finding(path, name, allowed, "a route leads one way: remove it in one of the two places")
        taken.setdefault(name, ".".join(map(str, path[:-1])))


def _peered(transit: Transit, peerings: VpcPeerings) -> Iterator[tuple[Path, str]]:
    for side in ("asks", "accepts") if transit is not None else ():
        for name, peering in getattr(transit, side).items():
            for index, one in enumerate(peering.blocks):
                yield ("transit_gateway", side, name, "blocks", index), one
    for name, peering in (peerings or {}).items():
        yield ("vpc_peerings", name, "block"), peering.block


def _paired(pair: PairSettings | None) -> Iterator[tuple[Path, str]]:
    for index, name in enumerate(pair.peer_blocks if pair is not None else ()):
        yield ("pair", "peer_blocks", index), name


@rule("region", "transit_gateway")
def _other_regions(region: str, transit: TransitGatewaySettings) -> Iterator[Finding]:
    for name, peering in transit.asks.items():
        if peering.region == region:
            path = ("transit_gateway", "asks", name, "region")
            yield Finding(path, region, f"another region than {region}", "in one region attach the VPC itself")


@rule("vpc_peerings")
def _one_side(peerings: dict[str, VpcPeeringSettings]) -> Iterator[Finding]:
    for name, peering in peerings.items():
        if (peering.vpc is None) == (peering.connection is None):
            yield Finding(
                ("vpc_peerings", name),
                "both vpc and connection" if peering.vpc else "neither vpc nor connection",
                "vpc, to ask for the peering; or connection, to accept it",
                "keep one",
            )
