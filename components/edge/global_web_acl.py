"""The web ACL in front of CloudFront (EDGE-3)."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi

from components.edge.web_acl import WebAclParts, make_web_acl
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
        parts = WebAclParts(
            scope="CLOUDFRONT",
            description="Protects the distribution",
            rate_limit=args.settings.rate_limit,
            settings=args.settings.rules,
            log_key_arn=args.log_key_arn,
            account_id=args.account_id,
            region=args.region,
        )
        self.arn = make_web_acl(name, parts, parent=self)
        self.register_outputs({"arn": self.arn})
