"""Database instances are protected from deletion."""

from __future__ import annotations

from policies.control import Control, Pillar, Remediation, Severity
from policies.corrections import setting
from policies.databases import INSTANCE
from policies.subject import Subject
from policies.verdicts import Verdict


def check(instance: Subject) -> Verdict:
    """AWS protects nothing where nobody says otherwise."""
    return instance.read("deletionProtection", default=False).must_be(True)


CONTROL = Control(
    id="rds-instance-deletion-protected",
    title="Database instances are protected from deletion",
    severity=Severity.LOW,
    rationale="One wrong command, or one wrong plan, deletes the database and its automated backups.",
    remediation=Remediation(
        summary="Turn deletion_protection on", snippet="rds.Instance(name, deletion_protection=True)"
    ),
    catalogue=("RDS-07",),
    pillar=Pillar.RELIABILITY,
    types=(INSTANCE,),
    check=check,
    correct=setting("deletionProtection", True),
)
