"""The web ACL of CloudFront and what Shield protects beside it (EDGE-3)."""

from __future__ import annotations

from typing import Any

from components.edge.global_web_acl import GlobalWebAcl, GlobalWebAclArgs
from components.edge.shielded_edge import ShieldedEdge, ShieldedEdgeArgs
from contracts.settings.edge import ShieldSettings
from contracts.settings.global_layer import FirewallSettings
from tests.kit import ACCOUNT, REGION, GraphView, record_component
from tests.kit.plain import plain

RULES: dict[str, Any] = {
    "managed_rules": ["AWSManagedRulesCommonRuleSet", "AWSManagedRulesSQLiRuleSet"],
    "log_retention_days": 90,
}


def record(**changes: Any) -> GraphView:
    settings = FirewallSettings.model_validate({"rate_limit": 2000, "rules": RULES | changes})
    args = GlobalWebAclArgs(settings=settings, log_key_arn="arn:logs", account_id=ACCOUNT, region=REGION)
    return record_component(lambda: GlobalWebAcl("test", args=args))


def test_floods_are_stopped_first_at_the_edge_of_the_world() -> None:
    view = record()
    assert view.value("test-acl", "scope") == "CLOUDFRONT"
    rules = {rule["name"]: rule for rule in plain(view.value("test-acl", "rules"))}
    assert list(rules) == ["RateLimit", "AWSManagedRulesCommonRuleSet", "AWSManagedRulesSQLiRuleSet"]
    assert rules["RateLimit"]["statement"]["rateBasedStatement"]["limit"] == 2000
    assert rules["RateLimit"]["priority"] == min(rule["priority"] for rule in rules.values())


def test_sets_of_addresses_are_of_the_same_scope_when_the_settings_name_some() -> None:
    view = record(always_allowed=["203.0.113.7/32"], always_blocked=["198.51.100.0/24"])
    for name, addresses in (("test-allowed", "203.0.113.7/32"), ("test-blocked", "198.51.100.0/24")):
        assert view.value(name, "scope") == "CLOUDFRONT"
        assert view.value(name, "addresses") == (addresses,)


def test_what_was_stopped_is_logged_without_credentials() -> None:
    view = record()
    assert view.value("test-logs", "name") == "aws-waf-logs-test"
    assert view.value("test-logs", "retentionInDays") == 90
    view.assert_wired("test-logging", "resourceArn", "test-acl.arn")
    view.assert_depends("test-logging", "test-logs-written")
    redacted = plain(view.value("test-logging", "redactedFields"))
    assert [field["singleHeader"]["name"] for field in redacted] == ["authorization", "cookie", "x-api-key"]
    assert view.value("test-logging", "loggingFilter.defaultBehavior") == "DROP"


def test_everything_without_a_region_is_protected_once_the_account_subscribes() -> None:
    args = ShieldedEdgeArgs(
        settings=ShieldSettings(subscribe=True, automatic_response=True, contacts=()),
        domain="atoll.example",
        entrance_arn="arn:distribution",
        firewall=None,
        further={"zone": "arn:zone", "accelerator": "arn:accelerator"},
    )
    view = record_component(lambda: ShieldedEdge("test", args=args))
    assert view.value("test-entrance-protection", "resourceArn") == "arn:distribution"
    for key in ("zone", "accelerator"):
        assert view.value(f"test-{key}", "resourceArn") == f"arn:{key}"
        view.assert_depends(f"test-{key}", "test-entrance-subscription")
