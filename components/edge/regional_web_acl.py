"""The web ACL in front of the load balancer."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi
from pulumi_aws import wafv2

TOKEN = "atoll:edge:RegionalWebAcl"

MANAGED_RULE_GROUPS = {
    "AWSManagedRulesAmazonIpReputationList": 10,
    "AWSManagedRulesCommonRuleSet": 20,
    "AWSManagedRulesKnownBadInputsRuleSet": 30,
}
"""AWS's free managed rule groups and their priorities: cheapest refusal first."""


@dataclass(frozen=True, kw_only=True)
class RegionalWebAclArgs:
    """Wiring of a web ACL."""

    rate_limit: int
    """Requests that one address may send in five minutes, 10 to 2,000,000,000; beyond it the address is blocked."""
    resource_arn: pulumi.Input[str]
    """The load balancer to protect."""


class RegionalWebAcl(pulumi.ComponentResource):
    """A regional WAF web ACL with a rate limit and AWS's managed rules, associated with a load balancer (EDGE-4).

    Makes: the web ACL (rate limit, IP reputation, common, known bad inputs; everything else is allowed), the
    association.
    Costs: $5 a month for the ACL, $1 for each of its four rules, $0.60 per million requests.
    Does not: log (the security layer adds that), inspect bodies beyond 8 KB, or stop volumetric attacks (Shield does).
    Units: requests per five minutes and address.
    Source: EDGE-4, EDGE-3; https://docs.aws.amazon.com/waf/latest/developerguide/aws-managed-rule-groups-list.html
    """

    arn: pulumi.Output[str]

    def __init__(self, name: str, *, args: RegionalWebAclArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(TOKEN, name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        acl = wafv2.WebAcl(
            f"{name}-acl",
            scope="REGIONAL",
            description="Protects the load balancer",
            default_action=wafv2.WebAclDefaultActionArgs(allow=wafv2.WebAclDefaultActionAllowArgs()),
            rules=[
                _rate_rule(args.rate_limit),
                *(_managed_rule(group, priority) for group, priority in MANAGED_RULE_GROUPS.items()),
            ],
            visibility_config=wafv2.WebAclVisibilityConfigArgs(
                metric_name=name, cloudwatch_metrics_enabled=True, sampled_requests_enabled=True
            ),
            opts=child,
        )
        wafv2.WebAclAssociation(f"{name}-association", resource_arn=args.resource_arn, web_acl_arn=acl.arn, opts=child)
        self.arn = acl.arn
        self.register_outputs({"arn": self.arn})


def _visibility(metric: str) -> wafv2.WebAclRuleVisibilityConfigArgs:
    return wafv2.WebAclRuleVisibilityConfigArgs(
        metric_name=metric, cloudwatch_metrics_enabled=True, sampled_requests_enabled=True
    )


def _rate_rule(limit: int) -> wafv2.WebAclRuleArgs:
    return wafv2.WebAclRuleArgs(
        name="RateLimit",
        priority=0,
        action=wafv2.WebAclRuleActionArgs(block=wafv2.WebAclRuleActionBlockArgs()),
        statement=wafv2.WebAclRuleStatementArgs(
            rate_based_statement=wafv2.WebAclRuleStatementRateBasedStatementArgs(
                limit=limit, aggregate_key_type="IP", evaluation_window_sec=300
            )
        ),
        visibility_config=_visibility("RateLimit"),
    )


def _managed_rule(group: str, priority: int) -> wafv2.WebAclRuleArgs:
    return wafv2.WebAclRuleArgs(
        name=group,
        priority=priority,
        # Keep what the group says: block. `count` would only watch.
        override_action=wafv2.WebAclRuleOverrideActionArgs(none=wafv2.WebAclRuleOverrideActionNoneArgs()),
        statement=wafv2.WebAclRuleStatementArgs(
            managed_rule_group_statement=wafv2.WebAclRuleStatementManagedRuleGroupStatementArgs(
                vendor_name="AWS", name=group
            )
        ),
        visibility_config=_visibility(group),
    )
