"""Policies name actions, not whole services."""

from __future__ import annotations

from policies.control import Control, Remediation, Severity
from policies.documents import Statement
from policies.permissions import POLICIES, every_statement
from policies.subject import Subject
from policies.verdicts import Verdict


def check(holder: Subject) -> Verdict:
    """A pattern such as s3:*, whatever its resources; NotAction allows whole services, too."""
    return every_statement(holder, _whole_service)


def _whole_service(statement: Statement) -> str | None:
    if statement.not_actions:
        return "allows everything but a few actions"
    whole = [action for action in statement.actions if set(action.partition(":")[2]) <= {"*"}]
    return f"allows {whole[0]}" if whole else None


CONTROL = Control(
    id="iam-policy-without-service-wildcard",
    title="Policies name actions, not whole services",
    severity=Severity.LOW,
    rationale="What AWS adds to the service tomorrow is allowed today.",
    remediation=Remediation(
        summary="Name the actions that are needed",
        snippet='{"Effect": "Allow", "Action": ["s3:GetObject"], "Resource": [f"{bucket_arn}/reports/*"]}',
    ),
    catalogue=("IAM-02",),
    companions=(
        "iam-policy-without-full-access",
        "iam-policy-without-escalation",
        "iam-policy-without-decrypt-everywhere",
        "iam-policy-keeps-audit-trail",
        "service-keeps-to-own-tables",
    ),
    types=POLICIES,
    check=check,
)
