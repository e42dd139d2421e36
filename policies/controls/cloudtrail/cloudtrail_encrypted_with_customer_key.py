"""Trails are encrypted with a key of the platform."""

from __future__ import annotations

from policies.control import Control, Remediation, Severity
from policies.subject import Subject
from policies.trails import TRAIL
from policies.verdicts import Verdict


def check(trail: Subject) -> Verdict:
    """AWS uses a key of the bucket where nobody names one."""
    return trail.read("kmsKeyId").must_be_set()


CONTROL = Control(
    id="cloudtrail-encrypted-with-customer-key",
    title="Trails are encrypted with a key of the platform",
    severity=Severity.MEDIUM,
    rationale="Who may read the bucket may read every call that anyone made.",
    remediation=Remediation(summary="Name a key", snippet="cloudtrail.Trail(name, kms_key_id=key.arn)"),
    catalogue=("CT-02",),
    types=(TRAIL,),
    check=check,
)
