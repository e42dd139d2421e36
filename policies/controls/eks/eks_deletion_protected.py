"""Clusters are protected against deletion."""

from __future__ import annotations

from policies.control import Control, Pillar, Remediation, Severity
from policies.corrections import setting
from policies.subject import Subject
from policies.verdicts import Verdict


def check(cluster: Subject) -> Verdict:
    """AWS deletes it where nobody says otherwise."""
    return cluster.read("deletionProtection", default=False).must_be(True)


CONTROL = Control(
    id="eks-deletion-protected",
    title="Clusters are protected against deletion",
    severity=Severity.HIGH,
    rationale="One wrong destroy ends everything that runs there.",
    remediation=Remediation(summary="Set deletion_protection", snippet="eks.Cluster(name, deletion_protection=True)"),
    catalogue=("EKS-07",),
    pillar=Pillar.RELIABILITY,
    types=("aws:eks/cluster:Cluster",),
    check=check,
    correct=setting("deletionProtection", True),
)
