"""The network ACL of each tier as a pure table: what crosses a subnet's border, in both directions (NET-4).

NACLs keep no state, so every flow needs its reply named too. Replies arrive on ephemeral ports, which for an ALB, a NAT
gateway and Lambda are 1024 to 65535
(https://docs.aws.amazon.com/vpc/latest/userguide/custom-network-acl.html#nacl-ephemeral-ports). What NACLs never see:
DNS to the VPC's resolver, NTP and metadata on link-local addresses, traffic inside a subnet.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network
from itertools import pairwise
from typing import TYPE_CHECKING

from contracts.addresses import SubnetPlan, Tier

if TYPE_CHECKING:
    from pulumi_aws.ec2 import NetworkAclIngressArgsDict

ANYWHERE = "0.0.0.0/0"
HTTP, HTTPS, APPLICATION, POSTGRES, REDIS = 80, 443, 8080, 5432, 6379
EPHEMERAL = (1024, 65535)
EPHEMERAL_WITHOUT_RDP = ((1024, 3388), (3390, 65535))
"""Ephemeral ports without 3389, for rules that admit the whole internet.

CIS AWS Foundations 5.1 and Security Hub EC2.21 forbid an entry that admits 3389 from anywhere. The price: a
connection through NAT that happens to leave from port 3389, one in 64,512, gets no reply and is retried by its
client.
"""
FRAGMENTATION_NEEDED = (3, 4)
"""ICMP type and code without which path MTU discovery fails between the VPC's 9001 bytes and the internet's 1500."""
MOST_CONNECTED = 4
"""Entries for networks that are joined to the VPC: an ACL has 20 in each direction unless AWS is asked for more."""
RULE_STEP = 10
"""Distance of rule numbers, so that a rule can be put between two by hand in an incident."""


@dataclass(frozen=True)
class NaclRule:
    """One allowing entry; everything that no entry allows is denied."""

    cidr: str
    protocol: str = "tcp"
    """`tcp`, `icmp` or `-1` for all."""
    ports: tuple[int, int] = (0, 0)
    """First and last destination port; (0, 0) where the protocol has none."""
    icmp: tuple[int, int] | None = None
    """ICMP type and code."""


@dataclass(frozen=True)
class NaclRules:
    """The entries of one network ACL, in the order in which they are numbered."""

    ingress: tuple[NaclRule, ...]
    egress: tuple[NaclRule, ...]


def _tcp(cidrs: Iterable[str], *ports: int) -> Iterator[NaclRule]:
    return (NaclRule(cidr, ports=(port, port)) for port in ports for cidr in cidrs)


def _range(cidrs: Iterable[str], ports: tuple[int, int]) -> Iterator[NaclRule]:
    return (NaclRule(cidr, ports=ports) for cidr in cidrs)


def _everything(cidrs: Iterable[str]) -> Iterator[NaclRule]:
    return (NaclRule(cidr, protocol="-1") for cidr in cidrs)


def _replies_from_internet() -> Iterator[NaclRule]:
    return (NaclRule(ANYWHERE, ports=ports) for ports in EPHEMERAL_WITHOUT_RDP)


PATH_MTU = NaclRule(ANYWHERE, protocol="icmp", icmp=FRAGMENTATION_NEEDED)


def _public(private: list[str]) -> NaclRules:
    """Load balancers and NAT gateways: the web in, the application and the web out."""
    return NaclRules(
        ingress=(
            *_tcp([ANYWHERE], HTTP, HTTPS),  # clients of the ALB; HTTPS also is private subnets on their way to NAT
            *_replies_from_internet(),  # to NAT gateways, and from tasks to the ALB
            PATH_MTU,
        ),
        egress=(
            *_tcp(private, APPLICATION),  # requests and health checks of the ALB
            *_tcp([ANYWHERE], HTTPS),  # NAT gateways to the internet
            *_range([ANYWHERE], EPHEMERAL),  # replies of the ALB to clients, of NAT to private subnets
            PATH_MTU,
        ),
    )


def _private(public: list[str], private: list[str], database: list[str], connected: list[str]) -> NaclRules:
    """Tasks, functions and interface endpoints: the load balancer and each other in; data, each other and HTTPS out.

    Networks that are joined to the VPC speak HTTPS in both directions.
    """
    return NaclRules(
        ingress=(
            *_tcp(public, APPLICATION),
            *_everything(private),  # service to service across zones, and interface endpoints
            *_tcp(connected, HTTPS),
            *_replies_from_internet(),  # through NAT and gateway endpoints; also replies of the data tier
            PATH_MTU,
        ),
        egress=(
            *_tcp(database, POSTGRES, REDIS),
            *_everything(private),
            *_tcp([ANYWHERE], HTTPS),
            *_range(public, EPHEMERAL),  # replies to the ALB
            *_range(connected, EPHEMERAL),
            PATH_MTU,
        ),
    )


def _database(private: list[str]) -> NaclRules:
    """Databases and caches: queries from private subnets in, their replies out, nothing else.

    Replication of RDS Multi-AZ, Aurora and ElastiCache runs on AWS's own network and does not cross these borders.
    """
    return NaclRules(ingress=tuple(_tcp(private, POSTGRES, REDIS)), egress=tuple(_range(private, EPHEMERAL)))


def nacl_rules(plan: Iterable[SubnetPlan], tier: Tier, connected: Sequence[str] = ()) -> NaclRules:
    """The rules of `tier`'s network ACL in a VPC with the subnets of `plan`, joined to the `connected` networks."""
    cidrs: dict[Tier, list[str]] = {each: [] for each in Tier}
    for subnet in plan:
        cidrs[subnet.tier].append(subnet.cidr)
    match tier:
        case Tier.PUBLIC:
            return _public(cidrs[Tier.PRIVATE])
        case Tier.PRIVATE:
            joined = summary(connected, MOST_CONNECTED)
            return _private(cidrs[Tier.PUBLIC], cidrs[Tier.PRIVATE], cidrs[Tier.DATABASE], joined)
        case Tier.DATABASE:
            return _database(cidrs[Tier.PRIVATE])


