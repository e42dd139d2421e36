"""File systems as they should be."""

from __future__ import annotations

from pulumi_aws import efs

KEY = "arn:aws:kms:us-east-1:111122223333:key/files"


def program() -> None:
    """A file system with its backups and the folder of one application."""
    files = efs.FileSystem("files", encrypted=True, kms_key_id=KEY, tags={"Environment": "elsewhere"})
    efs.BackupPolicy("files-backups", file_system_id=files.id, backup_policy={"status": "ENABLED"})
    efs.AccessPoint(
        "files-folder",
        file_system_id=files.id,
        root_directory={"path": "/jenkins"},
        posix_user={"uid": 1000, "gid": 1000},
    )
