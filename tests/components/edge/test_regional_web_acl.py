from __future__ import annotations

from typing import Any

import pytest

from components.edge import RegionalWebAcl, RegionalWebAclArgs
from contracts.settings.edge import WebAclSettings
from tests.kit import ACCOUNT, REGION, GraphView, record_component

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


SETTINGS = WebAclSettings(
    managed_rules=("AWSManagedRulesCommonRuleSet", "AWSManagedRulesLinuxRuleSet"),
    blocked_countries=("KP",),
    always_allowed=("203.0.113.0/24",),
    always_blocked=("198.51.100.7/32",),
    longest_body_bytes=8192,
    log_retention_days=30,
)


def complete(settings: WebAclSettings = SETTINGS) -> GraphView:
    args = RegionalWebAclArgs(
        rate_limit=500,
        resource_arn="arn:alb",
        further={"orders": "arn:stage"},
        settings=settings,
        log_key_arn="arn:key",
        account_id=ACCOUNT,
        region=REGION,
    )
    return record_component(lambda: RegionalWebAcl("test-waf", args=args))


def test_rules_are_asked_in_this_order_when_settings_want_them_all() -> None:
    view = complete()
    made = sorted(rules(view).values(), key=lambda rule: rule["priority"])
    assert [rule["name"] for rule in made] == [
        *("RateLimit", "AlwaysAllowed", "AlwaysBlocked", "Countries", "LongBody"),
        *("AWSManagedRulesCommonRuleSet", "AWSManagedRulesLinuxRuleSet"),
    ]
    assert len({rule["priority"] for rule in made}) == len(made)
    assert [next(iter(rule.get("action", {"none": {}}))) for rule in made] == [
        *("block", "allow", "block", "block", "block", "none", "none")
    ]
    assert made[3]["statement"]["geoMatchStatement"]["countryCodes"] == ("KP",)
    body = made[4]["statement"]["sizeConstraintStatement"]
    assert (body["comparisonOperator"], body["size"]) == ("GT", 8192)
    assert body["fieldToMatch"]["body"]["oversizeHandling"] == "MATCH"
    assert view.value("test-waf-blocked", "addresses") == ("198.51.100.7/32",)
    view.assert_wired("test-waf-association-orders", "webAclArn", "test-waf-acl.arn")


def test_what_is_stopped_is_logged_without_credentials_when_settings_are_given() -> None:
    view = complete()
    view.assert_wired("test-waf-logging", "logDestinationConfigs", "test-waf-logs.arn")
    view.assert_wired("test-waf-logging", "resourceArn", "test-waf-acl.arn")
    view.assert_depends("test-waf-logging", "test-waf-logs-written")
    redacted: Any = view.value("test-waf-logging", "redactedFields")
    assert [each["singleHeader"]["name"] for each in redacted] == ["authorization", "cookie", "x-api-key"]
    assert view.value("test-waf-logging", "loggingFilter.defaultBehavior") == "DROP"
    assert view.value("test-waf-logs", "name") == "aws-waf-logs-test-waf"
    assert view.value("test-waf-logs", "kmsKeyId") == "arn:key"


def test_sets_of_addresses_are_left_out_when_there_are_none() -> None:
    view = complete(WebAclSettings(managed_rules=("AWSManagedRulesCommonRuleSet",), log_retention_days=1))
    assert [node for node in view.graph if node.type == "aws:wafv2/ipSet:IpSet"] == []
    assert set(rules(view)) == {"RateLimit", "AWSManagedRulesCommonRuleSet"}


def test_web_acl_is_refused_when_it_cannot_log() -> None:
    args = RegionalWebAclArgs(rate_limit=500, resource_arn="arn:alb", settings=SETTINGS)
    with pytest.raises(ValueError, match="the web ACL needs log_key_arn, account_id and region"):
        record_component(lambda: RegionalWebAcl("test-waf", args=args))
