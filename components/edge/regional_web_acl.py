"""The web ACL in front of the load balancer."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pulumi
from pulumi_aws import cloudwatch, wafv2

from components.edge import web_acl_rules as rules
from contracts.settings.edge import WebAclSettings

TOKEN = "atoll:edge:RegionalWebAcl"
REDACTED = ("authorization", "cookie", "x-api-key")
"""Headers whose values never reach a log."""


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
        settings = args.settings
        if settings is not None and not (args.log_key_arn and args.account_id and args.region):
            raise ValueError("edge.web_acl_rules asks for a log: the web ACL needs log_key_arn, account_id and region")
        super().__init__(TOKEN, name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        acl = wafv2.WebAcl(
            f"{name}-acl",
            scope="REGIONAL",
            description="Protects the load balancer",
            default_action=wafv2.WebAclDefaultActionArgs(allow=wafv2.WebAclDefaultActionAllowArgs()),
            rules=self._rules(name, args),
            visibility_config=wafv2.WebAclVisibilityConfigArgs(
                metric_name=name, cloudwatch_metrics_enabled=True, sampled_requests_enabled=True
            ),
            opts=child,
        )
        wafv2.WebAclAssociation(f"{name}-association", resource_arn=args.resource_arn, web_acl_arn=acl.arn, opts=child)
        for key, arn in args.further.items():
            wafv2.WebAclAssociation(f"{name}-association-{key}", resource_arn=arn, web_acl_arn=acl.arn, opts=child)
        if settings is not None:
            self._log(name, args, settings, acl.arn)
        self.arn = acl.arn
        self.register_outputs({"arn": self.arn})

    def _rules(self, name: str, args: RegionalWebAclArgs) -> list[wafv2.WebAclRuleArgs]:
        settings = args.settings
        if settings is None:
            return rules.basic(args.rate_limit)
        allowed = self._addresses(f"{name}-allowed", settings.always_allowed)
        blocked = self._addresses(f"{name}-blocked", settings.always_blocked)
        return rules.complete(settings, args.rate_limit, allowed, blocked)

    def _addresses(self, name: str, ranges: Sequence[str]) -> pulumi.Output[str] | None:
        """ARN of the set of these addresses; None where there are none."""
        if not ranges:
            return None
        return wafv2.IpSet(
            name,
            scope="REGIONAL",
            ip_address_version="IPV4",
            addresses=list(ranges),
            opts=pulumi.ResourceOptions(parent=self),
        ).arn

    def _log(self, name: str, args: RegionalWebAclArgs, settings: WebAclSettings, acl_arn: pulumi.Output[str]) -> None:
        child = pulumi.ResourceOptions(parent=self)
        group = cloudwatch.LogGroup(
            f"{name}-logs",
            # WAF delivers to groups of this prefix alone.
            name=f"aws-waf-logs-{name}",
            retention_in_days=settings.log_retention_days,
            kms_key_id=args.log_key_arn,
            opts=child,
        )
        policy = cloudwatch.LogResourcePolicy(
            f"{name}-logs-written",
            policy_name=f"aws-waf-logs-{name}",
            policy_document=json.dumps(log_policy(f"aws-waf-logs-{name}", args.region, args.account_id)),
            opts=child,
        )
        wafv2.WebAclLoggingConfiguration(
            f"{name}-logging",
            resource_arn=acl_arn,
            log_destination_configs=[group.arn],
            redacted_fields=[
                wafv2.WebAclLoggingConfigurationRedactedFieldArgs(
                    single_header=wafv2.WebAclLoggingConfigurationRedactedFieldSingleHeaderArgs(name=header)
                )
                for header in REDACTED
            ],
            logging_filter=_stopped_only(),
            opts=pulumi.ResourceOptions(parent=self, depends_on=[policy]),
        )


def _stopped_only() -> wafv2.WebAclLoggingConfigurationLoggingFilterArgs:
    """Requests that were allowed are in the log of the load balancer."""
    conditions = [
        wafv2.WebAclLoggingConfigurationLoggingFilterFilterConditionArgs(
            action_condition=wafv2.WebAclLoggingConfigurationLoggingFilterFilterConditionActionConditionArgs(
                action=action
            )
        )
        for action in ("BLOCK", "COUNT")
    ]
    kept = wafv2.WebAclLoggingConfigurationLoggingFilterFilterArgs(
        behavior="KEEP", requirement="MEETS_ANY", conditions=conditions
    )
    return wafv2.WebAclLoggingConfigurationLoggingFilterArgs(default_behavior="DROP", filters=[kept])


def log_policy(group: str, region: str, account_id: str) -> dict[str, Any]:
    """What lets WAF deliver to the group, for this account alone.

    https://docs.aws.amazon.com/waf/latest/developerguide/logging-cw-logs.html
    """
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "WafDelivers",
                "Effect": "Allow",
                "Principal": {"Service": "delivery.logs.amazonaws.com"},
                "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
                "Resource": f"arn:aws:logs:{region}:{account_id}:log-group:{group}:log-stream:*",
                "Condition": {
                    "StringEquals": {"aws:SourceAccount": account_id},
                    "ArnLike": {"aws:SourceArn": f"arn:aws:logs:{region}:{account_id}:*"},
                },
            }
        ],
    }
