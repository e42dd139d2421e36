"""The address plan: one table for every VPC of the estate, and the subnets inside each.

No two blocks overlap, so that peering and transit gateways work (NET-1); document 002 and 004 gave every VPC 10.0.0.0/16.
"""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Network

from contracts.settings.base import SubnetPreset, Tier

ADDRESS_PLAN: dict[str, IPv4Network] = {
    "prod": IPv4Network("10.0.0.0/16"),
    "prod-west": IPv4Network("10.1.0.0/16"),
    "staging": IPv4Network("10.2.0.0/16"),
    "dev": IPv4Network("10.3.0.0/16"),
    "shared-services-east": IPv4Network("10.8.0.0/16"),
    "shared-services-west": IPv4Network("10.9.0.0/16"),
}
"""Name of a VPC → its block."""

THIRD_OCTETS: dict[SubnetPreset, dict[Tier, tuple[int, ...]]] = {
    SubnetPreset.THREE_TIER_3AZ: {Tier.PUBLIC: (1, 2, 3), Tier.PRIVATE: (11, 12, 13), Tier.DATABASE: (21, 22, 23)},
    SubnetPreset.THREE_TIER_2AZ: {Tier.PUBLIC: (1, 2), Tier.PRIVATE: (10, 11), Tier.DATABASE: (20, 21)},
}
"""Third octet of each /24, per tier and zone, as documents 002 and 004 give them."""


@dataclass(frozen=True)
class SubnetPlan:
    """One subnet to be made."""

    tier: Tier
    zone: str
    cidr: str


def subnets(block: str, preset: SubnetPreset, zones: tuple[str, ...]) -> tuple[SubnetPlan, ...]:
    """The subnets of a VPC, tier by tier and zone by zone.

    Raises:
        KeyError: the block is not in the plan.
    """
    base = int(ADDRESS_PLAN[block].network_address)
    return tuple(
        SubnetPlan(tier, zone, str(IPv4Network((base + (octet << 8), 24))))
        for tier, octets in THIRD_OCTETS[preset].items()
        for octet, zone in zip(octets, zones, strict=False)
    )
