"""A peering of two regions' transit gateways, from both ends (NET-5)."""

from __future__ import annotations

import pytest
from pulumi_aws import Provider

from components.network.region_peering import PeeringEnd, RegionPeering, RegionPeeringArgs
from contracts.settings.connectivity import Segment
from tests.kit import ACCOUNT, GraphView, record_component

PLACES = {"prod": ("us-east-1", "10.0.0.0/16"), "prod-west": ("us-west-2", "10.1.0.0/16")}
ROUTE = "aws:ec2transitgateway/route:Route"


def end(stack: str) -> PeeringEnd:
    region, cidr = PLACES[stack]
    return PeeringEnd(
        stack=stack,
        region=region,
        gateway_id=f"tgw-{stack}",
        table_ids={segment: f"table-{stack}-{segment}" for segment in Segment},
        cidrs=[cidr],
        provider=Provider(stack, region=region),
    )


@pytest.fixture(scope="module")
def view() -> GraphView:
    def build() -> None:
        args = RegionPeeringArgs(
            asks=end("prod"), accepts=end("prod-west"), account_id=ACCOUNT, known_to=(Segment.WORKLOAD, Segment.SHARED)
        )
        RegionPeering("test", args=args)

    return record_component(build)


def test_one_end_asks_and_the_other_accepts_when_made(view: GraphView) -> None:
    view.assert_provider("test-peering", "prod")
    view.assert_provider("test-accepted", "prod-west")
    assert view.value("test-peering", "peerTransitGatewayId") == "tgw-prod-west"
    assert view.value("test-peering", "peerRegion") == "us-west-2"
    assert view.value("test-peering", "peerAccountId") == ACCOUNT
    view.assert_wired("test-accepted", "transitGatewayAttachmentId", "test-peering.id")


@pytest.mark.parametrize(("stack", "other"), [("prod", "prod-west"), ("prod-west", "prod")])
def test_each_end_leads_its_segments_to_the_other_regions_networks(view: GraphView, stack: str, other: str) -> None:
    routes = [node for node in view.graph.of_type(ROUTE) if node.name.startswith(f"test-{stack}-transit-route")]
    routes = [node for node in routes if node.inputs["destinationCidrBlock"] == PLACES[other][1]]
    assert {node.inputs["transitGatewayRouteTableId"] for node in routes} == {
        f"table-{stack}-workload",
        f"table-{stack}-shared",
    }
    for node in routes:
        view.assert_provider(node.name, stack)
        view.assert_depends(node.name, "test-accepted")


def test_what_comes_in_follows_the_segment_of_regions(view: GraphView) -> None:
    for stack in PLACES:
        name = f"test-{stack}-transit-association"
        assert view.value(name, "transitGatewayRouteTableId") == f"table-{stack}-region"
        view.assert_depends(name, "test-accepted")
