"""Worlds in which everything passes but for one thing, so that no filter can be wrong unseen.

Random worlds seldom meet a filter at the border of what it lets through. Here each network ACL, each group and each
route is narrowed by itself, in every way that tells two readings of it apart, and asked by packets on either side.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from ipaddress import IPv4Address, IPv4Network
from itertools import product

from analysis.reach import Evaluator, Places, network_of
from analysis.reach.spaces import holds
from tests.analysis.reach.simulator import Flight, arrives
from tests.analysis.reach.worlds import NaclEntry, SgRule, SimHost, SimRoute, SimSubnet, World, as_graph

SITE = "93.184.216.34"
PORT, OTHER_PORT = 443, 8080
FROM_PORT, OTHER_FROM_PORT = 32768, 45000
NAT_PORT, OTHER_NAT_PORT = 1024, 50000
EVERYTHING = tuple(NaclEntry(100, side, True, "-1", (0, 65535), "0.0.0.0/0") for side in (True, False))
OPEN = tuple(SgRule(side, "-1", (0, 65535), "0.0.0.0/0", None) for side in (True, False))
CIDRS = ("10.0.0.0/28", "10.0.0.16/28", "10.1.0.0/28", "93.0.0.0/8")
PORTS = ((PORT, PORT), (OTHER_PORT, OTHER_PORT), (FROM_PORT, FROM_PORT), (NAT_PORT, NAT_PORT))


def base(attached: str) -> World:
    """Everything passes: NAT in `s0`, from `s1`; `t0` is another VPC that leaves through the first one's NAT."""
    over = SimRoute("10.1.0.0/24", "tgw")
    subnets = (
        SimSubnet("s0", 0, "10.0.0.0/28", "x", (SimRoute("0.0.0.0/0", "igw-0"), over), EVERYTHING),
        SimSubnet("s1", 0, "10.0.0.16/28", "x", (SimRoute("0.0.0.0/0", "nat"), over), EVERYTHING),
        SimSubnet("t0", 1, "10.1.0.0/28", "x", (SimRoute("0.0.0.0/0", "tgw"),), EVERYTHING),
    )
    return World(
        {one.name: one for one in subnets},
        {f"h-{one.name}": SimHost(f"h-{one.name}", one.name, ("a",), public=True) for one in subnets}
        | {"h-b": SimHost("h-b", "s1", ("b",), public=False)},
        {"a": OPEN, "b": OPEN},
        frozenset({0}),
        "s0",
        {0: attached, 1: "t0"},
        {
            0: (SimRoute("10.1.0.0/24", "vpc-1"),),
            1: (SimRoute("10.0.0.0/24", "vpc-0"), SimRoute("0.0.0.0/0", "vpc-0")),
        },
    )


def narrowed() -> Iterator[World]:
    """The worlds: the attachment of the first VPC beside its hosts or among them, and one thing narrowed."""
    for attached in ("s1", "s0"):
        world = base(attached)
        yield world
        yield from _acls(world)
        yield from _groups(world)
        yield from _routes(world)


def _acls(world: World) -> Iterator[World]:
    for subnet, egress, ports, cidr in product(world.subnets.values(), (True, False), PORTS, CIDRS):
        denied = NaclEntry(50, egress, False, "tcp", ports, cidr)
        yield _with_acl(world, subnet, (denied, *EVERYTHING))
        # The first entry that matches decides, whatever the order in which they are written.
        if ports == PORTS[0]:
            yield _with_acl(world, subnet, (*EVERYTHING, replace(denied, number=150)))
            yield _with_acl(world, subnet, (*EVERYTHING, denied))


def _with_acl(world: World, subnet: SimSubnet, entries: tuple[NaclEntry, ...]) -> World:
    return replace(world, subnets={**world.subnets, subnet.name: replace(subnet, nacl=entries)})


def _groups(world: World) -> Iterator[World]:
    ports = ((0, 65535), (PORT, PORT))
    peers: list[tuple[str | None, str | None]] = [("0.0.0.0/0", None), *((cidr, None) for cidr in CIDRS)]
    peers += [(None, "a"), (None, "b")]
    for group, egress, some, (cidr, peer), references in product("ab", (True, False), ports, peers, (False, True)):
        if references and peer is None:
            continue
        other = next(rule for rule in OPEN if rule.egress != egress)
        rules = (SgRule(egress, "tcp", some, cidr, peer), other)
        yield replace(world, groups={**world.groups, group: rules}, references=references)


def _routes(world: World) -> Iterator[World]:
    for subnet in world.subnets.values():
        for route in subnet.routes:
            left = tuple(one for one in subnet.routes if one != route)
            yield replace(world, subnets={**world.subnets, subnet.name: replace(subnet, routes=left)})
    for vpc, routes in world.transit.items():
        for route in routes:
            left = tuple(one for one in routes if one != route)
            yield replace(world, transit={**world.transit, vpc: left})
            narrower = SimRoute("10.1.0.0/28" if vpc == 0 else "93.0.0.0/8", "hole")
            yield replace(world, transit={**world.transit, vpc: (*routes, narrower)})
    for subnet in world.subnets.values():
        yield replace(world, subnets={**world.subnets, subnet.name: replace(subnet, zone="y")})
    yield replace(world, gateways=frozenset())
    yield replace(world, hosts={name: replace(host, public=False) for name, host in world.hosts.items()})


@cache
def worlds() -> tuple[World, ...]:
    """All of them."""
    return tuple(narrowed())


def flights(world: World) -> Iterator[Flight]:
    """Between any two ends, on either side of each border."""
    ends: list[SimHost | None] = [None, *world.hosts.values()]
    for source, target in product(ends, ends):
        if source is None and target is None:
            continue
        for from_port, port, nat_port in product(
            (FROM_PORT, OTHER_FROM_PORT), (PORT, OTHER_PORT), (NAT_PORT, OTHER_NAT_PORT)
        ):
            yield Flight(
                source, target, _address(world, source), _address(world, target), from_port, port, nat_port, "tcp"
            )


def _address(world: World, host: SimHost | None) -> IPv4Address:
    return IPv4Address(SITE) if host is None else IPv4Network(world.subnets[host.subnet].cidr)[5]


def disagreement(world: World) -> Flight | None:
    """A packet of which the evaluator and the simulator say different things."""
    network = network_of(as_graph(world))
    places, evaluator = Places(network), Evaluator(network)
    for flight in flights(world):
        one = places(flight.source.name if flight.source else "internet").spots[0]
        other = places(flight.target.name if flight.target else "internet").spots[0]
        passing = evaluator.passing(one, other, 4, flight.protocol, (0, 65535))
        point = (int(flight.source_ip), int(flight.target_ip), flight.port, flight.from_port, flight.nat_port)
        if any(holds(box, point) for box in passing.surely) != arrives(world, flight):
            return flight
    return None
