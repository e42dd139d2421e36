"""Database instances have a standby in another zone."""

from __future__ import annotations

from policies.control import Control, Pillar, Remediation, Severity
from policies.corrections import setting
from policies.databases import INSTANCE
from policies.subject import Subject
from policies.verdicts import Verdict


def check(instance: Subject) -> Verdict:
    """AWS makes no standby where nobody says otherwise."""
    return instance.read("multiAz", default=False).must_be(True)


CONTROL = Control(
    id="rds-instance-has-standby",
    title="Database instances have a standby in another zone",
    severity=Severity.MEDIUM,
    rationale="Without a standby the failure of a zone is an outage until the database is restored.",
    remediation=Remediation(summary="Turn multi_az on", snippet="rds.Instance(name, multi_az=True)"),
    catalogue=("RDS-04",),
    pillar=Pillar.RELIABILITY,
    types=(INSTANCE,),
    check=check,
    correct=setting("multiAz", True, unless="availabilityZone"),
)
