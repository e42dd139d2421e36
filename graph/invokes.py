"""Answers to data sources while there is no cloud to ask.

A program asks few questions of AWS before it knows anything: which account, which region, which zones. Those have
answers in the settings. Every other question is an error that names it, never an invented answer.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, TypeAlias

from graph.errors import RecordingError

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


def aws_answers(account: str | None, region: str) -> dict[str, InvokeHook]:
    """Hooks for the data sources whose answer the account (12-digit id) and region decide."""

    def region_of(args: Mapping[str, Any]) -> str:
        return str(args.get("region") or region)

    def caller_identity(args: Mapping[str, Any]) -> Mapping[str, Any]:
        if account is None:
            raise RecordingError("the program asks for its account: give `record` one (`account=`)")
        arn = f"arn:{_partition(region)}:iam::{account}:root"
        return {"accountId": account, "arn": arn, "id": account, "userId": account}

    def get_region(args: Mapping[str, Any]) -> Mapping[str, Any]:
        name = str(args.get("name") or region_of(args))
        endpoint = f"ec2.{name}.{_dns_suffix(name)}"
        return {"name": name, "region": name, "id": name, "description": name, "endpoint": endpoint}

    def partition(args: Mapping[str, Any]) -> Mapping[str, Any]:
        name, suffix = _partition(region), _dns_suffix(region)
        reverse = ".".join(reversed(suffix.split(".")))
        return {"partition": name, "id": name, "dnsSuffix": suffix, "reverseDnsPrefix": reverse}

    def availability_zones(args: Mapping[str, Any]) -> Mapping[str, Any]:
        name = region_of(args)
        if name not in _ZONES:
            raise RecordingError(f"the zones of {name} are not known offline; take them from the settings")
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
        "aws:index/getRegion:getRegion": get_region,
        "aws:index/getPartition:getPartition": partition,
        "aws:index/getAvailabilityZones:getAvailabilityZones": availability_zones,
    }


def _partition(region: str) -> str:
    return "aws-cn" if region.startswith("cn-") else "aws-us-gov" if region.startswith("us-gov-") else "aws"


def _dns_suffix(region: str) -> str:
    return "amazonaws.com.cn" if region.startswith("cn-") else "amazonaws.com"
