"""One vault for recovery points, encrypted and locked (BKP-1)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pulumi
from pulumi_aws import backup, cloudwatch

from contracts.settings.backup import BackupSettings
from contracts.settings.security import ProtectionSettings

TOKEN = "atoll:backup:BackupVault"
VAULT_EVENTS = ("COPY_JOB_FAILED", "S3_BACKUP_OBJECT_FAILED", "S3_RESTORE_OBJECT_FAILED")
"""What the vault itself tells of. A backup job tells of every end alike, so failures come through EventBridge."""
FAILED_STATES = ("ABORTED", "EXPIRED", "FAILED", "PARTIAL")


@dataclass(frozen=True, kw_only=True)
class BackupVaultArgs:
    """What the vault is wired to."""

    settings: BackupSettings
    protection: ProtectionSettings
    environment: str
    account_id: str
    region: str
    key_arn: pulumi.Input[str]
    """Key of recovery points that AWS Backup manages itself (tables, files, objects); RDS and EBS keep their own."""
    topic_arn: pulumi.Input[str]
    """Topic that is told of failures; its policy must let `backup` and `events.amazonaws.com` publish."""


class BackupVault(pulumi.ComponentResource):
    """A vault whose recovery points cannot be deleted by hand, and whose failures somebody hears of.

    Makes the vault, its access policy (nobody deletes a recovery point or shortens its life, nobody copies one out of
    the account), the lock, notifications, and a rule for jobs that fail. A lock in compliance mode is final after
    `lock_cooling_days`: nobody can loosen it or delete the vault before its last recovery point has expired, AWS
    included; in governance mode administrators of AWS Backup can. A vault that still holds recovery points is never
    destroyed by force. Costs nothing by itself; recovery points are paid by
    GiB and month.

    Does not make: the plan, vaults of other regions, an air-gapped vault.

    Source: BKP-1; AWS Backup Developer Guide, "AWS Backup Vault Lock", "Vault access policies", "Monitoring AWS Backup
    events using Amazon EventBridge".
    """

    name: pulumi.Output[str]
    arn: pulumi.Output[str]
    locked_name: pulumi.Output[str]
    """The name, known only once the lock is on: for plans, which must not write to a vault that is still open."""

    def __init__(self, name: str, *, args: BackupVaultArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Make `{name}-backup-vault` and what belongs to it."""
        super().__init__(TOKEN, name, None, opts)
        settings = args.settings
        child = pulumi.ResourceOptions(parent=self)
        vault = backup.Vault(
            f"{name}-backup-vault",
            name=f"atoll-{args.environment}",
            kms_key_arn=args.key_arn,
            opts=pulumi.ResourceOptions(parent=self, protect=args.protection.protect),
        )
        backup.VaultPolicy(
            f"{name}-backup-vault-policy",
            backup_vault_name=vault.name,
            policy=pulumi.Output.json_dumps(vault_policy(vault.arn, args.account_id)),
            opts=child,
        )
        self.name, self.arn, self.locked_name = vault.name, vault.arn, vault.name
        if settings.lock is not None:
            lock = backup.VaultLockConfiguration(
                f"{name}-backup-vault-lock",
                backup_vault_name=vault.name,
                min_retention_days=settings.lock_minimum_days,
                max_retention_days=settings.lock_maximum_days,
                # Days make the lock a compliance lock; without them it is a governance lock.
                changeable_for_days=settings.lock_cooling_days,
                opts=child,
            )
            self.locked_name = lock.backup_vault_name
        backup.VaultNotifications(
            f"{name}-backup-vault-events",
            backup_vault_name=vault.name,
            sns_topic_arn=args.topic_arn,
            backup_vault_events=list(VAULT_EVENTS),
            opts=child,
        )
        rule = cloudwatch.EventRule(
            f"{name}-backup-failures",
            name=f"atoll-{args.environment}-backup-failures",
            description=f"Backup, copy and restore jobs of {args.environment} that did not end well",
            event_pattern=pulumi.Output.json_dumps(FAILURES),
            opts=child,
        )
        cloudwatch.EventTarget(
            f"{name}-backup-failures-topic",
            rule=rule.name,
            target_id="alarm-topic",
            arn=args.topic_arn,
            opts=child,
        )
        self.register_outputs({"name": self.name, "arn": self.arn})


FAILURES: dict[str, Any] = {
    "source": ["aws.backup"],
    "detail-type": ["Backup Job State Change", "Copy Job State Change", "Restore Job State Change"],
    "detail": {"$or": [{"state": list(FAILED_STATES)}, {"status": list(FAILED_STATES)}]},
}
"""Backup and copy jobs say `state`, restore jobs `status`."""


def vault_policy(arn: pulumi.Input[str], account_id: str) -> dict[str, Any]:
    """Nobody deletes or shortens what is in the vault; nobody of another account comes near. Expiry is no request."""
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "DenyDeletion",
                "Effect": "Deny",
                "Principal": {"AWS": "*"},
                "Action": ["backup:DeleteRecoveryPoint", "backup:UpdateRecoveryPointLifecycle"],
                "Resource": "*",
            },
            {
                "Sid": "DenyOtherAccounts",
                "Effect": "Deny",
                "Principal": {"AWS": "*"},
                "Action": [
                    "backup:CopyFromBackupVault",
                    "backup:CopyIntoBackupVault",
                    "backup:StartCopyJob",
                    "backup:StartRestoreJob",
                ],
                "Resource": arn,
                "Condition": {"StringNotEquals": {"aws:PrincipalAccount": account_id}},
            },
        ],
    }
