"""Replication instances have a standby in another zone."""

from __future__ import annotations

from policies.control import Control, Pillar, Remediation, Severity
from policies.corrections import setting
from policies.subject import Subject
from policies.verdicts import Verdict


def check(instance: Subject) -> Verdict:
    """AWS makes no standby where nobody says otherwise."""
    return instance.read("multiAz", default=False).must_be(True)


CONTROL = Control(
    id="dms-instance-has-standby",
    title="Replication instances have a standby in another zone",
    severity=Severity.CRITICAL,
    rationale="A replication that stops falls behind, and a long stop means a full load again.",
    remediation=Remediation(summary="Turn multi_az on", snippet="dms.ReplicationInstance(name, multi_az=True)"),
    catalogue=("DMS-01",),
    pillar=Pillar.RELIABILITY,
    types=("aws:dms/replicationInstance:ReplicationInstance",),
    check=check,
    correct=setting("multiAz", True, unless="availabilityZone"),
)
