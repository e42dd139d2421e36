"""Snapshots carry the tags of their database."""

from __future__ import annotations

from policies.control import Control, Remediation, Severity
from policies.corrections import setting
from policies.databases import CLUSTER, INSTANCE
from policies.subject import Subject
from policies.verdicts import Verdict


def check(database: Subject) -> Verdict:
    """AWS copies none where nobody says otherwise."""
    return database.read("copyTagsToSnapshot", default=False).must_be(True)


CONTROL = Control(
    id="rds-snapshots-tagged",
    title="Snapshots carry the tags of their database",
    severity=Severity.LOW,
    rationale="A snapshot without tags belongs to nobody, and rules by tag do not reach it.",
    remediation=Remediation(
        summary="Turn copy_tags_to_snapshot on", snippet="rds.Cluster(name, copy_tags_to_snapshot=True)"
    ),
    catalogue=("RDS-14",),
    types=(INSTANCE, CLUSTER),
    check=check,
    correct=setting("copyTagsToSnapshot", True),
)
