from __future__ import annotations

import json
from typing import Any

import pytest

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
from components.backup.backup_vault import FAILED_STATES, vault_policy
from contracts.settings.backup import BackupSettings, RestoreTestSettings, VaultLock
from contracts.settings.security import ProtectionSettings
from tests.components.backup.samples import PEER_VAULT, backup_settings
from tests.kit import ACCOUNT, REGION, GraphView, record_component

KEY = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/storage"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/BackupServiceRole-test"
TOPIC = f"arn:aws:sns:{REGION}:{ACCOUNT}:alarms"
VAULT = f"arn:aws:backup:{REGION}:{ACCOUNT}:backup-vault:atoll-test"
TIGHT = ProtectionSettings(protect=True, deletion_protection=True, final_snapshot=True, force_destroy=False)


def vault_args(settings: BackupSettings | None = None) -> BackupVaultArgs:
    return BackupVaultArgs(
        settings=settings or backup_settings(),
        protection=TIGHT,
        environment="test",
        account_id=ACCOUNT,
        region=REGION,
        key_arn=KEY,
        topic_arn=TOPIC,
    )


def plan_args(settings: BackupSettings | None = None) -> BackupPlanArgs:
    return BackupPlanArgs(
        settings=settings or backup_settings(),
        environment="test",
        vault_name="atoll-test",
        role_arn=ROLE,
        resource_arns={"table-b": "arn:b", "database": "arn:a"},
    )


def record_vault(settings: BackupSettings | None = None) -> GraphView:
    return record_component(lambda: BackupVault("test", args=vault_args(settings)))


def record_plan(settings: BackupSettings | None = None) -> GraphView:
    return record_component(lambda: BackupPlan("test", args=plan_args(settings)))


def test_vault_has_these_children_when_recorded() -> None:
    record_vault().assert_children(
        "test",
        [
            ("aws:backup/vault:Vault", "test-backup-vault"),
            ("aws:backup/vaultPolicy:VaultPolicy", "test-backup-vault-policy"),
            ("aws:backup/vaultLockConfiguration:VaultLockConfiguration", "test-backup-vault-lock"),
            ("aws:backup/vaultNotifications:VaultNotifications", "test-backup-vault-events"),
            ("aws:cloudwatch/eventRule:EventRule", "test-backup-failures"),
            ("aws:cloudwatch/eventTarget:EventTarget", "test-backup-failures-topic"),
        ],
    )


def test_vault_is_encrypted_and_protected_when_recorded() -> None:
    vault = record_vault().node("test-backup-vault")

    assert vault.inputs == {"name": "atoll-test", "kmsKeyArn": KEY}
    assert vault.protect


@pytest.mark.parametrize(
    ("lock", "cooling", "wanted"),
    [
        (VaultLock.GOVERNANCE, None, {"minRetentionDays": 7, "maxRetentionDays": 400}),
        (VaultLock.COMPLIANCE, 5, {"minRetentionDays": 7, "maxRetentionDays": 400, "changeableForDays": 5}),
    ],
)
def test_lock_is_final_only_when_it_cools_down(lock: VaultLock, cooling: int | None, wanted: dict[str, int]) -> None:
    view = record_vault(backup_settings(lock=lock, lock_cooling_days=cooling, lock_maximum_days=400))

    found = {key: value for key, value in view.node("test-backup-vault-lock").inputs.items() if "Days" in key}
    assert found == wanted


def test_vault_is_open_when_settings_leave_the_lock_out() -> None:
    assert "test-backup-vault-lock" not in {
        name for _, name in record_vault(backup_settings(lock=None)).children("test")
    }


def test_nobody_deletes_a_recovery_point_by_hand_when_policed() -> None:
    deletion, others = vault_policy(VAULT, ACCOUNT)["Statement"]

    assert (deletion["Effect"], deletion["Principal"]) == ("Deny", {"AWS": "*"})
    assert deletion["Action"] == ["backup:DeleteRecoveryPoint", "backup:UpdateRecoveryPointLifecycle"]
    assert "Condition" not in deletion
    assert others["Condition"] == {"StringNotEquals": {"aws:PrincipalAccount": ACCOUNT}}


def test_somebody_hears_of_jobs_that_fail_when_they_end() -> None:
    view = record_vault()

    pattern = json.loads(str(view.value("test-backup-failures", "eventPattern")))
    assert pattern["detail-type"] == [
        "Backup Job State Change",
        "Copy Job State Change",
        "Restore Job State Change",
    ]
    assert pattern["detail"] == {"$or": [{"state": list(FAILED_STATES)}, {"status": list(FAILED_STATES)}]}
    assert view.value("test-backup-failures-topic", "arn") == TOPIC
    assert view.value("test-backup-vault-events", "snsTopicArn") == TOPIC


