"""The web ACL in front of the load balancer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pulumi
from pulumi_aws import wafv2

from components.edge.web_acl import WebAclParts, make_web_acl
from contracts.settings.edge import WebAclSettings

TOKEN = "atoll:edge:RegionalWebAcl"


@dataclass(frozen=True, kw_only=True)
class RegionalWebAclArgs:
    """Wiring of a web ACL."""

    rate_limit: int
    """Requests that one address may send in five minutes, 10 to 2,000,000,000; beyond it the address is blocked."""
    resource_arn: pulumi.Input[str]
    """The load balancer to protect."""
    further: Mapping[str, pulumi.Input[str]] = field(default_factory=dict[str, pulumi.Input[str]])
    """Stable key → ARN of what else it protects: stages of REST APIs."""
    settings: WebAclSettings | None = None
    """What is refused beside floods; AWS's three basic groups, and no log, if None."""
    log_key_arn: pulumi.Input[str] | None = None
    """Key of the log group; needed with settings."""
    account_id: str = ""
    """Account of the log group; needed with settings."""
    region: str = ""
    """Region of the log group; needed with settings."""


class RegionalWebAcl(pulumi.ComponentResource):
    """A regional WAF web ACL against floods, addresses, countries, long bodies and known attacks, and its log.

    Makes: the web ACL (everything that no rule stops is allowed), its association; with settings the sets of
    addresses, and the log group `aws-waf-logs-<name>` of what was blocked or counted, without credentials.
    Costs: $5 a month for the ACL, $1 for each of its rules, $0.60 per million requests, $0.50 a GB of log.
    Does not: inspect bodies beyond 8 KB, or stop volumetric attacks (Shield does).
    Units: requests per five minutes and address; bytes. Errors: ValueError for settings without what the log needs.
    Source: EDGE-4, EDGE-3; https://docs.aws.amazon.com/waf/latest/developerguide/aws-managed-rule-groups-list.html
    """

    arn: pulumi.Output[str]

    def __init__(self, name: str, *, args: RegionalWebAclArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        if args.settings is not None and not (args.log_key_arn and args.account_id and args.region):
            raise ValueError("edge.web_acl_rules asks for a log: the web ACL needs log_key_arn, account_id and region")
        super().__init__(TOKEN, name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        parts = WebAclParts(
            scope="REGIONAL",
            description="Protects the load balancer",
            rate_limit=args.rate_limit,
            settings=args.settings,
            log_key_arn=args.log_key_arn,
            account_id=args.account_id,
            region=args.region,
        )
        self.arn = make_web_acl(name, parts, parent=self)
        wafv2.WebAclAssociation(f"{name}-association", resource_arn=args.resource_arn, web_acl_arn=self.arn, opts=child)
        for key, arn in args.further.items():
            wafv2.WebAclAssociation(f"{name}-association-{key}", resource_arn=arn, web_acl_arn=self.arn, opts=child)
        self.register_outputs({"arn": self.arn})
