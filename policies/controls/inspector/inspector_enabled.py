"""Inspector scans instances, images and functions."""

from __future__ import annotations

from policies.control import Remediation, Severity, StackControl
from policies.related import any_on
from policies.subject import View
from policies.verdicts import Verdict


def check(stack: View) -> Verdict:
    """One enabler with all four."""
    return any_on(
        stack,
        "aws:inspector2/enabler:Enabler",
        "the stack does not enable Inspector",
        lambda enabler: enabler.read("resourceTypes").must_contain("EC2", "ECR", "LAMBDA", "LAMBDA_CODE"),
    )


CONTROL = StackControl(
    id="inspector-enabled",
    title="Inspector scans instances, images and functions",
    severity=Severity.HIGH,
    rationale="A known hole in a package stays open until somebody else finds it.",
    remediation=Remediation(
        summary="Enable all four kinds",
        snippet=(
            "inspector2.Enabler(\n"
            '    name, account_ids=[account_id], resource_types=["EC2", "ECR", "LAMBDA", "LAMBDA_CODE"]\n'
            ")"
        ),
    ),
    catalogue=("INS-01",),
    layers=("region",),
    check=check,
)
