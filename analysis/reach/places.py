"""Ends of questions: what people call `api`, `internet`, `10.0.0.0/8`, `aws:s3` or a security group."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property
from typing import Any

from analysis.reach.evaluate import Place
from analysis.reach.network import INTERNET, Block, Group, Interface, Network, Route, Subnet, Via, block, ranges
from analysis.reach.spaces import Range, common, ranges_without
from analysis.reach.spots import Spot, spots_of

INTERNET_NAME = "internet"
AWS = "aws:"
_SUFFIXES = re.compile(r"-(service|function|instance|alb|nlb|security-group)$")


class PlaceError(Exception):
    """Nothing has that name, or several things have; the message says which there are."""


@dataclass(frozen=True)
class Places:
    """Finds ends of questions in one network."""

    network: Network

    def __call__(self, name: str) -> Place:
        """The end of a question. Raises ``PlaceError``."""
        if name == INTERNET_NAME:
            return self._internet
        if name.startswith(AWS):
            service = name.removeprefix(AWS)
            addresses = self._internet.spots[0].addresses
            return Place(name, (Spot(name, None, addresses, service=service),))
        if name in self._by_name:
            return self._named(name)
        try:
            return self.cidr(block(name))
        except ValueError:
            return self._named(name)

    def _named(self, name: str) -> Place:
        found = self._by_name.get(name) or self._by_short_name.get(name) or []
        if len(found) > 1:
            among = ", ".join(sorted({one.name for one in found}))
            raise PlaceError(f"{name!r} may be {among}: give the whole name, of one stack")
        for one in found:
            return self.interface(one) if isinstance(one, Interface) else self.group(one)
        names = sorted({one.name for one in (*self.network.interfaces.values(), *self.network.groups.values())})
        near = get_close_matches(name, names, 3, 0.5) or names
        raise PlaceError(
            f"nothing with an address is called {name!r}; there are {', '.join(near)}, and `internet`, a CIDR, "
            "or an AWS service such as `aws:s3`"
        )

    @cached_property
    def _internet(self) -> Place:
        return internet(self.network)

    @cached_property
    def _by_name(self) -> dict[str, list[Interface | Group]]:
        found: dict[str, list[Interface | Group]] = {}
        for one in (*self.network.interfaces.values(), *self.network.groups.values()):
            found.setdefault(one.name, []).append(one)
        return found

    @cached_property
    def _by_short_name(self) -> dict[str, list[Interface | Group]]:
        """`dev-auth-service` is also `dev-auth`, and `auth` as people call it."""
        found: dict[str, list[Interface | Group]] = {}
        for name, some in self._by_name.items():
            short = _SUFFIXES.sub("", name)
            for each in {short, short.partition("-")[2]} - {""}:
                found.setdefault(each, []).extend(some)
        return found

    def interface(self, one: Interface) -> Place:
        """Wherever an interface may be."""
        balancer = one.key if "load balancer" in one.kind else None
        alike = (one.subnets, one.groups, one.public, one.source_ports, one.address, balancer)
        if alike not in self._spots:
            self._spots[alike] = tuple(spots_of(self.network, one.key))
        return Place(one.name, self._spots[alike], one.unknown)

    @cached_property
    def _spots(self) -> dict[tuple[Any, ...], tuple[Spot, ...]]:
        """Spots of interfaces that are alike."""
        return {}

    def interfaces(self, name: str, some: Iterable[Interface]) -> Place:
        """Several interfaces as one end; those that look alike from outside once."""
        some = list(some)
        spots = {spot: None for one in some for spot in spots_of(self.network, one.key)}
        return Place(name, tuple(spots), tuple(n for one in some for n in one.unknown))

    def group(self, group: Group) -> Place:
        """Something that has this group alone, where its members are; without members in the private subnets."""
        members = [one for one in self.network.interfaces.values() if one.groups and group.key in one.groups]
        keys = list(dict.fromkeys(key for one in members for key in one.subnets)) or [
            subnet.key for subnet in self._private(group.vpc)
        ]
        subnets = [self.network.subnets[key] for key in keys if key in self.network.subnets]
        return Place(group.name, tuple(_spot(group.name, subnet, frozenset({group.key})) for subnet in subnets))

    def _private(self, vpc: str | None) -> list[Subnet]:
        """Subnets of a VPC with a way out over NAT, its own or another's; every one where there is none such."""
        every = [s for s in self.network.subnets.values() if s.vpc.key == vpc] or list(self.network.subnets.values())
        attached = {key for one in self.network.attachments.values() for key in one.subnets}
        return [s for s in every if s.key not in attached and any(map(_leads_out, s.table.routes))] or every

    def cidr(self, wanted: Block) -> Place:
        """All addresses of a block: those in subnets, whatever has them there, and those outside."""
        spots = list(self._inside(wanted))
        inside = [
            one.range for vpc in self.network.vpcs.values() for one in vpc.blocks if one.version == wanted.version
        ]
        for one in ranges_without([wanted.range], inside):
            public = common([one], INTERNET[wanted.version])
            for part in (*public, *ranges_without([one], public)):
                spots.append(Spot(str(wanted), None, ((wanted.version, part),)))
        return Place(str(wanted), tuple(spots))

    def _inside(self, wanted: Block) -> Iterator[Spot]:
        for subnet in self.network.subnets.values():
            for one in subnet.blocks:
                if one.overlaps(wanted):
                    part: Range = (max(one.first, wanted.first), min(one.last, wanted.last))
                    yield Spot(str(wanted), subnet, ((wanted.version, part),))


def internet(network: Network) -> Place:
    """Every address that the internet routes, but for those of the network itself, which IPv6 has from there."""
    own = [block for vpc in network.vpcs.values() for block in vpc.blocks]
    addresses = tuple(
        (version, one) for version, public in INTERNET.items() for one in ranges_without(public, ranges(own, version))
    )
    return Place(INTERNET_NAME, (Spot(INTERNET_NAME, None, addresses),))


def aws_service(network: Network, service: str) -> Place:
    """An AWS service by the word in its endpoint's name, such as `s3`; its addresses are unknown and public."""
    name = f"{AWS}{service}"
    return Place(name, (Spot(name, None, internet(network).spots[0].addresses, service=service),))


def _spot(name: str, subnet: Subnet, groups: frozenset[str]) -> Spot:
    return Spot(name, subnet, tuple((one.version, one.range) for one in subnet.blocks), groups)


def _leads_out(route: Route) -> bool:
    return route.via is Via.NAT or (route.via is Via.TRANSIT and route.block is not None and route.block.prefix == 0)
