"""Caches fail over to another zone by themselves."""

from __future__ import annotations

from policies.control import Control, Pillar, Remediation, Severity
from policies.subject import Subject
from policies.verdicts import Verdict, all_of


def check(group: Subject) -> Verdict:
    """Both are off where nobody says otherwise."""
    return all_of(
        group.read("automaticFailoverEnabled", default=False).must_be(True),
        group.read("multiAzEnabled", default=False).must_be(True),
    )


CONTROL = Control(
    id="elasticache-fails-over",
    title="Caches fail over to another zone by themselves",
    severity=Severity.MEDIUM,
    rationale="Without a standby in another zone the failure of one empties the cache.",
    remediation=Remediation(
        summary="Turn failover and multi_az on",
        snippet=(
            "elasticache.ReplicationGroup(\n"
            '    name, description="Cache", automatic_failover_enabled=True, multi_az_enabled=True,\n'
            "    num_cache_clusters=2\n"
            ")"
        ),
    ),
    catalogue=("ELC-03",),
    pillar=Pillar.RELIABILITY,
    types=("aws:elasticache/replicationGroup:ReplicationGroup",),
    check=check,
)
