"""Customer-managed KMS keys, one for each purpose, with policies that admit only what the purpose needs."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import pulumi
from pulumi_aws.kms.alias import Alias
from pulumi_aws.kms.key import Key

from contracts.settings.security import KeySettings, ProtectionSettings

TOKEN = "atoll:security:Keys"

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


@dataclass(frozen=True, kw_only=True)
class KeysArgs:
    """Wiring of the keys of one environment and region."""

    environment: str
    region: str
    account_id: str
    settings: KeySettings
    protection: ProtectionSettings
    scaling: bool = False
    """EC2 Auto Scaling starts instances with encrypted volumes, such as nodes of a cluster."""
    spanning: bool = False
    """A global stack leads to the stack: CloudFront reads its assets and delivers logs there."""


def key_policy(
    use: KeyUse, region: str, account_id: str, *, scaling: bool = False, spanning: bool = False
) -> dict[str, Any]:
    """The key policy of one purpose.

    The account's root administers, so that the key can never become unmanageable, and delegates that to IAM policies;
    it does not include any use. Use is delegated to IAM policies too, but only through the purpose's services; grants
    only to AWS services. https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html,
    …/conditions-kms.html#conditions-kms-via-service
    """
    account = {"AWS": f"arn:aws:iam::{account_id}:root"}
    statements: list[dict[str, Any]] = [
        {
            "Sid": "AdministerByAccount",
            "Effect": "Allow",
            "Principal": account,
            "Action": list(ADMINISTRATION),
            "Resource": "*",
        }
    ]
    via = (*use.via, *(use.spanning_via if spanning else ()))
    if via:
        through = {
            "kms:CallerAccount": account_id,
            "kms:ViaService": [f"{service}.{region}.amazonaws.com" for service in via],
        }
        statements += [
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
    if use.principals:
        statements.append(
            {
                "Sid": "UseByServices",
                "Effect": "Allow",
                "Principal": {"Service": list(use.principals)},
                "Action": ["kms:Decrypt", "kms:GenerateDataKey"],
                "Resource": "*",
                "Condition": {"StringEquals": {"aws:SourceAccount": account_id}},
            }
        )
    if use.logs:
        statements.append(
            {
                "Sid": "UseByLogGroups",
                "Effect": "Allow",
                "Principal": {"Service": f"logs.{region}.amazonaws.com"},
                "Action": list(USE),
                "Resource": "*",
                "Condition": {
                    "ArnLike": {"kms:EncryptionContext:aws:logs:arn": f"arn:aws:logs:{region}:{account_id}:log-group:*"}
                },
            }
        )
    if use.event_buses:
        # `UseByServices` lets it send to encrypted queues and topics, and use data keys; a bus asks about the key, too.
        statements.append(
            {
                "Sid": "LookUpByEventBuses",
                "Effect": "Allow",
                "Principal": {"Service": "events.amazonaws.com"},
                "Action": "kms:DescribeKey",
                "Resource": "*",
                "Condition": {"StringEquals": {"aws:SourceAccount": account_id}},
            }
        )
    if use.trails:
        statements.append(
            {
                "Sid": "LookUpByTrails",
                "Effect": "Allow",
                "Principal": {"Service": "cloudtrail.amazonaws.com"},
                "Action": "kms:DescribeKey",
                "Resource": "*",
                "Condition": {"StringEquals": {"aws:SourceAccount": account_id}},
            }
        )
    if use.distributions and spanning:
        statements += _distribution_statements(account_id)
    if use.volumes and scaling:
        statements += _scaling_statements(region, account_id)
    return {"Version": "2012-10-17", "Statement": statements}


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
        {
            "Sid": "DeliverLogs",
            "Effect": "Allow",
            "Principal": {"Service": "delivery.logs.amazonaws.com"},
            "Action": ["kms:Decrypt", "kms:GenerateDataKey"],
            "Resource": "*",
            "Condition": {"StringEquals": {"aws:SourceAccount": account_id}},
        },
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


def check_purposes(settings: KeySettings) -> None:
    """Refuse purposes that have no policy.

    Raises:
        ValueError: naming every unknown purpose and the known ones.
    """
    unknown = sorted(set(settings.purposes) - PURPOSES.keys())
    if unknown:
        raise ValueError(
            f"keys.purposes: no key policy for {', '.join(unknown)}; choose among {', '.join(PURPOSES)}, "
            "or add the purpose to PURPOSES in components/security/keys.py"
        )


class Keys(pulumi.ComponentResource):
    """One symmetric KMS key for each purpose, rotated, with the alias `alias/atoll-<environment>-<purpose>`.

    Multi-region keys are made as primaries; the other region replicates them. The default key policy's `kms:*` for
    the account is not used: nobody, administrators included, decrypts except through the purpose's services and with
    an IAM permission for it.
    Costs: USD 1 a month and key, USD 1 more after each of the first two rotations, USD 0.03 per 10,000 requests.
    Errors: ValueError for a purpose without a policy. A replaced key leaves its data unreadable: protect real
    environments.
    Source: SEC-3; https://docs.aws.amazon.com/kms/latest/developerguide/rotate-keys.html
    """

    arns: dict[str, pulumi.Output[str]]
    """Purpose → key ARN."""
    ids: dict[str, pulumi.Output[str]]
    """Purpose → key id."""
    aliases: dict[str, pulumi.Output[str]]
    """Purpose → alias name."""

    def __init__(self, name: str, *, args: KeysArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Make `{name}-key-<purpose>` and `{name}-alias-<purpose>` for each purpose."""
        check_purposes(args.settings)
        super().__init__(TOKEN, name, None, opts)
        self.arns, self.ids, self.aliases = {}, {}, {}
        for purpose in args.settings.purposes:
            use = PURPOSES[purpose]
            key = Key(
                f"{name}-key-{purpose}",
                description=f"Atoll {args.environment}: {use.description}",
                enable_key_rotation=True,
                rotation_period_in_days=args.settings.rotation_period_days,
                deletion_window_in_days=args.settings.deletion_window_days,
                multi_region=args.settings.multi_region,
                policy=json.dumps(
                    key_policy(use, args.region, args.account_id, scaling=args.scaling, spanning=args.spanning)
                ),
                opts=pulumi.ResourceOptions(parent=self, protect=args.protection.protect),
            )
            alias = Alias(
                f"{name}-alias-{purpose}",
                name=f"alias/atoll-{args.environment}-{purpose}",
                target_key_id=key.key_id,
                opts=pulumi.ResourceOptions(parent=self),
            )
            self.arns[purpose], self.ids[purpose], self.aliases[purpose] = key.arn, key.key_id, alias.name
        self.register_outputs({"arns": self.arns, "ids": self.ids, "aliases": self.aliases})
