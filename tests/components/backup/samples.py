"""Settings for the tests of this folder."""

from __future__ import annotations

from typing import Any

from contracts.settings.backup import BackupRuleSettings, BackupSettings, RestoreTestSettings, VaultLock

PEER_VAULT = "arn:aws:backup:us-west-2:123456789012:backup-vault:atoll-test"


def rule(**changes: Any) -> BackupRuleSettings:
    """Every day, for 35 days, warm."""
    values: dict[str, Any] = {
        "schedule": "cron(0 5 ? * * *)",
        "kept_days": 35,
        "cold_after_days": None,
        "continuous": False,
    }
    return BackupRuleSettings(**(values | changes))


def backup_settings(**changes: Any) -> BackupSettings:
    """Three rules under a governance lock, copied to another region, tested every month."""
    values: dict[str, Any] = {
        "lock": VaultLock.GOVERNANCE,
        "lock_cooling_days": None,
        "lock_minimum_days": 7,
        "lock_maximum_days": None,
        "daily": rule(),
        "weekly": rule(schedule="cron(0 6 ? * SUN *)", kept_days=90),
        "monthly": rule(schedule="cron(0 7 1 * ? *)", kept_days=365, cold_after_days=30),
        "selection_tag": "Backup",
        "copy_to_vault": PEER_VAULT,
        "restore_tests": RestoreTestSettings(schedule="cron(0 8 1 * ? *)", window_days=7, kept_hours=4),
        "reports": True,
    }
    return BackupSettings(**(values | changes))
