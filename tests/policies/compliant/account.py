"""What an account and an organization should have."""

from __future__ import annotations

import json
from typing import Any

from pulumi_aws import (
    accessanalyzer,
    cfg,
    guardduty,
    iam,
    inspector2,
    macie2,
    organizations,
    s3,
    securityhub,
)

from tests.policies.compliant.s3 import BUCKET, KEY, Named

FEATURES = (
    "EKS_AUDIT_LOGS",
    "RUNTIME_MONITORING",
    "S3_DATA_EVENTS",
    "RDS_LOGIN_EVENTS",
    "LAMBDA_NETWORK_LOGS",
    "EBS_MALWARE_PROTECTION",
)
STANDARDS = {
    "best-practices": "arn:aws:securityhub:us-east-1::standards/aws-foundational-security-best-practices/v/1.0.0",
    "cis": "arn:aws:securityhub:us-east-1::standards/cis-aws-foundations-benchmark/v/5.0.0",
    "pci": "arn:aws:securityhub:us-east-1::standards/pci-dss/v/4.0.1",
}
REGIONS = {
    "Effect": "Deny",
    "NotAction": ["iam:*", "sts:*"],
    "Resource": "*",
    "Condition": {"StringNotEquals": {"aws:RequestedRegion": ["us-east-1", "us-west-2"]}},
}


def program() -> None:
    """Trails, recorders, detectors and what the organization forbids."""
    _trail_bucket()
    cfg.Recorder(
        "recorder",
        role_arn="arn:aws:iam::111122223333:role/config",
        recording_group={"all_supported": True, "include_global_resource_types": True},
    )
    cfg.RecorderStatus("recorder-status", name="recorder", is_enabled=True)
    for feature in FEATURES:
        guardduty.DetectorFeature(feature, detector_id="d1", name=feature, status="ENABLED")
    securityhub.Account("security-hub")
    for name, arn in STANDARDS.items():
        securityhub.StandardsSubscription(f"standard-{name}", standards_arn=arn)
    inspector2.Enabler(
        "inspector", account_ids=["111122223333"], resource_types=["EC2", "ECR", "LAMBDA", "LAMBDA_CODE"]
    )
    macie2.Account("macie", status="ENABLED")
    accessanalyzer.Analyzer("analyzer", analyzer_name="analyzer", type="ACCOUNT")
    iam.AccountPasswordPolicy(
        "passwords",
        minimum_password_length=14,
        password_reuse_prevention=24,
        require_symbols=True,
        require_numbers=True,
        require_uppercase_characters=True,
        require_lowercase_characters=True,
    )
    iam.RolePolicyAttachment("support", role="support", policy_arn="arn:aws:iam::aws:policy/AWSSupportAccess")
    for name, kind, content in (
        ("regions", "SERVICE_CONTROL_POLICY", {"Version": "2012-10-17", "Statement": [REGIONS]}),
        ("tags", "TAG_POLICY", {"tags": {"Owner": {"tag_key": {"@@assign": "Owner"}}}}),
    ):
        policy = organizations.Policy(f"policy-{name}", type=kind, content=json.dumps(content))
        organizations.PolicyAttachment(f"policy-{name}-attached", policy_id=policy.id, target_id="r-root")


def _trail_bucket() -> None:
    """The bucket of the trail, and what belongs to it."""
    name = "trail-bucket"
    bucket = Named(BUCKET, name, bucket=name)
    s3.BucketPublicAccessBlock(
        f"{name}-public-access",
        bucket=bucket.id,
        block_public_acls=True,
        block_public_policy=True,
        ignore_public_acls=True,
        restrict_public_buckets=True,
    )
    tls = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": "*",
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
    s3.BucketPolicy(f"{name}-policy", bucket=bucket.id, policy=json.dumps({"Statement": [tls]}))
    s3.BucketVersioning(f"{name}-versioning", bucket=bucket.id, versioning_configuration={"status": "Enabled"})
    s3.BucketOwnershipControls(f"{name}-ownership", bucket=bucket.id, rule={"object_ownership": "BucketOwnerEnforced"})
    abort: Any = {"id": "abort", "status": "Enabled", "abort_incomplete_multipart_upload": {"days_after_initiation": 7}}
    s3.BucketLifecycleConfiguration(f"{name}-lifecycle", bucket=bucket.id, rules=[abort])
    encryption: Any = {"sse_algorithm": "aws:kms", "kms_master_key_id": KEY}
    by_default: Any = {"apply_server_side_encryption_by_default": encryption, "bucket_key_enabled": True}
    s3.BucketServerSideEncryptionConfiguration(
        f"{name}-encryption",
        bucket=bucket.id,
        rules=[by_default],
    )
    s3.BucketLogging(f"{name}-logging", bucket=bucket.id, target_bucket="central-logs", target_prefix="trail/")
    s3.BucketNotification(f"{name}-events", bucket=bucket.id, eventbridge=True)
    s3.BucketObjectLockConfiguration(
        f"{name}-lock", bucket=bucket.id, rule={"default_retention": {"mode": "COMPLIANCE", "days": 365}}
    )
