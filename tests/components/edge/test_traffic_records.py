"""The names that lead to regions: by weight, latency or failover, or by an accelerator (EDGE-1)."""

from __future__ import annotations

import pytest

from components.edge.global_accelerator import AcceleratedRegion, GlobalAccelerator, GlobalAcceleratorArgs
from components.edge.origin_record import AliasTarget, OriginRecord, OriginRecordArgs, origin_host
from components.edge.traffic_records import Endpoint, TrafficRecords, TrafficRecordsArgs
from contracts.settings.global_layer import AcceleratorSettings, RoutingPolicy
from graph.values import MISSING
from tests.components.edge.test_hosted_zone import dns
from tests.kit import GraphView, record_component

SHARES = {"prod": ("us-east-1", 70), "prod-west": ("us-west-2", 30)}
FAST = AliasTarget(dns_name="a1.awsglobalaccelerator.com", zone_id="Z2BJ6XQ5FK7U4H")


def record(policy: RoutingPolicy = RoutingPolicy.WEIGHTED, accelerator: AliasTarget | None = None) -> GraphView:
    endpoints = {
        stack: Endpoint(
            host=origin_host(dns(), stack),
            region=region,
            weight_percent=weight,
            primary=stack == "prod",
            health_check_id=f"check-{stack}",
        )
        for stack, (region, weight) in SHARES.items()
    }
    args = TrafficRecordsArgs(settings=dns(policy=policy), zone_id="Z1", endpoints=endpoints, accelerator=accelerator)
    return record_component(lambda: TrafficRecords("test", args=args))


def test_each_region_has_a_record_with_its_check_and_a_ttl_of_its_own() -> None:
    view = record()
    for stack in SHARES:
        name = f"test-record-{stack}"
        assert view.value(name, "name") == "api.atoll.example"
        assert view.value(name, "type") == "CNAME"  # an alias would live for 60 seconds, whatever the settings say
        assert view.value(name, "ttl") == 10
        assert view.value(name, "records") == (f"origin-{stack}.atoll.example",)
        assert view.value(name, "setIdentifier") == stack
        assert view.value(name, "healthCheckId") == f"check-{stack}"
        assert view.value(name, "aliases") is MISSING


@pytest.mark.parametrize(
    ("policy", "path", "values"),
    [
        (RoutingPolicy.WEIGHTED, "weightedRoutingPolicies[0].weight", [70, 30]),
        (RoutingPolicy.LATENCY, "latencyRoutingPolicies[0].region", ["us-east-1", "us-west-2"]),
        (RoutingPolicy.FAILOVER, "failoverRoutingPolicies[0].type", ["PRIMARY", "SECONDARY"]),
    ],
)
def test_records_are_chosen_by_the_policy_of_the_settings(
    policy: RoutingPolicy, path: str, values: list[object]
) -> None:
    view = record(policy)
    assert [view.value(f"test-record-{stack}", path) for stack in SHARES] == values


def test_one_alias_leads_to_the_accelerator_when_there_is_one() -> None:
    view = record(accelerator=FAST)
    view.assert_children("test", {("aws:route53/record:Record", "test-record")})
    assert view.value("test-record", "aliases[0].name") == FAST.dns_name
    assert view.value("test-record", "ttl") is MISSING


def test_name_of_a_region_follows_its_load_balancer_whatever_its_health() -> None:
    target = AliasTarget(dns_name="alb.example", zone_id="Z35SXDOTRQ7X7K")
    args = OriginRecordArgs(zone_id="Z1", host="origin-prod.atoll.example", balancer=target)
    view = record_component(lambda: OriginRecord("test", args=args))
    assert view.value("test-record", "aliases[0].name") == "alb.example"
    assert view.value("test-record", "aliases[0].evaluateTargetHealth") is False


def test_accelerator_has_a_group_with_its_dial_for_each_region() -> None:
    regions = {
        stack: AcceleratedRegion(region=region, balancer_arn=f"arn:{stack}", weight_percent=weight)
        for stack, (region, weight) in SHARES.items()
    }
    settings = AcceleratorSettings(health_interval_seconds=10, health_threshold=2)
    args = GlobalAcceleratorArgs(settings=settings, health_path="/health", regions=regions)
    view = record_component(lambda: GlobalAccelerator("test", args=args))
    assert view.value("test-listener", "portRanges") == ({"fromPort": 443, "toPort": 443},)
    assert view.value("test-listener", "clientAffinity") == "NONE"
    for stack, (region, weight) in SHARES.items():
        group = f"test-group-{stack}"
        view.assert_wired(group, "listenerArn", "test-listener.arn")
        assert view.value(group, "endpointGroupRegion") == region
        assert view.value(group, "trafficDialPercentage") == weight
        assert view.value(group, "healthCheckPath") == "/health"
        assert view.value(group, "healthCheckIntervalSeconds") == 10
        assert view.value(group, "thresholdCount") == 2
        assert view.value(group, "endpointConfigurations[0].endpointId") == f"arn:{stack}"
        assert view.value(group, "endpointConfigurations[0].clientIpPreservationEnabled") is True
