"""How a region's state is kept safe: events of the database, backups with their proof, snapshots of volumes."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi

from components.backup import (
    BackupPlan,
    BackupPlanArgs,
    BackupReports,
    BackupReportsArgs,
    BackupVault,
    BackupVaultArgs,
    Restorable,
    RestoreTests,
    RestoreTestsArgs,
)
from components.identity import ServiceRole
from components.storage import VolumeSnapshots, VolumeSnapshotsArgs
from contracts.settings import StackSettings
from contracts.settings.backup import BackupSettings
from stacks.region.data import Data
from stacks.region.foundation import Foundation
from stacks.region.operations import Operations
from stacks.region.pair import key_over_there, with_copies, with_snapshot_copies


@dataclass(frozen=True, kw_only=True)
class Backups:
    """What keeps a region's state safe."""

    vault: BackupVault | None


def make_backup(
    settings: StackSettings, foundation: Foundation, data: Data, operations: Operations, opts: pulumi.ResourceOptions
) -> Backups:
    """The vault with its plan, tests and reports, and snapshots of volumes, as far as the settings ask for them."""
    name = settings.environment
    if settings.volumes is not None:
        VolumeSnapshots(
            name,
            args=VolumeSnapshotsArgs(
                settings=with_snapshot_copies(settings, settings.volumes),
                environment=name,
                region=settings.region,
                account_id=settings.account.id,
                key_arn=foundation.key("storage"),
                copy_key_arn=key_over_there(foundation.pair, foundation.keys, "storage"),
            ),
            opts=opts,
        )
    if settings.backup is None:
        return Backups(vault=None)
    chosen = with_copies(settings, settings.backup)
    return Backups(vault=_back_up(settings, chosen, foundation, data, operations, opts))


def _back_up(
    settings: StackSettings,
    chosen: BackupSettings,
    foundation: Foundation,
    data: Data,
    operations: Operations,
    opts: pulumi.ResourceOptions,
) -> BackupVault:
    name, role = settings.environment, foundation.roles.arns[ServiceRole.BACKUP]
    vault = BackupVault(
        name,
        args=BackupVaultArgs(
            settings=chosen,
            protection=settings.protection,
            environment=name,
            account_id=settings.account.id,
            region=settings.region,
            key_arn=foundation.key("storage"),
            topic_arn=operations.topic.arn,
        ),
        opts=opts,
    )
    BackupPlan(
        name,
        args=BackupPlanArgs(
            settings=chosen,
            environment=name,
            vault_name=vault.locked_name,
            role_arn=role,
            resource_arns=_stores(foundation, data),
        ),
        opts=opts,
    )
    if chosen.restore_tests is not None:
        RestoreTests(
            name,
            args=RestoreTestsArgs(
                settings=chosen.restore_tests,
                environment=name,
                vault_arn=vault.arn,
                role_arn=role,
                metadata=_restored(settings, data),
            ),
            opts=opts,
        )
    if chosen.reports:
        BackupReports(
            name, args=BackupReportsArgs(environment=name, bucket_name=foundation.buckets.logs.policed_name), opts=opts
        )
    return vault


def _stores(foundation: Foundation, data: Data) -> dict[str, pulumi.Input[str]]:
    """Everything of the stack that holds data which cannot be made again; caches and logs can be lost."""
    buckets = foundation.buckets
    return {
        "database": data.database.arn,
        **{f"table-{key}": table.arn for key, table in data.tables.items()},
        **({"files": data.files.arn} if data.files else {}),
        "bucket-assets": buckets.assets.arn,
        "bucket-uploads": buckets.uploads.arn,
    }


def _restored(settings: StackSettings, data: Data) -> dict[Restorable, dict[str, pulumi.Input[str]]]:
    """Kind of what is backed up → what its restore must be told: databases go back into the database subnets."""
    subnets: dict[str, pulumi.Input[str]] = {"dbSubnetGroupName": data.database.subnet_group_name}
    return {
        Restorable.AURORA if settings.aurora else Restorable.RDS: subnets,
        **({Restorable.TABLE: dict[str, pulumi.Input[str]]()} if data.tables else {}),
        **({Restorable.FILES: dict[str, pulumi.Input[str]]()} if data.files else {}),
        Restorable.BUCKET: {},
    }
