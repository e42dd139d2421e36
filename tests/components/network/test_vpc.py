"""The VPC: its children, wiring and exact parameters (NET-1, NET-6)."""

from __future__ import annotations

import json
from typing import Any, cast

import pulumi
import pulumi_aws
import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.network import Vpc, VpcArgs
from components.network.vpc import nat_zone_for, nat_zones
from contracts.addresses import AddressPlanError
from contracts.settings.base import NatMode
from tests.components.network.samples import LOG_KEY, dev, inputs_of, production, record_network
from tests.kit import ACCOUNT, REGION, GraphView, record_component

ZONES = ("us-east-1a", "us-east-1b", "us-east-1c")


@pytest.fixture(scope="module")
def small() -> GraphView:
    return record_network(dev())


@pytest.fixture(scope="module")
def large() -> GraphView:
    return record_network(production())


def cidrs(view: GraphView) -> dict[str, Any]:
    subnets = view.graph.of_type("aws:ec2/subnet:Subnet")
    return {node.name.removeprefix("test-subnet-"): node.inputs["cidrBlock"] for node in subnets}


def test_children_are_exactly_these_when_one_nat_serves_two_zones(small: GraphView) -> None:
    tiers, zones = ("public", "private", "database"), ZONES[:2]
    small.assert_children(
        "test",
        {
            ("aws:ec2/vpc:Vpc", "test-vpc"),
            ("aws:ec2/internetGateway:InternetGateway", "test-internet-gateway"),
            ("aws:ec2/eip:Eip", "test-nat-address-us-east-1a"),
            ("aws:ec2/natGateway:NatGateway", "test-nat-us-east-1a"),
            ("aws:ec2/defaultSecurityGroup:DefaultSecurityGroup", "test-default-security-group"),
            ("aws:ec2/defaultNetworkAcl:DefaultNetworkAcl", "test-default-nacl"),
            ("atoll:network:FlowLogs", "test-flow-logs"),
            ("aws:ec2/route:Route", "test-route-public-internet"),
            *(("aws:ec2/route:Route", f"test-route-private-nat-{zone}") for zone in zones),
            ("aws:ec2/routeTable:RouteTable", "test-route-table-public"),
            ("aws:ec2/routeTable:RouteTable", "test-route-table-database"),
            *(("aws:ec2/routeTable:RouteTable", f"test-route-table-private-{zone}") for zone in zones),
            *(("aws:ec2/networkAcl:NetworkAcl", f"test-nacl-{tier}") for tier in tiers),
            *(("aws:ec2/subnet:Subnet", f"test-subnet-{tier}-{zone}") for tier in tiers for zone in zones),
            *(
                ("aws:ec2/routeTableAssociation:RouteTableAssociation", f"test-route-table-association-{tier}-{zone}")
                for tier in tiers
                for zone in zones
            ),
        },
        "atoll:network:Vpc",
    )


def test_subnets_follow_document_004_when_two_zones_are_laid_out(small: GraphView) -> None:
    assert cidrs(small) == {
        "public-us-east-1a": "10.3.1.0/24",
        "public-us-east-1b": "10.3.2.0/24",
        "private-us-east-1a": "10.3.10.0/24",
        "private-us-east-1b": "10.3.11.0/24",
        "database-us-east-1a": "10.3.20.0/24",
        "database-us-east-1b": "10.3.21.0/24",
    }


def test_subnets_follow_document_002_when_three_zones_are_laid_out(large: GraphView) -> None:
    octets = {"public": (1, 2, 3), "private": (11, 12, 13), "database": (21, 22, 23)}
    assert cidrs(large) == {
        f"{tier}-{zone}": f"10.0.{octet}.0/24"
        for tier, numbers in octets.items()
        for zone, octet in zip(ZONES, numbers, strict=True)
    }


def test_vpc_names_hosts_and_resolves_them_when_made(small: GraphView) -> None:
    inputs = inputs_of(small, "test-vpc")
    assert (inputs["cidrBlock"], inputs["enableDnsHostnames"], inputs["enableDnsSupport"]) == (
        "10.3.0.0/16",
        True,
        True,
    )


