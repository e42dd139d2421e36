"""The environment of functions holds no secret."""

from __future__ import annotations

from policies.control import Control, Remediation, Severity
from policies.plain_secrets import without_secrets
from policies.subject import Subject
from policies.verdicts import Verdict


def check(function: Subject) -> Verdict:
    """By names and by what values look like; values are never shown."""
    return without_secrets(function.read("environment.variables"))


CONTROL = Control(
    id="lambda-environment-without-secrets",
    title="The environment of functions holds no secret",
    severity=Severity.CRITICAL,
    rationale="Whoever may describe a function reads it.",
    remediation=Remediation(
        summary="Hand over the ARN and read the secret at run time",
        snippet='lambda_.Function(name, environment={"variables": {"DATABASE_SECRET_ARN": secret.arn}})',
    ),
    catalogue=("LAM-04",),
    types=("aws:lambda/function:Function",),
    check=check,
)
