"""What must not happen unseen in an account, heard from its trail (SEC-2, IAM-2)."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi
from pulumi_aws.cloudwatch._inputs import LogMetricFilterMetricTransformationArgs
from pulumi_aws.cloudwatch.log_metric_filter import LogMetricFilter
from pulumi_aws.cloudwatch.metric_alarm import MetricAlarm

TOKEN = "atoll:detection:TrailAlarms"
PERIOD_SECONDS = 300


@dataclass(frozen=True, kw_only=True)
class TrailAlarmsArgs:
    """Wiring of the alarms."""

    environment: str
    log_group_name: pulumi.Input[str]
    """Where the trail writes its events."""
    topic_arn: pulumi.Input[str]
    """Who is told; its policy must admit CloudWatch alarms."""
    break_glass_role: str | None
    """Role for emergencies; None for no such alarm."""


def any_event(*names: str, source: str | None = None) -> str:
    """Pattern of calls by their names, of one service where it is given."""
    calls = " || ".join(f"($.eventName = {name})" for name in names)
    if source is None:
        return f"{{ {calls} }}"
    return f"{{ ($.eventSource = {source}.amazonaws.com) && ({calls}) }}"


def each_of(verbs: tuple[str, ...], *nouns: str) -> tuple[str, ...]:
    """`("Create", "Delete")` and `Vpc` → `CreateVpc`, `DeleteVpc`."""
    return tuple(f"{verb}{noun}" for noun in nouns for verb in verbs)


PATTERNS: dict[str, str] = {
    "refused-calls": '{ ($.errorCode = "*UnauthorizedOperation") || ($.errorCode = "AccessDenied*") }',
    "login-without-mfa": (
        '{ ($.eventName = "ConsoleLogin") && ($.additionalEventData.MFAUsed != "Yes") '
        '&& ($.userIdentity.type = "IAMUser") && ($.responseElements.ConsoleLogin = "Success") }'
    ),
    "root-used": (
        '{ $.userIdentity.type = "Root" && $.userIdentity.invokedBy NOT EXISTS && $.eventType != "AwsServiceEvent" }'
    ),
    "iam-policy-changed": any_event(
        *each_of(("Delete", "Put", "Attach", "Detach"), "GroupPolicy", "RolePolicy", "UserPolicy"),
        *each_of(("Create", "Delete"), "Policy", "PolicyVersion"),
    ),
    "trail-changed": any_event(
        *each_of(("Create", "Update", "Delete"), "Trail"), *each_of(("Start", "Stop"), "Logging")
    ),
    "login-failed": '{ ($.eventName = ConsoleLogin) && ($.errorMessage = "Failed authentication") }',
    "key-lost": any_event("DisableKey", "ScheduleKeyDeletion", source="kms"),
    "bucket-policy-changed": any_event(
        "PutBucketAcl",
        *each_of(("Put", "Delete"), "BucketPolicy", "BucketCors", "BucketLifecycle", "BucketReplication"),
        source="s3",
    ),
    "recorder-changed": any_event(
        "StopConfigurationRecorder",
        "DeleteDeliveryChannel",
        "PutDeliveryChannel",
        "PutConfigurationRecorder",
        source="config",
    ),
    "security-group-changed": any_event(
        *each_of(("Authorize", "Revoke"), "SecurityGroupIngress", "SecurityGroupEgress"),
        *each_of(("Create", "Delete"), "SecurityGroup"),
    ),
    "network-acl-changed": any_event(
        *each_of(("Create", "Delete", "Replace"), "NetworkAclEntry"),
        *each_of(("Create", "Delete"), "NetworkAcl"),
        "ReplaceNetworkAclAssociation",
    ),
    "gateway-changed": any_event(
        *each_of(("Create", "Delete"), "CustomerGateway", "InternetGateway"),
        *each_of(("Attach", "Detach"), "InternetGateway"),
    ),
    "route-changed": any_event(
        *each_of(("Create", "Delete"), "Route", "RouteTable"),
        *("ReplaceRoute", "ReplaceRouteTableAssociation", "DisassociateRouteTable"),
    ),
    "vpc-changed": any_event(
        *("CreateVpc", "DeleteVpc", "ModifyVpcAttribute"),
        *each_of(("Accept", "Create", "Delete", "Reject"), "VpcPeeringConnection"),
        *("AttachClassicLinkVpc", "DetachClassicLinkVpc", "DisableVpcClassicLink", "EnableVpcClassicLink"),
    ),
    "organization-changed": "{ ($.eventSource = organizations.amazonaws.com) }",
}
"""Stable key → pattern of a metric filter. CIS AWS Foundations Benchmark, section "Monitoring"."""


def break_glass(role: str) -> str:
    """Pattern of somebody taking the role for emergencies, and of everything done with it."""
    issuer = "$.userIdentity.sessionContext.sessionIssuer.userName"
    return f'{{ ({issuer} = "{role}") || ($.requestParameters.roleArn = "*:role/{role}") }}'


class TrailAlarms(pulumi.ComponentResource):
    """A metric filter and an alarm for each thing that nobody does in silence, and for the role for emergencies.

    One event is enough, and it is told within five minutes. Costs USD 0.10 an alarm and 0.30 a metric that has
    happened, a month.
    Source: SEC-2, IAM-2; CIS AWS Foundations Benchmark; Amazon CloudWatch Logs User Guide, "Filter pattern syntax".
    """

    alarm_arns: dict[str, pulumi.Output[str]]
    """Key → ARN of its alarm."""

    def __init__(self, name: str, *, args: TrailAlarmsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Make `{name}-heard-<key>` and `{name}-alarm-<key>` for each."""
        super().__init__(TOKEN, name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        role = args.break_glass_role
        wanted = PATTERNS | ({"break-glass": break_glass(role)} if role is not None else {})
        namespace = f"Atoll/{args.environment}/Trail"
        self.alarm_arns = {}
        for key, pattern in wanted.items():
            LogMetricFilter(
                f"{name}-heard-{key}",
                name=key,
                log_group_name=args.log_group_name,
                pattern=pattern,
                metric_transformation=LogMetricFilterMetricTransformationArgs(
                    name=key, namespace=namespace, value="1", default_value="0", unit="Count"
                ),
                opts=child,
            )
            alarm = MetricAlarm(
                f"{name}-alarm-{key}",
                name=f"atoll-{args.environment}-trail-{key}",
                alarm_description=f"{key.replace('-', ' ').capitalize()}, says the trail of {args.environment}",
                namespace=namespace,
                metric_name=key,
                statistic="Sum",
                period=PERIOD_SECONDS,
                evaluation_periods=1,
                threshold=1,
                comparison_operator="GreaterThanOrEqualToThreshold",
                treat_missing_data="notBreaching",
                alarm_actions=[args.topic_arn],
                opts=child,
            )
            self.alarm_arns[key] = alarm.arn
        self.register_outputs({"alarm_arns": self.alarm_arns})
