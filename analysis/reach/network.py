"""A network as reachability sees it: plain data, without a resource graph behind it.

Names are logical names of resources, which messages use; keys are URNs, or `outside:<id>` for what no graph has.
`unknown` lists properties (`resource.property`) on whose value before deployment nothing is known.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum, unique
from functools import lru_cache

from analysis.reach.spaces import EVERY_PORT, Range, merged, ranges_without

ALL_PROTOCOLS = "-1"
ICMP_TYPES: Range = (0, 255)
EPHEMERAL: Range = (1024, 65535)
"""Ports from which NAT gateways, load balancers, functions and unknown clients ask.

https://docs.aws.amazon.com/vpc/latest/userguide/custom-network-acl.html#nacl-ephemeral-ports
"""
EPHEMERAL_LINUX: Range = (32768, 60999)


@dataclass(frozen=True, slots=True, order=True)
class Block:
    """Addresses of one IP version, from first to last."""

    version: int
    first: int
    last: int

    @property
    def range(self) -> Range:
        """Its addresses as numbers."""
        return (self.first, self.last)

    @property
    def prefix(self) -> int:
        """Length of its prefix in bits; longer is narrower."""
        return (32 if self.version == 4 else 128) - (self.last - self.first + 1).bit_length() + 1

    def overlaps(self, other: Block) -> bool:
        """Whether both have an address in common."""
        return self.version == other.version and self.first <= other.last and other.first <= self.last

    def within(self, other: Block) -> bool:
        """Whether the other one has all its addresses."""
        return self.version == other.version and other.first <= self.first and self.last <= other.last

    def __str__(self) -> str:
        kind = ipaddress.IPv4Address if self.version == 4 else ipaddress.IPv6Address
        return f"{kind(self.first)}/{self.prefix}"


@lru_cache(maxsize=4096)
def block(text: str) -> Block:
    """The block of a CIDR. Raises ``ValueError`` for text that is none."""
    network = ipaddress.ip_network(text, strict=False)
    return Block(network.version, int(network[0]), int(network[-1]))


def _public(version: int, cidr: str, *reserved: str) -> tuple[Range, ...]:
    return ranges_without([block(cidr).range], [block(one).range for one in reserved if block(one).version == version])


INTERNET: Mapping[int, tuple[Range, ...]] = {
    4: _public(
        4,
        "0.0.0.0/0",
        *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12"),
        *("192.168.0.0/16", "224.0.0.0/3"),
    ),
    6: _public(6, "2000::/3"),
}
"""IP version → addresses that the internet routes."""


@dataclass(frozen=True, slots=True)
class GroupRule:
    """What one rule of a security group admits."""

    name: str
    protocol: str | None
    """`tcp`, `udp`, `icmp`, `icmpv6`, another's number, `-1` for all; None where unknown."""
    ports: Range = EVERY_PORT
    """Ports, or types of ICMP."""
    blocks: tuple[Block, ...] = ()
    groups: frozenset[str] = frozenset()
    services: frozenset[str] = frozenset()
    """AWS services whose managed prefix list it names."""
    unknown: tuple[str, ...] = ()
    """What of it is unknown: it then admits more than the above, nobody knows how much."""


@dataclass(frozen=True, slots=True)
class Group:
    """A security group. It keeps state: an answer needs no rule."""

    key: str
    name: str
    ingress: tuple[GroupRule, ...] = ()
    egress: tuple[GroupRule, ...] = ()
    unknown: tuple[str, ...] = ()
    vpc: str | None = None
    """Key of its VPC; None where unknown."""


@dataclass(frozen=True, slots=True)
class AclEntry:
    """A numbered entry of a network ACL."""

    number: int
    allow: bool
    protocol: str | None
    ports: Range
    block: Block | None
    """None where unknown."""
    unknown: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Acl:
    """A network ACL: the first entry that matches decides, and none means no. It keeps no state."""

    name: str
    ingress: tuple[AclEntry, ...] = ()
    egress: tuple[AclEntry, ...] = ()
    unknown: tuple[str, ...] = ()


@unique
class Via(StrEnum):
    """What a route leads to."""

    LOCAL = "local"
    INTERNET = "internet gateway"
    EGRESS_ONLY = "egress-only internet gateway"
    NAT = "NAT gateway"
    PEERING = "peering connection"
    TRANSIT = "transit gateway"
    OPAQUE = "something else"
    """An appliance, a VPN, a firewall: what it does with a packet no graph says."""


