"""No policies let somebody take more than they have."""

from __future__ import annotations

from policies.control import Control, Remediation, Severity
from policies.escalation import ways_up
from policies.permissions import POLICIES, ROLE, allowed
from policies.subject import Subject
from policies.verdicts import PASS, Fail, Verdict


def check(holder: Subject) -> Verdict:
    """All policies of a role count together; the known ways are in policies/escalation.py."""
    others = holder.companions("aws:iam/rolePolicy:RolePolicy", "role").certain if holder.type == ROLE else ()
    statements = allowed(holder, *others)
    if not isinstance(statements, tuple):
        return statements
    ways = ways_up(statements)
    return Fail(f"it opens a way to more: {ways[0]}") if ways else PASS


CONTROL = Control(
    id="iam-policy-without-escalation",
    title="No policies let somebody take more than they have",
    severity=Severity.HIGH,
    rationale="Whoever has one such role has the account.",
    remediation=Remediation(
        summary="Limit the resources, and iam:PassRole to services by iam:PassedToService",
        snippet=(
            "{\n"
            '    "Effect": "Allow",\n'
            '    "Action": "iam:PassRole",\n'
            '    "Resource": role_arn,\n'
            '    "Condition": {"StringEquals": {"iam:PassedToService": "ecs-tasks.amazonaws.com"}},\n'
            "}"
        ),
    ),
    catalogue=("IAM-03",),
    companions=("iam-policy-without-full-access", "iam-policy-without-service-wildcard"),
    types=POLICIES,
    check=check,
    looks_around=True,
)
