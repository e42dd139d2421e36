"""Global databases are encrypted, protected and joined from two regions."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import Field

from policies.control import Control, ControlSettings, Pillar, Remediation, Severity, settings_of
from policies.databases import CLUSTER
from policies.subject import Subject
from policies.verdicts import PASS, Fail, Undecided, Verdict, all_of

LEAST = 2
"""Regions."""


class Settings(ControlSettings):
    """What the stack does not show."""

    joined_elsewhere: Mapping[str, str] = Field(default_factory=dict[str, str])
    """Region → stack whose cluster joins there."""


def check(database: Subject) -> Verdict:
    """It is in clear and not protected where nobody says otherwise, and encrypted as the cluster that it is made of."""
    settings: Settings = settings_of(database.view, CONTROL)
    sources = [other for other in database.referred("sourceDbClusterIdentifier") if other.type == CLUSTER]
    joined = database.companions(CLUSTER, "globalClusterIdentifier")
    named = [each for each in database.view.of_type(CLUSTER) if _names(each, database)]
    members = {each.urn: each for each in (*sources, *joined.certain, *named)}
    regions = {each.node.region or each.urn for each in members.values()} | set(settings.joined_elsewhere)
    enough: Verdict = PASS
    if len(regions) < LEAST:
        enough = Fail(f"clusters of {len(regions)} regions join it, there must be at least {LEAST}")
        if joined.possible:
            enough = Undecided(f"globalClusterIdentifier of {joined.possible[0]}")
    return all_of(
        _encrypted(database, sources), database.read("deletionProtection", default=False).must_be(True), enough
    )


def _names(cluster: Subject, database: Subject) -> bool:
    """Whether a cluster names the global database by its identifier in words."""
    own = database.read("globalClusterIdentifier").value
    return isinstance(own, str) and cluster.read("globalClusterIdentifier").value == own


def _encrypted(database: Subject, sources: list[Subject]) -> Verdict:
    own = database.read("storageEncrypted")
    if own.missing and sources:
        return all_of(*(source.read("storageEncrypted", default=False).must_be(True) for source in sources))
    return database.read("storageEncrypted", default=False).must_be(True)


CONTROL = Control(
    id="rds-global-database-spans-regions",
    title="Global databases are encrypted, protected and joined from two regions",
    severity=Severity.MEDIUM,
    rationale="A global database in one region goes down with it.",
    remediation=Remediation(
        summary="Join a cluster of the peer region",
        snippet='rds.Cluster(f"{name}-peer", region="us-west-2", global_cluster_identifier=database.id)',
    ),
    catalogue=("RDS-19",),
    pillar=Pillar.RELIABILITY,
    settings=Settings,
    types=("aws:rds/globalCluster:GlobalCluster",),
    check=check,
    looks_around=True,
)
