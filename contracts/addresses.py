"""The address plan: one table for every VPC of the estate, and the subnets inside each.

No two blocks overlap, so that peering and transit gateways work (NET-1); 002 and 004 gave every VPC 10.0.0.0/16.
Importing this module proves it: a table with an overlap raises `AddressPlanError`. See docs/decisions/0002.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum, unique
from ipaddress import IPv4Network
from itertools import combinations


@unique
class Tier(StrEnum):
    """Subnet tiers, from the internet inwards. NACLs, route tables and subnets are made per tier (NET-1)."""

    PUBLIC = "public"
    PRIVATE = "private"
    DATABASE = "database"


@unique
class SubnetPreset(StrEnum):
    """Named subnet layouts: document 002's over three zones, document 004's over two."""

    THREE_TIER_3AZ = "three-tier-3az"
    THREE_TIER_2AZ = "three-tier-2az"


@unique
class SharedTier(StrEnum):
    """Subnet tiers of a shared-services VPC: the way out, and one for each kind of service in it (NET-2)."""

    PUBLIC = "public"
    MONITORING = "monitoring"
    DELIVERY = "delivery"
    SECURITY = "security"
    NETWORK = "network"


class AddressPlanError(ValueError):
    """The plan contradicts itself, or is asked for what it does not hold."""


NAMED_RANGE = IPv4Network("10.0.0.0/10")
"""Holds the /16 of every long-lived VPC: 64 of them."""
ON_DEMAND_RANGE = IPv4Network("10.64.0.0/10")
"""Holds the /19 of every on-demand environment (CON-5): 512 of them. A preset uses the first 24 of a /19's 32 /24s."""
POD_RANGE = IPv4Network("100.64.0.0/11")
"""Holds the /16 of pod addresses of every long-lived VPC that has a cluster (shared address space, RFC 6598)."""
ON_DEMAND_PODS = IPv4Network("100.96.0.0/11")
"""Holds the /20 of pod addresses that belongs to each on-demand block."""

ADDRESS_PLAN: dict[str, IPv4Network] = {
    "prod": IPv4Network("10.0.0.0/16"),
    "prod-west": IPv4Network("10.1.0.0/16"),
    "staging": IPv4Network("10.2.0.0/16"),
    "dev": IPv4Network("10.3.0.0/16"),
    "shared-services-east": IPv4Network("10.8.0.0/16"),
    "shared-services-west": IPv4Network("10.9.0.0/16"),
    "shared-services-staging": IPv4Network("10.10.0.0/16"),
    "shared-services-dev": IPv4Network("10.11.0.0/16"),
}
"""Name of a long-lived VPC → its block.

A name says what the VPC is for and not where: moving a stack to another region moves its block with it.
"""

SHARED_PREFIX = "shared-services-"
"""Begins the names of the blocks of shared-services VPCs."""

POD_PLAN: dict[str, IPv4Network] = {
    "prod": IPv4Network("100.64.0.0/16"),
    "prod-west": IPv4Network("100.65.0.0/16"),
    "staging": IPv4Network("100.66.0.0/16"),
}
"""Name of a VPC with EKS → its secondary block for pods.

Three private /24s give 753 addresses; 002's node groups at their maximum (30 nodes of 29 pods) want 870.
"""

RESERVED: dict[str, IPv4Network] = {
    "container bridge networks": IPv4Network("172.17.0.0/16"),
    "Kubernetes services": IPv4Network("172.20.0.0/16"),
}
"""Ranges that software inside a VPC uses for itself; a block there would be unreachable from a pod or a container."""

THIRD_OCTETS: dict[SubnetPreset, dict[Tier, tuple[int, ...]]] = {
    SubnetPreset.THREE_TIER_3AZ: {Tier.PUBLIC: (1, 2, 3), Tier.PRIVATE: (11, 12, 13), Tier.DATABASE: (21, 22, 23)},
    SubnetPreset.THREE_TIER_2AZ: {Tier.PUBLIC: (1, 2), Tier.PRIVATE: (10, 11), Tier.DATABASE: (20, 21)},
}
"""Offset of each /24 in its block, per tier and zone, as 002 and 004 give them (the third octet, in a /16)."""


