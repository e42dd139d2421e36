"""Whether a subnet is public: its default route leads to an internet gateway."""

from __future__ import annotations

from collections.abc import Iterator

from policies.internet import addresses
from policies.subject import Block, Subject
from policies.verdicts import PASS, Fail, Undecided, Verdict, all_of

SUBNET = "aws:ec2/subnet:Subnet"
ASSOCIATION = "aws:ec2/routeTableAssociation:RouteTableAssociation"
ROUTE = "aws:ec2/route:Route"
GATEWAY = "aws:ec2/internetGateway:InternetGateway"


def private(resource: Subject, path: str) -> Verdict:
    """Whether all subnets that a property names are of this stack and private."""
    listed = resource.read(path)
    found = [other for other in resource.referred(path) if other.type == SUBNET]
    if not found:
        return (
            Undecided(f"{path} of {resource}: subnets of another stack") if not listed.missing else listed.must_be_set()
        )
    return all_of(*(_private(subnet) for subnet in found))


def _private(subnet: Subject) -> Verdict:
    given = subnet.read("mapPublicIpOnLaunch", default=False)
    if not given.known:
        return given.undecided()
    if given.must_be(False) != PASS:
        return Fail(f"{subnet} gives public addresses")
    return leads_inward(subnet)


def leads_inward(subnet: Subject) -> Verdict:
    """Whether no route of a subnet's table leads far through an internet gateway; a subnet without a table passes."""
    found = (v if isinstance(v, Undecided) else _inward(subnet, v) for v in _routes(subnet))
    return all_of(PASS, *found)


def _routes(subnet: Subject) -> Iterator[Subject | Block | Undecided]:
    """The routes of its table, and what might be one."""
    for association in subnet.companions(ASSOCIATION, "subnetId").certain:
        for table in association.referred("routeTableId"):
            blocks = table.blocks("routes")
            yield from (Undecided(f"routes of {table}"),) if blocks is None else blocks
            routes = table.companions(ROUTE, "routeTableId")
            yield from routes.certain
            yield from (Undecided(f"routeTableId of {route}") for route in routes.possible)


def _inward(subnet: Subject, route: Subject | Block) -> Verdict:
    if isinstance(route, Block):
        gateway, wide = route.read("gatewayId"), addresses(route.read("cidrBlock"), route.read("ipv6CidrBlock"))
        owner = route.subject
    else:
        gateway, owner = route.read("gatewayId"), route
        wide = addresses(route.read("destinationCidrBlock"), route.read("destinationIpv6CidrBlock"))
    if wide.internet() is False:
        return PASS
    leads_to = owner.referred(gateway.path)
    if not gateway.known and not any(other.type.startswith("aws:") for other in leads_to):
        return Undecided(f"{gateway.path} of {owner}")
    literal = isinstance(gateway.value, str) and gateway.value.startswith("igw-")
    if literal or any(other.type == GATEWAY for other in leads_to):
        return Fail(f"{subnet} is public: a route of it leads to an internet gateway")
    return PASS
