"""File systems are backed up."""

from __future__ import annotations

from policies.backups import in_a_backup_plan
from policies.control import Control, Pillar, Remediation, Severity
from policies.subject import Subject
from policies.verdicts import Fail, Undecided, Verdict, all_of, any_of

POLICY = "aws:efs/backupPolicy:BackupPolicy"
ARN = "arn:aws:elasticfilesystem:*:*:file-system/*"


def check(files: Subject) -> Verdict:
    """Nothing is backed up where nobody says so: neither by a policy of its own nor by a plan."""
    policies = files.companions(POLICY, "fileSystemId")
    if policies.certain:
        own = all_of(*(policy.read("backupPolicy.status").must_be("ENABLED") for policy in policies.certain))
    else:
        unknown = Undecided(f"fileSystemId of {policies.possible[0]}") if policies.possible else None
        own = unknown or Fail("it has no backup policy")
    return any_of(own, in_a_backup_plan(files, ARN))


CONTROL = Control(
    id="efs-backed-up",
    title="File systems are backed up",
    severity=Severity.MEDIUM,
    rationale="A file that is deleted or encrypted by somebody else is gone.",
    remediation=Remediation(
        summary="Turn automatic backups on, or select the file system for a plan",
        snippet='efs.BackupPolicy(f"{name}-backups", file_system_id=files.id, backup_policy={"status": "ENABLED"})',
    ),
    catalogue=("EFS-02",),
    pillar=Pillar.RELIABILITY,
    types=("aws:efs/fileSystem:FileSystem",),
    check=check,
    looks_around=True,
)
