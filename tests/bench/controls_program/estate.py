"""Units of ten resources that every tool of the comparison knows."""

from __future__ import annotations

import json

from pulumi_aws import cloudwatch, dynamodb, ec2, iam, s3, sns, sqs

import components  # noqa: F401 - the imports of the SDK are lean, as in every program of the project

UNITS = 100
TRUST = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "lambda.amazonaws.com"}}


def build() -> None:
    """Register them all."""
    for number in range(UNITS):
        _unit(f"unit-{number}")


def _unit(name: str) -> None:
    bucket = s3.Bucket(name, bucket=name)
    s3.BucketPublicAccessBlock(
        name,
        bucket=bucket.id,
        block_public_acls=True,
        block_public_policy=True,
        ignore_public_acls=True,
        restrict_public_buckets=True,
    )
    s3.BucketVersioning(name, bucket=bucket.id, versioning_configuration={"status": "Enabled"})
    s3.BucketServerSideEncryptionConfiguration(
        name,
        bucket=bucket.id,
        rules=[{"apply_server_side_encryption_by_default": {"sse_algorithm": "aws:kms"}}],
    )
    sqs.Queue(name, name=name, sqs_managed_sse_enabled=True)
    sns.Topic(name, name=name)
    dynamodb.Table(
        name,
        name=name,
        hash_key="id",
        billing_mode="PAY_PER_REQUEST",
        attributes=[{"name": "id", "type": "S"}],
        point_in_time_recovery={"enabled": True},
    )
    cloudwatch.LogGroup(name, name=name, retention_in_days=365)
    ec2.SecurityGroup(name, name=name, description=name)
    iam.Role(name, name=name, assume_role_policy=json.dumps({"Statement": [TRUST]}))
