"""Encryption and daily snapshots of block volumes (STO-2)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pulumi
from pulumi_aws import dlm
from pulumi_aws.ebs.default_kms_key import DefaultKmsKey
from pulumi_aws.iam.role import Role
from pulumi_aws.iam.role_policy import RolePolicy

from components.identity.service_trust import service_trust
from contracts.settings.files import VolumeSettings

TOKEN = "atoll:storage:VolumeSnapshots"


@dataclass(frozen=True, kw_only=True)
class VolumeSnapshotsArgs:
    """What the policy is wired to."""

    settings: VolumeSettings
    environment: str
    region: str
    account_id: str
    key_arn: pulumi.Input[str]
    """Key of new volumes, where `settings.own_key`; snapshots have the key of their volume."""
    copy_key_arn: pulumi.Input[str] | None = None
    """Key of copies in the other region; None for AWS's own there."""


class VolumeSnapshots(pulumi.ComponentResource):
    """Every new volume encrypted with our key, every tagged one snapshot each day and copied elsewhere.

    Makes the account's default key (that new volumes are encrypted at all is the account's safeguard), a lifecycle
    policy of Data Lifecycle Manager over volumes with the tag `<snapshot_tag>: true`, and the role under which it
    works. Volumes are gp3 where the program makes them; the policy asks for no type. Snapshots are incremental, copy
    the volume's tags, and are archived by nobody: the daily ones are deleted after `snapshots_kept` days.

    Costs GiB-months of what has changed, and of copies. The default key is the account's: destroying the stack leaves
    AWS's own key in its place.

    Source: STO-2; Amazon EBS User Guide, "Amazon Data Lifecycle Manager", "Amazon EBS encryption".
    """

    policy_arn: pulumi.Output[str]

    def __init__(self, name: str, *, args: VolumeSnapshotsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Make the key's switch, the role and the policy."""
        super().__init__(TOKEN, name, None, opts)
        settings = args.settings
        child = pulumi.ResourceOptions(parent=self)
        if settings.own_key:
            DefaultKmsKey(f"{name}-volumes-key", key_arn=args.key_arn, opts=child)
        role = Role(
            f"{name}-volumes-role",
            description=f"Lets Data Lifecycle Manager keep snapshots of {args.environment}",
            assume_role_policy=pulumi.Output.json_dumps(trust(args)),
            opts=child,
        )
        keys = [args.key_arn, *([args.copy_key_arn] if args.copy_key_arn is not None else [])]
        RolePolicy(
            f"{name}-volumes-permissions",
            role=role.name,
            policy=pulumi.Output.json_dumps(permissions(args, keys)),
            opts=child,
        )
        policy = dlm.LifecyclePolicy(
            f"{name}-volumes-snapshots",
            description=f"Daily snapshots of the volumes of {args.environment}",
            execution_role_arn=role.arn,
            state="ENABLED",
            policy_details=dlm.LifecyclePolicyPolicyDetailsArgs(
                policy_type="EBS_SNAPSHOT_MANAGEMENT",
                resource_types=["VOLUME"],
                target_tags={settings.snapshot_tag: "true", "Environment": args.environment},
                schedules=[
                    dlm.LifecyclePolicyPolicyDetailsScheduleArgs(
                        name="daily",
                        create_rule=dlm.LifecyclePolicyPolicyDetailsScheduleCreateRuleArgs(
                            interval=24, interval_unit="HOURS", times=settings.snapshot_time
                        ),
                        retain_rule=dlm.LifecyclePolicyPolicyDetailsScheduleRetainRuleArgs(
                            count=settings.snapshots_kept
                        ),
                        copy_tags=True,
                        cross_region_copy_rules=_copies(args),
                    )
                ],
            ),
            opts=child,
        )
        self.policy_arn = policy.arn
        self.register_outputs({"policy_arn": self.policy_arn})


def _copies(args: VolumeSnapshotsArgs) -> list[dlm.LifecyclePolicyPolicyDetailsScheduleCrossRegionCopyRuleArgs] | None:
    copy = args.settings.copy_to
    if copy is None:
        return None
    return [
        dlm.LifecyclePolicyPolicyDetailsScheduleCrossRegionCopyRuleArgs(
            target=copy.region,
            encrypted=True,
            cmk_arn=args.copy_key_arn,
            copy_tags=True,
            retain_rule=dlm.LifecyclePolicyPolicyDetailsScheduleCrossRegionCopyRuleRetainRuleArgs(
                interval=copy.kept_days, interval_unit="DAYS"
            ),
        )
    ]


def trust(args: VolumeSnapshotsArgs) -> dict[str, Any]:
    """The trust policy: Data Lifecycle Manager, for policies of this account and region."""
    return service_trust(
        "Dlm", "dlm.amazonaws.com", args.account_id, f"arn:aws:dlm:{args.region}:{args.account_id}:policy/*"
    )


def permissions(args: VolumeSnapshotsArgs, key_arns: Sequence[pulumi.Input[str]]) -> dict[str, Any]:
    """What the policy does: look volumes up, make and tag snapshots, and delete those that it has made."""
    regions = [args.region, *([args.settings.copy_to.region] if args.settings.copy_to else [])]
    snapshots = [f"arn:aws:ec2:{region}::snapshot/*" for region in regions]
    made = {"StringLike": {"aws:ResourceTag/aws:dlm:lifecycle-policy-id": "*"}}
    statements: list[dict[str, Any]] = [
        {
            "Sid": "LookUp",
            "Effect": "Allow",
            "Action": ["ec2:DescribeInstances", "ec2:DescribeSnapshots", "ec2:DescribeVolumes"],
            "Resource": "*",
        },
        {
            "Sid": "MakeSnapshots",
            "Effect": "Allow",
            "Action": ["ec2:CopySnapshot", "ec2:CreateSnapshot", "ec2:CreateSnapshots"],
            "Resource": [
                *snapshots,
                f"arn:aws:ec2:{args.region}:{args.account_id}:instance/*",
                f"arn:aws:ec2:{args.region}:{args.account_id}:volume/*",
            ],
        },
        {
            "Sid": "TagSnapshots",
            "Effect": "Allow",
            "Action": "ec2:CreateTags",
            "Resource": snapshots,
            "Condition": {"StringEquals": {"ec2:CreateAction": ["CopySnapshot", "CreateSnapshot", "CreateSnapshots"]}},
        },
        {
            "Sid": "DeleteOwnSnapshots",
            "Effect": "Allow",
            "Action": "ec2:DeleteSnapshot",
            "Resource": snapshots,
            "Condition": made,
        },
        {
            "Sid": "UseKeys",
            "Effect": "Allow",
            "Action": [
                "kms:Decrypt",
                "kms:DescribeKey",
                "kms:Encrypt",
                "kms:GenerateDataKeyWithoutPlaintext",
                "kms:ReEncryptFrom",
                "kms:ReEncryptTo",
            ],
            "Resource": list(key_arns),
            "Condition": {"StringEquals": {"kms:ViaService": [f"ec2.{region}.amazonaws.com" for region in regions]}},
        },
        {
            "Sid": "GrantKeys",
            "Effect": "Allow",
            "Action": "kms:CreateGrant",
            "Resource": list(key_arns),
            "Condition": {"Bool": {"kms:GrantIsForAWSResource": "true"}},
        },
    ]
    return {"Version": "2012-10-17", "Statement": statements}
