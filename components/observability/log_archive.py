"""All logs in a bucket, compressed and encrypted, moved to Glacier and deleted in time (OBS-4)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pulumi
from pulumi_aws import cloudwatch, kinesis
from pulumi_aws.iam.role import Role
from pulumi_aws.iam.role_policy import RolePolicy

from components.identity.roles import Scope
from components.identity.service_trust import service_trust
from components.identity.statements import allow
from components.storage.bucket import Bucket, BucketArgs
from contracts.settings.data import BucketSettings
from contracts.settings.logs import LogArchiveSettings
from contracts.settings.security import ProtectionSettings

TOKEN = "atoll:observability:LogArchive"
CLOUDWATCH, CONTAINERS = "cloudwatch", "containers"
"""Senders: CloudWatch Logs, whose records come compressed, and Fluent Bit, whose do not. One stream each."""
NONCURRENT_DAYS = 7
DATED = "year=!{timestamp:yyyy}/month=!{timestamp:MM}/day=!{timestamp:dd}/hour=!{timestamp:HH}/"
"""Partitions by the hour of arrival (UTC), as Athena and Spectrum read them."""
FAILED = "failed/!{firehose:error-output-type}/"


@dataclass(frozen=True, kw_only=True)
class LogArchiveArgs:
    """Wiring of the archive."""

    settings: LogArchiveSettings
    protection: ProtectionSettings
    scope: Scope
    storage_key_arn: pulumi.Input[str]
    """Encrypts the objects, and records on their way."""
    logs_key_arn: pulumi.Input[str]
    log_retention_days: int
    """Of what Firehose says about failed deliveries."""
    access_log_bucket: pulumi.Input[str]
    """Bucket that notes every access to the archive; its policy must admit `archive_bucket_name`."""
    log_groups: Mapping[str, pulumi.Input[str]]
    """Stable key → log group that is subscribed."""


class LogArchive(pulumi.ComponentResource):
    """A bucket that log groups and Fluent Bit fill through two delivery streams.

    Makes the bucket `app-log-archive-…` (KMS, versions, Glacier Instant Retrieval, an end), the streams with their
    role and log group, and one subscription filter for each log group with the role that CloudWatch Logs takes.
    Objects are gzip of JSON lines below `cloudwatch/` and `containers/`, by year, month, day and hour; what cannot be
    delivered stands below `failed/` with why, so nothing is lost.

    Costs USD 0.029 a GB taken in, USD 0.023 and later 0.004 a GiB and month; reading Glacier costs USD 0.03 a GB.
    Does not make: tables over the objects. A log group takes two subscription filters at most; this is one.
    Source: OBS-4; Amazon Data Firehose Developer Guide, "Send CloudWatch Logs to Firehose", "Custom prefixes for S3
    objects"; CloudWatch Logs User Guide, "Subscription filters with Amazon Data Firehose".
    """

    bucket_name: pulumi.Output[str]
    stream_arns: dict[str, pulumi.Output[str]]
    """Sender (`cloudwatch`, `containers`) → its stream."""
    stream_names: dict[str, str]

    def __init__(self, name: str, *, args: LogArchiveArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Make the bucket `{name}-log-archive` and the streams `{name}-log-archive-<sender>`."""
        super().__init__(TOKEN, name, None, opts)
        child, settings = pulumi.ResourceOptions(parent=self), args.settings
        physical = archive_bucket_name(args.scope)
        bucket = Bucket(
            f"{name}-log-archive",
            args=BucketArgs(
                settings=BucketSettings(
                    versioning=True,
                    intelligent_tiering=False,
                    glacier_ir_after_days=settings.glacier_after_days,
                    expire_after_days=settings.expire_after_days,
                    noncurrent_expire_after_days=NONCURRENT_DAYS,
                    event_notifications=True,
                ),
                protection=args.protection,
                bucket=physical,
                key_arn=args.storage_key_arn,
                log_bucket=args.access_log_bucket,
            ),
            opts=child,
        )
        self.stream_names = {sender: stream_name(args.scope, sender) for sender in (CLOUDWATCH, CONTAINERS)}
        log = cloudwatch.LogGroup(
            f"{name}-log-archive-deliveries",
            name=f"/aws/kinesisfirehose/atoll-{args.scope.environment}-logs",
            retention_in_days=args.log_retention_days,
            kms_key_id=args.logs_key_arn,
            opts=child,
        )
        role, policy = self._role(
            f"{name}-log-archive-deliver",
            f"Lets Firehose fill the log archive of {args.scope.environment}",
            trust("firehose.amazonaws.com", args.scope, f"arn:aws:firehose:{_place(args.scope)}:deliverystream/*"),
            delivery_statements(args, bucket.arn, log.arn),
        )
        streams = {sender: self._stream(name, sender, args, bucket, role, policy, log) for sender in self.stream_names}
        self._subscribe(name, args, streams[CLOUDWATCH])
        self.bucket_name = bucket.bucket_name
        self.stream_arns = {sender: stream.arn for sender, stream in streams.items()}
        self.register_outputs({"bucket_name": self.bucket_name, "stream_arns": self.stream_arns})

    def _stream(
        self,
        name: str,
        sender: str,
        args: LogArchiveArgs,
        bucket: Bucket,
        role: Role,
        policy: RolePolicy,
        log: cloudwatch.LogGroup,
    ) -> kinesis.FirehoseDeliveryStream:
        stream = cloudwatch.LogStream(
            f"{name}-log-archive-deliveries-{sender}",
            name=sender,
            log_group_name=log.name,
            opts=pulumi.ResourceOptions(parent=self),
        )
        return kinesis.FirehoseDeliveryStream(
            f"{name}-log-archive-{sender}",
            name=self.stream_names[sender],
            destination="extended_s3",
            server_side_encryption=kinesis.FirehoseDeliveryStreamServerSideEncryptionArgs(
                enabled=True, key_type="CUSTOMER_MANAGED_CMK", key_arn=args.storage_key_arn
            ),
            extended_s3_configuration=kinesis.FirehoseDeliveryStreamExtendedS3ConfigurationArgs(
                role_arn=role.arn,
                bucket_arn=bucket.arn,
                kms_key_arn=args.storage_key_arn,
                prefix=f"{sender}/{DATED}",
                error_output_prefix=f"{FAILED}{sender}/{DATED}",
                compression_format="GZIP",
                buffering_size=args.settings.buffer_mib,
                buffering_interval=args.settings.buffer_seconds,
                s3_backup_mode="Disabled",
                processing_configuration=_processing(sender),
                cloudwatch_logging_options=(
                    kinesis.FirehoseDeliveryStreamExtendedS3ConfigurationCloudwatchLoggingOptionsArgs(
                        enabled=True, log_group_name=log.name, log_stream_name=stream.name
                    )
                ),
            ),
            # Firehose tries the role when the stream is made.
            opts=pulumi.ResourceOptions(parent=self, depends_on=[policy]),
        )

    def _subscribe(self, name: str, args: LogArchiveArgs, stream: kinesis.FirehoseDeliveryStream) -> None:
        if not args.log_groups:
            return
        role, policy = self._role(
            f"{name}-log-archive-send",
            f"Lets CloudWatch Logs send to the log archive of {args.scope.environment}",
            trust("logs.amazonaws.com", args.scope, f"arn:aws:logs:{_place(args.scope)}:*"),
            [allow("SendToArchive", ["firehose:PutRecord", "firehose:PutRecordBatch"], stream.arn)],
        )
        for key, group in args.log_groups.items():
            cloudwatch.LogSubscriptionFilter(
                f"{name}-log-archive-{key}",
                name=f"atoll-archive-{key}",
                log_group=group,
                filter_pattern="",
                destination_arn=stream.arn,
                role_arn=role.arn,
                distribution="ByLogStream",
                # CloudWatch Logs sends a test record when the filter is made.
                opts=pulumi.ResourceOptions(parent=self, depends_on=[policy]),
            )

    def _role(
        self, name: str, description: str, trusted: dict[str, Any], statements: list[dict[str, Any]]
    ) -> tuple[Role, RolePolicy]:
        child = pulumi.ResourceOptions(parent=self)
        role = Role(
            f"{name}-role", description=description, assume_role_policy=pulumi.Output.json_dumps(trusted), opts=child
        )
        policy = RolePolicy(
            f"{name}-permissions",
            role=role.name,
            policy=pulumi.Output.json_dumps({"Version": "2012-10-17", "Statement": statements}),
            opts=child,
        )
        return role, policy


