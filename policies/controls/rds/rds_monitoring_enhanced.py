"""The operating system below databases is monitored."""

from __future__ import annotations

from policies.control import Control, Remediation, Severity
from policies.databases import CLUSTER, INSTANCE, MEMBER
from policies.subject import Subject
from policies.verdicts import Verdict, all_of, any_of


def check(instance: Subject) -> Verdict:
    """It is off where nobody says otherwise; a cluster's own setting holds for its members."""
    clusters = [other for other in instance.referred("clusterIdentifier") if other.type == CLUSTER]
    return any_of(_monitored(instance), *(_monitored(cluster) for cluster in clusters[:1] if _says(cluster)))


def _says(cluster: Subject) -> bool:
    return not cluster.read("monitoringInterval").missing


def _monitored(database: Subject) -> Verdict:
    return all_of(
        database.read("monitoringInterval", default=0).must_be_at_least(1, " second"),
        database.read("monitoringRoleArn").must_be_set(),
    )


CONTROL = Control(
    id="rds-monitoring-enhanced",
    title="The operating system below databases is monitored",
    severity=Severity.LOW,
    rationale="Without it nobody sees which process took the memory or the disk.",
    remediation=Remediation(
        summary="Monitor every minute, with a role that may write logs",
        snippet="rds.Instance(name, monitoring_interval=60, monitoring_role_arn=role.arn)",
    ),
    catalogue=("RDS-15",),
    types=(INSTANCE, MEMBER),
    check=check,
    looks_around=True,
)
