"""Caches speak TLS only."""

from __future__ import annotations

from policies.control import Control, Remediation, Severity
from policies.subject import Subject
from policies.verdicts import NotApplicable, Verdict, all_of


def check(group: Subject) -> Verdict:
    """It is off where nobody says otherwise; where it is on, it is required."""
    if not group.read("globalReplicationGroupId").missing:
        return NotApplicable("it is as the primary group of its global datastore")
    return all_of(
        group.read("transitEncryptionEnabled", default=False).must_be(True),
        group.read("transitEncryptionMode", default="required").must_be("required"),
    )


CONTROL = Control(
    id="elasticache-encrypted-in-transit",
    title="Caches speak TLS only",
    severity=Severity.MEDIUM,
    rationale="Whoever listens in the network reads sessions and the token that opens the cache.",
    remediation=Remediation(
        summary="Turn transit_encryption_enabled on",
        snippet='elasticache.ReplicationGroup(name, description="Cache", transit_encryption_enabled=True)',
    ),
    catalogue=("ELC-02",),
    types=("aws:elasticache/replicationGroup:ReplicationGroup",),
    check=check,
)
