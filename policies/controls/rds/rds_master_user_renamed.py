"""The master user has no usual name."""

from __future__ import annotations

from policies.control import Control, Remediation, Severity
from policies.databases import CLUSTER, INSTANCE
from policies.subject import Subject
from policies.verdicts import NotApplicable, Verdict

USUAL = frozenset({"postgres", "admin", "administrator", "root", "master", "sa", "user"})
"""Names that are guessed first."""


def check(database: Subject) -> Verdict:
    """AWS wants a name, but for copies."""
    name = database.read("masterUsername" if database.type == CLUSTER else "username")
    if name.missing:
        return NotApplicable("it has the users of the database that it is made of")
    return name.must(lambda value: str(value).lower() not in USUAL, "none that everybody guesses")


CONTROL = Control(
    id="rds-master-user-renamed",
    title="The master user has no usual name",
    severity=Severity.MEDIUM,
    rationale="Half of a guessed login is a name that everybody knows.",
    remediation=Remediation(
        summary="Choose another name; it cannot be changed later",
        snippet='rds.Cluster(name, master_username="dbadmin")',
    ),
    catalogue=("RDS-16",),
    types=(INSTANCE, CLUSTER),
    check=check,
)
