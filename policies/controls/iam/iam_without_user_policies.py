"""No policy is given straight to a user."""

from __future__ import annotations

from policies.control import Remediation, Severity, StackControl
from policies.subject import View
from policies.verdicts import PASS, Fail, Verdict, all_of

KINDS = ("aws:iam/userPolicyAttachment:UserPolicyAttachment", "aws:iam/userPolicy:UserPolicy")


def check(stack: View) -> Verdict:
    """Nor by an attachment that names users among others."""
    found = stack.of_type(*KINDS)
    if found:
        return Fail(f"{found[0]} gives a policy to a user")
    return all_of(
        PASS, *(a.read("users").must_not_be_set() for a in stack.of_type("aws:iam/policyAttachment:PolicyAttachment"))
    )


CONTROL = StackControl(
    id="iam-without-user-policies",
    title="No policy is given straight to a user",
    severity=Severity.LOW,
    rationale="Nobody keeps track of what each single user may.",
    remediation=Remediation(
        summary="Give it to a role", snippet="iam.RolePolicyAttachment(name, role=role.name, policy_arn=policy.arn)"
    ),
    catalogue=("IAM-08",),
    layers=("region", "global", "organization", "service", "kubernetes"),
    check=check,
)
