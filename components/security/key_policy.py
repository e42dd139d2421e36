"""Who may use the key of which purpose: policies that admit only what the purpose needs; pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

ADMINISTRATION = (
    "kms:CancelKeyDeletion",
    "kms:CreateAlias",
    "kms:DeleteAlias",
    "kms:DescribeKey",
    "kms:DisableKey",
    "kms:DisableKeyRotation",
    "kms:EnableKey",
    "kms:EnableKeyRotation",
    "kms:GetKeyPolicy",
    "kms:GetKeyRotationStatus",
    "kms:ListGrants",
    "kms:ListKeyPolicies",
    "kms:ListKeyRotations",
    "kms:ListResourceTags",
    "kms:PutKeyPolicy",
    "kms:ReplicateKey",
    "kms:RevokeGrant",
    "kms:RotateKeyOnDemand",
    "kms:ScheduleKeyDeletion",
    "kms:TagResource",
    "kms:UntagResource",
    "kms:UpdateAlias",
    "kms:UpdateKeyDescription",
    "kms:UpdatePrimaryRegion",
)
"""Everything about a key except using it."""

USE = (
    "kms:Decrypt",
    "kms:DescribeKey",
    "kms:Encrypt",
    "kms:GenerateDataKey",
    "kms:GenerateDataKeyWithoutPlaintext",
    "kms:ReEncryptFrom",
    "kms:ReEncryptTo",
)
"""Using a key: what AWS's service integrations call."""


@dataclass(frozen=True)
class KeyUse:
    """Who may use the key of one purpose."""

    description: str
    via: tuple[str, ...] = ()
    """Services through which this account's identities use it (`kms:ViaService`), without the region."""
    principals: tuple[str, ...] = ()
    """Service principals that use it themselves for resources of this account."""
    logs: bool = False
    """CloudWatch Logs uses it for log groups of this account and region."""
    event_buses: bool = False
    """EventBridge keeps the events of this account's buses with it."""
    trails: bool = False
    """CloudTrail asks about it before it encrypts the files of this account's trails."""
    volumes: bool = False
    """It encrypts volumes of instances that EC2 Auto Scaling starts, where the stack has such."""
    spanning_via: tuple[str, ...] = ()
    """Further services through which it is used where a global stack leads to the stack."""
    distributions: bool = False
    """CloudFront reads what it encrypts, and logs of CloudFront are delivered to it, where a global stack does so."""


PURPOSES: dict[str, KeyUse] = {
    "database": KeyUse(
        "databases, caches, tables and their backups",
        via=("rds", "elasticache", "dynamodb", "dms", "es", "redshift", "backup"),
    ),
    "storage": KeyUse(
        "objects, images, file systems and volumes",
        via=("s3", "ecr", "elasticfilesystem", "ec2", "firehose", "backup"),
        principals=("logging.s3.amazonaws.com",),
        volumes=True,
        distributions=True,
    ),
    "secrets": KeyUse(
        "secrets, secure parameters and the variables of functions",
        via=("secretsmanager", "ssm", "rds", "lambda", "eks"),
    ),
    "logs": KeyUse(
        "log groups, metrics and traces", via=("aps", "devops-guru", "xray"), logs=True, spanning_via=("kinesis",)
    ),
    "messaging": KeyUse(
        "queues, topics and event buses",
        via=("sqs", "sns"),
        principals=(
            "aps.amazonaws.com",
            "backup.amazonaws.com",
            "budgets.amazonaws.com",
            "cloudwatch.amazonaws.com",
            "events.amazonaws.com",
            "events.rds.amazonaws.com",
            "s3.amazonaws.com",
            "sns.amazonaws.com",
        ),
        event_buses=True,
    ),
    "audit": KeyUse(
        "trails, configuration history and findings",
        via=("s3",),
        principals=(
            "cloudtrail.amazonaws.com",
            "config.amazonaws.com",
            "guardduty.amazonaws.com",
            "macie.amazonaws.com",
        ),
        trails=True,
    ),
}
"""Purpose (`keys.purposes`) → who may use its key."""


def key_policy(
    use: KeyUse, region: str, account_id: str, *, scaling: bool = False, spanning: bool = False
) -> dict[str, Any]:
    """The key policy of one purpose.

    The account's root administers, so that the key can never become unmanageable, and delegates that to IAM policies;
    it does not include any use. Use is delegated to IAM policies too, but only through the purpose's services; grants
    only to AWS services. https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html,
    …/conditions-kms.html#conditions-kms-via-service
    """
    administer = {
        "Sid": "AdministerByAccount",
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:aws:iam::{account_id}:root"},
        "Action": list(ADMINISTRATION),
        "Resource": "*",
    }
    return {
        "Version": "2012-10-17",
        "Statement": [
            administer,
            *_through_services(use, region, account_id, spanning=spanning),
            *_by_services(use, region, account_id),
            *(_distribution_statements(account_id) if use.distributions and spanning else ()),
            *(_scaling_statements(region, account_id) if use.volumes and scaling else ()),
        ],
    }


