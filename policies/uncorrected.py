"""Controls of rows marked preview-fix that correct nothing by themselves, and why that would not be safe."""

from __future__ import annotations

from collections.abc import Mapping

NEVER_CHANGED = frozenset({"aws:ec2/launchConfiguration:LaunchConfiguration"})
"""Types of which every change is a replacement: nothing is corrected there."""

_BY_REASON: Mapping[str, tuple[str, ...]] = {
    "it asks for a resource that may not be there, and a correction changes none but the one it is given": (
        "access-analyzer-enabled",
        "alarm-tells-somebody",
        "backup-jobs-reported",
        "cloudtrail-bucket-kept-private",
        "cloudtrail-multi-region-enabled",
        "config-records-everything",
        "dynamodb-in-backup-plan",
        "ebs-encryption-on-by-default",
        "ebs-snapshots-never-public",
        "ec2-default-security-group-closed",
        "ec2-vpc-flow-logged",
        "ecr-images-expire",
        "efs-backed-up",
        "eks-network-policy-enforced",
        "guardduty-data-watched",
        "guardduty-eks-audit-logs-watched",
        "guardduty-enabled",
        "guardduty-runtime-watched",
        "iam-password-policy-strong",
        "inspector-enabled",
        "lb-http-redirected",
        "macie-enabled",
        "rds-in-backup-plan",
        "rds-tls-forced",
        "redshift-audit-logged",
        "rest-stage-logged",
        "route53-public-zone-queries-logged",
        "s3-account-public-access-blocked",
        "s3-bucket-acls-disabled",
        "s3-bucket-events-notified",
        "s3-bucket-lifecycle-configured",
        "s3-bucket-public-access-blocked",
        "s3-bucket-tls-required",
        "s3-bucket-versioned",
        "securityhub-enabled",
        "waf-acl-logged",
    ),
    "whether it fails depends on other resources, which nobody sees when it is registered": ("ecr-images-scanned",),
    "AWS cannot change it: a correction would replace the resource": (
        "dms-instance-not-public",
        "ebs-volume-encrypted",
        "ec2-instance-without-public-address",
        "ecs-containers-logged",
        "ecs-containers-unprivileged",
        "ecs-host-processes-hidden",
        "route53-failover-in-time",
        "s3-access-point-public-access-blocked",
    ),
    "AWS replaces domains with an engine before 6.7": ("opensearch-speaks-tls",),
    "AWS restarts a database whose backups begin": ("rds-backups-kept-long",),
    "AWS would delete the events that are older": ("log-group-retention-set",),
    "only a person knows the value: a key, a region, a name or a certificate": (
        "cloudfront-default-root-object-set",
        "ec2-launch-template-volumes-encrypted",
        "lb-tls-policy-strong",
        "resource-tagged",
        "secrets-replicated",
    ),
    "whoever connects over the internet now would be cut off": ("eks-endpoint-not-public", "rds-instance-not-public"),
    "whoever calls without signing, or as a guest, would be refused": (
        "cognito-guests-refused",
        "lambda-url-authorized",
    ),
    "users without a second factor, or with a plan that does not have it, would be locked out": (
        "cognito-mfa-required",
        "cognito-threats-stopped",
    ),
    "an origin or a database that does not speak TLS yet would be cut off": (
        "cloudfront-origin-tls-current",
        "cloudfront-origin-traffic-encrypted",
        "dms-endpoints-speak-tls",
    ),
    "software that asks for metadata without a token would lose its credentials": ("ec2-instance-requires-tokens",),
    "tasks in a subnet without NAT could not pull their images any more": ("ecs-service-without-public-address",),
    "pipelines that move a tag would fail": ("ecr-tags-immutable",),
    "it takes a second node, which costs as much as the first": ("elasticache-fails-over",),
    "whether requests or a scaling target fit depends on the load": ("dynamodb-capacity-scales",),
}

REASONS: Mapping[str, str] = {control: why for why, some in _BY_REASON.items() for control in some}
"""Control id → why it corrects nothing."""
