"""Warehouses log who does what."""

from __future__ import annotations

from policies.control import Control, Remediation, Severity
from policies.subject import Subject
from policies.verdicts import PASS, Fail, Undecided, Verdict

LOGGING = "aws:redshift/logging:Logging"


def check(cluster: Subject) -> Verdict:
    """There is none where nobody says otherwise."""
    found = cluster.companions(LOGGING, "clusterIdentifier")
    if found.certain:
        return PASS
    return Undecided(f"clusterIdentifier of {found.possible[0]}") if found.possible else Fail("nothing logs its audits")


CONTROL = Control(
    id="redshift-audit-logged",
    title="Warehouses log who does what",
    severity=Severity.MEDIUM,
    rationale="Nobody can tell who read or took which rows.",
    remediation=Remediation(
        summary="Add a Logging resource",
        snippet=(
            "redshift.Logging(\n"
            '    name, cluster_identifier=cluster.id, log_destination_type="cloudwatch",\n'
            '    log_exports=["connectionlog", "userlog"],\n'
            ")"
        ),
    ),
    catalogue=("RSH-02",),
    types=("aws:redshift/cluster:Cluster",),
    check=check,
    looks_around=True,
)
