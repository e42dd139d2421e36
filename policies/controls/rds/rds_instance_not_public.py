"""No database instance has a public address."""

from __future__ import annotations

from policies.control import Control, Remediation, Severity
from policies.databases import INSTANCE, MEMBER
from policies.subject import Subject
from policies.verdicts import Verdict


def check(instance: Subject) -> Verdict:
    """The provider asks for no public address where nobody says otherwise."""
    return instance.read("publiclyAccessible", default=False).must_be(False)


CONTROL = Control(
    id="rds-instance-not-public",
    title="No database instance has a public address",
    severity=Severity.CRITICAL,
    rationale="A database with a public address is one rule of a security group away from every guesser of passwords.",
    remediation=Remediation(
        summary="Take the public address away", snippet="rds.Instance(name, publicly_accessible=False)"
    ),
    catalogue=("RDS-03",),
    types=(INSTANCE, MEMBER),
    check=check,
)
