"""Settings of AWS Backup in one region (BKP-1)."""

from __future__ import annotations

from enum import StrEnum, unique
from typing import Annotated

from contracts.settings.base import Settings
from contracts.settings.kind import between, matching
from contracts.settings.kinds import Cron

VAULT_ARN = r"arn:aws:backup:[a-z0-9-]+:[0-9]{12}:backup-vault:[A-Za-z0-9_-]{2,50}"


@unique
class VaultLock(StrEnum):
    """Who may still delete a recovery point before its time: administrators of Backup, or nobody, AWS included."""

    GOVERNANCE = "governance"
    COMPLIANCE = "compliance"


class BackupRuleSettings(Settings):
    """One rhythm of the plan."""

    schedule: Annotated[
        str,
        matching(
            r"cron\(\S+ \S+ \S+ \S+ \S+ \S+\)",
            "an EventBridge cron of six fields in UTC, such as cron(0 5 ? * * *)",
            lambda _: None,
            "correct the expression",
        ),
    ]
    """When backups begin, in UTC."""
    kept_days: Annotated[int, between(1, 36500, "days")]
    """Days that a recovery point is kept, cold storage included."""
    cold_after_days: Annotated[int, between(1, 36410, "days")] | None
    """Move to cold storage, which at least 90 of `kept_days` have to be left for; null for never. What has no cold
    storage (Aurora, RDS, volumes without their archive) stays warm."""
    continuous: bool
    """Back up continuously what AWS Backup can restore to any second (Aurora, RDS, S3); at most 35 `kept_days`."""


class RestoreTestSettings(Settings):
    """Restores that prove that backups can be restored; paid by the test, and the restored resource by the hour."""

    schedule: Cron
    """When tests begin, in UTC: `cron(0 6 1 * ? *)` is every first of a month."""
    window_days: Annotated[int, between(1, 365, "days")]
    """A test takes the newest recovery point of so many days."""
    kept_hours: Annotated[int, between(1, 168, "hours")]
    """Hours that a restored resource stays for validation, before it is deleted."""


class BackupSettings(Settings):
    """A locked vault, one plan, and the proof that its backups can be restored; about $0.10 a GiB and month of
    databases and tables, $0.05 of files and objects."""

    lock: VaultLock | None
    """`governance`, `compliance` (cannot be undone after `lock_cooling_days`), or null for no lock."""
    lock_cooling_days: Annotated[int, between(3, 36500, "days")] | None
    """Days until a compliance lock is final; null exactly when `lock` is not `compliance`."""
    lock_minimum_days: Annotated[int, between(1, 36500, "days")]
    """No recovery point can be deleted, and no rule may keep one, for fewer days."""
    lock_maximum_days: Annotated[int, between(1, 36500, "days")] | None
    """No rule may keep a recovery point for more days; null for no limit."""
    daily: BackupRuleSettings | None
    """Every day; null to leave it out."""
    weekly: BackupRuleSettings | None
    """Every week; null to leave it out."""
    monthly: BackupRuleSettings | None
    """Every month; null to leave it out."""
    selection_tag: Annotated[
        str, matching(r"[A-Za-z0-9:_-]{1,64}", "letters, digits, :, _ and -", lambda _: None, "rename it")
    ]
    """Resources with this tag at `true` are backed up, besides the stack's databases, tables, files and buckets."""
    copy_to_vault: (
        Annotated[
            str,
            matching(
                VAULT_ARN, "the ARN of a backup vault", lambda _: None, "copy it from the output of the other region"
            ),
        ]
        | None
    )
    """Vault in another region to which every recovery point is copied; null for no copy. Its way costs $0.02 a GiB."""
    restore_tests: RestoreTestSettings | None
    """Restore tests; null for none."""
    reports: bool
    """Daily report of backup, copy and restore jobs into the bucket of logs."""
