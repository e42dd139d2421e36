"""A service control policy denies regions that nobody uses."""

from __future__ import annotations

from policies.control import Remediation, Severity, StackControl
from policies.documents import Statement, read_policy
from policies.related import any_on, has_companion
from policies.subject import Subject, View
from policies.verdicts import PASS, Fail, Undecided, Verdict, all_of

POLICY = "aws:organizations/policy:Policy"
ATTACHMENT = "aws:organizations/policyAttachment:PolicyAttachment"


def check(stack: View) -> Verdict:
    """A denying statement on aws:RequestedRegion in a policy that is attached."""
    return any_on(stack, POLICY, "the organization has no policy", _denies_regions)


def _denies_regions(policy: Subject) -> Verdict:
    statements = read_policy(policy.read("content"))
    if isinstance(statements, Undecided):
        return statements
    if not isinstance(statements, tuple):
        return Fail(f"{policy} is no service control policy")
    denies = any(_is_region_deny(statement) for statement in statements)
    return all_of(
        policy.read("type", default="SERVICE_CONTROL_POLICY").must_be("SERVICE_CONTROL_POLICY"),
        PASS if denies else Fail(f"{policy} denies no other regions"),
        has_companion(policy, f"{policy} is attached to nothing", (ATTACHMENT, "policyId")),
    )


def _is_region_deny(statement: Statement) -> bool:
    return (
        not statement.allow
        and statement.every_resource
        and bool(statement.not_actions or "*" in statement.actions)
        and any(c.key == "aws:requestedregion" and c.operator.startswith("stringnot") for c in statement.conditions)
    )


CONTROL = StackControl(
    id="organization-denies-other-regions",
    title="A service control policy denies regions that nobody uses",
    severity=Severity.HIGH,
    rationale="Stolen credentials start machines where nobody looks.",
    remediation=Remediation(
        summary="Deny everything outside the approved regions, but for global services",
        snippet=(
            "statement = {\n"
            '    "Effect": "Deny",\n'
            '    "NotAction": ["iam:*", "sts:*"],\n'
            '    "Resource": "*",\n'
            '    "Condition": {"StringNotEquals": {"aws:RequestedRegion": ["us-east-1"]}},\n'
            "}"
        ),
    ),
    catalogue=("ORG-01",),
    layers=("organization",),
    check=check,
)
