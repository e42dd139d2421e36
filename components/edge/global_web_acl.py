"""The web ACL in front of CloudFront (EDGE-3)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
from pulumi_aws import wafv2

from components.edge import web_acl_rules as rules
from components.edge.web_acl_log import LogArgs, keep_log
from contracts.settings.global_layer import FirewallSettings

TOKEN = "atoll:edge:GlobalWebAcl"


@dataclass(frozen=True, kw_only=True)
class GlobalWebAclArgs:
    """Wiring of a web ACL of CloudFront."""

    settings: FirewallSettings
    log_key_arn: pulumi.Input[str]
    """Key of the log group, in us-east-1."""
    account_id: str
    region: str
    """us-east-1, where WAF keeps what belongs to CloudFront."""


class GlobalWebAcl(pulumi.ComponentResource):
    """A web ACL that is asked at every edge location, before a request travels to a region, and its log.

    Makes: the ACL with scope CLOUDFRONT (floods first, then addresses, countries, long bodies and AWS's groups: the
    rules of the regional ACLs); sets of addresses; the log group `aws-waf-logs-<name>` of what was blocked or counted,
    without credentials.
    Costs: USD 5 a month for the ACL, USD 1 for each of its rules, USD 0.60 per million requests, USD 0.50 a GB of log.
    Does not: belong to anything by itself: the distribution names it. Stop volumetric attacks (Shield does).
    Units: requests per five minutes and address. Source: EDGE-3;
    https://docs.aws.amazon.com/waf/latest/developerguide/cloudfront-features.html
    """

    arn: pulumi.Output[str]

    def __init__(self, name: str, *, args: GlobalWebAclArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Make `{name}-acl`; its provider has to be one of us-east-1."""
        super().__init__(TOKEN, name, None, opts)
        chosen = args.settings.rules
        acl = wafv2.WebAcl(
            f"{name}-acl",
            scope="CLOUDFRONT",
            description="Protects the distribution",
            default_action=wafv2.WebAclDefaultActionArgs(allow=wafv2.WebAclDefaultActionAllowArgs()),
            rules=rules.complete(
                chosen,
                args.settings.rate_limit,
                self._addresses(f"{name}-allowed", chosen.always_allowed),
                self._addresses(f"{name}-blocked", chosen.always_blocked),
            ),
            visibility_config=wafv2.WebAclVisibilityConfigArgs(
                metric_name=name, cloudwatch_metrics_enabled=True, sampled_requests_enabled=True
            ),
            opts=pulumi.ResourceOptions(parent=self),
        )
        keep_log(
            name,
            LogArgs(
                acl_arn=acl.arn,
                retention_days=chosen.log_retention_days,
                key_arn=args.log_key_arn,
                account_id=args.account_id,
                region=args.region,
            ),
            parent=self,
        )
        self.arn = acl.arn
        self.register_outputs({"arn": self.arn})

    def _addresses(self, name: str, ranges: Sequence[str]) -> pulumi.Output[str] | None:
        """ARN of the set of these addresses; None where there are none."""
        if not ranges:
            return None
        return wafv2.IpSet(
            name,
            scope="CLOUDFRONT",
            ip_address_version="IPV4",
            addresses=list(ranges),
            opts=pulumi.ResourceOptions(parent=self),
        ).arn
