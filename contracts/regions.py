"""The AWS regions a stack may be in, with the zones an account sees there.

Source: https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-availability-zones.html. A region is
added here before it is used; us-west-1 is left out: a new account has only two of its zones, and not always the same.
"""

from __future__ import annotations

REGION_ZONES: dict[str, str] = {
    "us-east-1": "abcdef",
    "us-east-2": "abc",
    "us-west-2": "abcd",
    "ca-central-1": "abd",
    "eu-central-1": "abc",
    "eu-north-1": "abc",
    "eu-west-1": "abc",
    "eu-west-2": "abc",
    "eu-west-3": "abc",
    "ap-northeast-1": "acd",
    "ap-south-1": "abc",
    "ap-southeast-1": "abc",
    "ap-southeast-2": "abc",
    "sa-east-1": "abc",
}
"""Region → the letters of its zones."""


def zone_names(region: str) -> tuple[str, ...]:
    """Full names of a region's zones, such as `us-east-1a`; empty for a region that is not in the table."""
    return tuple(region + letter for letter in REGION_ZONES.get(region, ""))


def full_zone_name(region: str, zone: str) -> str:
    """`a` → `us-east-1a`; anything longer than one letter is a full name already."""
    return region + zone if len(zone) == 1 else zone
