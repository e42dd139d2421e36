"""Statements of bucket policies: pure functions, each one need.

Source: Amazon S3 User Guide, "Security best practices", "Enabling Amazon S3 server access logging"; Elastic Load
Balancing User Guide, "Enable access logs for your Application Load Balancer".
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

Statement = dict[str, Any]

MINIMUM_TLS = "1.2"
ACCESS_LOG_PREFIX = "s3"
"""Prefix of server access logs in the log bucket; below it, one prefix per source bucket."""
BACKUP_REPORT_PREFIX = "backup"
"""Prefix that AWS Backup writes its reports under."""
LOAD_BALANCER_LOG_PREFIX = "alb"
"""Prefix that a load balancer of this account writes its access logs under."""


def arn(bucket: str) -> str:
    """Return the ARN of a bucket by its name."""
    return f"arn:aws:s3:::{bucket}"


def deny_plain_http(bucket: str) -> Statement:
    """Refuse every request that does not come over TLS, whoever sends it."""
    return {
        "Sid": "DenyInsecureTransport",
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": [arn(bucket), f"{arn(bucket)}/*"],
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }


def deny_old_tls(bucket: str) -> Statement:
    """Refuse TLS 1.0 and 1.1. Plain HTTP has no `s3:TlsVersion` and is left to `deny_plain_http`."""
    return {
        "Sid": "DenyOldTls",
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": [arn(bucket), f"{arn(bucket)}/*"],
        "Condition": {"NumericLessThan": {"s3:TlsVersion": MINIMUM_TLS}},
    }


def allow_load_balancer_logs(bucket: str, *, account_id: str, region: str) -> Statement:
    """Let load balancers of this account and region deliver access logs.

    The service principal works in every region; it replaces the per-region account ids that older policies name.
    """
    return {
        "Sid": "AllowLoadBalancerLogs",
        "Effect": "Allow",
        "Principal": {"Service": "logdelivery.elasticloadbalancing.amazonaws.com"},
        "Action": "s3:PutObject",
        "Resource": f"{arn(bucket)}/{LOAD_BALANCER_LOG_PREFIX}/AWSLogs/{account_id}/*",
        "Condition": {
            "ArnLike": {"aws:SourceArn": f"arn:aws:elasticloadbalancing:{region}:{account_id}:loadbalancer/*"}
        },
    }


def allow_server_access_logs(bucket: str, *, sources: Sequence[str], account_id: str) -> Statement:
    """Let S3 deliver the access logs of these buckets of the account, each below its own prefix.

    A source is a name, or a pattern of names with `*`.
    """
    return {
        "Sid": "AllowServerAccessLogs",
        "Effect": "Allow",
        "Principal": {"Service": "logging.s3.amazonaws.com"},
        "Action": "s3:PutObject",
        "Resource": [f"{arn(bucket)}/{access_log_prefix(source)}*" for source in sources],
        "Condition": {
            "ArnLike": {"aws:SourceArn": [arn(source) for source in sources]},
            "StringEquals": {"aws:SourceAccount": account_id},
        },
    }


def allow_backup_reports(bucket: str, *, account_id: str) -> Statement:
    """Let AWS Backup's role for reports write them below their prefix.

    The role is named by a condition, not as the principal: S3 refuses principals that do not exist, and AWS makes this
    one with the first report plan.
    """
    path = "aws-service-role/reports.backup.amazonaws.com"
    role = f"arn:aws:iam::{account_id}:role/{path}/AWSServiceRoleForBackupReports"
    return {
        "Sid": "AllowBackupReports",
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:aws:iam::{account_id}:root"},
        "Action": "s3:PutObject",
        "Resource": f"{arn(bucket)}/{BACKUP_REPORT_PREFIX}/*",
        "Condition": {"StringEquals": {"aws:PrincipalArn": role, "s3:x-amz-acl": "bucket-owner-full-control"}},
    }


def allow_distributions(bucket: str, *, account_id: str) -> Statement:
    """Let CloudFront read objects for distributions of the account, whose requests it signs (origin access control).

    Which distributions there are is known to a stack that reads the bucket's: their ids cannot be named here.
    https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-restricting-access-to-s3.html
    """
    return {
        "Sid": "AllowDistributions",
        "Effect": "Allow",
        "Principal": {"Service": "cloudfront.amazonaws.com"},
        "Action": "s3:GetObject",
        "Resource": f"{arn(bucket)}/*",
        "Condition": {"ArnLike": {"aws:SourceArn": f"arn:aws:cloudfront::{account_id}:distribution/*"}},
    }


def access_log_prefix(source: str) -> str:
    """Return the prefix that a bucket's access logs are written under."""
    return f"{ACCESS_LOG_PREFIX}/{source}/"


def policy(statements: Sequence[Statement]) -> dict[str, Any]:
    """Return the policy document of these statements."""
    return {"Version": "2012-10-17", "Statement": list(statements)}
