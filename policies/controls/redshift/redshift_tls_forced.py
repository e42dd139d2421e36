"""Warehouses refuse connections without TLS."""

from __future__ import annotations

from policies.control import Control, Remediation, Severity
from policies.databases import parameter
from policies.subject import Subject
from policies.verdicts import Undecided, Verdict


def check(cluster: Subject) -> Verdict:
    """Older families do not force it; the program says so itself instead of trusting AWS's group of the day."""
    forced = parameter(cluster, "require_ssl", "false")
    return forced if isinstance(forced, Undecided) else forced.must_be(True)


CONTROL = Control(
    id="redshift-tls-forced",
    title="Warehouses refuse connections without TLS",
    severity=Severity.CRITICAL,
    rationale="A client that does not ask for TLS sends its password and its rows in clear.",
    remediation=Remediation(
        summary="Force it in the parameter group",
        snippet=(
            "redshift.ParameterGroup(\n"
            '    name, family="redshift-2.0", parameters=[{"name": "require_ssl", "value": "true"}],\n'
            ")"
        ),
    ),
    catalogue=("RSH-01",),
    types=("aws:redshift/cluster:Cluster",),
    check=check,
    looks_around=True,
)