SHARED_OCTETS: dict[SharedTier, int] = {
    SharedTier.PUBLIC: 1,
    SharedTier.MONITORING: 11,
    SharedTier.DELIVERY: 21,
    SharedTier.SECURITY: 31,
    SharedTier.NETWORK: 41,
}
"""Offset of the first zone's /24 of each tier of a shared-services VPC; the other zones follow."""

TRANSIT_PREFIX = 28
"""Length of the prefix of subnets that hold nothing but an attachment to a transit gateway.

https://docs.aws.amazon.com/vpc/latest/tgw/tgw-best-design-practices.html
"""


@dataclass(frozen=True)
class SubnetPlan:
    """One subnet to be made."""

    tier: Tier
    zone: str
    cidr: str


@dataclass(frozen=True)
class SharedSubnetPlan:
    """One subnet of a shared-services VPC to be made."""

    tier: SharedTier
    zone: str
    cidr: str


@dataclass(frozen=True)
class Capacity:
    """How much room is left."""

    long_lived: int
    """Further /16 blocks for VPCs that stay."""
    on_demand: int
    """Further on-demand environments."""


def overlaps(blocks: Mapping[str, IPv4Network]) -> tuple[tuple[str, str], ...]:
    """Every pair of names whose blocks share an address."""
    return tuple((a, b) for a, b in combinations(blocks, 2) if blocks[a].overlaps(blocks[b]))


def on_demand_names() -> tuple[str, ...]:
    """Names of the on-demand blocks, `pool-000` upwards, in the order in which they are given out."""
    return tuple(f"pool-{index:03}" for index in range(1 << (19 - ON_DEMAND_RANGE.prefixlen)))


def block(name: str) -> IPv4Network:
    """The block of a VPC, by its name in the plan.

    Raises:
        AddressPlanError: the plan has no such name.
    """
    if name in ADDRESS_PLAN:
        return ADDRESS_PLAN[name]
    return _slice(ON_DEMAND_RANGE, 19, _pool_index(name))


def pod_block(name: str) -> IPv4Network | None:
    """The secondary block for pods of a VPC; None where no cluster is planned.

    Raises:
        AddressPlanError: the plan has no such name.
    """
    if name in ADDRESS_PLAN:
        return POD_PLAN.get(name)
    return _slice(ON_DEMAND_PODS, 20, _pool_index(name))


def in_plan(name: str) -> bool:
    """Whether the plan has a block of this name."""
    return name in ADDRESS_PLAN or name in _POOL


def subnets(block_name: str, preset: SubnetPreset, zones: tuple[str, ...]) -> tuple[SubnetPlan, ...]:
    """The subnets of a VPC, tier by tier and zone by zone.

    Raises:
        AddressPlanError: the block is not in the plan, or the preset is for another number of zones.
    """
    vpc = block(block_name)
    needed = zone_count(preset)
    if len(zones) != needed:
        raise AddressPlanError(f"{preset} lays out {needed} zones, {len(zones)} given: {', '.join(zones) or 'none'}")
    return tuple(
        SubnetPlan(tier, zone, str(subnet(vpc, octet)))
        for tier, octets in THIRD_OCTETS[preset].items()
        for octet, zone in zip(octets, zones, strict=True)
    )


def shared_subnets(block_name: str, zones: tuple[str, ...]) -> tuple[SharedSubnetPlan, ...]:
    """The subnets of a shared-services VPC, tier by tier and zone by zone.

    Raises:
        AddressPlanError: the block is not in the plan.
    """
    vpc = block(block_name)
    return tuple(
        SharedSubnetPlan(tier, zone, str(subnet(vpc, first + index)))
        for tier, first in SHARED_OCTETS.items()
        for index, zone in enumerate(zones)
    )


