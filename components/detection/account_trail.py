"""The account's own CloudTrail, where no trail of the organization covers it (SEC-2)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import pulumi
from pulumi_aws.cloudtrail._inputs import (
    TrailAdvancedEventSelectorArgs,
    TrailAdvancedEventSelectorFieldSelectorArgs,
    TrailInsightSelectorArgs,
)
from pulumi_aws.cloudtrail.trail import Trail
from pulumi_aws.cloudwatch.log_group import LogGroup
from pulumi_aws.iam.role import Role
from pulumi_aws.iam.role_policy import RolePolicy

from components.detection.audit_archive import TRAIL_PREFIX, trail_name
from components.identity.roles import Scope
from components.identity.service_trust import service_trust
from components.identity.statements import allow
from contracts.settings.detection import TrailSettings

TOKEN = "atoll:detection:AccountTrail"
DATA = ("AWS::S3::Object", "AWS::DynamoDB::Table", "AWS::Lambda::Function")
"""What is read, written and called: the resources whose data events are recorded."""


@dataclass(frozen=True, kw_only=True)
class AccountTrailArgs:
    """Wiring of the trail."""

    settings: TrailSettings
    scope: Scope
    bucket: pulumi.Input[str]
    """The bucket of evidence, once its policy lets CloudTrail write."""
    key_arn: pulumi.Input[str]
    """The audit key."""
    log_key_arn: pulumi.Input[str]
    """The key of log groups."""


def selectors(data_events: bool) -> list[TrailAdvancedEventSelectorArgs]:
    """Every management event; with `data_events` also what is done to objects, items and functions."""
    found = [_selector("Management events", eventCategory="Management")]
    if data_events:
        found += [_selector(f"Data events of {k}", **{"eventCategory": "Data", "resources.type": k}) for k in DATA]
    return found


def _selector(name: str, **equals: str) -> TrailAdvancedEventSelectorArgs:
    fields = [
        TrailAdvancedEventSelectorFieldSelectorArgs(field=field, equals=[value]) for field, value in equals.items()
    ]
    return TrailAdvancedEventSelectorArgs(name=name, field_selectors=fields)


class AccountTrail(pulumi.ComponentResource):
    """The trail `atoll-<environment>` of all regions, signed, encrypted, kept write-once, and readable by alarms.

    Makes: the log group `/aws/cloudtrail/<trail>`, the role that CloudTrail writes to it with, the trail.
    Costs: the first copy of management events is free; USD 1 a million data events, 0.35 a million events that
    insights look at, 0.50 a GB of log group. Does not: cover other accounts.
    Source: SEC-2; AWS CloudTrail User Guide, "Validating log file integrity", "Sending events to CloudWatch Logs".
    """

    arn: pulumi.Output[str]
    log_group_name: pulumi.Output[str]

    def __init__(self, name: str, *, args: AccountTrailArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Make `{name}-trail`, `{name}-trail-logs` and `{name}-trail-role`."""
        super().__init__(TOKEN, name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        scope, physical = args.scope, trail_name(args.scope.shared)
        logs = LogGroup(
            f"{name}-trail-logs",
            name=f"/aws/cloudtrail/{physical}",
            retention_in_days=args.settings.log_retention_days,
            kms_key_id=args.log_key_arn,
            opts=child,
        )
        role = Role(
            f"{name}-trail-role",
            name=f"{physical}-trail-{scope.region}",
            description="CloudTrail, to its log group",
            assume_role_policy=json.dumps(_trust(scope, physical)),
            opts=child,
        )
        policy = RolePolicy(
            f"{name}-trail-writes",
            role=role.name,
            policy=pulumi.Output.json_dumps(
                {
                    "Version": "2012-10-17",
                    "Statement": [
                        allow(
                            "WriteLogs",
                            ["logs:CreateLogStream", "logs:PutLogEvents"],
                            pulumi.Output.concat(logs.arn, f":log-stream:{scope.account_id}_CloudTrail_*"),
                        )
                    ],
                }
            ),
            opts=child,
        )
        insights = ("ApiCallRateInsight", "ApiErrorRateInsight") if args.settings.insights else ()
        trail = Trail(
            f"{name}-trail",
            name=physical,
            s3_bucket_name=args.bucket,
            s3_key_prefix=TRAIL_PREFIX,
            kms_key_id=args.key_arn,
            cloud_watch_logs_group_arn=pulumi.Output.concat(logs.arn, ":*"),
            cloud_watch_logs_role_arn=role.arn,
            enable_log_file_validation=True,
            enable_logging=True,
            include_global_service_events=True,
            is_multi_region_trail=True,
            advanced_event_selectors=selectors(args.settings.data_events),
            insight_selectors=[TrailInsightSelectorArgs(insight_type=kind) for kind in insights] or None,
            # CloudTrail tries at once whether it may write.
            opts=pulumi.ResourceOptions(parent=self, depends_on=[policy]),
        )
        self.arn, self.log_group_name = trail.arn, logs.name
        self.register_outputs({"arn": self.arn, "log_group_name": self.log_group_name})


def _trust(scope: Scope, trail: str) -> dict[str, Any]:
    arn = scope.arn("cloudtrail", f"trail/{trail}")
    return service_trust("CloudTrail", "cloudtrail.amazonaws.com", scope.account_id, arn, exact=True)
