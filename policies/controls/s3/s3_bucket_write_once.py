"""Buckets of backups and audit trails are write-once."""

from __future__ import annotations

from fnmatch import fnmatchcase

from policies.buckets import BUCKETS, configured
from policies.control import Control, ControlSettings, Remediation, Severity, settings_of
from policies.subject import Block, Subject
from policies.verdicts import NotApplicable, Verdict, all_of


class Settings(ControlSettings):
    """Which buckets, and for how long."""

    names: tuple[str, ...] = ("*backup*", "*audit*", "*trail*")
    """Patterns of logical or physical names; buckets of CloudTrail are meant whatever their name."""
    days: int = 35
    """Least retention."""


KINDS = (
    "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration",
    "aws:s3/bucketObjectLockConfigurationV2:BucketObjectLockConfigurationV2",
)
TRAIL = "aws:cloudtrail/trail:Trail"
DAYS_OF_A_YEAR = 365


def check(bucket: Subject) -> Verdict:
    """Objects are not locked where nobody says so. Other buckets have to be written again, and are not asked."""
    settings: Settings = settings_of(bucket.view, CONTROL)
    names = {bucket.node.name, *bucket.identifiers()}
    meant = any(fnmatchcase(name.lower(), pattern) for name in names for pattern in settings.names)
    if not meant and not bucket.companions(TRAIL, "s3BucketName").certain:
        name = bucket.read("bucket")
        return NotApplicable("it holds neither backups nor audit trails") if name.known else name.undecided()
    return configured(
        bucket, KINDS, lambda lock: _locked(lock, settings.days), "it has no object lock", "objectLockConfiguration"
    )


def _locked(lock: Subject | Block, days: int) -> Verdict:
    retention = "rule.defaultRetention"
    years = lock.read(f"{retention}.years")
    if not years.known:
        return years.undecided()
    return all_of(
        lock.read(f"{retention}.mode").must_be("COMPLIANCE"),
        lock.read(f"{retention}.days").must_be_at_least(days)
        if years.missing
        else years.must_be_at_least(days / DAYS_OF_A_YEAR),
    )


CONTROL = Control(
    id="s3-bucket-write-once",
    title="Buckets of backups and audit trails are write-once",
    severity=Severity.LOW,
    rationale="Ransomware, or an administrator who has something to hide, deletes backups and trails first.",
    remediation=Remediation(
        summary="Lock objects in compliance mode for as long as they have to be kept",
        snippet=(
            "s3.BucketObjectLockConfiguration(\n"
            '    f"{name}-lock", bucket=bucket.id, rule={"default_retention": {"mode": "COMPLIANCE", "days": 35}}\n'
            ")"
        ),
    ),
    catalogue=("S3-10",),
    settings=Settings,
    types=BUCKETS,
    check=check,
    looks_around=True,
)
