"""Shared services, transit gateway, VPN, lines and peerings: their children, wiring and exact values (NET-2, NET-5)."""

from __future__ import annotations

from typing import Any

import pytest

from contracts.settings import NatMode
from contracts.settings.connectivity import (
    AcceptedPeeringSettings,
    DirectConnectSettings,
    Segment,
    TransitGatewaySettings,
    VirtualInterfaceKind,
    VpcPeeringSettings,
)
from contracts.settings.joined import connected, joined
from tests.components.network.joined_samples import changed, golden, record_joined
from tests.components.network.samples import inputs_of
from tests.kit import GraphView

ZONES = ("us-west-2a", "us-west-2b", "us-west-2c")
TGW = "aws:ec2transitgateway"
ROUTE, ASSOCIATION = f"{TGW}/route:Route", f"{TGW}/routeTableAssociation:RouteTableAssociation"
PROPAGATION = f"{TGW}/routeTablePropagation:RouteTablePropagation"


@pytest.fixture(scope="module")
def everything() -> GraphView:
    return record_joined(golden())


@pytest.fixture(scope="module")
def own_nat() -> GraphView:
    """Each VPC has NAT of its own, and nothing outside reaches workloads."""
    return record_joined(
        changed(
            network=golden().network.model_copy(update={"nat": NatMode.SINGLE}),
            transit_gateway=transit(
                edge_reaches=(Segment.SHARED,), asks={}, accepts={}, organization=None, flow_logs=False
            ),
        )
    )


def transit(**changes: Any) -> TransitGatewaySettings:
    settings = golden().transit_gateway
    assert settings is not None
    return settings.model_copy(update=changes)


def line(**changes: Any) -> DirectConnectSettings:
    settings = golden().direct_connect
    assert settings is not None
    return settings.model_copy(update=changes)


def routes(view: GraphView, table: str) -> dict[str, set[str]]:
    """Destination → target of each static route of a transit gateway's table; a black hole leads to nothing."""
    return {
        str(node.inputs["destinationCidrBlock"]): view.wiring(node.name, "transitGatewayAttachmentId")
        for node in view.graph.of_type(ROUTE)
        if view.wiring(node.name, "transitGatewayRouteTableId") == {f"staging-transit-table-{table}.id"}
    }


def at_table(view: GraphView, kind: str, table: str) -> set[str]:
    """Attachments that are associated with a table, or that it learns from."""
    return {
        reference
        for node in view.graph.of_type(kind)
        if view.wiring(node.name, "transitGatewayRouteTableId") == {f"staging-transit-table-{table}.id"}
        for reference in view.wiring(node.name, "transitGatewayAttachmentId")
    }


# -- shared services -------------------------------------------------------------------------------------------


def test_shared_services_have_a_tier_for_each_kind_of_service_when_made(everything: GraphView) -> None:
    found = {
        node.name.removeprefix("staging-shared-subnet-"): node.inputs["cidrBlock"]
        for node in everything.graph.of_type("aws:ec2/subnet:Subnet")
        if node.name.startswith("staging-shared-")
    }
    octets = {"public": 1, "monitoring": 11, "delivery": 21, "security": 31, "network": 41}
    tiers = {f"{t}-{z}": f"10.10.{o + i}.0/24" for t, o in octets.items() for i, z in enumerate(ZONES)}
    assert found == tiers | {f"transit-{zone}": f"10.10.0.{16 * index}/28" for index, zone in enumerate(ZONES)}


def test_shared_services_leave_through_the_nat_gateway_of_their_zone(everything: GraphView) -> None:
    for zone in ZONES:
        name = f"staging-shared-route-services-nat-{zone}"
        assert inputs_of(everything, name)["destinationCidrBlock"] == "0.0.0.0/0"
        everything.assert_wired(name, "natGatewayId", f"staging-shared-nat-{zone}.id")
        everything.assert_wired(name, "routeTableId", f"staging-shared-route-table-services-{zone}.id")


def test_shared_services_admit_https_of_the_networks_that_are_joined(everything: GraphView) -> None:
    for tier in ("monitoring", "delivery", "security"):
        rules = [
            node.inputs
            for node in everything.graph.of_type("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule")
            if node.name.startswith(f"staging-shared-ingress-{tier}-")
        ]
        assert {rule["cidrIpv4"] for rule in rules} == {
            *("10.10.0.0/16", "10.2.0.0/16", "10.0.0.0/16", "10.1.0.0/16", "192.168.10.0/24", "172.24.0.0/16")
        }
        assert {(rule["ipProtocol"], rule["fromPort"], rule["toPort"]) for rule in rules} == {("tcp", 443, 443)}


