"""Synthetic checks from outside (OBS-6)."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pulumi
from pulumi_aws import cloudwatch, s3, synthetics
from pulumi_aws.iam.role import Role
from pulumi_aws.iam.role_policy import RolePolicy

from components.identity.roles import Scope
from components.identity.service_trust import service_trust
from components.identity.statements import Statement, allow, send_traces
from contracts import catalogue
from contracts.settings.monitoring import CanarySettings

TOKEN = "atoll:telemetry:Canaries"
CODE = Path(__file__).with_name("canary") / "ask.py"
MEMORY_MIB = 960
"""The least that Synthetics gives."""
LONGEST = 21
"""Characters of a canary's name. https://docs.aws.amazon.com/AmazonSynthetics/latest/APIReference/API_CreateCanary.html"""


@dataclass(frozen=True, kw_only=True)
class CanariesArgs:
    """What is asked, and where results go."""

    scope: Scope
    settings: CanarySettings
    address: pulumi.Input[str]
    """`https://<domain>`, without a path."""
    bucket: pulumi.Input[str]
    """Keeps code and artifacts."""
    bucket_arn: pulumi.Input[str]
    bucket_key_arn: pulumi.Input[str]
    """Encrypts that bucket."""
    topic_arn: pulumi.Input[str]


class Canaries(pulumi.ComponentResource):
    """A canary for each check, which runs outside the VPC as a customer would come, and an alarm when two runs fail.

    Makes: one code object, one role that may write below `canaries/` and publish the metrics of canaries, and for each
    check the canary `<environment>-<check>` and the alarm `atoll-<environment>-canary-<check>`.

    Not in the VPC, on purpose: a check from inside would find the platform well while nobody can reach it, and ill
    while only its NAT gateway is. Costs USD 0.0012 a run (8,640 a month every five minutes: about $10) and USD 0.10
    an alarm. Does not do: browser scripts.
    Raises:
        ValueError: a name that is longer than Synthetics takes.
    Source: OBS-6; CloudWatch User Guide, "Synthetic monitoring (canaries)", "Required roles and permissions".
    """

    names: dict[str, str]
    """Check → name of its canary."""
    alarm_names: tuple[str, ...]

    def __init__(self, name: str, *, args: CanariesArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(TOKEN, name, None, opts)
        self.names = {key: canary_name(args.scope.environment, key) for key in args.settings.checks}
        child = pulumi.ResourceOptions(parent=self)
        code = s3.BucketObjectv2(
            f"{name}-canary-code",
            bucket=args.bucket,
            key="canaries/code/ask.zip",
            source=pulumi.AssetArchive({f"python/{CODE.name}": pulumi.FileAsset(str(CODE))}),
            kms_key_id=args.bucket_key_arn,
            opts=child,
        )
        role = Role(
            f"{name}-canary-role",
            name=f"AtollCanaries-{args.scope.environment}-{args.scope.region}",
            description="What canaries may do",
            assume_role_policy=pulumi.Output.json_dumps(trust(args.scope)),
            opts=child,
        )
        policy = RolePolicy(
            f"{name}-canary-permissions",
            role=role.name,
            policy=pulumi.Output.json_dumps({"Version": "2012-10-17", "Statement": statements(args)}),
            opts=child,
        )
        for key, check in args.settings.checks.items():
            synthetics.Canary(
                f"{name}-canary-{key}",
                name=self.names[key],
                artifact_s3_location=pulumi.Output.concat("s3://", args.bucket, "/canaries/results/", key),
                artifact_config=synthetics.CanaryArtifactConfigArgs(
                    s3_encryption=synthetics.CanaryArtifactConfigS3EncryptionArgs(
                        encryption_mode="SSE_KMS", kms_key_arn=args.bucket_key_arn
                    )
                ),
                execution_role_arn=role.arn,
                handler="ask.handler",
                runtime_version=catalogue.CANARY_RUNTIME,
                s3_bucket=code.bucket,
                s3_key=code.key,
                s3_version=code.version_id,
                schedule=synthetics.CanaryScheduleArgs(expression=schedule(args.settings.every_minutes)),
                run_config=synthetics.CanaryRunConfigArgs(
                    timeout_in_seconds=args.settings.timeout_seconds,
                    memory_in_mb=MEMORY_MIB,
                    active_tracing=True,
                    environment_variables={
                        "URL": pulumi.Output.concat(args.address, check.path),
                        "KIND": str(check.kind),
                        "TIMEOUT_SECONDS": str(max(1, args.settings.timeout_seconds // 2)),
                    },
                ),
                success_retention_period=args.settings.retention_days,
                failure_retention_period=args.settings.retention_days,
                start_canary=True,
                delete_lambda=True,
                # Synthetics tries the role when it makes a canary.
                opts=pulumi.ResourceOptions(parent=self, depends_on=[policy]),
            )
        self.alarm_names = tuple(self._alarm(name, key, args) for key in args.settings.checks)
        self.register_outputs({"names": self.names, "alarm_names": list(self.alarm_names)})

    def _alarm(self, name: str, key: str, args: CanariesArgs) -> str:
        alarm = f"atoll-{args.scope.environment}-canary-{key}"
        cloudwatch.MetricAlarm(
            f"{name}-canary-{key}-alarm",
            name=alarm,
            alarm_description=f"[page] {args.settings.checks[key].path} does not answer as promised, from outside.",
            namespace="CloudWatchSynthetics",
            metric_name="SuccessPercent",
            dimensions={"CanaryName": self.names[key]},
            statistic="Average",
            comparison_operator="LessThanThreshold",
            threshold=100,
            period=args.settings.every_minutes * 60,
            evaluation_periods=2,
            datapoints_to_alarm=2,
            # A canary that does not run sees nothing: that is bad news, too.
            treat_missing_data="breaching",
            alarm_actions=[args.topic_arn],
            ok_actions=[args.topic_arn],
            opts=pulumi.ResourceOptions(parent=self),
        )
        return alarm


def canary_name(environment: str, key: str) -> str:
    """Physical name of a canary; an on-demand environment's long name is cut to what fits beside the key."""
    room = LONGEST - len(key) - 1
    return f"{environment[:room].rstrip('-')}-{key}"


def schedule(minutes: int) -> str:
    """The rate expression: `rate(1 minute)`, `rate(5 minutes)`, `rate(1 hour)`."""
    if minutes == 60:
        return "rate(1 hour)"
    return f"rate({minutes} minute{'' if minutes == 1 else 's'})"


def trust(scope: Scope) -> dict[str, Any]:
    """Lambda takes the role for the functions that Synthetics makes in this account."""
    return service_trust("Canaries", "lambda.amazonaws.com", scope.account_id)


def statements(args: CanariesArgs) -> list[Statement]:
    """Write artifacts below `canaries/`, their log, their metrics and traces: nothing else."""
    scope = args.scope
    groups = scope.arn("logs", "log-group:/aws/lambda/cwsyn-*")
    return [
        allow("WriteArtifacts", ["s3:PutObject"], pulumi.Output.concat(args.bucket_arn, "/canaries/results/*")),
        allow("FindBucket", ["s3:GetBucketLocation"], args.bucket_arn),
        allow(
            "EncryptArtifacts",
            ["kms:Decrypt", "kms:GenerateDataKey"],
            args.bucket_key_arn,
            StringEquals={"kms:ViaService": f"s3.{scope.region}.amazonaws.com"},
        ),
        allow(
            "WriteLog", ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"], [groups, f"{groups}:*"]
        ),
        allow(
            "PublishMetrics",
            ["cloudwatch:PutMetricData"],
            "*",
            StringEquals={"cloudwatch:namespace": "CloudWatchSynthetics"},
        ),
        send_traces(),
    ]