def test_no_subnet_hands_out_public_addresses_when_made(large: GraphView) -> None:
    subnets = list(large.graph.of_type("aws:ec2/subnet:Subnet"))
    assert [node.inputs["mapPublicIpOnLaunch"] for node in subnets] == [False] * 9
    for node in subnets:
        large.assert_wired(node.name, "vpcId", "test-vpc.id")
        assert node.inputs["availabilityZone"] == node.name[-10:]


def test_every_zone_leaves_through_its_own_nat_when_mode_is_per_zone(large: GraphView) -> None:
    for zone in ZONES:
        large.assert_wired(f"test-nat-{zone}", "subnetId", f"test-subnet-public-{zone}.id")
        large.assert_wired(f"test-nat-{zone}", "allocationId", f"test-nat-address-{zone}.id")
        large.assert_wired(f"test-route-private-nat-{zone}", "natGatewayId", f"test-nat-{zone}.id")
        large.assert_wired(f"test-route-private-nat-{zone}", "routeTableId", f"test-route-table-private-{zone}.id")
        assert large.value(f"test-nat-address-{zone}", "domain") == "vpc"


def test_all_zones_leave_through_one_nat_when_mode_is_single(small: GraphView) -> None:
    for zone in ZONES[:2]:
        small.assert_wired(f"test-route-private-nat-{zone}", "natGatewayId", "test-nat-us-east-1a.id")


def test_nothing_is_translated_when_mode_is_none() -> None:
    view = record_network(dev(nat=NatMode.NONE))
    assert not list(view.graph.of_type("aws:ec2/natGateway:NatGateway"))
    assert not list(view.graph.of_type("aws:ec2/eip:Eip"))
    assert [node.name for node in view.graph.of_type("aws:ec2/route:Route")] == ["test-route-public-internet"]


def test_public_tier_alone_routes_to_the_internet_gateway_when_made(large: GraphView) -> None:
    large.assert_wired("test-route-public-internet", "gatewayId", "test-internet-gateway.id")
    large.assert_wired("test-route-public-internet", "routeTableId", "test-route-table-public.id")
    gateways = {node.name: large.wiring(node.name, "gatewayId") for node in large.graph.of_type("aws:ec2/route:Route")}
    assert {name for name, target in gateways.items() if target} == {"test-route-public-internet"}


def test_database_tier_has_no_route_when_nat_is_everywhere(large: GraphView) -> None:
    tables = [large.wiring(node.name, "routeTableId") for node in large.graph.of_type("aws:ec2/route:Route")]
    assert {"test-route-table-database.id"} not in tables
    assert "routes" not in inputs_of(large, "test-route-table-database")


@pytest.mark.parametrize("tier", ["public", "private", "database"])
def test_every_subnet_uses_its_tiers_table_and_nacl_when_made(large: GraphView, tier: str) -> None:
    for zone in ZONES:
        association = f"test-route-table-association-{tier}-{zone}"
        table = f"test-route-table-{tier}" + (f"-{zone}" if tier == "private" else "")
        large.assert_wired(association, "subnetId", f"test-subnet-{tier}-{zone}.id")
        large.assert_wired(association, "routeTableId", f"{table}.id")
    large.assert_wired(f"test-nacl-{tier}", "subnetIds", *(f"test-subnet-{tier}-{zone}.id" for zone in ZONES))


def test_default_group_and_nacl_admit_nothing_when_adopted(small: GraphView) -> None:
    group, acl = small.node("test-default-security-group"), small.node("test-default-nacl")
    assert (group.inputs["ingress"], group.inputs["egress"]) == ((), ())
    assert "ingress" not in acl.inputs
    assert "egress" not in acl.inputs
    assert acl.options.ignore_changes == ("subnetIds",)
    small.assert_wired("test-default-nacl", "defaultNetworkAclId", "test-vpc.defaultNetworkAclId")
    small.assert_depends("test-default-nacl", "test-nacl-public", "test-nacl-private", "test-nacl-database")


def test_flow_logs_hold_all_traffic_of_a_minute_when_made(small: GraphView) -> None:
    log = inputs_of(small, "test-flow-logs-log")
    assert (log["trafficType"], log["maxAggregationInterval"], log["logDestinationType"]) == (
        "ALL",
        60,
        "cloud-watch-logs",
    )
    small.assert_wired("test-flow-logs-log", "vpcId", "test-vpc.id")
    small.assert_wired("test-flow-logs-log", "logDestination", "test-flow-logs-group.arn")
    small.assert_wired("test-flow-logs-log", "iamRoleArn", "test-flow-logs-role.arn")
    small.assert_depends("test-flow-logs-log", "test-flow-logs-policy")


