"""Automated snapshots of warehouses are kept."""

from __future__ import annotations

from policies.control import Control, ControlSettings, Pillar, Remediation, Severity, settings_of
from policies.corrections import setting
from policies.subject import Subject
from policies.verdicts import Verdict


class Settings(ControlSettings):
    """How long."""

    days: int = 7
    """Least days; AWS keeps up to 35."""


def check(cluster: Subject) -> Verdict:
    """AWS keeps one day where nobody says otherwise."""
    settings: Settings = settings_of(cluster.view, CONTROL)
    return cluster.read("automatedSnapshotRetentionPeriod", default=1).must_be_at_least(settings.days, " days")


CONTROL = Control(
    id="redshift-snapshots-kept",
    title="Automated snapshots of warehouses are kept",
    severity=Severity.MEDIUM,
    rationale="Damage that is noticed after the last snapshot is gone cannot be undone.",
    remediation=Remediation(
        summary="Keep them at least a week", snippet="redshift.Cluster(name, automated_snapshot_retention_period=7)"
    ),
    catalogue=("RSH-02",),
    pillar=Pillar.RELIABILITY,
    settings=Settings,
    types=("aws:redshift/cluster:Cluster",),
    check=check,
    correct=setting("automatedSnapshotRetentionPeriod", 7),
)
