"""One EFS file system that tasks and nodes of every zone share (STO-2)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pulumi
from pulumi_aws import efs
from pulumi_aws.ec2.security_group import SecurityGroup

from components.network.client_rules import admit
from contracts.settings.files import AccessPointSettings, FileSystemSettings
from contracts.settings.security import ProtectionSettings

TOKEN = "atoll:storage:FileSystem"
PORT = 2049
"""NFS."""
DIRECTORY_MODE = "0750"
"""Of a directory that an access point makes: its owner alone writes."""


@dataclass(frozen=True, kw_only=True)
class FileSystemArgs:
    """What the file system is wired to."""

    settings: FileSystemSettings
    protection: ProtectionSettings
    environment: str
    account_id: str
    vpc_id: pulumi.Input[str]
    subnet_ids: Mapping[str, pulumi.Input[str]]
    """Zone → private subnet."""
    workload_zones: Sequence[str]
    """Zones that get a mount target: where tasks and nodes are."""
    client_groups: Mapping[str, pulumi.Input[str]]
    """Stable key → security group that may mount it, and gets the rule to do so."""
    key_arn: pulumi.Input[str]


class FileSystem(pulumi.ComponentResource):
    """A file system that is mounted over TLS, through an access point, by an identity that may.

    Makes the file system with its lifecycle (what nobody opens goes to colder storage and comes back when it is
    opened), its policy, a mount target in each workload zone, a security group that admits the clients, the access
    points, the switch of EFS's own daily backups and, where it is asked for, a copy in another region, which EFS makes
    and encrypts with AWS's key there. The policy gives nobody a right: callers need
    `elasticfilesystem:ClientMount` and the like for an access point, and nobody comes in as root or past TLS.

    Costs GiB-months by storage class, with `elastic` the GiB that are read and written. Does not make: rights of
    callers, Kubernetes storage classes.

    Raises:
        ValueError: a workload zone has no subnet.

    Source: STO-2; Amazon EFS User Guide, "Using IAM to control file system data access", "Managing file system
    lifecycle", "Working with Amazon EFS access points".
    """

    id: pulumi.Output[str]
    arn: pulumi.Output[str]
    access_point_arns: dict[str, pulumi.Output[str]]
    access_point_ids: dict[str, pulumi.Output[str]]
    security_group_id: pulumi.Output[str]

    def __init__(self, name: str, *, args: FileSystemArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Make `{name}-files` and what belongs to it."""
        super().__init__(TOKEN, name, None, opts)
        _check(args)
        settings = args.settings
        child = pulumi.ResourceOptions(parent=self)
        files = efs.FileSystem(
            f"{name}-files",
            creation_token=f"atoll-{args.environment}",
            encrypted=True,
            kms_key_id=args.key_arn,
            performance_mode="generalPurpose",
            throughput_mode=settings.throughput.value,
            lifecycle_policies=_lifecycle(settings) or None,
            tags={"Name": f"atoll-{args.environment}"},
            opts=pulumi.ResourceOptions(parent=self, protect=args.protection.protect),
        )
        efs.FileSystemPolicy(
            f"{name}-files-policy",
            file_system_id=files.id,
            policy=pulumi.Output.json_dumps(file_system_policy(files.arn, args.account_id)),
            opts=child,
        )
        efs.BackupPolicy(
            f"{name}-files-backup",
            file_system_id=files.id,
            backup_policy=efs.BackupPolicyBackupPolicyArgs(status="ENABLED" if settings.backup else "DISABLED"),
            opts=child,
        )
        if settings.replicate_to is not None:
            efs.ReplicationConfiguration(
                f"{name}-files-replica",
                source_file_system_id=files.id,
                destination=efs.ReplicationConfigurationDestinationArgs(region=settings.replicate_to),
                opts=child,
            )
        group = self._make_group(name, args)
        for zone in args.workload_zones:
            efs.MountTarget(
                f"{name}-files-{zone}",
                file_system_id=files.id,
                subnet_id=args.subnet_ids[zone],
                security_groups=[group.id],
                opts=child,
            )
        points = {
            key: self._make_point(f"{name}-files-point-{key}", files.id, key, point)
            for key, point in settings.access_points.items()
        }
        self.id, self.arn = files.id, files.arn
        self.access_point_arns = {key: point.arn for key, point in points.items()}
        self.access_point_ids = {key: point.id for key, point in points.items()}
        self.security_group_id = group.id
        self.register_outputs({"id": self.id, "arn": self.arn, "access_point_ids": self.access_point_ids})

    def _make_point(
        self, name: str, files_id: pulumi.Output[str], key: str, point: AccessPointSettings
    ) -> efs.AccessPoint:
        return efs.AccessPoint(
            name,
            file_system_id=files_id,
            posix_user=efs.AccessPointPosixUserArgs(uid=point.user_id, gid=point.group_id),
            root_directory=efs.AccessPointRootDirectoryArgs(
                path=point.path,
                creation_info=efs.AccessPointRootDirectoryCreationInfoArgs(
                    owner_uid=point.user_id, owner_gid=point.group_id, permissions=DIRECTORY_MODE
                ),
            ),
            tags={"Name": key},
            opts=pulumi.ResourceOptions(parent=self),
        )

    def _make_group(self, name: str, args: FileSystemArgs) -> SecurityGroup:
        child = pulumi.ResourceOptions(parent=self)
        group = SecurityGroup(
            f"{name}-files-group",
            description="File system: clients in, nothing out",
            vpc_id=args.vpc_id,
            tags={"Name": f"atoll-{args.environment}-files"},
            opts=child,
        )
        admit(f"{name}-files", group.id, args.client_groups, PORT, "NFS over TLS", child)
        return group


