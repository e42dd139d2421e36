"""Settings and recordings for the tests of this folder; every value is stated here, none is read from a stack file."""

from __future__ import annotations

from typing import Any, cast

import pulumi

from components.network import (
    Endpoints,
    EndpointsArgs,
    SecurityGroups,
    SecurityGroupsArgs,
    Vpc,
    VpcArgs,
)
from contracts.settings.base import NatMode, SubnetPreset, Tier
from contracts.settings.network import NetworkSettings
from tests.kit import ACCOUNT, REGION, GraphView, record_component

LOG_KEY = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/logs"


def dev(**changes: Any) -> NetworkSettings:
    """Document 004's layout over two zones, everything running in the first, one NAT gateway."""
    values: dict[str, Any] = {
        "address_block": "dev",
        "preset": SubnetPreset.THREE_TIER_2AZ,
        "availability_zones": ("us-east-1a", "us-east-1b"),
        "workload_zones": ("us-east-1a",),
        "nat": NatMode.SINGLE,
        "gateway_endpoints": ("s3", "dynamodb"),
        "interface_endpoints": (),
        "flow_log_retention_days": 7,
        "bastion": False,
    }
    return NetworkSettings(**(values | changes))


def production(**changes: Any) -> NetworkSettings:
    """Document 002's layout over three zones, with a NAT gateway and interface endpoints in each."""
    zones = ("us-east-1a", "us-east-1b", "us-east-1c")
    values: dict[str, Any] = {
        "address_block": "prod",
        "preset": SubnetPreset.THREE_TIER_3AZ,
        "availability_zones": zones,
        "workload_zones": zones,
        "nat": NatMode.PER_ZONE,
        "interface_endpoints": ("ecr.api", "ecr.dkr", "logs", "sts", "monitoring"),
    }
    return dev(**(values | changes))


def make_network(settings: NetworkSettings, organization_id: str | None = None) -> tuple[Vpc, SecurityGroups]:
    """The whole network of an environment called `test`, wired as a stack wires it."""
    vpc = Vpc(
        "test",
        args=VpcArgs(environment="test", region=REGION, account_id=ACCOUNT, settings=settings, log_key_arn=LOG_KEY),
    )
    Endpoints(
        "test",
        args=EndpointsArgs(
            environment="test",
            region=REGION,
            account_id=ACCOUNT,
            settings=settings,
            vpc_id=vpc.vpc_id,
            cidr=vpc.cidr,
            route_table_ids=[*vpc.route_table_ids[Tier.PRIVATE], *vpc.route_table_ids[Tier.DATABASE]],
            subnet_ids=vpc.subnet_ids[Tier.PRIVATE],
            organization_id=organization_id,
        ),
    )
    groups = SecurityGroups(
        "test",
        args=SecurityGroupsArgs(environment="test", vpc_id=vpc.vpc_id, bastion=settings.bastion),
    )
    return vpc, groups


_RECORDED: dict[tuple[str, str | None], GraphView] = {}
"""Graphs are immutable and take a fifth of a second each: one recording serves every test."""


def record_network(settings: NetworkSettings, organization_id: str | None = None) -> GraphView:
    """The recorded graph of `make_network`, with an export of the helpers' results."""

    def program() -> None:
        vpc, _ = make_network(settings, organization_id)
        pulumi.export("workload_private", vpc.workload_subnet_ids(Tier.PRIVATE))

    key = (settings.model_dump_json(), organization_id)
    if key not in _RECORDED:
        _RECORDED[key] = record_component(program)
    return _RECORDED[key]


def inputs_of(view: GraphView, name: str, type_pattern: str = "*") -> dict[str, Any]:
    """A resource's inputs as plain data, for tests that know what is in them."""
    return cast("dict[str, Any]", view.node(name, type_pattern).inputs)
