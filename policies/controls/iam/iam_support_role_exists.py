"""A role may open cases at AWS Support."""

from __future__ import annotations

from policies.control import Remediation, Severity, StackControl
from policies.related import any_on
from policies.subject import View
from policies.verdicts import Verdict

SUPPORT = "arn:aws:iam::aws:policy/AWSSupportAccess"


def check(stack: View) -> Verdict:
    """By an attachment to a role."""
    return any_on(
        stack,
        "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
        "no role may open cases at AWS Support",
        lambda attachment: attachment.read("policyArn").must_be(SUPPORT),
    )


CONTROL = StackControl(
    id="iam-support-role-exists",
    title="A role may open cases at AWS Support",
    severity=Severity.LOW,
    rationale="When it burns, nobody may call AWS.",
    remediation=Remediation(
        summary="Attach AWSSupportAccess to a role of those on call",
        snippet=(
            "iam.RolePolicyAttachment(\n"
            '    name, role=role.name, policy_arn="arn:aws:iam::aws:policy/AWSSupportAccess"\n'
            ")"
        ),
    ),
    catalogue=("IAM-12",),
    layers=("organization",),
    check=check,
)