def _through_services(use: KeyUse, region: str, account_id: str, *, spanning: bool) -> list[dict[str, Any]]:
    """What the account's identities may do with the key when a service of AWS asks for them."""
    account = {"AWS": f"arn:aws:iam::{account_id}:root"}
    via = (*use.via, *(use.spanning_via if spanning else ()))
    if not via:
        return []
    through = {
        "kms:CallerAccount": account_id,
        "kms:ViaService": [f"{service}.{region}.amazonaws.com" for service in via],
    }
    return [
        {
            "Sid": "UseThroughServices",
            "Effect": "Allow",
            "Principal": account,
            "Action": [*USE, "kms:RetireGrant"],
            "Resource": "*",
            "Condition": {"StringEquals": through},
        },
        {
            "Sid": "GrantToServices",
            "Effect": "Allow",
            "Principal": account,
            "Action": "kms:CreateGrant",
            "Resource": "*",
            "Condition": {"StringEquals": through, "Bool": {"kms:GrantIsForAWSResource": "true"}},
        },
    ]


def _by_services(use: KeyUse, region: str, account_id: str) -> list[dict[str, Any]]:
    """What services of AWS may do with the key themselves, on behalf of this account."""
    found: list[dict[str, Any]] = []
    if use.principals:
        found.append(_by("UseByServices", list(use.principals), ["kms:Decrypt", "kms:GenerateDataKey"], account_id))
    if use.logs:
        groups = f"arn:aws:logs:{region}:{account_id}:log-group:*"
        found.append(
            {
                "Sid": "UseByLogGroups",
                "Effect": "Allow",
                "Principal": {"Service": f"logs.{region}.amazonaws.com"},
                "Action": list(USE),
                "Resource": "*",
                "Condition": {"ArnLike": {"kms:EncryptionContext:aws:logs:arn": groups}},
            }
        )
    if use.event_buses:
        # `UseByServices` lets it send to encrypted queues and topics, and use data keys; a bus asks about the key, too.
        found.append(_by("LookUpByEventBuses", "events.amazonaws.com", "kms:DescribeKey", account_id))
    if use.trails:
        found.append(_by("LookUpByTrails", "cloudtrail.amazonaws.com", "kms:DescribeKey", account_id))
    return found


def _by(sid: str, service: str | list[str], action: str | list[str], account_id: str) -> dict[str, Any]:
    return {
        "Sid": sid,
        "Effect": "Allow",
        "Principal": {"Service": service},
        "Action": action,
        "Resource": "*",
        "Condition": {"StringEquals": {"aws:SourceAccount": account_id}},
    }


def _distribution_statements(account_id: str) -> list[dict[str, Any]]:
    """What CloudFront needs to read encrypted objects, and its logs to be delivered to an encrypted bucket.

    The distributions belong to a stack that reads this one, so that their ids cannot be known here: the account's may.
    https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-restricting-access-to-s3.html,
    https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/AWS-logs-infrastructure-V2-S3.html
    """
    return [
        {
            "Sid": "ReadByDistributions",
            "Effect": "Allow",
            "Principal": {"Service": "cloudfront.amazonaws.com"},
            "Action": "kms:Decrypt",
            "Resource": "*",
            "Condition": {"ArnLike": {"aws:SourceArn": f"arn:aws:cloudfront::{account_id}:distribution/*"}},
        },
        _by("DeliverLogs", "delivery.logs.amazonaws.com", ["kms:Decrypt", "kms:GenerateDataKey"], account_id),
    ]


def _scaling_statements(region: str, account_id: str) -> list[dict[str, Any]]:
    """What EC2 Auto Scaling needs to start instances with encrypted volumes.

    Its service-linked role has no permission for keys, so that the account's delegation does not reach it. KMS refuses
    the policy in an account that has no such role yet: `aws iam create-service-linked-role --aws-service-name
    autoscaling.amazonaws.com`.
    https://docs.aws.amazon.com/autoscaling/ec2/userguide/key-policy-requirements-EBS-encryption.html
    """
    role = "aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling"
    scaling = {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{account_id}:role/{role}"}, "Resource": "*"}
    through = {"kms:CallerAccount": account_id, "kms:ViaService": f"ec2.{region}.amazonaws.com"}
    return [
        {"Sid": "StartInstances", **scaling, "Action": list(USE), "Condition": {"StringEquals": through}},
        {
            "Sid": "GrantToInstances",
            **scaling,
            "Action": "kms:CreateGrant",
            "Condition": {"StringEquals": through, "Bool": {"kms:GrantIsForAWSResource": "true"}},
        },
    ]