def test_shared_network_is_logged_and_its_defaults_are_closed_when_made(everything: GraphView) -> None:
    everything.assert_wired("staging-shared-flow-logs-log", "vpcId", "staging-shared-vpc.id")
    assert inputs_of(everything, "staging-shared-flow-logs-log")["trafficType"] == "ALL"
    assert inputs_of(everything, "staging-shared-flow-logs-group")["kmsKeyId"].endswith(":key/logs")
    group = inputs_of(everything, "staging-shared-default-security-group")
    assert (list(group["ingress"]), list(group["egress"])) == ([], [])


# -- the transit gateway ---------------------------------------------------------------------------------------


def test_gateway_does_nothing_by_itself_when_made(everything: GraphView) -> None:
    inputs = inputs_of(everything, "staging-transit-gateway")
    assert {key: inputs[key] for key in inputs if key not in ("tags", "description")} == {
        "amazonSideAsn": 64514,
        "autoAcceptSharedAttachments": "disable",
        "defaultRouteTableAssociation": "disable",
        "defaultRouteTablePropagation": "disable",
        "dnsSupport": "enable",
        "multicastSupport": "disable",
        "vpnEcmpSupport": "enable",
    }


def test_each_attachment_follows_the_table_of_its_segment(everything: GraphView) -> None:
    assert at_table(everything, ASSOCIATION, "workload") == {"staging-transit-attachment.id"}
    assert at_table(everything, ASSOCIATION, "shared") == set()
    assert at_table(everything, ASSOCIATION, "egress") == {"staging-shared-transit-attachment.id"}
    assert at_table(everything, ASSOCIATION, "region") == {
        "staging-region-prod-east-peering.id",
        "staging-region-prod-west-peering.id",
    }
    assert at_table(everything, ASSOCIATION, "edge") == {
        "staging-line-association.transitGatewayAttachmentId",
        "staging-vpn-datacenter-connection.transitGatewayAttachmentId",
        "staging-vpn-office-connection.transitGatewayAttachmentId",
    }


def test_segments_know_what_they_reach_when_everything_is_joined(everything: GraphView) -> None:
    learnt = {"staging-line-association.transitGatewayAttachmentId"}
    learnt |= {"staging-vpn-datacenter-connection.transitGatewayAttachmentId"}
    workload, shared = {"staging-transit-attachment.id"}, {"staging-shared-transit-attachment.id"}
    assert at_table(everything, PROPAGATION, "workload") == shared | learnt
    assert at_table(everything, PROPAGATION, "shared") == workload | learnt
    assert at_table(everything, PROPAGATION, "egress") == workload | learnt
    assert at_table(everything, PROPAGATION, "region") == workload | shared
    assert at_table(everything, PROPAGATION, "edge") == workload | shared


