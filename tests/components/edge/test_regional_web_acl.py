from __future__ import annotations

from typing import Any

from components.edge import RegionalWebAcl, RegionalWebAclArgs
from tests.kit import GraphView, record_component

MANAGED = {
    "AWSManagedRulesAmazonIpReputationList": 10,
    "AWSManagedRulesCommonRuleSet": 20,
    "AWSManagedRulesKnownBadInputsRuleSet": 30,
}


def record() -> GraphView:
    args = RegionalWebAclArgs(rate_limit=500, resource_arn="arn:alb")
    return record_component(lambda: RegionalWebAcl("test-waf", args=args))


def rules(view: GraphView) -> dict[str, Any]:
    value: Any = view.value("test-waf-acl", "rules")
    return {rule["name"]: rule for rule in value}


def test_acl_is_associated_with_the_resource_when_made() -> None:
    view = record()

    view.assert_children(
        "test-waf",
        [
            ("aws:wafv2/webAcl:WebAcl", "test-waf-acl"),
            ("aws:wafv2/webAclAssociation:WebAclAssociation", "test-waf-association"),
        ],
    )
    assert view.value("test-waf-association", "resourceArn") == "arn:alb"
    view.assert_wired("test-waf-association", "webAclArn", "test-waf-acl.arn")
    assert view.value("test-waf-acl", "scope") == "REGIONAL"
    assert view.value("test-waf-acl", "defaultAction") == {"allow": {}}


def test_address_is_blocked_when_it_asks_too_often() -> None:
    rule = rules(record())["RateLimit"]

    assert rule["priority"] == 0
    assert rule["action"] == {"block": {}}
    assert rule["statement"]["rateBasedStatement"] == {
        "limit": 500,
        "aggregateKeyType": "IP",
        "evaluationWindowSec": 300,
    }


def test_managed_groups_decide_themselves_when_they_match() -> None:
    made = rules(record())

    assert {name: rule["priority"] for name, rule in made.items() if name != "RateLimit"} == MANAGED
    for name in MANAGED:
        assert made[name]["statement"]["managedRuleGroupStatement"] == {"vendorName": "AWS", "name": name}
        assert made[name]["overrideAction"] == {"none": {}}


def test_every_rule_is_measured_when_it_matches() -> None:
    assert {rule["visibilityConfig"]["cloudwatchMetricsEnabled"] for rule in rules(record()).values()} == {True}
