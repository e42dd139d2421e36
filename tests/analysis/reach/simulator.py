"""One packet at a time through a small network, step by step as the packet goes: the evaluator's opponent.

Written from AWS's documentation and not from the product: no sets, no unknowns, one packet and its answer.
"""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network

from tests.analysis.reach.worlds import NaclEntry, SgRule, SimHost, SimRoute, SimSubnet, World

PRIVATE = [IPv4Network(cidr) for cidr in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10")]


@dataclass(frozen=True)
class Flight:
    """What asks what: a host or, without one, an address of the internet; and the ports."""

    source: SimHost | None
    target: SimHost | None
    source_ip: IPv4Address
    target_ip: IPv4Address
    from_port: int
    port: int
    nat_port: int
    protocol: str


def arrives(world: World, flight: Flight) -> bool:
    """Whether the question gets there and the answer back."""
    asker, asked = flight.source, flight.target
    if asker is None and asked is None:
        return False
    vpc_of = {name: subnet.vpc for name, subnet in world.subnets.items()}
    if asker is not None and asked is not None:
        near, far = world.subnets[asker.subnet], world.subnets[asked.subnet]
        # Groups are seen inside a VPC and through peering; through a transit gateway by what is asked, if at all.
        via = "local" if near.vpc == far.vpc else _next_hop(world, near, flight.target_ip)
        sees = via in ("local", "pcx")
        seen = sees or (via == "tgw" and world.references)
        if not _group_lets(world, asker, flight.target_ip, asked if sees else None, flight, egress=True):
            return False
        if not _group_lets(world, asked, flight.source_ip, asker if seen else None, flight, egress=False):
            return False
        if near is far:
            return True
        there = _carry(world, near, far, flight.source_ip, flight.target_ip, flight.port, flight.protocol)
        back = _carry(world, far, near, flight.target_ip, flight.source_ip, flight.from_port, flight.protocol)
        return there is not None and there == back
    if asked is not None:  # from the internet
        far = world.subnets[asked.subnet]
        return (
            vpc_of[far.name] in world.gateways
            and asked.public
            and _group_lets(world, asked, flight.source_ip, None, flight, egress=False)
            and _nacl_lets(far, False, flight.source_ip, flight.port, flight.protocol)
            and _next_hop(world, far, flight.source_ip) == f"igw-{far.vpc}"
            and _nacl_lets(far, True, flight.source_ip, flight.from_port, flight.protocol)
        )
    assert asker is not None
    near = world.subnets[asker.subnet]
    if not _group_lets(world, asker, flight.target_ip, None, flight, egress=True):
        return False
    hop = _next_hop(world, near, flight.target_ip)
    if hop == f"igw-{near.vpc}":
        return (
            near.vpc in world.gateways
            and asker.public
            and _nacl_lets(near, True, flight.target_ip, flight.port, flight.protocol)
            and _nacl_lets(near, False, flight.target_ip, flight.from_port, flight.protocol)
        )
    if hop == "tgw":
        return _through_other_vpc(world, near, flight)
    return hop == "nat" and _through_nat(world, near, flight)


def _through_other_vpc(world: World, near: SimSubnet, flight: Flight) -> bool:
    """Over the transit gateway to the VPC with the NAT gateway, to the internet, and back."""
    nat = world.subnets[world.nat]
    entry, exit_ = world.subnets[world.attachments[near.vpc]], world.subnets[world.attachments[nat.vpc]]
    p, asker, asked = flight.protocol, flight.source_ip, flight.target_ip
    if nat.vpc == near.vpc or nat.vpc not in world.gateways:
        return False
    # There: into the gateway in the asker's zone, out of it, to the NAT gateway, to the internet.
    if near.zone != entry.zone or not _nacl_lets(near, True, asked, flight.port, p):
        return False
    if not _nacl_lets(entry, False, asker, flight.port, p):
        return False
    if near.vpc not in world.transit or _longest(world.transit[near.vpc], asked) != f"vpc-{nat.vpc}":
        return False
    into_nat = _nacl_lets(exit_, True, asked, flight.port, p) and _nacl_lets(nat, False, asker, flight.port, p)
    if exit_ is not nat and not into_nat:
        return False
    if _next_hop(world, exit_, asked) != "nat" or _next_hop(world, nat, asked) != f"igw-{nat.vpc}":
        return False
    if not _nacl_lets(nat, True, asked, flight.port, p) or not _nacl_lets(nat, False, asked, flight.nat_port, p):
        return False
    # Back: the NAT gateway sends the internet's packet on to the asker.
    if _next_hop(world, nat, asker) != "tgw" or nat.zone != exit_.zone:
        return False
    if not _nacl_lets(nat, True, asker, flight.from_port, p) or not _nacl_lets(
        exit_, False, asked, flight.from_port, p
    ):
        return False
    if nat.vpc not in world.transit or _longest(world.transit[nat.vpc], asker) != f"vpc-{near.vpc}":
        return False
    if entry is near:
        return True
    return _nacl_lets(entry, True, asker, flight.from_port, p) and _nacl_lets(near, False, asked, flight.from_port, p)


def _through_nat(world: World, near: SimSubnet, flight: Flight) -> bool:
    nat = world.subnets[world.nat]
    if nat.vpc not in world.gateways or near.vpc != nat.vpc:
        return False
    p = flight.protocol
    if nat is not near:
        if not _nacl_lets(near, True, flight.target_ip, flight.port, p):
            return False
        if not _nacl_lets(nat, False, flight.source_ip, flight.port, p):
            return False
        if not _nacl_lets(nat, True, flight.source_ip, flight.from_port, p):
            return False
        if not _nacl_lets(near, False, flight.target_ip, flight.from_port, p):
            return False
        if _next_hop(world, nat, flight.source_ip) != "local":
            return False
    if _next_hop(world, nat, flight.target_ip) != f"igw-{nat.vpc}":
        return False
    return _nacl_lets(nat, True, flight.target_ip, flight.port, p) and _nacl_lets(
        nat, False, flight.target_ip, flight.nat_port, p
    )


def _carry(
    world: World,
    near: SimSubnet,
    far: SimSubnet,
    sender: IPv4Address,
    receiver: IPv4Address,
    port: int,
    protocol: str,
) -> str | None:
    """By what a packet gets from one subnet to another; None if it does not."""
    hop = _next_hop(world, near, receiver)
    if not _nacl_lets(near, True, receiver, port, protocol):
        return None
    if near.vpc == far.vpc:
        if hop != "local":
            return None
    elif hop == "pcx":
        if IPv4Network(world.vpc_cidrs[near.vpc]).overlaps(IPv4Network(world.vpc_cidrs[far.vpc])):
            return None
    elif hop == "tgw":
        return hop if _over_transit(world, near, far, sender, receiver, port, protocol) else None
    else:
        return None
    return hop if _nacl_lets(far, False, sender, port, protocol) else None


def _over_transit(
    world: World,
    near: SimSubnet,
    far: SimSubnet,
    sender: IPv4Address,
    receiver: IPv4Address,
    port: int,
    protocol: str,
) -> bool:
    entry, leaving = world.subnets[world.attachments[near.vpc]], world.subnets[world.attachments[far.vpc]]
    if near.zone != entry.zone:
        return False
    if not _nacl_lets(entry, False, sender, port, protocol):  # also where it stands in the very same subnet
        return False
    if near.vpc not in world.transit or _longest(world.transit[near.vpc], receiver) != f"vpc-{far.vpc}":
        return False
    if leaving is far:
        return True
    return _nacl_lets(leaving, True, receiver, port, protocol) and _nacl_lets(far, False, sender, port, protocol)


def _next_hop(world: World, subnet: SimSubnet, address: IPv4Address) -> str | None:
    local = SimRoute(world.vpc_cidrs[subnet.vpc], "local")
    return _longest((local, *subnet.routes), address)


def _longest(routes: tuple[SimRoute, ...], address: IPv4Address) -> str | None:
    matching = [route for route in routes if address in IPv4Network(route.cidr)]
    best = max(matching, key=lambda route: IPv4Network(route.cidr).prefixlen, default=None)
    return best.target if best is not None else None


def _nacl_lets(subnet: SimSubnet, egress: bool, other: IPv4Address, port: int, protocol: str) -> bool:
    if subnet.nacl is None:
        return True

    def matches(entry: NaclEntry) -> bool:
        if entry.egress != egress or other not in IPv4Network(entry.cidr):
            return False
        return entry.protocol == "-1" or (entry.protocol == protocol and entry.ports[0] <= port <= entry.ports[1])

    for entry in sorted(subnet.nacl, key=lambda entry: entry.number):
        if matches(entry):
            return entry.allow
    return False


def _group_lets(
    world: World, host: SimHost, other_ip: IPv4Address, other: SimHost | None, flight: Flight, *, egress: bool
) -> bool:
    def lets(rule: SgRule) -> bool:
        if rule.egress != egress:
            return False
        inside = rule.protocol == flight.protocol and rule.ports[0] <= flight.port <= rule.ports[1]
        if rule.protocol != "-1" and not inside:
            return False
        if rule.cidr is not None:
            return other_ip in IPv4Network(rule.cidr)
        return other is not None and rule.group in other.groups

    return any(lets(rule) for name in host.groups for rule in world.groups[name])
