"""Database clusters have members in two zones."""

from __future__ import annotations

from policies.control import Control, ControlSettings, Pillar, Remediation, Severity, settings_of
from policies.databases import CLUSTER, MEMBER
from policies.readings import Reading
from policies.subject import Subject
from policies.verdicts import PASS, Fail, NotApplicable, Undecided, Verdict


class Settings(ControlSettings):
    """How many."""

    members: int = 2
    """Least number of members."""


def check(cluster: Subject) -> Verdict:
    """AWS spreads members over zones where nobody names any."""
    settings: Settings = settings_of(cluster.view, CONTROL)
    if not cluster.read("dbClusterInstanceClass").missing:
        return NotApplicable("a Multi-AZ cluster has its members by itself")
    found = cluster.companions(MEMBER, "clusterIdentifier")
    if len(found.certain) < settings.members:
        if found.possible:
            return Undecided(f"clusterIdentifier of {found.possible[0]}")
        return Fail(f"it has {len(found.certain)} members, it must have at least {settings.members}")
    return _apart([member.read("availabilityZone") for member in found.certain]) if settings.members > 1 else PASS


def _apart(zones: list[Reading]) -> Verdict:
    """Whether members that name their zone name more than one."""
    for zone in zones:
        if not zone.known:
            return zone.undecided()
    named = {str(zone.value) for zone in zones if not zone.missing}
    if len(named) == 1 and not any(zone.missing for zone in zones):
        return Fail(f"all its members are in {named.pop()}")
    return PASS


CONTROL = Control(
    id="rds-cluster-has-two-members",
    title="Database clusters have members in two zones",
    severity=Severity.MEDIUM,
    rationale="A cluster of one member is down until AWS has made another one.",
    remediation=Remediation(
        summary="Add a cluster instance in another zone",
        snippet=('rds.ClusterInstance(f"{name}-b", cluster_identifier=cluster.id,\navailability_zone="us-east-1b")'),
    ),
    catalogue=("RDS-05",),
    pillar=Pillar.RELIABILITY,
    settings=Settings,
    types=(CLUSTER,),
    check=check,
    looks_around=True,
)
