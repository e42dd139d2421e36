"""Ends of a way, and the way itself: pure data."""

from __future__ import annotations

from dataclasses import dataclass, field

from analysis.reach.filters import Step
from analysis.reach.network import EPHEMERAL, Network, Subnet
from analysis.reach.spaces import Range


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a packet begins or ends: one subnet of an interface, or a place outside every VPC."""

    name: str = field(compare=False)
    """Of no consequence: what is in the same subnet with the same groups is answered alike, and once."""
    subnet: Subnet | None
    addresses: tuple[tuple[int, Range], ...]
    """(IP version, range): in a subnet one of them is its address, nobody knows which; outside it is all of them."""
    groups: frozenset[str] | None = None
    public: bool = False
    source_ports: Range = EPHEMERAL
    balancer: str | None = None
    """Key of the load balancer that it is, for PrivateLink leads to those."""
    service: str | None = None
    """AWS service behind its public addresses, which are unknown."""

    @property
    def label(self) -> str:
        """What to call it in an answer, which others alike share: its subnet, or the place outside."""
        return self.subnet.name if self.subnet is not None else self.name

    @property
    def versions(self) -> set[int]:
        """IP versions that it speaks."""
        return {version for version, _ in self.addresses}

    def ranges(self, version: int) -> list[Range]:
        """Its addresses of one version."""
        return [one for kind, one in self.addresses if kind == version]


@dataclass(frozen=True, slots=True)
class Way:
    """Filters in the order of a packet: the question's, then the answer's."""

    steps: tuple[Step, ...]
    nat: bool = False
    """Whether a NAT gateway asks on the asker's behalf."""


def spots_of(network: Network, key: str) -> list[Spot]:
    """The places in which an interface may be, one a subnet that is known."""
    one = network.interfaces[key]
    found: list[Spot] = []
    for subnet_key in one.subnets:
        subnet = network.subnets.get(subnet_key)
        if subnet is None:
            continue
        blocks = [one.address] if one.address is not None else list(subnet.blocks)
        found.append(
            Spot(
                one.name,
                subnet,
                tuple((block.version, block.range) for block in blocks),
                one.groups,
                one.public,
                one.source_ports,
                key if "load balancer" in one.kind else None,
            )
        )
    return found
