"""Databases take minor versions by themselves."""

from __future__ import annotations

from policies.control import Control, Remediation, Severity
from policies.corrections import setting
from policies.databases import INSTANCE, MEMBER
from policies.subject import Subject
from policies.verdicts import Verdict


def check(instance: Subject) -> Verdict:
    """It is on where nobody says otherwise."""
    return instance.read("autoMinorVersionUpgrade", default=True).must_be(True)


CONTROL = Control(
    id="rds-minor-upgrades-automatic",
    title="Databases take minor versions by themselves",
    severity=Severity.HIGH,
    rationale="Minor versions close the holes of the engine; those that wait for a person stay open.",
    remediation=Remediation(
        summary="Leave auto_minor_version_upgrade on", snippet="rds.Instance(name, auto_minor_version_upgrade=True)"
    ),
    catalogue=("RDS-13",),
    types=(INSTANCE, MEMBER),
    check=check,
    correct=setting("autoMinorVersionUpgrade", True),
)
