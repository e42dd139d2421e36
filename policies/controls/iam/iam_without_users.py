"""Programs make no users and no long-lived keys."""

from __future__ import annotations

from policies.control import Remediation, Severity, StackControl
from policies.subject import View
from policies.verdicts import PASS, Fail, Verdict

KINDS = ("aws:iam/user:User", "aws:iam/accessKey:AccessKey", "aws:iam/userLoginProfile:UserLoginProfile")


def check(stack: View) -> Verdict:
    """Neither users nor their keys and passwords."""
    found = stack.of_type(*KINDS)
    return Fail(f"{found[0]} is a user or a long-lived key") if found else PASS


CONTROL = StackControl(
    id="iam-without-users",
    title="Programs make no users and no long-lived keys",
    severity=Severity.HIGH,
    rationale="A key that never ends is found in a laptop, a log or a repository.",
    remediation=Remediation(
        summary="Let people sign in by single sign-on, and workloads take roles",
        snippet="iam.Role(name, assume_role_policy=trust_policy)",
    ),
    catalogue=("IAM-07",),
    layers=("region", "global", "organization", "service", "kubernetes"),
    check=check,
)
