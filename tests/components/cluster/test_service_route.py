from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from components.cluster import ServiceRoute, ServiceRouteArgs
from components.cluster.service_route import target_group_name
from tests.components.cluster.samples import LISTENER_ARN
from tests.kit import GraphView, record_component

TARGET_GROUP = "aws:lb/targetGroup:TargetGroup"
RULE = "aws:lb/listenerRule:ListenerRule"
names = st.from_regex(r"[a-z][a-z0-9]{0,20}(-[a-z0-9]{1,20}){0,2}", fullmatch=True)


def record(*, blue_green: bool) -> GraphView:
    args = ServiceRouteArgs(
        environment="test",
        service="user",
        path="/users/*",
        priority=20,
        health_path="/ready",
        vpc_id="vpc-1",
        listener_arn=LISTENER_ARN,
        blue_green=blue_green,
    )
    return record_component(lambda: ServiceRoute("route", args=args))


def test_one_target_group_and_a_rule_are_made_when_rolling() -> None:
    view = record(blue_green=False)

    view.assert_children("route", [(TARGET_GROUP, "route-target-blue"), (RULE, "route-rule")])
    assert view.node("route-rule").options.ignore_changes == ()


def test_two_target_groups_are_made_and_traffic_is_left_to_codedeploy_when_blue_green() -> None:
    view = record(blue_green=True)

    view.assert_children(
        "route",
        [(TARGET_GROUP, "route-target-blue"), (TARGET_GROUP, "route-target-green"), (RULE, "route-rule")],
    )
    blue, green = (dict(view.node(f"route-target-{color}").inputs) for color in ("blue", "green"))
    assert (blue.pop("name"), green.pop("name")) == ("test-user-blue", "test-user-green")
    assert blue == green
    assert view.node("route-rule").options.ignore_changes == ("actions",)


def test_targets_are_tasks_checked_on_8080_when_registered() -> None:
    assert record(blue_green=False).node("route-target-blue").inputs == {
        "name": "test-user-blue",
        "vpcId": "vpc-1",
        "targetType": "ip",
        "protocol": "HTTP",
        "port": 8080,
        "deregistrationDelay": 30,
        "healthCheck": {
            "enabled": True,
            "protocol": "HTTP",
            "port": "traffic-port",
            "path": "/ready",
            "matcher": "200",
            "interval": 15,
            "timeout": 5,
            "healthyThreshold": 2,
            "unhealthyThreshold": 3,
        },
    }


def test_rule_forwards_the_path_to_blue_when_made() -> None:
    view = record(blue_green=True)

    assert view.value("route-rule", "listenerArn") == LISTENER_ARN
    assert view.value("route-rule", "priority") == 20
    assert view.value("route-rule", "conditions") == [{"pathPattern": {"values": ["/users/*"]}}]
    assert view.value("route-rule", "actions[0].type") == "forward"
    view.assert_wired("route-rule", "actions[0].targetGroupArn", "route-target-blue.arn")


@given(names, names)
def test_name_fits_aws_when_it_is_long(environment: str, service: str) -> None:
    name = target_group_name(environment, service, "green")

    assert re.fullmatch(r"[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,30}[a-zA-Z0-9])?", name)
    full = f"{environment}-{service}-green"
    assert name == full or len(full) > 32


@given(names, names)
def test_colors_have_different_names_when_cut(environment: str, service: str) -> None:
    assert target_group_name(environment, service, "blue") != target_group_name(environment, service, "green")
