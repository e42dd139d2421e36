"""Macie is on in every region."""

from __future__ import annotations

from policies.control import Remediation, Severity, StackControl
from policies.related import any_on
from policies.subject import View
from policies.verdicts import Verdict


def check(stack: View) -> Verdict:
    """It is on where the account is there and nobody pauses it."""
    return any_on(
        stack,
        "aws:macie2/account:Account",
        "the stack does not enable Macie",
        lambda account: account.read("status", default="ENABLED").must_be("ENABLED"),
    )


CONTROL = StackControl(
    id="macie-enabled",
    title="Macie is on in every region",
    severity=Severity.HIGH,
    rationale="Personal data lies in buckets where nobody expects it.",
    remediation=Remediation(summary="Add the account", snippet='macie2.Account(name, status="ENABLED")'),
    catalogue=("MAC-01",),
    layers=("region",),
    check=check,
)