# -- a shared-services VPC -------------------------------------------------------------------------------------


def shared_public(services: list[str], connected: list[str]) -> NaclRules:
    """NAT gateways: HTTPS to the internet for the services, and for the networks that leave through here."""
    inside = [*services, *connected]
    return NaclRules(
        ingress=(*_tcp(inside, HTTPS), *_replies_from_internet(), PATH_MTU),
        egress=(*_tcp([ANYWHERE], HTTPS), *_range(inside, EPHEMERAL), PATH_MTU),
    )


def shared_services(services: list[str], connected: list[str]) -> NaclRules:
    """Services: each other; HTTPS from the networks that are joined, to them and to the internet."""
    return NaclRules(
        ingress=(*_everything(services), *_tcp(connected, HTTPS), *_replies_from_internet(), PATH_MTU),
        egress=(*_everything(services), *_tcp([ANYWHERE], HTTPS), *_range(connected, EPHEMERAL), PATH_MTU),
    )


def transit(vpc: str, *, egress: bool) -> NaclRules:
    """Attachments to a transit gateway: what comes from the VPC and goes to it.

    Where others leave through this VPC (`egress`), also what they ask the internet for, and its answers.
    https://docs.aws.amazon.com/vpc/latest/tgw/tgw-nacls.html
    """
    own = tuple(_everything([vpc]))
    if not egress:
        return NaclRules(ingress=own, egress=own)
    return NaclRules(
        ingress=(*own, *_replies_from_internet(), PATH_MTU), egress=(*own, *_tcp([ANYWHERE], HTTPS), PATH_MTU)
    )


def summary(networks: Iterable[str], most: int) -> list[str]:
    """At most so many networks that hold all of these: where there are more, the nearest become one."""
    found = sorted({IPv4Network(one) for one in networks})
    while len(found) > most:
        nearest = max((_holding(*pair) for pair in pairwise(found)), key=lambda one: one.prefixlen)
        found = sorted({*(one for one in found if not one.subnet_of(nearest)), nearest})
    return [str(one) for one in found]


def _holding(one: IPv4Network, other: IPv4Network) -> IPv4Network:
    while not other.subnet_of(one):
        one = one.supernet()
    return one


def numbered(rules: Iterable[NaclRule]) -> list[tuple[int, NaclRule]]:
    """Rules with their numbers: 100, 110, 120, …"""
    return [(100 + RULE_STEP * index, rule) for index, rule in enumerate(rules)]


def entries(rules: Iterable[NaclRule]) -> list[NetworkAclIngressArgsDict]:
    """The rules as the provider takes them, numbered; ingress and egress entries have the same shape."""
    return [_entry(number, rule) for number, rule in numbered(rules)]


def _entry(number: int, rule: NaclRule) -> NetworkAclIngressArgsDict:
    entry: NetworkAclIngressArgsDict = {
        "rule_no": number,
        "action": "allow",
        "protocol": rule.protocol,
        "cidr_block": rule.cidr,
        "from_port": rule.ports[0],
        "to_port": rule.ports[1],
    }
    if rule.icmp is not None:
        entry["icmp_type"], entry["icmp_code"] = rule.icmp
    return entry
