"""Buckets as they should be."""

from __future__ import annotations

from typing import Any

import pulumi
from pulumi_aws import s3

from tests.policies.compliant.named import Named

BUCKET = "aws:s3/bucket:Bucket"
OLDER_BUCKET = "aws:s3/bucketV2:BucketV2"
KEY = "arn:aws:kms:us-east-1:111122223333:key/storage"


def program() -> None:
    """Buckets with everything around them, one of backups, one of logs, and the switches of the account."""
    logs = Named(BUCKET, "log-bucket")
    for bucket, name in ((logs, "log-bucket"), (Named(BUCKET, "bucket"), "bucket")):
        _around(bucket, name)
    _data(bucket, "bucket", logs)
    older = Named(OLDER_BUCKET, "older-bucket")
    backups = Named(BUCKET, "backup-bucket")
    for bucket, name in ((older, "older-bucket"), (backups, "backup-bucket")):
        _around(bucket, name)
        _data(bucket, name, logs)
    s3.BucketObjectLockConfiguration(
        "backup-bucket-lock", bucket=backups.id, rule={"default_retention": {"mode": "COMPLIANCE", "days": 35}}
    )
    s3.AccountPublicAccessBlock(
        "account-public-access",
        block_public_acls=True,
        block_public_policy=True,
        ignore_public_acls=True,
        restrict_public_buckets=True,
    )
    s3.AccessPoint("access-point", bucket=older.id)


def _around(bucket: Named, name: str) -> None:
    """What every bucket has."""
    s3.BucketPublicAccessBlock(
        f"{name}-public-access",
        bucket=bucket.id,
        block_public_acls=True,
        block_public_policy=True,
        ignore_public_acls=True,
        restrict_public_buckets=True,
    )
    tls = {
        "Sid": "Tls",
        "Effect": "Deny",
        "Principal": {"AWS": "*"},
        "Action": ["s3:*"],
        "Resource": [bucket.arn, pulumi.Output.concat(bucket.arn, "/*")],
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
    s3.BucketPolicy(f"{name}-policy", bucket=bucket.id, policy=pulumi.Output.json_dumps({"Statement": [tls]}))
    s3.BucketVersioning(f"{name}-versioning", bucket=bucket.id, versioning_configuration={"status": "Enabled"})
    s3.BucketOwnershipControls(f"{name}-ownership", bucket=bucket.id, rule={"object_ownership": "BucketOwnerEnforced"})
    s3.BucketLifecycleConfiguration(
        f"{name}-lifecycle",
        bucket=bucket.id,
        rules=[
            {
                "id": "abort",
                "status": "Enabled",
                "abort_incomplete_multipart_upload": {"days_after_initiation": 7},
            }
        ],
    )


def _data(bucket: Named, name: str, logs: Named) -> None:
    """What a bucket has that holds no logs."""
    encryption: Any = {"sse_algorithm": "aws:kms", "kms_master_key_id": KEY}
    s3.BucketServerSideEncryptionConfiguration(
        f"{name}-encryption",
        bucket=bucket.id,
        rules=[{"apply_server_side_encryption_by_default": encryption, "bucket_key_enabled": True}],
    )
    s3.BucketLogging(f"{name}-logging", bucket=bucket.id, target_bucket=logs.id, target_prefix=name)
    s3.BucketNotification(f"{name}-events", bucket=bucket.id, eventbridge=True)
    s3.BucketReplicationConfig(
        f"{name}-replication",
        bucket=bucket.id,
        role="arn:aws:iam::111122223333:role/replication",
        rules=[
            {
                "status": "Enabled",
                "source_selection_criteria": {"sse_kms_encrypted_objects": {"status": "Enabled"}},
                "destination": {
                    "bucket": "arn:aws:s3:::elsewhere",
                    "replication_time": {"status": "Enabled", "time": {"minutes": 15}},
                    "metrics": {"status": "Enabled", "event_threshold": {"minutes": 15}},
                },
            }
        ],
    )
