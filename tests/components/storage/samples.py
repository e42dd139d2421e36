"""Settings for the tests of this folder; every value is stated here, none is read from a stack file."""

from __future__ import annotations

from typing import Any

from contracts.settings.data import BucketSettings, StorageSettings
from contracts.settings.files import (
    AccessPointSettings,
    FileSystemSettings,
    SnapshotCopySettings,
    Throughput,
    VolumeSettings,
)
from contracts.settings.security import ProtectionSettings
from tests.kit import ACCOUNT, REGION

KEY = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/storage"

LOOSE = ProtectionSettings(protect=False, deletion_protection=False, final_snapshot=False, force_destroy=True)
TIGHT = ProtectionSettings(protect=True, deletion_protection=True, final_snapshot=True, force_destroy=False)


def bucket_settings(**changes: Any) -> BucketSettings:
    """A versioned bucket that keeps everything current for ever."""
    values: dict[str, Any] = {
        "versioning": True,
        "intelligent_tiering": False,
        "glacier_ir_after_days": None,
        "expire_after_days": None,
        "noncurrent_expire_after_days": 30,
        "event_notifications": False,
    }
    return BucketSettings(**(values | changes))


def storage_settings() -> StorageSettings:
    """Document 004's four buckets."""
    return StorageSettings(
        assets=bucket_settings(intelligent_tiering=True),
        uploads=bucket_settings(glacier_ir_after_days=90, event_notifications=True),
        backups=bucket_settings(glacier_ir_after_days=1, expire_after_days=35, noncurrent_expire_after_days=35),
        logs=bucket_settings(glacier_ir_after_days=30, expire_after_days=90, noncurrent_expire_after_days=7),
    )


def file_settings(**changes: Any) -> FileSystemSettings:
    """Elastic, resting after a month, with one door."""
    values: dict[str, Any] = {
        "throughput": Throughput.ELASTIC,
        "infrequent_after_days": 30,
        "archive_after_days": 90,
        "backup": True,
        "access_points": {"uploads": AccessPointSettings(path="/uploads", user_id=1000, group_id=1001)},
    }
    return FileSystemSettings(**(values | changes))


def volume_settings(**changes: Any) -> VolumeSettings:
    """Our key, daily snapshots for two weeks, copied to another region."""
    values: dict[str, Any] = {
        "own_key": True,
        "snapshot_tag": "Snapshot",
        "snapshot_time": "04:00",
        "snapshots_kept": 14,
        "copy_to": SnapshotCopySettings(region="us-west-2", kept_days=14),
    }
    return VolumeSettings(**(values | changes))
