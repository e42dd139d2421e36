"""Routes over a peering connection lead to subnets, not to whole networks."""

from __future__ import annotations

from ipaddress import ip_network

from policies.control import Control, ControlSettings, Remediation, Severity, settings_of
from policies.internet import addresses, prefix_lists
from policies.subject import Block, Subject
from policies.verdicts import PASS, Fail, NotApplicable, Undecided, Verdict, all_of


class Settings(ControlSettings):
    """How narrow."""

    ipv4_prefix: int = 20
    """Shortest prefix; a VPC of the platform has 16."""
    ipv6_prefix: int = 60
    """Shortest prefix; a VPC has 56."""


PEERING = "vpcPeeringConnectionId"


def check(resource: Subject) -> Verdict:
    """Routes of their own, and those written into a table."""
    if resource.type == "aws:ec2/route:Route":
        routes: tuple[Subject | Block, ...] | None = (resource,)
        cidrs = ("destinationCidrBlock", "destinationIpv6CidrBlock", "destinationPrefixListId")
    else:
        routes, cidrs = resource.blocks("routes"), ("cidrBlock", "ipv6CidrBlock", "destinationPrefixListId")
    if routes is None:
        return Undecided("routes")
    peered = [route for route in routes if not route.read(PEERING).missing]
    if not peered:
        return NotApplicable("it leads over no peering connection")
    settings: Settings = settings_of(resource.view, CONTROL)
    return all_of(*(_narrow(resource, route, cidrs, settings) for route in peered))


def _narrow(resource: Subject, route: Subject | Block, cidrs: tuple[str, str, str], settings: Settings) -> Verdict:
    ipv4, ipv6, prefix_list = (route.read(path) for path in cidrs)
    found = addresses(ipv4, ipv6) + prefix_lists(resource, prefix_list)
    for cidr in found.cidrs:
        network = ip_network(cidr, strict=False)
        least = settings.ipv4_prefix if network.version == 4 else settings.ipv6_prefix
        if network.prefixlen < least:
            return Fail(f"it routes {cidr} over a peering connection, it must be /{least} or narrower")
    return found.unknown[0] if found.unknown else PASS


CONTROL = Control(
    id="ec2-peering-routes-narrow",
    title="Routes over a peering connection lead to subnets, not to whole networks",
    severity=Severity.MEDIUM,
    rationale="Two networks that are wholly joined fall together.",
    remediation=Remediation(
        summary="Route to the subnets that are needed",
        snippet=(
            "ec2.Route(\n"
            "    name, route_table_id=table.id, vpc_peering_connection_id=peering.id,\n"
            '    destination_cidr_block="10.9.4.0/24",\n'
            ")"
        ),
    ),
    catalogue=("EC2-24",),
    settings=Settings,
    types=(
        "aws:ec2/route:Route",
        "aws:ec2/routeTable:RouteTable",
        "aws:ec2/defaultRouteTable:DefaultRouteTable",
    ),
    check=check,
    looks_around=True,
)
