"""Backups as they should be."""

from __future__ import annotations

from typing import Any

from pulumi_aws import backup, dynamodb

ROLE = "arn:aws:iam::111122223333:role/backup"
KEY = "arn:aws:kms:us-east-1:111122223333:key/backups"
PEER = "arn:aws:backup:us-west-2:111122223333:backup-vault:peer"
KEEP: Any = {"delete_after": 35}
COPIES: Any = [{"destination_vault_arn": PEER, "lifecycle": KEEP}]


def program() -> None:
    """A plan that selects everything of the environment, with its vault and reports."""
    vault = backup.Vault("vault", kms_key_arn=KEY)
    backup.VaultLockConfiguration("vault-lock", backup_vault_name=vault.name, min_retention_days=35)
    plan = backup.Plan(
        "backup-plan",
        rules=[
            {
                "rule_name": "daily",
                "target_vault_name": vault.name,
                "lifecycle": KEEP,
                "copy_actions": [
                    {
                        "destination_vault_arn": "arn:aws:backup:us-west-2:111122223333:backup-vault:peer",
                        "lifecycle": KEEP,
                    }
                ],
            }
        ],
    )
    backup.Selection(
        "backup-selection",
        plan_id=plan.id,
        iam_role_arn=ROLE,
        selection_tags=[{"type": "STRINGEQUALS", "key": "Environment", "value": "env-compliant"}],
    )
    backup.ReportPlan(
        "backup-report",
        report_setting={"report_template": "BACKUP_JOB_REPORT"},
        report_delivery_channel={"s3_bucket_name": "reports", "formats": ["CSV"]},
    )
    dynamodb.Table(
        "backed-up-table",
        attributes=[{"name": "id", "type": "S"}],
        hash_key="id",
        billing_mode="PAY_PER_REQUEST",
        point_in_time_recovery={"enabled": True, "recovery_period_in_days": 35},
        server_side_encryption={"enabled": True, "kms_key_arn": KEY},
        deletion_protection_enabled=True,
        stream_enabled=True,
        replicas=[
            {
                "region_name": "us-west-2",
                "kms_key_arn": "arn:aws:kms:us-west-2:111122223333:key/backups",
                "point_in_time_recovery": True,
            }
        ],
    )
