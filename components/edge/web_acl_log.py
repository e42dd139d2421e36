"""The log of a web ACL: what was blocked or counted, without credentials (EDGE-3)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import pulumi
from pulumi_aws import cloudwatch, wafv2

REDACTED = ("authorization", "cookie", "x-api-key")
"""Headers whose values never reach a log."""


@dataclass(frozen=True, kw_only=True)
class LogArgs:
    """What is logged, and where."""

    acl_arn: pulumi.Input[str]
    retention_days: int
    key_arn: pulumi.Input[str] | None
    """Key of the log group."""
    account_id: str
    """Account of the log group."""
    region: str
    """Region of the log group: that of the ACL, and us-east-1 for CloudFront's."""


def keep_log(name: str, args: LogArgs, *, parent: pulumi.Resource) -> None:
    """Make the log group `aws-waf-logs-<name>`, let WAF write to it, and send it what was stopped."""
    child = pulumi.ResourceOptions(parent=parent)
    group = cloudwatch.LogGroup(
        f"{name}-logs",
        # WAF delivers to groups of this prefix alone.
        name=f"aws-waf-logs-{name}",
        retention_in_days=args.retention_days,
        kms_key_id=args.key_arn,
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
        resource_arn=args.acl_arn,
        log_destination_configs=[group.arn],
        redacted_fields=[
            wafv2.WebAclLoggingConfigurationRedactedFieldArgs(
                single_header=wafv2.WebAclLoggingConfigurationRedactedFieldSingleHeaderArgs(name=header)
            )
            for header in REDACTED
        ],
        logging_filter=_stopped_only(),
        opts=pulumi.ResourceOptions(parent=parent, depends_on=[policy]),
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