def file_system_policy(arn: pulumi.Input[str], account_id: str) -> dict[str, Any]:
    """Nobody without TLS, nobody as root, nobody past an access point.

    EFS lets everybody in who reaches a mount target where there is no policy; where there is one that allows nothing,
    callers need rights of their own, of this account.
    """
    clients = ["elasticfilesystem:ClientMount", "elasticfilesystem:ClientRootAccess", "elasticfilesystem:ClientWrite"]
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "DenyInsecureTransport",
                "Effect": "Deny",
                "Principal": {"AWS": "*"},
                "Action": clients,
                "Resource": arn,
                "Condition": {"Bool": {"aws:SecureTransport": "false"}},
            },
            {
                "Sid": "DenyRoot",
                "Effect": "Deny",
                "Principal": {"AWS": "*"},
                "Action": "elasticfilesystem:ClientRootAccess",
                "Resource": arn,
            },
            {
                "Sid": "DenyPastAccessPoints",
                "Effect": "Deny",
                "Principal": {"AWS": "*"},
                "Action": clients,
                "Resource": arn,
                "Condition": {"Null": {"elasticfilesystem:AccessPointArn": "true"}},
            },
            {
                "Sid": "DenyOtherAccounts",
                "Effect": "Deny",
                "Principal": {"AWS": "*"},
                "Action": clients,
                "Resource": arn,
                "Condition": {"StringNotEquals": {"aws:PrincipalAccount": account_id}},
            },
        ],
    }


def _lifecycle(settings: FileSystemSettings) -> list[efs.FileSystemLifecyclePolicyArgs]:
    def after(days: int) -> str:
        return f"AFTER_{days}_DAY{'S' if days > 1 else ''}"

    found: list[efs.FileSystemLifecyclePolicyArgs] = []
    if settings.archive_after_days is not None:
        found.append(efs.FileSystemLifecyclePolicyArgs(transition_to_archive=after(settings.archive_after_days)))
    if settings.infrequent_after_days is not None:
        found.append(efs.FileSystemLifecyclePolicyArgs(transition_to_ia=after(settings.infrequent_after_days)))
        found.append(efs.FileSystemLifecyclePolicyArgs(transition_to_primary_storage_class="AFTER_1_ACCESS"))
    return found


def _check(args: FileSystemArgs) -> None:
    missing = [zone for zone in args.workload_zones if zone not in args.subnet_ids]
    if missing or not args.workload_zones:
        raise ValueError(
            f"file system of {args.environment}: no private subnet in {', '.join(missing) or 'any workload zone'}; "
            f"there are subnets in {', '.join(sorted(args.subnet_ids)) or 'no zone'}: change network.workload_zones"
        )
