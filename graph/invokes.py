"""Answers to data sources while there is no cloud to ask.

A program asks few questions of AWS before it knows anything: which account, which region, which zones. Those have
answers in the settings. Every other question is an error that names it, never an invented answer.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

InvokeHook: TypeAlias = Callable[[Mapping[str, Any]], Mapping[str, Any]]
"""Takes the arguments of a data source (camelCase) and returns its result (camelCase)."""

# Two letters of the zone id and how many zones a new account sees. Source: AWS "Regions and Zones", June 2026.
_ZONES: Final[Mapping[str, tuple[str, str]]] = {
    "us-east-1": ("use1", "abcdef"),
    "us-east-2": ("use2", "abc"),
    "us-west-1": ("usw1", "ac"),
    "us-west-2": ("usw2", "abcd"),
    "eu-west-1": ("euw1", "abc"),
    "eu-central-1": ("euc1", "abc"),
}


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Where the program is meant to run: 12-digit account id and region name."""

    account: str
    region: str


def aws_answers(where: Surroundings) -> dict[str, InvokeHook]:
    """Hooks for the data sources whose answer the account and region decide."""

    def region_of(args: Mapping[str, Any]) -> str:
        return str(args.get("region") or where.region)

    def caller_identity(args: Mapping[str, Any]) -> Mapping[str, Any]:
        arn = f"arn:{_partition(where.region)}:iam::{where.account}:root"
        return {"accountId": where.account, "arn": arn, "id": where.account, "userId": where.account}

    def region(args: Mapping[str, Any]) -> Mapping[str, Any]:
        name = str(args.get("name") or region_of(args))
        endpoint = f"ec2.{name}.{_dns_suffix(name)}"
        return {"name": name, "region": name, "id": name, "description": name, "endpoint": endpoint}

    def partition(args: Mapping[str, Any]) -> Mapping[str, Any]:
        name, suffix = _partition(where.region), _dns_suffix(where.region)
        reverse = ".".join(reversed(suffix.split(".")))
        return {"partition": name, "id": name, "dnsSuffix": suffix, "reverseDnsPrefix": reverse}

    def availability_zones(args: Mapping[str, Any]) -> Mapping[str, Any]:
        name = region_of(args)
        if name not in _ZONES:
            raise LookupError(f"the zones of {name} are not known offline; take them from the settings")
        prefix, letters = _ZONES[name]
        return {
            "id": name,
            "region": name,
            "names": [f"{name}{letter}" for letter in letters],
            "zoneIds": [f"{prefix}-az{number}" for number in range(1, len(letters) + 1)],
            "groupNames": [name],
        }

    return {
        "aws:index/getCallerIdentity:getCallerIdentity": caller_identity,
        "aws:index/getRegion:getRegion": region,
        "aws:index/getPartition:getPartition": partition,
        "aws:index/getAvailabilityZones:getAvailabilityZones": availability_zones,
    }


def _partition(region: str) -> str:
    return "aws-cn" if region.startswith("cn-") else "aws-us-gov" if region.startswith("us-gov-") else "aws"


def _dns_suffix(region: str) -> str:
    return "amazonaws.com.cn" if region.startswith("cn-") else "amazonaws.com"
