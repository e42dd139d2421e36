"""User pools stop risky sign-ins."""

from __future__ import annotations

from policies.control import Control, Remediation, Severity
from policies.subject import Subject
from policies.verdicts import Verdict


def check(pool: Subject) -> Verdict:
    """It is off where nobody says so; AUDIT only looks."""
    return pool.read("userPoolAddOns.advancedSecurityMode", default="OFF").must_be("ENFORCED")


CONTROL = Control(
    id="cognito-threats-stopped",
    title="User pools stop risky sign-ins",
    severity=Severity.MEDIUM,
    rationale="Stolen passwords are tried by the thousand, and nobody stops it.",
    remediation=Remediation(
        summary="Enforce threat protection",
        snippet='cognito.UserPool(name, user_pool_add_ons={"advanced_security_mode": "ENFORCED"})',
    ),
    catalogue=("COG-04",),
    types=("aws:cognito/userPool:UserPool",),
    check=check,
)
