"""Database clusters are protected from deletion."""

from __future__ import annotations

from policies.control import Control, Pillar, Remediation, Severity
from policies.corrections import setting
from policies.databases import CLUSTER
from policies.subject import Subject
from policies.verdicts import Verdict


def check(cluster: Subject) -> Verdict:
    """AWS protects nothing where nobody says otherwise."""
    return cluster.read("deletionProtection", default=False).must_be(True)


CONTROL = Control(
    id="rds-cluster-deletion-protected",
    title="Database clusters are protected from deletion",
    severity=Severity.LOW,
    rationale="One wrong command, or one wrong plan, deletes the database and its automated backups.",
    remediation=Remediation(
        summary="Turn deletion_protection on", snippet="rds.Cluster(name, deletion_protection=True)"
    ),
    catalogue=("RDS-06",),
    pillar=Pillar.RELIABILITY,
    types=(CLUSTER,),
    check=check,
    correct=setting("deletionProtection", True),
)