def test_plan_keeps_daily_backups_for_35_days_and_copies_each_when_recorded() -> None:
    view = record_plan()

    daily: dict[str, Any] = {
        "ruleName": "daily",
        "targetVaultName": "atoll-test",
        "schedule": "cron(0 5 ? * * *)",
        "startWindow": 60,
        "completionWindow": 720,
        "enableContinuousBackup": False,
        "lifecycle": {"deleteAfter": 35},
        "copyActions": [{"destinationVaultArn": PEER_VAULT, "lifecycle": {"deleteAfter": 35}}],
        "recoveryPointTags": {"BackupRule": "daily"},
    }
    assert view.value("test-backup-plan", "rules[0]") == daily
    assert view.value("test-backup-plan", "rules[1].lifecycle") == {"deleteAfter": 90}


def test_old_backups_go_cold_where_they_can_when_kept_for_a_year() -> None:
    cold = {"deleteAfter": 365, "coldStorageAfter": 30, "optInToArchiveForSupportedResources": True}
    view = record_plan()

    assert view.value("test-backup-plan", "rules[2].lifecycle") == cold
    assert view.value("test-backup-plan", "rules[2].copyActions[0].lifecycle") == cold


def test_nothing_is_copied_when_there_is_no_other_vault() -> None:
    assert "copyActions" not in str(record_plan(backup_settings(copy_to_vault=None)).node("test-backup-plan").inputs)


def test_rules_are_those_of_the_settings_when_some_are_left_out() -> None:
    rules = record_plan(backup_settings(weekly=None, monthly=None)).node("test-backup-plan").inputs["rules"]

    assert len(rules) == 1  # pyright: ignore[reportArgumentType]


def test_stores_are_selected_by_arn_and_others_by_tag_when_recorded() -> None:
    view = record_plan()

    assert view.value("test-backup-stores", "resources") == ["arn:a", "arn:b"]
    assert view.value("test-backup-stores", "iamRoleArn") == ROLE
    assert view.value("test-backup-tagged", "conditions[0].stringEquals") == [
        {"key": "aws:ResourceTag/Backup", "value": "true"},
        {"key": "aws:ResourceTag/Environment", "value": "test"},
    ]
    view.assert_wired("test-backup-tagged", "planId", "test-backup-plan.id")


def test_each_kind_is_restored_every_month_when_tested() -> None:
    args = RestoreTestsArgs(
        settings=RestoreTestSettings(schedule="cron(0 8 1 * ? *)", window_days=7, kept_hours=4),
        environment="env-a",
        vault_arn=VAULT,
        role_arn=ROLE,
        metadata={Restorable.AURORA: {"dbSubnetGroupName": "subnets"}, Restorable.TABLE: {}},
    )
    view = record_component(lambda: RestoreTests("test", args=args))

    plan = view.node("test-restore-tests").inputs
    assert (plan["name"], plan["scheduleExpression"]) == ("atoll_env_a", "cron(0 8 1 * ? *)")
    assert plan["recoveryPointSelection"] == {
        "algorithm": "LATEST_WITHIN_WINDOW",
        "includeVaults": [VAULT],
        "recoveryPointTypes": ["CONTINUOUS", "SNAPSHOT"],
        "selectionWindowDays": 7,
    }
    wired = {"restoreTestingPlanName"}
    assert {k: v for k, v in view.node("test-restore-test-aurora").inputs.items() if k not in wired} == {
        "name": "atoll_env_a_aurora",
        "protectedResourceType": "Aurora",
        "iamRoleArn": ROLE,
        "protectedResourceArns": ["*"],
        "restoreMetadataOverrides": {"dbSubnetGroupName": "subnets"},
        "validationWindowHours": 4,
    }
    assert "restoreMetadataOverrides" not in view.node("test-restore-test-table").inputs


def test_three_reports_a_day_reach_the_bucket_when_asked_for() -> None:
    view = record_component(
        lambda: BackupReports("test", args=BackupReportsArgs(environment="test", bucket_name="logs"))
    )

    templates = {name: view.value(name, "reportSetting.reportTemplate") for _, name in view.children("test")}
    assert templates == {
        "test-backup-report-backups": "BACKUP_JOB_REPORT",
        "test-backup-report-copies": "COPY_JOB_REPORT",
        "test-backup-report-restores": "RESTORE_JOB_REPORT",
    }
    assert view.value("test-backup-report-copies", "reportDeliveryChannel") == {
        "s3BucketName": "logs",
        "s3KeyPrefix": "backup",
        "formats": ["CSV", "JSON"],
    }
