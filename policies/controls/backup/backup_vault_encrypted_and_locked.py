"""Backup vaults are encrypted with a customer key, and locked."""

from __future__ import annotations

from policies.control import Control, ControlSettings, Remediation, Severity, settings_of
from policies.subject import Subject
from policies.verdicts import Fail, Undecided, Verdict, all_of


class Settings(ControlSettings):
    """How long."""

    days: int = 7
    """Least time for which a recovery point cannot be deleted."""


LOCK = "aws:backup/vaultLockConfiguration:VaultLockConfiguration"


def check(vault: Subject) -> Verdict:
    """A vault has the key of AWS and no lock where nobody says otherwise."""
    settings: Settings = settings_of(vault.view, CONTROL)
    return all_of(vault.read("kmsKeyArn").must_be_set(), _locked(vault, settings.days))


def _locked(vault: Subject, days: int) -> Verdict:
    locks = vault.companions(LOCK, "backupVaultName")
    if locks.certain:
        return all_of(*(lock.read("minRetentionDays").must_be_at_least(days) for lock in locks.certain))
    return Undecided(f"backupVaultName of {locks.possible[0]}") if locks.possible else Fail("it has no lock")


CONTROL = Control(
    id="backup-vault-encrypted-and-locked",
    title="Backup vaults are encrypted with a customer key, and locked",
    severity=Severity.MEDIUM,
    rationale="Whoever takes an account over deletes the backups first, then asks for money.",
    remediation=Remediation(
        summary="Give the vault a key and a lock",
        snippet=(
            "backup.Vault(name, kms_key_arn=key.arn)\n"
            'backup.VaultLockConfiguration(f"{name}-lock", backup_vault_name=vault.name, min_retention_days=35)'
        ),
    ),
    catalogue=("BKP-01",),
    settings=Settings,
    types=("aws:backup/vault:Vault",),
    check=check,
    looks_around=True,
)
