"""Passwords of user pools are long and mixed."""

from __future__ import annotations

from policies.control import Control, ControlSettings, Remediation, Severity, settings_of
from policies.corrections import Inputs, inside, number
from policies.subject import Subject
from policies.verdicts import Verdict, all_of

CLASSES = ("Lowercase", "Uppercase", "Numbers", "Symbols")


class Length(ControlSettings):
    """How long."""

    minimum_length: int = 12
    """Least number of characters. PCI DSS 4.0, 8.3.6."""


def check(pool: Subject) -> Verdict:
    """Eight characters of all classes where nobody sets a policy."""
    minimum: int = settings_of(pool.view, CONTROL).minimum_length
    unset = pool.read("passwordPolicy").missing
    return all_of(
        pool.read("passwordPolicy.minimumLength", default=8).must_be_at_least(minimum),
        *(pool.read(f"passwordPolicy.require{name}", default=unset).must_be(True) for name in CLASSES),
    )


def _strong(policy: Inputs) -> Inputs:
    """Passwords that users have already stay valid."""
    longest = max(number(policy.get("minimumLength")), Length().minimum_length)
    return {**policy, "minimumLength": int(longest), **{f"require{name}": True for name in CLASSES}}


CONTROL = Control(
    id="cognito-password-policy-strong",
    title="Passwords of user pools are long and mixed",
    severity=Severity.MEDIUM,
    rationale="Short passwords are guessed.",
    remediation=Remediation(
        summary="Set the password policy",
        snippet=(
            "cognito.UserPool(\n"
            "    name,\n"
            "    password_policy={\n"
            '        "minimum_length": 12,\n'
            '        "require_lowercase": True,\n'
            '        "require_uppercase": True,\n'
            '        "require_numbers": True,\n'
            '        "require_symbols": True,\n'
            "    },\n"
            ")"
        ),
    ),
    catalogue=("COG-02",),
    settings=Length,
    types=("aws:cognito/userPool:UserPool",),
    check=check,
    correct=inside("passwordPolicy", _strong),
)
