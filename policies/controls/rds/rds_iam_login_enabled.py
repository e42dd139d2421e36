"""Applications may log in to databases with IAM."""

from __future__ import annotations

from policies.control import Control, Remediation, Severity
from policies.corrections import setting
from policies.databases import CLUSTER, INSTANCE
from policies.subject import Subject
from policies.verdicts import NotApplicable, Verdict

WITHOUT = ("oracle", "sqlserver", "custom-", "db2")
"""How engines without it are called."""


def check(database: Subject) -> Verdict:
    """It is off where nobody says otherwise."""
    engine = database.read("engine")
    if isinstance(engine.value, str) and engine.value.startswith(WITHOUT):
        return NotApplicable(f"{engine.value} has no login with IAM")
    return database.read("iamDatabaseAuthenticationEnabled", default=False).must_be(True)


CONTROL = Control(
    id="rds-iam-login-enabled",
    title="Applications may log in to databases with IAM",
    severity=Severity.MEDIUM,
    rationale="Passwords leak and stay; tokens of IAM last fifteen minutes and belong to a role.",
    remediation=Remediation(
        summary="Turn iam_database_authentication_enabled on",
        snippet="rds.Instance(name, iam_database_authentication_enabled=True)",
    ),
    catalogue=("RDS-09", "RDS-10"),
    types=(INSTANCE, CLUSTER),
    check=check,
    correct=setting("iamDatabaseAuthenticationEnabled", True),
)
