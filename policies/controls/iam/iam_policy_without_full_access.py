"""No policy allows every action on every resource."""

from __future__ import annotations

from policies.control import Control, Remediation, Severity
from policies.documents import Statement
from policies.permissions import POLICIES, every_statement
from policies.subject import Subject
from policies.verdicts import Verdict


def check(holder: Subject) -> Verdict:
    """A statement that allows any action whatever, on resources without limit."""
    return every_statement(holder, _is_full)


def _is_full(statement: Statement) -> str | None:
    any_action = bool(statement.not_actions) or any(set(action) <= {"*", ":"} for action in statement.actions)
    return "allows every action on every resource" if any_action and statement.every_resource else None


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
    companions=(
        "iam-policy-keeps-audit-trail",
        "iam-policy-without-decrypt-everywhere",
        "iam-policy-without-escalation",
        "iam-policy-without-service-wildcard",
        "service-keeps-to-own-tables",
    ),
    types=POLICIES,
    check=check,
)
