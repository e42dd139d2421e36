"""The access log of a distribution (EDGE-2)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pulumi
from pulumi_aws import cloudwatch

from components.storage.bucket import Bucket, BucketArgs
from contracts.settings.data import BucketSettings
from contracts.settings.security import ProtectionSettings

TOKEN = "atoll:edge:DistributionLogs"
NONCURRENT_DAYS = 7


@dataclass(frozen=True, kw_only=True)
class DistributionLogsArgs:
    """Wiring of the access log."""

    distribution_arn: pulumi.Input[str]
    environment: str
    account_id: str
    region: str
    """us-east-1, where logs of CloudFront are delivered from."""
    retention_days: int
    protection: ProtectionSettings
    key_arn: pulumi.Input[str]
    """Key of the bucket, which lets the log service use it: the region's `storage` key of a pair."""
    log_bucket: pulumi.Input[str]
    """Bucket that keeps who read the log, in the same region."""


class DistributionLogs(pulumi.ComponentResource):
    """A bucket with a line for every request, as JSON, kept for so many days (standard logs, version 2).

    Version 2 is delivered by CloudWatch Logs as a service and needs no ACL, which the first version does; delivery to
    S3 is free. Logs stay in their region; nothing of them is needed to recover.
    Costs: USD 0.023 a GB and month, and requests.
    Does not: query it (Athena reads the JSON as it is).
    Units: days. Source: EDGE-2;
    https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/standard-logging.html
    """

    bucket_name: pulumi.Output[str]

    def __init__(self, name: str, *, args: DistributionLogsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Make `{name}-bucket` and the delivery to it."""
        super().__init__(TOKEN, name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        physical = logs_name(args.environment, args.account_id)
        bucket = Bucket(
            f"{name}-bucket",
            args=BucketArgs(
                settings=BucketSettings(
                    versioning=True,
                    intelligent_tiering=False,
                    glacier_ir_after_days=None,
                    expire_after_days=args.retention_days,
                    noncurrent_expire_after_days=NONCURRENT_DAYS,
                    event_notifications=True,
                ),
                protection=args.protection,
                bucket=physical,
                key_arn=args.key_arn,
                statements=[delivered(physical, args.region, args.account_id)],
                log_bucket=args.log_bucket,
            ),
            opts=child,
        )
        source = cloudwatch.LogDeliverySource(
            f"{name}-source",
            name=f"{name}-requests",
            resource_arn=args.distribution_arn,
            log_type="ACCESS_LOGS",
            opts=child,
        )
        destination = cloudwatch.LogDeliveryDestination(
            f"{name}-destination",
            name=f"{name}-bucket",
            output_format="json",
            delivery_destination_configuration=(
                cloudwatch.LogDeliveryDestinationDeliveryDestinationConfigurationArgs(
                    destination_resource_arn=bucket.arn
                )
            ),
            # The log service tries at once whether it may write.
            opts=pulumi.ResourceOptions(parent=self, depends_on=[bucket]),
        )
        cloudwatch.LogDelivery(
            f"{name}-delivery",
            delivery_source_name=source.name,
            delivery_destination_arn=destination.arn,
            s3_delivery_configurations=[
                cloudwatch.LogDeliveryS3DeliveryConfigurationArgs(
                    suffix_path="{DistributionId}/{yyyy}/{MM}/{dd}/{HH}", enable_hive_compatible_path=False
                )
            ],
            opts=child,
        )
        self.bucket_name = bucket.bucket_name
        self.register_outputs({"bucket_name": self.bucket_name})


def logs_name(environment: str, account_id: str) -> str:
    """Physical name of the bucket: one of those that the environment's log bucket lets write to it."""
    return f"app-cdn-logs-{environment}-{account_id}"


def delivered(bucket: str, region: str, account_id: str) -> dict[str, Any]:
    """What lets the log service put objects where CloudFront's logs go, for deliveries of this account.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/AWS-logs-and-resource-policy.html
    """
    return {
        "Sid": "LogsAreDelivered",
        "Effect": "Allow",
        "Principal": {"Service": "delivery.logs.amazonaws.com"},
        "Action": "s3:PutObject",
        "Resource": f"arn:aws:s3:::{bucket}/AWSLogs/{account_id}/CloudFront/*",
        "Condition": {
            "StringEquals": {"aws:SourceAccount": account_id, "s3:x-amz-acl": "bucket-owner-full-control"},
            "ArnLike": {"aws:SourceArn": f"arn:aws:logs:{region}:{account_id}:delivery-source:*"},
        },
    }
