"""Caches take minor versions by themselves."""

from __future__ import annotations

from policies.control import Control, Remediation, Severity
from policies.corrections import setting
from policies.subject import Subject
from policies.verdicts import Verdict


def check(group: Subject) -> Verdict:
    """It is on where nobody says otherwise."""
    return group.read("autoMinorVersionUpgrade", default=True).must_be(True)


CONTROL = Control(
    id="elasticache-minor-upgrades-automatic",
    title="Caches take minor versions by themselves",
    severity=Severity.HIGH,
    rationale="Minor versions close the holes of the engine; those that wait for a person stay open.",
    remediation=Remediation(
        summary="Leave auto_minor_version_upgrade on",
        snippet='elasticache.ReplicationGroup(name, description="Cache", auto_minor_version_upgrade=True)',
    ),
    catalogue=("ELC-06",),
    types=("aws:elasticache/replicationGroup:ReplicationGroup",),
    check=check,
    correct=setting("autoMinorVersionUpgrade", True),
)
