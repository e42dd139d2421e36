"""Tables are in a backup plan."""

from __future__ import annotations

from policies.backups import in_a_backup_plan
from policies.control import Control, Pillar, Remediation, Severity
from policies.subject import Subject
from policies.verdicts import Verdict

ARN = "arn:aws:dynamodb:*:*:table/*"


def check(table: Subject) -> Verdict:
    """Nothing is selected where nobody says so."""
    return in_a_backup_plan(table, ARN)


CONTROL = Control(
    id="dynamodb-in-backup-plan",
    title="Tables are in a backup plan",
    severity=Severity.MEDIUM,
    rationale="Point-in-time recovery goes 35 days back, and goes with the table.",
    remediation=Remediation(
        summary="Select the table by a tag or by its ARN",
        snippet=("backup.Selection(\n    name, plan_id=plan.id, iam_role_arn=role.arn, resources=[table.arn],\n)"),
    ),
    catalogue=("DDB-06",),
    pillar=Pillar.RELIABILITY,
    types=("aws:dynamodb/table:Table",),
    check=check,
    looks_around=True,
)
