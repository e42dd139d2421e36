"""Replication instances have no public address."""

from __future__ import annotations

from policies.control import Control, Remediation, Severity
from policies.subject import Subject
from policies.verdicts import Verdict


def check(instance: Subject) -> Verdict:
    """AWS gives one where nobody says otherwise."""
    return instance.read("publiclyAccessible", default=True).must_be(False)


CONTROL = Control(
    id="dms-instance-not-public",
    title="Replication instances have no public address",
    severity=Severity.CRITICAL,
    rationale="The instance sees all data of both databases, and answers the internet.",
    remediation=Remediation(
        summary="Take the public address away", snippet="dms.ReplicationInstance(name, publicly_accessible=False)"
    ),
    catalogue=("DMS-01",),
    types=("aws:dms/replicationInstance:ReplicationInstance",),
    check=check,
)
