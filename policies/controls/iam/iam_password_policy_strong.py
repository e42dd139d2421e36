"""The account's passwords are long, mixed and not used again."""

from __future__ import annotations

from policies.control import Remediation, Severity, StackControl
from policies.related import any_on
from policies.subject import Subject, View
from policies.verdicts import Verdict, all_of

CLASSES = ("requireSymbols", "requireNumbers", "requireUppercaseCharacters", "requireLowercaseCharacters")


def check(stack: View) -> Verdict:
    """Eight characters and no class where nobody says otherwise."""
    return any_on(
        stack, "aws:iam/accountPasswordPolicy:AccountPasswordPolicy", "the stack has no password policy", _strong
    )


def _strong(policy: Subject) -> Verdict:
    return all_of(
        policy.read("minimumPasswordLength", default=8).must_be_at_least(14),
        policy.read("passwordReusePrevention", default=0).must_be_at_least(24),
        *(policy.read(name, default=False).must_be(True) for name in CLASSES),
    )


CONTROL = StackControl(
    id="iam-password-policy-strong",
    title="The account's passwords are long, mixed and not used again",
    severity=Severity.MEDIUM,
    rationale="A short password of a person is guessed.",
    remediation=Remediation(
        summary="Set the password policy",
        snippet=(
            "iam.AccountPasswordPolicy(\n"
            "    name, minimum_password_length=14, password_reuse_prevention=24, require_symbols=True\n"
            ")"
        ),
    ),
    catalogue=("IAM-09",),
    layers=("organization",),
    check=check,
)
