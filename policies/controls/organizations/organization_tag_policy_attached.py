"""A tag policy is attached."""

from __future__ import annotations

from policies.control import Remediation, Severity, StackControl
from policies.related import any_on, has_companion
from policies.subject import Subject, View
from policies.verdicts import Verdict, all_of

POLICY = "aws:organizations/policy:Policy"
ATTACHMENT = "aws:organizations/policyAttachment:PolicyAttachment"


def check(stack: View) -> Verdict:
    """A policy of type TAG_POLICY, attached to something."""
    return any_on(stack, POLICY, "the organization has no policy", _attached)


def _attached(policy: Subject) -> Verdict:
    return all_of(
        policy.read("type", default="SERVICE_CONTROL_POLICY").must_be("TAG_POLICY"),
        has_companion(policy, f"{policy} is attached to nothing", (ATTACHMENT, "policyId")),
    )


CONTROL = StackControl(
    id="organization-tag-policy-attached",
    title="A tag policy is attached",
    severity=Severity.LOW,
    rationale="Costs and owners cannot be told where everybody spells tags in another way.",
    remediation=Remediation(
        summary="Attach a tag policy", snippet='organizations.Policy(name, type="TAG_POLICY", content=content)'
    ),
    catalogue=("ORG-02",),
    layers=("organization",),
    check=check,
)
