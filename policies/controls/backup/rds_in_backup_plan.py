"""Databases are in a backup plan."""

from __future__ import annotations

from policies.backups import in_a_backup_plan
from policies.control import Control, Pillar, Remediation, Severity
from policies.subject import Subject
from policies.verdicts import NotApplicable, Verdict

ARNS = {"aws:rds/instance:Instance": "arn:aws:rds:*:*:db:*", "aws:rds/cluster:Cluster": "arn:aws:rds:*:*:cluster:*"}


def check(database: Subject) -> Verdict:
    """Nothing is selected where nobody says so. A replica is a copy of a database that is asked itself."""
    source = database.read("replicateSourceDb")
    if not source.missing:
        return NotApplicable("it is the replica of another database")
    return in_a_backup_plan(database, ARNS[database.type])


CONTROL = Control(
    id="rds-in-backup-plan",
    title="Databases are in a backup plan",
    severity=Severity.HIGH,
    rationale="Backups of RDS itself go with the instance, the account, or whoever may delete it.",
    remediation=Remediation(
        summary="Select the database by a tag or by its ARN",
        snippet=("backup.Selection(\n    name, plan_id=plan.id, iam_role_arn=role.arn, resources=[database.arn],\n)"),
    ),
    catalogue=("RDS-22",),
    pillar=Pillar.RELIABILITY,
    types=(
        "aws:rds/instance:Instance",
        "aws:rds/cluster:Cluster",
    ),
    check=check,
    looks_around=True,
)
