"""Web ACLs as they should be."""

from __future__ import annotations

from typing import Any

from pulumi_aws import wafv2


def _seen(name: str) -> Any:
    return {"cloudwatch_metrics_enabled": True, "metric_name": name, "sampled_requests_enabled": True}


def program() -> None:
    """A web ACL with AWS's common rules and a rate limit, and its logs."""
    acl = wafv2.WebAcl(
        "web-acl",
        scope="REGIONAL",
        default_action={"allow": {}},
        visibility_config=_seen("all"),
        rules=[
            {
                "name": "common",
                "priority": 1,
                "override_action": {"none": {}},
                "statement": {
                    "managed_rule_group_statement": {"vendor_name": "AWS", "name": "AWSManagedRulesCommonRuleSet"}
                },
                "visibility_config": _seen("common"),
            },
            {
                "name": "rate",
                "priority": 2,
                "action": {"block": {}},
                "statement": {"rate_based_statement": {"limit": 2000, "aggregate_key_type": "IP"}},
                "visibility_config": _seen("rate"),
            },
        ],
    )
    wafv2.WebAclLoggingConfiguration(
        "web-acl-logging",
        resource_arn=acl.arn,
        log_destination_configs=["arn:aws:logs:us-east-1:111122223333:log-group:aws-waf-logs-site"],
    )
