"""Warehouses have no public address."""

from __future__ import annotations

from policies.control import Control, Remediation, Severity
from policies.subject import Subject
from policies.verdicts import Verdict


def check(cluster: Subject) -> Verdict:
    """The provider asks for no public address where nobody says otherwise."""
    return cluster.read("publiclyAccessible", default=False).must_be(False)


CONTROL = Control(
    id="redshift-not-public",
    title="Warehouses have no public address",
    severity=Severity.CRITICAL,
    rationale="A warehouse with a public address is one rule of a security group away from every guesser of passwords.",
    remediation=Remediation(
        summary="Take the public address away", snippet="redshift.Cluster(name, publicly_accessible=False)"
    ),
    catalogue=("RSH-01",),
    types=("aws:redshift/cluster:Cluster",),
    check=check,
)
