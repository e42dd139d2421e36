from __future__ import annotations

import json
from typing import Any

import pytest

from components.api import (
    ContainerRoute,
    ContainerRouteArgs,
    InternalLoadBalancer,
    InternalLoadBalancerArgs,
    VpcLink,
    VpcLinkArgs,
)
from graph.values import MISSING
from tests.components.api.samples import LISTENER
from tests.kit import GraphView, record_component

NAME = "dev-internal"
ROUTE = "dev-order-order-api"


def record(**changes: Any) -> GraphView:
    values: dict[str, Any] = {
        "subnet_ids": ["subnet-a", "subnet-b"],
        "security_group_ids": ["sg-1"],
        "idle_timeout_seconds": 60,
        "deletion_protection": True,
    }
    return record_component(lambda: InternalLoadBalancer(NAME, args=InternalLoadBalancerArgs(**(values | changes))))


def record_route(name: str = ROUTE, **changes: Any) -> GraphView:
    values: dict[str, Any] = {
        "vpc_id": "vpc-1",
        "listener_arn": LISTENER,
        "priority": 10,
        "port": 9000,
        "health_path": "/health",
        "hosts": ["order-api.internal"],
    }
    return record_component(lambda: ContainerRoute(name, args=ContainerRouteArgs(**(values | changes))))


def test_balancer_has_no_public_address_and_drops_bad_headers_when_made() -> None:
    view = record()

    view.assert_children(
        NAME,
        [("aws:lb/loadBalancer:LoadBalancer", f"{NAME}-alb"), ("aws:lb/listener:Listener", f"{NAME}-listener")],
    )
    assert view.node(f"{NAME}-alb").inputs == {
        "name": "dev-internal-alb",
        "loadBalancerType": "application",
        "internal": True,
        "ipAddressType": "ipv4",
        "subnets": ["subnet-a", "subnet-b"],
        "securityGroups": ["sg-1"],
        "dropInvalidHeaderFields": True,
        "desyncMitigationMode": "defensive",
        "enableDeletionProtection": True,
        "idleTimeout": 60,
    }


def test_strangers_get_not_found_when_no_container_has_a_route() -> None:
    view = record()

    listener = f"{NAME}-listener"
    assert (view.value(listener, "port"), view.value(listener, "protocol")) == (80, "HTTP")
    assert view.value(listener, "certificateArn") is MISSING
    assert view.value(listener, "sslPolicy") is MISSING
    view.assert_wired(listener, "loadBalancerArn", f"{NAME}-alb.arn")
    response: Any = view.value(listener, "defaultActions[0].fixedResponse")
    assert response["statusCode"] == "404"
    assert json.loads(response["messageBody"]) == {"error": "not found"}


def test_listener_ends_tls_when_there_is_a_certificate() -> None:
    view = record(certificate_arn="arn:aws:acm:us-east-1:111122223333:certificate/1")

    listener = f"{NAME}-listener"
    assert (view.value(listener, "port"), view.value(listener, "protocol")) == (443, "HTTPS")
    assert view.value(listener, "certificateArn") == "arn:aws:acm:us-east-1:111122223333:certificate/1"
    assert view.value(listener, "sslPolicy") == "ELBSecurityPolicy-TLS13-1-2-2021-06"


def test_requests_are_logged_when_there_is_a_bucket() -> None:
    view = record(access_log_bucket="logs")

    assert view.value(f"{NAME}-alb", "accessLogs") == {"bucket": "logs", "prefix": "internal-alb", "enabled": True}


def test_container_gets_its_own_target_and_rule_when_routed_by_host() -> None:
    view = record_route()

    view.assert_children(
        ROUTE,
        [
            ("aws:lb/targetGroup:TargetGroup", f"{ROUTE}-target"),
            ("aws:lb/listenerRule:ListenerRule", f"{ROUTE}-rule"),
        ],
    )
    assert view.node(f"{ROUTE}-target").inputs == {
        "name": ROUTE,
        "vpcId": "vpc-1",
        "targetType": "ip",
        "protocol": "HTTP",
        "protocolVersion": "HTTP1",
        "port": 9000,
        "deregistrationDelay": 30,
        "healthCheck": {
            "enabled": True,
            "protocol": "HTTP",
            "port": "traffic-port",
            "path": "/health",
            "matcher": "200",
            "interval": 15,
            "timeout": 5,
            "healthyThreshold": 2,
            "unhealthyThreshold": 3,
        },
    }
    rule = f"{ROUTE}-rule"
    assert view.value(rule, "listenerArn") == LISTENER
    assert view.value(rule, "priority") == 10
    assert view.value(rule, "conditions") == [{"hostHeader": {"values": ["order-api.internal"]}}]
    view.assert_wired(rule, "actions[0].targetGroupArn", f"{ROUTE}-target.arn")


def test_both_conditions_hold_when_host_and_path_are_given() -> None:
    assert record_route(paths=["/orders/*"]).value(f"{ROUTE}-rule", "conditions") == [
        {"hostHeader": {"values": ["order-api.internal"]}},
        {"pathPattern": {"values": ["/orders/*"]}},
    ]


def test_health_is_a_grpc_status_when_the_container_speaks_grpc() -> None:
    view = record_route(protocol="GRPC", health_path="/grpc.health.v1.Health/Check")

    assert view.value(f"{ROUTE}-target", "protocolVersion") == "GRPC"
    assert view.value(f"{ROUTE}-target", "healthCheck.matcher") == "0"


def test_target_has_a_short_name_when_the_component_has_a_long_one() -> None:
    name = "production-recommendations-recommendation-engine"
    found = view_name(name)

    assert len(found) <= 32
    assert found != view_name(name + "-2")


def view_name(name: str) -> str:
    return str(record_route(name).value(f"{name}-target", "name"))


def test_route_is_refused_when_it_would_take_everything() -> None:
    with pytest.raises(ValueError, match="needs hosts or paths"):
        record_route(hosts=[])


def test_link_reaches_into_the_subnets_when_made() -> None:
    view = record_component(
        lambda: VpcLink("dev-apis", args=VpcLinkArgs(subnet_ids=["subnet-a"], security_group_ids=["sg-1"]))
    )

    view.assert_children("dev-apis", [("aws:apigatewayv2/vpcLink:VpcLink", "dev-apis-link")])
    assert view.node("dev-apis-link").inputs == {
        "name": "dev-apis",
        "subnetIds": ["subnet-a"],
        "securityGroupIds": ["sg-1"],
    }
