"""File systems are encrypted with a customer key."""

from __future__ import annotations

from policies.control import Control, Remediation, Severity
from policies.subject import Subject
from policies.verdicts import Verdict, all_of


def check(files: Subject) -> Verdict:
    """AWS leaves a file system in clear where nobody says otherwise."""
    return all_of(files.read("encrypted", default=False).must_be(True), files.read("kmsKeyId").must_be_set())


CONTROL = Control(
    id="efs-encrypted-with-customer-key",
    title="File systems are encrypted with a customer key",
    severity=Severity.MEDIUM,
    rationale="With the key of AWS nobody can take the right to read away, nor see who used it.",
    remediation=Remediation(
        summary="Encrypt with a key of your own; an existing file system has to be copied",
        snippet="efs.FileSystem(name, encrypted=True, kms_key_id=key.arn)",
    ),
    catalogue=("EFS-01",),
    types=("aws:efs/fileSystem:FileSystem",),
    check=check,
)
