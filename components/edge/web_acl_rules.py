"""The rules of a web ACL, in the order in which they are asked; pure."""

from __future__ import annotations

import pulumi
from pulumi_aws import wafv2

from contracts.settings.edge import WebAclSettings

MANAGED_RULE_GROUPS = {
    "AWSManagedRulesAmazonIpReputationList": 10,
    "AWSManagedRulesAnonymousIpList": 15,
    "AWSManagedRulesCommonRuleSet": 20,
    "AWSManagedRulesKnownBadInputsRuleSet": 30,
    "AWSManagedRulesSQLiRuleSet": 40,
    "AWSManagedRulesLinuxRuleSet": 50,
}
"""AWS's free managed rule groups and their priorities: cheapest refusal first."""
BASIC = (
    "AWSManagedRulesAmazonIpReputationList",
    "AWSManagedRulesCommonRuleSet",
    "AWSManagedRulesKnownBadInputsRuleSet",
)
"""Groups of a web ACL that nobody has said more about."""
ALLOWED, RATE, BLOCKED, COUNTRIES, BODY = 1, 0, 2, 3, 4
"""Priorities of the platform's own rules. Floods come first: no address may send any number of requests."""


def basic(rate_limit: int) -> list[wafv2.WebAclRuleArgs]:
    """A rate limit and the basic groups."""
    return [rate_rule(rate_limit), *(managed_rule(group) for group in BASIC)]


def complete(
    settings: WebAclSettings,
    rate_limit: int,
    allowed: pulumi.Output[str] | None,
    blocked: pulumi.Output[str] | None,
) -> list[wafv2.WebAclRuleArgs]:
    """Everything that the settings ask for.

    Args:
        settings: what is refused.
        rate_limit: requests of one address in five minutes.
        allowed: ARN of the set of addresses that no later rule is asked about.
        blocked: ARN of the set of addresses that are refused.
    """
    found = [rate_rule(rate_limit)]
    if allowed is not None:
        found.append(_rule("AlwaysAllowed", ALLOWED, _from(allowed), block=False))
    if blocked is not None:
        found.append(_rule("AlwaysBlocked", BLOCKED, _from(blocked)))
    if settings.blocked_countries:
        countries = wafv2.WebAclRuleStatementGeoMatchStatementArgs(country_codes=list(settings.blocked_countries))
        found.append(_rule("Countries", COUNTRIES, wafv2.WebAclRuleStatementArgs(geo_match_statement=countries)))
    if settings.longest_body_bytes is not None:
        found.append(_rule("LongBody", BODY, _longer_than(settings.longest_body_bytes)))
    return [*found, *(managed_rule(group) for group in settings.managed_rules)]


def rate_rule(limit: int) -> wafv2.WebAclRuleArgs:
    """Block an address that asks too often, until it asks less."""
    statement = wafv2.WebAclRuleStatementRateBasedStatementArgs(
        limit=limit, aggregate_key_type="IP", evaluation_window_sec=300
    )
    return _rule("RateLimit", RATE, wafv2.WebAclRuleStatementArgs(rate_based_statement=statement))


def managed_rule(group: str) -> wafv2.WebAclRuleArgs:
    """One of AWS's groups, as strict as AWS made it."""
    return wafv2.WebAclRuleArgs(
        name=group,
        priority=MANAGED_RULE_GROUPS[group],
        # Keep what the group says: block. `count` would only watch.
        override_action=wafv2.WebAclRuleOverrideActionArgs(none=wafv2.WebAclRuleOverrideActionNoneArgs()),
        statement=wafv2.WebAclRuleStatementArgs(
            managed_rule_group_statement=wafv2.WebAclRuleStatementManagedRuleGroupStatementArgs(
                vendor_name="AWS", name=group
            )
        ),
        visibility_config=_visibility(group),
    )


def _rule(
    name: str, priority: int, statement: wafv2.WebAclRuleStatementArgs, *, block: bool = True
) -> wafv2.WebAclRuleArgs:
    action = (
        wafv2.WebAclRuleActionArgs(block=wafv2.WebAclRuleActionBlockArgs())
        if block
        else wafv2.WebAclRuleActionArgs(allow=wafv2.WebAclRuleActionAllowArgs())
    )
    return wafv2.WebAclRuleArgs(
        name=name, priority=priority, action=action, statement=statement, visibility_config=_visibility(name)
    )


def _from(addresses: pulumi.Output[str]) -> wafv2.WebAclRuleStatementArgs:
    return wafv2.WebAclRuleStatementArgs(
        ip_set_reference_statement=wafv2.WebAclRuleStatementIpSetReferenceStatementArgs(arn=addresses)
    )


def _longer_than(size: int) -> wafv2.WebAclRuleStatementArgs:
    """A body that is too long to be read as a whole counts as too long."""
    return wafv2.WebAclRuleStatementArgs(
        size_constraint_statement=wafv2.WebAclRuleStatementSizeConstraintStatementArgs(
            comparison_operator="GT",
            size=size,
            field_to_match=wafv2.WebAclRuleStatementSizeConstraintStatementFieldToMatchArgs(
                body=wafv2.WebAclRuleStatementSizeConstraintStatementFieldToMatchBodyArgs(oversize_handling="MATCH")
            ),
            text_transformations=[
                wafv2.WebAclRuleStatementSizeConstraintStatementTextTransformationArgs(priority=0, type="NONE")
            ],
        )
    )


def _visibility(metric: str) -> wafv2.WebAclRuleVisibilityConfigArgs:
    return wafv2.WebAclRuleVisibilityConfigArgs(
        metric_name=metric, cloudwatch_metrics_enabled=True, sampled_requests_enabled=True
    )
