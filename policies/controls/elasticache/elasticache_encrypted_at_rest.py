"""Caches are encrypted at rest."""

from __future__ import annotations

from policies.control import Control, Remediation, Severity
from policies.subject import Subject
from policies.verdicts import NotApplicable, Verdict


def check(group: Subject) -> Verdict:
    """Valkey is encrypted where nobody says otherwise, Redis is not."""
    if not group.read("globalReplicationGroupId").missing:
        return NotApplicable("it is as the primary group of its global datastore")
    engine = group.read("engine", default="redis")
    if group.read("atRestEncryptionEnabled").missing and not engine.known:
        return engine.undecided()
    return group.read("atRestEncryptionEnabled", default=engine.value == "valkey").must_be(True)


CONTROL = Control(
    id="elasticache-encrypted-at-rest",
    title="Caches are encrypted at rest",
    severity=Severity.MEDIUM,
    rationale="Snapshots and swapped pages hold sessions of users in clear.",
    remediation=Remediation(
        summary="Turn at_rest_encryption_enabled on",
        snippet='elasticache.ReplicationGroup(name, description="Cache", at_rest_encryption_enabled=True)',
    ),
    catalogue=("ELC-01",),
    types=("aws:elasticache/replicationGroup:ReplicationGroup",),
    check=check,
)
