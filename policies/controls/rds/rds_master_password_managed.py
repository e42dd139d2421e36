"""RDS makes and rotates the master password."""

from __future__ import annotations

from policies.control import Control, Remediation, Severity
from policies.databases import CLUSTER, INSTANCE, copied_from_another
from policies.subject import Subject
from policies.verdicts import Fail, NotApplicable, Verdict

KEPT = "aws:secretsmanager/secretVersion:SecretVersion"
PASSWORDS = ("password", "masterPassword", "passwordWo", "masterPasswordWo")


def check(database: Subject) -> Verdict:
    """Nobody manages it where nobody says so. A password that is set fails whatever it is, and is never shown."""
    if reason := copied_from_another(database):
        return NotApplicable(reason)
    for path in PASSWORDS:
        if database.read(path).missing:
            continue
        in_global = database.type == CLUSTER and not database.read("globalClusterIdentifier").missing
        if in_global and any(
            (made := database.view.graph.get(urn)) is not None and made.type == KEPT
            for urn in database.depends_on(path)
        ):
            return NotApplicable("RDS manages none in a global database; it comes from a secret that is rotated")
        return Fail(f"{path} is set, RDS must make the password")
    return database.read("manageMasterUserPassword", default=False).must_be(True)


CONTROL = Control(
    id="rds-master-password-managed",
    title="RDS makes and rotates the master password",
    severity=Severity.MEDIUM,
    rationale="A password in the program is in its state and in its history, and nobody changes it.",
    remediation=Remediation(
        summary="Let RDS keep it in Secrets Manager", snippet="rds.Instance(name, manage_master_user_password=True)"
    ),
    catalogue=("RDS-18",),
    types=(INSTANCE, CLUSTER),
    check=check,
)
