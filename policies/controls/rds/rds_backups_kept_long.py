"""Automated backups of databases are kept long enough."""

from __future__ import annotations

from policies.control import Control, ControlSettings, Pillar, Remediation, Severity, settings_of
from policies.databases import CLUSTER, INSTANCE, copied_from_another
from policies.subject import Subject
from policies.verdicts import NotApplicable, Verdict


class Settings(ControlSettings):
    """How long."""

    days: int = 35
    """Least days; AWS keeps up to 35."""


def check(database: Subject) -> Verdict:
    """Where nobody says otherwise a cluster keeps one day, and an instance keeps none."""
    if reason := copied_from_another(database):
        return NotApplicable(reason)
    settings: Settings = settings_of(database.view, CONTROL)
    kept = database.read("backupRetentionPeriod", default=1 if database.type == CLUSTER else 0)
    return kept.must_be_at_least(settings.days, " days")


CONTROL = Control(
    id="rds-backups-kept-long",
    title="Automated backups of databases are kept long enough",
    severity=Severity.MEDIUM,
    rationale="Damage that is noticed after the last backup is gone cannot be undone.",
    remediation=Remediation(
        summary="Keep backups for the days that the environment asks for",
        snippet="rds.Instance(name, backup_retention_period=35)",
    ),
    catalogue=("RDS-08",),
    pillar=Pillar.RELIABILITY,
    settings=Settings,
    types=(INSTANCE, CLUSTER),
    check=check,
)