def test_flow_log_group_is_encrypted_and_forgets_when_made(small: GraphView) -> None:
    group = inputs_of(small, "test-flow-logs-group")
    assert (group["name"], group["kmsKeyId"], group["retentionInDays"]) == ("/aws/vpc/flow-logs-test", LOG_KEY, 7)


def test_flow_log_role_writes_one_group_for_this_account_when_made(small: GraphView) -> None:
    trust = json.loads(str(small.value("test-flow-logs-role", "assumeRolePolicy")))["Statement"]
    assert [(each["Principal"], each["Action"], each["Condition"]) for each in trust] == [
        (
            {"Service": "vpc-flow-logs.amazonaws.com"},
            "sts:AssumeRole",
            {
                "StringEquals": {"aws:SourceAccount": ACCOUNT},
                "ArnLike": {"aws:SourceArn": f"arn:aws:ec2:{REGION}:{ACCOUNT}:vpc-flow-log/*"},
            },
        )
    ]
    policy = json.loads(str(small.value("test-flow-logs-policy", "policy")))["Statement"]
    assert [(each["Action"], each["Resource"]) for each in policy] == [
        (
            ["logs:CreateLogStream", "logs:PutLogEvents", "logs:DescribeLogStreams"],
            f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:/aws/vpc/flow-logs-test:*",
        ),
        ("logs:DescribeLogGroups", "*"),
    ]


def test_outputs_name_every_tier_and_zone_when_registered(large: GraphView) -> None:
    outputs = cast("dict[str, Any]", large.node("test", "atoll:network:Vpc").outputs)
    assert {tier: tuple(ids) for tier, ids in outputs["subnet_ids"].items()} == dict.fromkeys(
        ("public", "private", "database"), ZONES
    )
    assert {tier: len(ids) for tier, ids in outputs["route_table_ids"].items()} == {
        "public": 1,
        "private": 3,
        "database": 1,
    }
    assert tuple(outputs["nat_public_ips"]) == ZONES
    assert outputs["cidr"] == "10.0.0.0/16"


def test_workload_subnets_are_those_of_one_zone_when_only_it_runs_things(small: GraphView) -> None:
    exported = cast("Any", small.graph.stack_outputs["workload_private"])
    assert [str(each.ref).rsplit("::", 1)[-1] for each in exported] == ["test-subnet-private-us-east-1a#id"]


def test_children_inherit_the_explicit_provider_when_one_is_passed() -> None:
    def program() -> None:
        provider = pulumi_aws.Provider("explicit", region=REGION)
        Vpc(
            "test",
            args=VpcArgs(environment="test", region=REGION, account_id=ACCOUNT, settings=dev(), log_key_arn=LOG_KEY),
            opts=pulumi.ResourceOptions(providers=[provider]),
        )

    view = record_component(program)
    for name in ("test-vpc", "test-nacl-database", "test-flow-logs-log"):
        view.assert_provider(name, "explicit")


def test_an_unknown_block_is_refused_when_the_plan_has_none() -> None:
    settings = dev().model_copy(update={"address_block": "nowhere"})
    args = VpcArgs(environment="test", region=REGION, account_id=ACCOUNT, settings=settings, log_key_arn=LOG_KEY)
    with pytest.raises(AddressPlanError):
        record_component(lambda: Vpc("test", args=args))


@given(workload=st.lists(st.sampled_from(ZONES), min_size=1, unique=True), mode=st.sampled_from(NatMode))
def test_every_zone_has_a_nat_exactly_when_the_mode_asks_for_one(workload: list[str], mode: NatMode) -> None:
    settings = production().model_copy(update={"workload_zones": tuple(workload), "nat": mode})
    chosen = nat_zones(settings)
    assert set(chosen) <= set(workload)
    assert len(chosen) == {NatMode.PER_ZONE: len(workload), NatMode.SINGLE: 1}.get(mode, 0)
    for zone in ZONES:
        serving = nat_zone_for(zone, chosen)
        assert (serving is None) == (mode in (NatMode.CENTRAL, NatMode.NONE))
        assert zone not in chosen or serving == zone
