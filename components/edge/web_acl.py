"""The web ACL itself, the same before CloudFront and in a region: its sets of addresses, its rules and its log."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import pulumi
from pulumi_aws import wafv2

from components.edge import web_acl_rules as rules
from components.edge.web_acl_log import LogArgs, keep_log
from contracts.settings.edge import WebAclSettings


@dataclass(frozen=True, kw_only=True)
class WebAclParts:
    """What a web ACL consists of."""

    scope: Literal["CLOUDFRONT", "REGIONAL"]
    description: str
    rate_limit: int
    """Requests that one address may send in five minutes."""
    settings: WebAclSettings | None
    """What is refused beside floods; AWS's three basic groups, and no log, if None."""
    log_key_arn: pulumi.Input[str] | None
    """Key of the log group."""
    account_id: str
    """Account of the log group."""
    region: str
    """Region of the ACL and its log group; us-east-1 for CloudFront's."""


def make_web_acl(name: str, parts: WebAclParts, *, parent: pulumi.Resource) -> pulumi.Output[str]:
    """Make `{name}-acl` with all it needs, and return its ARN. What no rule stops is allowed."""
    acl = wafv2.WebAcl(
        f"{name}-acl",
        scope=parts.scope,
        description=parts.description,
        default_action=wafv2.WebAclDefaultActionArgs(allow=wafv2.WebAclDefaultActionAllowArgs()),
        rules=_rules(name, parts, parent),
        visibility_config=wafv2.WebAclVisibilityConfigArgs(
            metric_name=name, cloudwatch_metrics_enabled=True, sampled_requests_enabled=True
        ),
        opts=pulumi.ResourceOptions(parent=parent),
    )
    if parts.settings is not None:
        log = LogArgs(
            acl_arn=acl.arn,
            retention_days=parts.settings.log_retention_days,
            key_arn=parts.log_key_arn,
            account_id=parts.account_id,
            region=parts.region,
        )
        keep_log(name, log, parent=parent)
    return acl.arn


def _rules(name: str, parts: WebAclParts, parent: pulumi.Resource) -> list[wafv2.WebAclRuleArgs]:
    settings = parts.settings
    if settings is None:
        return rules.basic(parts.rate_limit)

    def addresses(label: str, ranges: Sequence[str]) -> pulumi.Output[str] | None:
        """ARN of the set of these addresses; None where there are none."""
        if not ranges:
            return None
        return wafv2.IpSet(
            f"{name}-{label}",
            scope=parts.scope,
            ip_address_version="IPV4",
            addresses=list(ranges),
            opts=pulumi.ResourceOptions(parent=parent),
        ).arn

    allowed, blocked = addresses("allowed", settings.always_allowed), addresses("blocked", settings.always_blocked)
    return rules.complete(settings, parts.rate_limit, allowed, blocked)
