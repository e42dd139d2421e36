"""The storage of every database instance is encrypted."""

from __future__ import annotations

from policies.control import Control, Remediation, Severity
from policies.subject import Subject
from policies.verdicts import Verdict


def check(instance: Subject) -> Verdict:
    """AWS leaves storage in clear where nobody says otherwise."""
    return instance.read("storageEncrypted", default=False).must_be(True)


CONTROL = Control(
    id="rds-storage-encrypted",
    title="The storage of database instances is encrypted",
    severity=Severity.MEDIUM,
    rationale="Whoever gets hold of a volume or a snapshot in clear reads every row.",
    remediation=Remediation(
        summary="Set storage_encrypted; an existing instance has to be restored from an encrypted copy",
        snippet="rds.Instance(name, storage_encrypted=True, kms_key_id=key.arn)",
    ),
    catalogue=("RDS-02",),
    types=("aws:rds/instance:Instance",),
    check=check,
)
