"""AWS Backup: vaults, plans, restore tests and reports (BKP-1)."""

from components.backup.backup_plan import BackupPlan, BackupPlanArgs
from components.backup.backup_reports import BackupReports, BackupReportsArgs
from components.backup.backup_vault import BackupVault, BackupVaultArgs
from components.backup.restore_tests import Restorable, RestoreTests, RestoreTestsArgs

__all__ = [
    "BackupPlan",
    "BackupPlanArgs",
    "BackupReports",
    "BackupReportsArgs",
    "BackupVault",
    "BackupVaultArgs",
    "Restorable",
    "RestoreTests",
    "RestoreTestsArgs",
]