def test_segments_that_must_not_meet_have_black_holes_when_made(everything: GraphView) -> None:
    holes = {cidr: set[str]() for cidr in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10")}
    office = {"192.168.10.0/24": {"staging-vpn-office-connection.transitGatewayAttachmentId"}}
    regions = {
        "10.0.0.0/16": {"staging-region-prod-west-peering.id"},
        "10.1.0.0/16": {"staging-region-prod-east-peering.id"},
    }
    way_out = {"0.0.0.0/0": {"staging-shared-transit-attachment.id"}}
    assert routes(everything, "workload") == holes | office | regions | way_out
    assert routes(everything, "edge") == holes
    assert routes(everything, "region") == holes
    assert routes(everything, "egress") == routes(everything, "shared") == office | regions


def test_edge_reaches_shared_services_alone_when_workloads_are_not_named(own_nat: GraphView) -> None:
    assert at_table(own_nat, PROPAGATION, "edge") == {"staging-shared-transit-attachment.id"}
    assert at_table(own_nat, PROPAGATION, "workload") == {"staging-shared-transit-attachment.id"}
    assert "192.168.10.0/24" not in routes(own_nat, "workload")
    assert "192.168.10.0/24" in routes(own_nat, "shared")
    destinations = {
        node.inputs["destinationCidrBlock"]
        for node in own_nat.graph.of_type("aws:ec2/route:Route")
        if node.name.startswith("staging-route-private-us-west-2a-")
    }
    assert destinations == {"10.10.0.0/16"}


def test_shared_services_are_their_own_segment_when_nobody_leaves_through_them(own_nat: GraphView) -> None:
    assert at_table(own_nat, ASSOCIATION, "shared") == {"staging-shared-transit-attachment.id"}
    assert at_table(own_nat, ASSOCIATION, "egress") == set()
    assert "0.0.0.0/0" not in routes(own_nat, "workload")
    assert not [node for node in own_nat.graph if node.name.startswith("staging-shared-route-transit-nat-")]


def test_attachments_stand_in_subnets_of_their_own_when_made(everything: GraphView) -> None:
    for name in ("staging", "staging-shared"):
        attachment = f"{name}-transit-attachment"
        everything.assert_wired(attachment, "subnetIds", *(f"{name}-subnet-transit-{zone}.id" for zone in ZONES))
        everything.assert_wired(attachment, "transitGatewayId", "staging-transit-gateway.id")
        inputs = inputs_of(everything, attachment)
        assert inputs["transitGatewayDefaultRouteTableAssociation"] is False
        assert inputs["transitGatewayDefaultRouteTablePropagation"] is False
    cidrs = [inputs_of(everything, f"staging-subnet-transit-{zone}")["cidrBlock"] for zone in ZONES]
    assert cidrs == ["10.2.0.0/28", "10.2.0.16/28", "10.2.0.32/28"]


def test_workloads_leave_and_come_back_over_the_gateway_when_nat_is_central(everything: GraphView) -> None:
    assert not [n for n in everything.graph.of_type("aws:ec2/natGateway:NatGateway") if "shared" not in n.name]
    for zone in ZONES:
        out = f"staging-route-private-{zone}-internet"
        assert inputs_of(everything, out)["destinationCidrBlock"] == "0.0.0.0/0"
        everything.assert_wired(out, "transitGatewayId", "staging-transit-gateway.id")
        on = f"staging-shared-route-transit-nat-{zone}"
        everything.assert_wired(on, "natGatewayId", f"staging-shared-nat-{zone}.id")
    back = "staging-shared-route-public-staging"
    assert inputs_of(everything, back)["destinationCidrBlock"] == "10.2.0.0/16"
    everything.assert_wired(back, "routeTableId", "staging-shared-route-table-public.id")


def test_gateway_is_shared_with_the_organization_alone_when_one_is_named(everything: GraphView) -> None:
    assert inputs_of(everything, "staging-transit-share")["allowExternalPrincipals"] is False
    everything.assert_wired("staging-transit-share-gateway", "resourceArn", "staging-transit-gateway.arn")
    principal = inputs_of(everything, "staging-transit-share-organization")["principal"]
    assert principal == "arn:aws:organizations::111111111111:organization/o-a1b2c3d4e5"


def test_nothing_is_shared_or_logged_when_that_is_off(own_nat: GraphView) -> None:
    assert not [node for node in own_nat.graph if node.type.startswith("aws:ram/")]
    assert not [node for node in own_nat.graph if "transit-flow-logs" in node.name]


# -- what leads elsewhere --------------------------------------------------------------------------------------


def test_peering_has_no_routes_when_the_other_region_has_not_accepted() -> None:
    asked = {name: one.model_copy(update={"accepted": False}) for name, one in transit().asks.items()}
    view = record_joined(changed(transit_gateway=transit(asks=asked, accepts={})))
    view.assert_children(
        "staging-region-prod-west",
        {(f"{TGW}/peeringAttachment:PeeringAttachment", "staging-region-prod-west-peering")},
        "atoll:network:TransitPeering",
    )
    assert "10.0.0.0/16" not in routes(view, "workload")
    assert "prod" not in joined(changed(transit_gateway=transit(asks=asked, accepts={})), Segment.WORKLOAD)


def test_accepting_side_names_the_attachment_that_was_asked_for(everything: GraphView) -> None:
    accepted = transit().accepts["prod-east"]
    assert isinstance(accepted, AcceptedPeeringSettings)
    given = inputs_of(everything, "staging-region-prod-east-peering")["transitGatewayAttachmentId"]
    assert given == accepted.attachment


@pytest.mark.parametrize("number", [1, 2])
@pytest.mark.parametrize(("site", "static"), [("office", True), ("datacenter", False)])
def test_tunnels_speak_ikev2_with_strong_ciphers_and_are_logged(
    everything: GraphView, site: str, static: bool, number: int
) -> None:
    inputs = inputs_of(everything, f"staging-vpn-{site}-connection")
    prefix = f"tunnel{number}"
    own = {key.removeprefix(prefix): value for key, value in inputs.items() if key.startswith(prefix)}
    options = dict(own.pop("LogOptions")["cloudwatchLogOptions"])
    assert (options["logEnabled"], options["logOutputFormat"]) == (True, "json")
    assert {
        key: list(value) if not isinstance(value, str | int | float | bool) else value for key, value in own.items()
    } == {
        "IkeVersions": ["ikev2"],
        "Phase1EncryptionAlgorithms": ["AES256-GCM-16"],
        "Phase1IntegrityAlgorithms": ["SHA2-384"],
        "Phase1DhGroupNumbers": [20, 21],
        "Phase1LifetimeSeconds": 28800,
        "Phase2EncryptionAlgorithms": ["AES256-GCM-16"],
        "Phase2IntegrityAlgorithms": ["SHA2-384"],
        "Phase2DhGroupNumbers": [20, 21],
        "Phase2LifetimeSeconds": 3600,
        "DpdTimeoutAction": "restart",
        "StartupAction": "start",
        "EnableTunnelLifecycleControl": True,
    }
    assert inputs["staticRoutesOnly"] is static
    everything.assert_wired(f"staging-vpn-{site}-connection", "transitGatewayId", "staging-transit-gateway.id")


def test_line_announces_our_networks_alone_when_it_leads_to_the_transit_gateway(everything: GraphView) -> None:
    association = inputs_of(everything, "staging-line-association")
    assert list(association["allowedPrefixes"]) == ["10.2.0.0/16", "10.10.0.0/16"]
    everything.assert_wired("staging-line-association", "associatedGatewayId", "staging-transit-gateway.id")
    interface = inputs_of(everything, "staging-line-interface")
    assert {key: interface[key] for key in ("connectionId", "vlan", "bgpAsn", "addressFamily", "mtu")} == {
        "connectionId": "dxcon-fg1234ab",
        "vlan": 101,
        "bgpAsn": 65011,
        "addressFamily": "ipv4",
        "mtu": 8500,
    }


def test_line_leads_to_one_vpc_by_its_private_gateway_when_it_is_private() -> None:
    private = line(kind=VirtualInterfaceKind.PRIVATE)
    view = record_joined(changed(direct_connect=private, transit_gateway=None, shared_services=None, vpn=None))
    view.assert_children(
        "staging-line",
        {
            ("aws:directconnect/gateway:Gateway", "staging-line-gateway"),
            ("aws:directconnect/gatewayAssociation:GatewayAssociation", "staging-line-association"),
            ("aws:directconnect/privateVirtualInterface:PrivateVirtualInterface", "staging-line-interface"),
            ("aws:ec2/vpnGateway:VpnGateway", "staging-line-vpc-gateway"),
            *(
                (
                    "aws:ec2/vpnGatewayRoutePropagation:VpnGatewayRoutePropagation",
                    f"staging-line-propagation-private-{zone}",
                )
                for zone in ZONES
            ),
        },
        "atoll:network:DirectConnect",
    )
    view.assert_wired("staging-line-association", "associatedGatewayId", "staging-line-vpc-gateway.id")
    assert list(inputs_of(view, "staging-line-association")["allowedPrefixes"]) == ["10.2.0.0/16"]
    assert inputs_of(view, "staging-line-interface")["mtu"] == 9001


def test_peering_leads_to_private_subnets_alone_when_it_is_asked_for(everything: GraphView) -> None:
    led = [
        str(node.inputs["destinationCidrBlock"])
        for node in everything.graph.of_type("aws:ec2/route:Route")
        if everything.wiring(node.name, "vpcPeeringConnectionId") == {"staging-peer-dev-peering.id"}
    ]
    assert sorted(led) == sorted(["10.3.10.0/24", "10.3.11.0/24"] * 3)
    assert inputs_of(everything, "staging-peer-dev-peering")["autoAccept"] is False


def test_peering_is_accepted_when_the_other_stack_has_asked() -> None:
    dev = (golden().vpc_peerings or {})["dev"]
    accepting = dev.model_copy(update={"vpc": None, "connection": "pcx-0a1b2c3d4e5f60718"})
    view = record_joined(changed(vpc_peerings={"dev": accepting}))
    [accepter] = view.graph.of_type("aws:ec2/vpcPeeringConnectionAccepter:VpcPeeringConnectionAccepter")
    assert (accepter.inputs["vpcPeeringConnectionId"], accepter.inputs["autoAccept"]) == (accepting.connection, True)


def test_peering_is_accepted_at_once_when_region_and_account_are_the_same() -> None:
    near = VpcPeeringSettings.model_validate(
        {"block": "dev", "preset": "three-tier-2az", "vpc": "vpc-0a1b2c3d4e5f60718"}
    )
    view = record_joined(changed(vpc_peerings={"dev": near}))
    assert inputs_of(view, "staging-peer-dev-peering")["autoAccept"] is True


def test_private_subnets_answer_exactly_what_is_joined_to_them() -> None:
    assert set(connected(golden())) == {
        *("10.10.0.0/16", "10.0.0.0/16", "10.1.0.0/16", "192.168.10.0/24", "172.24.0.0/16"),
        *("10.3.10.0/24", "10.3.11.0/24"),
    }