def archive_bucket_name(scope: Scope) -> str:
    """Name of the archive's bucket, as the log bucket must know it before."""
    return f"app-log-archive-{scope.shared}-{scope.account_id}"


def stream_name(scope: Scope, sender: str) -> str:
    """Name of the delivery stream of a sender; Fluent Bit is told it."""
    return f"{scope.environment}-logs-{sender}"


def trust(principal: str, scope: Scope, source: str) -> dict[str, Any]:
    """A service may take the role, for this account's own resources."""
    return service_trust("OnBehalfOfThisAccount", principal, scope.account_id, source)


def delivery_statements(
    args: LogArchiveArgs, bucket_arn: pulumi.Input[str], log_arn: pulumi.Input[str]
) -> list[dict[str, Any]]:
    """What Firehose may do: write objects, encrypt them, say what failed."""
    return [
        allow(
            "WriteObjects",
            ["s3:AbortMultipartUpload", "s3:GetObject", "s3:PutObject"],
            pulumi.Output.concat(bucket_arn, "/*"),
        ),
        allow(
            "FindBucket",
            ["s3:GetBucketLocation", "s3:ListBucket", "s3:ListBucketMultipartUploads"],
            bucket_arn,
        ),
        allow(
            "EncryptObjects",
            ["kms:Decrypt", "kms:GenerateDataKey"],
            args.storage_key_arn,
            StringEquals={
                "kms:ViaService": [f"{service}.{args.scope.region}.amazonaws.com" for service in ("s3", "firehose")]
            },
        ),
        allow("SayWhatFailed", ["logs:PutLogEvents"], pulumi.Output.concat(log_arn, ":log-stream:*")),
    ]


def _place(scope: Scope) -> str:
    return f"{scope.region}:{scope.account_id}"


def _processing(sender: str) -> kinesis.FirehoseDeliveryStreamExtendedS3ConfigurationProcessingConfigurationArgs:
    """Unpack what CloudWatch Logs compresses, and end each record with a line break."""

    def step(
        kind: str, **parameters: str
    ) -> kinesis.FirehoseDeliveryStreamExtendedS3ConfigurationProcessingConfigurationProcessorArgs:
        return kinesis.FirehoseDeliveryStreamExtendedS3ConfigurationProcessingConfigurationProcessorArgs(
            type=kind,
            parameters=[
                kinesis.FirehoseDeliveryStreamExtendedS3ConfigurationProcessingConfigurationProcessorParameterArgs(
                    parameter_name=key, parameter_value=value
                )
                for key, value in parameters.items()
            ],
        )

    unpack = [step("Decompression", CompressionFormat="GZIP")] if sender == CLOUDWATCH else []
    return kinesis.FirehoseDeliveryStreamExtendedS3ConfigurationProcessingConfigurationArgs(
        enabled=True, processors=[*unpack, step("AppendDelimiterToRecord", Delimiter="\\n")]
    )
