"""The bucket of evidence: what trail, configuration recorder and detectors write, and nobody can take back."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi

from components.storage import Bucket, BucketArgs, policies
from components.storage.app_buckets import audit_bucket_name
from contracts.settings.data import BucketSettings
from contracts.settings.detection import ArchiveSettings
from contracts.settings.security import ProtectionSettings

TOKEN = "atoll:detection:AuditArchive"
TRAIL_PREFIX, CONFIG_PREFIX, FINDINGS_PREFIX, SEARCH_PREFIX = "trail", "config", "guardduty", "macie"
"""Prefixes in the bucket, one for each writer."""


@dataclass(frozen=True, kw_only=True)
class AuditArchiveArgs:
    """Wiring of the bucket of evidence."""

    settings: ArchiveSettings
    protection: ProtectionSettings
    environment: str
    region: str
    account_id: str
    key_arn: pulumi.Input[str]
    """The `audit` key, whose policy admits the writers."""
    log_bucket: pulumi.Input[str]
    """Where it is logged who reads the evidence; its policy must admit `audit_bucket_name`."""


def trail_name(environment: str) -> str:
    """Physical name of the account's own trail, which the bucket's policy must know before there is one."""
    return f"atoll-{environment}"


def writer_statements(bucket: str, args: AuditArchiveArgs) -> list[policies.Statement]:
    """What lets each service write below its own prefix, for this account alone."""
    account, region = args.account_id, args.region
    trail = f"arn:aws:cloudtrail:{region}:{account}:trail/{trail_name(args.environment)}"
    own = {"aws:SourceAccount": account}
    detector, search = (f"arn:aws:{s}:{region}:{account}:*" for s in ("guardduty", "macie2"))

    def let(sid: str, service: str, actions: list[str], resource: str, **conditions: object) -> policies.Statement:
        return {
            "Sid": sid,
            "Effect": "Allow",
            "Principal": {"Service": f"{service}.amazonaws.com"},
            "Action": actions,
            "Resource": resource,
            "Condition": conditions,
        }

    arn = policies.arn(bucket)
    equals, by_trail = {"StringEquals": own}, {"StringEquals": {"aws:SourceArn": trail}}
    by_detector = {**equals, "ArnLike": {"aws:SourceArn": detector}}
    by_search = {**equals, "ArnLike": {"aws:SourceArn": search}}
    return [
        let("TrailLooks", "cloudtrail", ["s3:GetBucketAcl"], arn, **by_trail),
        let("TrailWrites", "cloudtrail", ["s3:PutObject"], f"{arn}/{TRAIL_PREFIX}/AWSLogs/{account}/*", **by_trail),
        let("ConfigLooks", "config", ["s3:GetBucketAcl", "s3:ListBucket"], arn, **equals),
        let("ConfigWrites", "config", ["s3:PutObject"], f"{arn}/{CONFIG_PREFIX}/AWSLogs/{account}/Config/*", **equals),
        let("GuardDutyLooks", "guardduty", ["s3:GetBucketLocation"], arn, **by_detector),
        let("GuardDutyWrites", "guardduty", ["s3:PutObject"], f"{arn}/{FINDINGS_PREFIX}/*", **by_detector),
        let("MacieLooks", "macie", ["s3:GetBucketLocation"], arn, **by_search),
        let("MacieWrites", "macie", ["s3:PutObject"], f"{arn}/{SEARCH_PREFIX}/*", **by_search),
    ]


class AuditArchive(pulumi.ComponentResource):
    """`app-audit-<environment>-<account>`: versioned, encrypted with the audit key, and write-once in compliance mode.

    While an object is locked nobody deletes it, the root user included; a stack that has written evidence can
    therefore not be destroyed before the lock of its last object ends.
    Costs: USD 0.023 a GB and month (Glacier Instant Retrieval 0.004), and the requests of those who write.
    Source: SEC-2; Amazon S3 User Guide, "Locking objects with Object Lock"; AWS CloudTrail User Guide, "Amazon S3
    bucket policy for CloudTrail"; AWS Config Developer Guide, "Permissions for the Amazon S3 bucket"; Amazon GuardDuty
    User Guide, "Exporting findings"; Amazon Macie User Guide, "Storing and retaining discovery results".
    """

    bucket_name: pulumi.Output[str]
    """Known only once the policy is there: writers try at once whether they may."""
    arn: pulumi.Output[str]
    """ARN, known as late as the name."""

    def __init__(self, name: str, *, args: AuditArchiveArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Make the bucket `{name}-bucket-audit`."""
        super().__init__(TOKEN, name, None, opts)
        physical = audit_bucket_name(args.environment, args.account_id)
        bucket = Bucket(
            f"{name}-bucket-audit",
            args=BucketArgs(
                settings=BucketSettings(
                    versioning=True,
                    intelligent_tiering=False,
                    glacier_ir_after_days=args.settings.glacier_after_days,
                    expire_after_days=args.settings.retention_days,
                    noncurrent_expire_after_days=args.settings.lock_days,
                    locked_days=args.settings.lock_days,
                    event_notifications=False,
                ),
                protection=args.protection,
                bucket=physical,
                key_arn=args.key_arn,
                statements=writer_statements(physical, args),
                log_bucket=args.log_bucket,
            ),
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.bucket_name = bucket.policed_name
        self.arn = pulumi.Output.concat("arn:aws:s3:::", bucket.policed_name)
        self.register_outputs({"bucket_name": self.bucket_name, "arn": self.arn})
