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
    return all_of(PASS, *(_inward(subnet, route) for route in _routes(subnet)))


def _routes(subnet: Subject) -> Iterator[Subject | Block]:
    for association in subnet.companions(ASSOCIATION, "subnetId").certain:
        for table in association.referred("routeTableId"):
            yield from table.blocks("routes") or ()
            yield from table.companions(ROUTE, "routeTableId").certain


def _inward(subnet: Subject, route: Subject | Block) -> Verdict:
    if isinstance(route, Block):
        gateway, wide = route.read("gatewayId"), addresses(route.read("cidrBlock"), route.read("ipv6CidrBlock"))
        owner = route.subject
    else:
        gateway, owner = route.read("gatewayId"), route
        wide = addresses(route.read("destinationCidrBlock"), route.read("destinationIpv6CidrBlock"))
    literal = isinstance(gateway.value, str) and gateway.value.startswith("igw-")
    outward = literal or any(other.type == GATEWAY for other in owner.referred(gateway.path))
    if not outward or wide.internet() is False:
        return PASS
    return Fail(f"{subnet} is public: a route of it leads to an internet gateway")