def transit_subnets(block_name: str, zones: tuple[str, ...]) -> dict[str, str]:
    """Zone → the /28 of its attachment to a transit gateway: the first ones of the first /24, which no tier uses.

    Raises:
        AddressPlanError: the block is not in the plan.
    """
    first = subnet(block(block_name), 0)
    return {zone: str(cidr) for zone, cidr in zip(zones, first.subnets(new_prefix=TRANSIT_PREFIX), strict=False)}


def subnet(vpc: IPv4Network, offset: int) -> IPv4Network:
    """The /24 that lies `offset` /24s into a VPC.

    Raises:
        AddressPlanError: it lies outside.
    """
    found = IPv4Network((int(vpc.network_address) + (offset << 8), 24))
    if offset < 0 or not found.subnet_of(vpc):
        raise AddressPlanError(f"subnet {found} lies outside its VPC {vpc}")
    return found


def zone_count(preset: SubnetPreset) -> int:
    """Zones a preset lays out."""
    return len(THIRD_OCTETS[preset][Tier.PUBLIC])


def allocate(environment: str, taken: Mapping[str, str]) -> str:
    """The on-demand block for an environment: the one it has, else the lowest that is free.

    Args:
        environment: name of the environment, such as `env-checkout`.
        taken: environment → block name, for every environment that stands.

    Raises:
        AddressPlanError: none is free.
    """
    if environment in taken:
        return taken[environment]
    used = set(taken.values())
    for name in on_demand_names():
        if name not in used:
            return name
    raise AddressPlanError(f"all {len(_POOL)} on-demand blocks are taken: destroy an environment first")


def capacity(taken: Collection[str] = ()) -> Capacity:
    """What is left of the plan when these on-demand blocks are in use."""
    long_lived = 1 << (16 - NAMED_RANGE.prefixlen)
    return Capacity(long_lived=long_lived - len(ADDRESS_PLAN), on_demand=len(_POOL.keys() - set(taken)))


def check_plan(named: Mapping[str, IPv4Network], pods: Mapping[str, IPv4Network] = POD_PLAN) -> None:
    """Prove that nothing in the plan overlaps and every named block is inside its range.

    Raises:
        AddressPlanError: with every contradiction.
    """
    everything = {
        **named,
        **{f"pods of {name}": net for name, net in pods.items()},
        "on-demand environments": ON_DEMAND_RANGE,
        "pods of on-demand environments": ON_DEMAND_PODS,
        **RESERVED,
    }
    wrong = [f"{a} ({everything[a]}) overlaps {b} ({everything[b]})" for a, b in overlaps(everything)]
    wrong += [
        f"{name} ({net}) is not a /16 of {NAMED_RANGE}"
        for name, net in named.items()
        if net.prefixlen != 16 or not net.subnet_of(NAMED_RANGE)
    ]
    wrong += [
        f"pods of {name} ({net}) are outside {POD_RANGE}" for name, net in pods.items() if not net.subnet_of(POD_RANGE)
    ]
    wrong += [f"pods are planned for {name}, which has no VPC" for name in pods if name not in named]
    if wrong:
        raise AddressPlanError("the address plan contradicts itself:\n" + "\n".join(f"  {line}" for line in wrong))


def _pool_index(name: str) -> int:
    if name not in _POOL:
        known, pool = ", ".join(ADDRESS_PLAN), on_demand_names()
        raise AddressPlanError(f"the address plan has no block {name!r}: it has {known} and {pool[0]} to {pool[-1]}")
    return _POOL[name]


def _slice(whole: IPv4Network, prefix: int, index: int) -> IPv4Network:
    return IPv4Network((int(whole.network_address) + (index << (32 - prefix)), prefix))


_POOL: dict[str, int] = {name: index for index, name in enumerate(on_demand_names())}
check_plan(ADDRESS_PLAN)
