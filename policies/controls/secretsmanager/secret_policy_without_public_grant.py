"""No secret is readable by everyone."""

from __future__ import annotations

from policies.control import Control, Remediation, Severity
from policies.grants import nothing_for_everyone
from policies.subject import Subject
from policies.verdicts import Verdict


def check(secret: Subject) -> Verdict:
    """Only the own account may use it where there is no policy."""
    return nothing_for_everyone(secret.read("policy"))


CONTROL = Control(
    id="secret-policy-without-public-grant",
    title="No secret is readable by everyone",
    severity=Severity.HIGH,
    rationale="Every AWS customer reads the secret.",
    remediation=Remediation(
        summary="Name the principals, or limit the statement to an account or an organization",
        snippet=(
            "statement = {\n"
            '    "Effect": "Allow", "Principal": {"AWS": partner_role_arn},\n'
            '    "Action": "secretsmanager:GetSecretValue", "Resource": "*",\n'
            "}"
        ),
    ),
    catalogue=("SM-02",),
    types=("aws:secretsmanager/secretPolicy:SecretPolicy", "aws:secretsmanager/secret:Secret"),
    check=check,
)
