"""Snapshots of caches are kept."""

from __future__ import annotations

from policies.control import Control, ControlSettings, Pillar, Remediation, Severity, settings_of
from policies.corrections import setting
from policies.subject import Subject
from policies.verdicts import Verdict


class Settings(ControlSettings):
    """How long."""

    days: int = 15
    """Least days."""


def check(group: Subject) -> Verdict:
    """AWS keeps none where nobody says otherwise."""
    settings: Settings = settings_of(group.view, CONTROL)
    return group.read("snapshotRetentionLimit", default=0).must_be_at_least(settings.days, " days")


CONTROL = Control(
    id="elasticache-snapshots-kept",
    title="Snapshots of caches are kept",
    severity=Severity.HIGH,
    rationale="A cache that is lost without a snapshot starts empty, and its databases take the whole load.",
    remediation=Remediation(
        summary="Keep snapshots",
        snippet='elasticache.ReplicationGroup(name, description="Cache", snapshot_retention_limit=15)',
    ),
    catalogue=("ELC-05",),
    pillar=Pillar.RELIABILITY,
    settings=Settings,
    types=("aws:elasticache/replicationGroup:ReplicationGroup",),
    check=check,
    correct=setting("snapshotRetentionLimit", 15),
)
