"""No policy allows every action on every resource."""

from __future__ import annotations

from policies.control import Control, Remediation, Severity
from policies.documents import Statement, read_policy
from policies.subject import Subject
from policies.verdicts import PASS, Fail, Verdict

TYPES = (
    "aws:iam/policy:Policy",
    "aws:iam/rolePolicy:RolePolicy",
    "aws:iam/groupPolicy:GroupPolicy",
)


def check(policy: Subject) -> Verdict:
    """A statement that allows any action whatever, on resources without limit."""
    statements = read_policy(policy.read("policy"))
    if not isinstance(statements, tuple):
        return statements
    full = [statement for statement in statements if _is_full(statement)]
    if not full:
        return PASS
    return Fail(f"its statement {full[0].sid or 1} allows every action on every resource")


def _is_full(statement: Statement) -> bool:
    any_action = bool(statement.not_actions) or any(set(action) <= {"*", ":"} for action in statement.actions)
    return statement.allow and any_action and statement.every_resource


CONTROL = Control(
    id="iam-policy-without-full-access",
    title="No policy grants every action on every resource",
    severity=Severity.HIGH,
    rationale="Whoever gets such credentials owns the account.",
    remediation=Remediation(
        summary="Name the actions and the resources that are needed",
        snippet='{"Effect": "Allow", "Action": ["s3:GetObject"], "Resource": [f"{bucket_arn}/reports/*"]}',
    ),
    catalogue=("IAM-01",),
    types=TYPES,
    check=check,
)
