"""One S3 bucket, private, versioned, encrypted, reachable over TLS alone (STO-1, SEC-4)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
from pulumi_aws import s3

from components.storage import lifecycle, policies
from contracts.settings.data import BucketSettings
from contracts.settings.security import ProtectionSettings

TOKEN = "atoll:storage:Bucket"


@dataclass(frozen=True, kw_only=True)
class BucketArgs:
    """What the bucket is wired to."""

    settings: BucketSettings
    protection: ProtectionSettings
    bucket: str
    """Physical name; unique over all of AWS."""
    key_arn: pulumi.Input[str] | None
    """Key of SSE-KMS with a bucket key. None for SSE-S3, the only encryption that log delivery can write to."""
    statements: Sequence[policies.Statement] = ()
    """Further policy statements, beside the two that refuse plain HTTP and old TLS."""
    log_bucket: pulumi.Input[str] | None = None
    """Where server access logs go; None for the log bucket itself, which would log its own logging."""


class Bucket(pulumi.ComponentResource):
    """A bucket that nobody reaches without TLS 1.2, an identity and a right.

    Makes the bucket and its configuration resources: versioning, encryption, public access block, ownership (no
    ACLs), policy, lifecycle and, where settings or wiring ask for them, EventBridge notifications and server access
    logging. There is no CORS rule: browsers reach assets through the CDN and send uploads through the application.

    Costs GB-months by storage class, requests, and per 1,000 objects and month under Intelligent-Tiering; the bucket
    key keeps KMS calls few. With `settings.locked_days` every version is locked in compliance mode for so long; the
    lock is a property that a bucket is made with, so switching it on or off replaces the bucket. Does not make:
    replication, inventory.

    Source: Amazon S3 User Guide, "Security best practices for Amazon S3".
    """

    bucket_name: pulumi.Output[str]
    arn: pulumi.Output[str]
    regional_domain_name: pulumi.Output[str]
    policed_name: pulumi.Output[str]
    """The name, known only once the policy is attached: for services that check on creation whether they may write."""

    def __init__(self, name: str, *, args: BucketArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Make the bucket; `name` is its logical name, such as `dev-bucket-uploads`."""
        super().__init__(TOKEN, name, None, opts)
        settings = args.settings
        child = pulumi.ResourceOptions(parent=self)
        bucket = s3.Bucket(
            name,
            bucket=args.bucket,
            force_destroy=args.protection.force_destroy,
            object_lock_enabled=True if settings.locked_days else None,
            opts=pulumi.ResourceOptions(parent=self, protect=args.protection.protect),
        )
        versioning = s3.BucketVersioning(
            f"{name}-versioning",
            bucket=bucket.bucket,
            versioning_configuration=s3.BucketVersioningVersioningConfigurationArgs(
                status="Enabled" if settings.versioning else "Suspended"
            ),
            opts=child,
        )
        s3.BucketServerSideEncryptionConfiguration(
            f"{name}-encryption",
            bucket=bucket.bucket,
            rules=[
                s3.BucketServerSideEncryptionConfigurationRuleArgs(
                    apply_server_side_encryption_by_default=(
                        s3.BucketServerSideEncryptionConfigurationRuleApplyServerSideEncryptionByDefaultArgs(
                            sse_algorithm="AES256" if args.key_arn is None else "aws:kms",
                            kms_master_key_id=args.key_arn,
                        )
                    ),
                    bucket_key_enabled=None if args.key_arn is None else True,
                )
            ],
            opts=child,
        )
        access_block = s3.BucketPublicAccessBlock(
            f"{name}-public-access",
            bucket=bucket.bucket,
            block_public_acls=True,
            block_public_policy=True,
            ignore_public_acls=True,
            restrict_public_buckets=True,
            opts=child,
        )
        s3.BucketOwnershipControls(
            f"{name}-ownership",
            bucket=bucket.bucket,
            rule=s3.BucketOwnershipControlsRuleArgs(object_ownership="BucketOwnerEnforced"),
            opts=child,
        )
        policy = s3.BucketPolicy(
            f"{name}-policy",
            bucket=bucket.bucket,
            policy=json.dumps(
                policies.policy(
                    [policies.deny_plain_http(args.bucket), policies.deny_old_tls(args.bucket), *args.statements]
                )
            ),
            # S3 answers 409 when both change a new bucket at once.
            opts=pulumi.ResourceOptions(parent=self, depends_on=[access_block]),
        )
        s3.BucketLifecycleConfiguration(
            f"{name}-lifecycle",
            bucket=bucket.bucket,
            rules=lifecycle.rules(settings),
            # A rule over old versions needs versioning to be on.
            opts=pulumi.ResourceOptions(parent=self, depends_on=[versioning]),
        )
        if settings.locked_days:
            s3.BucketObjectLockConfiguration(
                f"{name}-lock",
                bucket=bucket.bucket,
                rule=s3.BucketObjectLockConfigurationRuleArgs(
                    default_retention=s3.BucketObjectLockConfigurationRuleDefaultRetentionArgs(
                        mode="COMPLIANCE", days=settings.locked_days
                    )
                ),
                # A lock needs versions.
                opts=pulumi.ResourceOptions(parent=self, depends_on=[versioning]),
            )
        if settings.event_notifications:
            s3.BucketNotification(f"{name}-events", bucket=bucket.bucket, eventbridge=True, opts=child)
        if args.log_bucket is not None:
            s3.BucketLogging(
                f"{name}-access-logs",
                bucket=bucket.bucket,
                target_bucket=args.log_bucket,
                target_prefix=policies.access_log_prefix(args.bucket),
                opts=child,
            )
        self.bucket_name = bucket.bucket
        self.arn = bucket.arn
        self.regional_domain_name = bucket.bucket_regional_domain_name
        self.policed_name = policy.bucket
        self.register_outputs(
            {
                "bucket_name": self.bucket_name,
                "arn": self.arn,
                "regional_domain_name": self.regional_domain_name,
            }
        )
