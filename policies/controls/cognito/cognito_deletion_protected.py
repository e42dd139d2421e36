"""User pools are protected against deletion."""

from __future__ import annotations

from policies.control import Control, Pillar, Remediation, Severity
from policies.corrections import setting
from policies.subject import Subject
from policies.verdicts import Verdict


def check(pool: Subject) -> Verdict:
    """AWS deletes it where nobody says otherwise."""
    return pool.read("deletionProtection", default="INACTIVE").must_be("ACTIVE")


CONTROL = Control(
    id="cognito-deletion-protected",
    title="User pools are protected against deletion",
    severity=Severity.MEDIUM,
    rationale="All accounts are gone, and passwords cannot be restored.",
    remediation=Remediation(
        summary="Set deletion_protection to ACTIVE", snippet='cognito.UserPool(name, deletion_protection="ACTIVE")'
    ),
    catalogue=("COG-05",),
    pillar=Pillar.RELIABILITY,
    types=("aws:cognito/userPool:UserPool",),
    check=check,
    correct=setting("deletionProtection", "ACTIVE"),
)
