"""Nobody may switch off the audit trail."""

from __future__ import annotations

from policies.control import Control, Remediation, Severity
from policies.documents import Statement
from policies.permissions import POLICIES, every_statement
from policies.subject import Subject
from policies.verdicts import Verdict

STOPS = ("cloudtrail:StopLogging", "cloudtrail:DeleteTrail", "cloudtrail:UpdateTrail", "cloudtrail:PutEventSelectors")


def check(holder: Subject) -> Verdict:
    """Actions that stop, delete or thin out a trail, on any resource."""
    return every_statement(holder, _stops)


def _stops(statement: Statement) -> str | None:
    stops = [action for action in STOPS if statement.covers(action)]
    return f"allows {stops[0]}" if stops else None


CONTROL = Control(
    id="iam-policy-keeps-audit-trail",
    title="Nobody may switch off the audit trail",
    severity=Severity.HIGH,
    rationale="An intruder's first step is to make sure that there is no second one to be seen.",
    remediation=Remediation(
        summary="Leave such actions to the organization",
        snippet='{"Effect": "Allow", "Action": ["s3:GetObject"], "Resource": [f"{bucket_arn}/reports/*"]}',
    ),
    catalogue=("IAM-11",),
    companions=("iam-policy-without-full-access", "iam-policy-without-service-wildcard"),
    types=POLICIES,
    check=check,
)
