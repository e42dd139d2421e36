"""Buckets as they should be."""

from __future__ import annotations

from pulumi_aws import s3


def program() -> None:
    """A bucket with everything around it."""
    bucket = s3.Bucket("bucket")
    s3.BucketPublicAccessBlock(
        "bucket-public-access",
        bucket=bucket.id,
        block_public_acls=True,
        block_public_policy=True,
        ignore_public_acls=True,
        restrict_public_buckets=True,
    )
