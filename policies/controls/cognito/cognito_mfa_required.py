"""User pools require a second factor."""

from __future__ import annotations

from policies.control import Control, Remediation, Severity
from policies.subject import Subject
from policies.verdicts import Verdict


def check(pool: Subject) -> Verdict:
    """It is off where nobody says so; OPTIONAL leaves it to each user."""
    return pool.read("mfaConfiguration", default="OFF").must_be("ON")


CONTROL = Control(
    id="cognito-mfa-required",
    title="User pools require a second factor",
    severity=Severity.MEDIUM,
    rationale="A password that leaked elsewhere opens the account here.",
    remediation=Remediation(
        summary="Require it, and allow authenticator apps",
        snippet=(
            'cognito.UserPool(\n    name, mfa_configuration="ON", software_token_mfa_configuration={"enabled": True}\n)'
        ),
    ),
    catalogue=("COG-01",),
    types=("aws:cognito/userPool:UserPool",),
    check=check,
)