@dataclass(frozen=True, slots=True)
class Route:
    """A route of a subnet."""

    block: Block | None
    """None where unknown."""
    via: Via
    target: str
    """Key of the gateway; empty for the VPC itself."""
    name: str
    unknown: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RouteTable:
    """A route table, the VPC's own routes included."""

    name: str
    routes: tuple[Route, ...] = ()
    services: Mapping[str, str] = field(default_factory=dict[str, str])
    """AWS service → name of the gateway endpoint to which its prefix list leads."""
    unknown: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Vpc:
    """A VPC."""

    key: str
    name: str
    blocks: tuple[Block, ...]
    gateway: str | None = None
    """Key of its internet gateway."""
    unknown: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Subnet:
    """A subnet with the table and the ACL that it has in the end."""

    key: str
    name: str
    vpc: Vpc
    zone: str | None
    blocks: tuple[Block, ...]
    table: RouteTable
    acl: Acl
    public_addresses: bool = False
    """Whether it gives its interfaces public addresses."""
    unknown: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Interface:
    """Something with addresses in subnets, in any of which it may be."""

    key: str
    name: str
    kind: str
    """`ecs service`, `function`, `load balancer` …"""
    subnets: tuple[str, ...]
    groups: frozenset[str] | None
    """None: nothing filters, as with NAT gateways and network load balancers without groups."""
    public: bool = False
    """Whether it has public IPv4 addresses."""
    source_ports: Range = EPHEMERAL
    address: Block | None = None
    """Its own address, where it is known."""
    stack: str = ""
    account: str | None = None
    unknown: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A VPC endpoint of the interface type, beside its interface of the same key."""

    key: str
    vpc: str
    service: str | None
    """AWS service such as `ssm`; None where it leads to an endpoint service of somebody."""
    provider: str | None = None
    """Key of the endpoint service."""
    private_dns: bool = False
    unknown: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class EndpointService:
    """What an account offers through PrivateLink."""

    key: str
    name: str
    balancers: frozenset[str]
    principals: tuple[str, ...]
    acceptance: bool
    unknown: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NatGateway:
    """A NAT gateway."""

    key: str
    name: str
    subnet: str
    public: bool = True


@dataclass(frozen=True, slots=True)
class Peering:
    """A peering connection of two VPCs."""

    key: str
    name: str
    vpcs: frozenset[str]
    unknown: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TransitRoute:
    """A route of a transit gateway's table; a propagated one yields to a static one of the same block."""

    block: Block | None
    attachment: str | None
    """None for a black hole."""
    name: str
    unknown: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Attachment:
    """A VPC, or another transit gateway, at a transit gateway."""

    key: str
    name: str
    gateway: str
    vpc: str | None = None
    subnets: tuple[str, ...] = ()
    peer_gateway: str | None = None
    table: str | None = None
    """Key of the table that routes what comes in here."""
    outside: bool = False
    """Whether it is a VPN or a line of Direct Connect: what is behind it is in no graph."""
    references: bool = False
    """Whether groups of the VPC may name those of other VPCs in rules for what comes in."""
    unknown: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """Everything, by key."""

    vpcs: Mapping[str, Vpc]
    subnets: Mapping[str, Subnet]
    groups: Mapping[str, Group]
    interfaces: Mapping[str, Interface]
    nats: Mapping[str, NatGateway] = field(default_factory=dict[str, NatGateway])
    peerings: Mapping[str, Peering] = field(default_factory=dict[str, Peering])
    attachments: Mapping[str, Attachment] = field(default_factory=dict[str, Attachment])
    transit_tables: Mapping[str, tuple[TransitRoute, ...]] = field(default_factory=dict[str, tuple[TransitRoute, ...]])
    endpoints: Mapping[str, Endpoint] = field(default_factory=dict[str, Endpoint])
    endpoint_services: Mapping[str, EndpointService] = field(default_factory=dict[str, EndpointService])
    listeners: Mapping[str, tuple[int, ...]] = field(default_factory=dict[str, tuple[int, ...]])
    """Load balancer → ports on which it listens."""
    loose: tuple[str, ...] = ()
    """Resources that change something in the network, nobody knows where: as long as there are any, nothing is sure."""


def ranges(blocks: Iterable[Block], version: int) -> tuple[Range, ...]:
    """The addresses of one version."""
    return merged(one.range for one in blocks if one.version == version)
