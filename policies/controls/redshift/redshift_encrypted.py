"""Warehouses are encrypted."""

from __future__ import annotations

from policies.control import Control, Remediation, Severity
from policies.subject import Subject
from policies.verdicts import Verdict


def check(cluster: Subject) -> Verdict:
    """The provider encrypts where nobody says otherwise."""
    return cluster.read("encrypted", default=True).must_be(True)


CONTROL = Control(
    id="redshift-encrypted",
    title="Warehouses are encrypted",
    severity=Severity.CRITICAL,
    rationale="Whoever gets hold of a snapshot reads the whole business.",
    remediation=Remediation(
        summary="Turn encrypted on, with a key", snippet="redshift.Cluster(name, encrypted=True, kms_key_id=key.arn)"
    ),
    catalogue=("RSH-01",),
    types=("aws:redshift/cluster:Cluster",),
    check=check,
)
