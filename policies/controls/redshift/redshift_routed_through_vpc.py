"""Warehouses load and unload through their VPC."""

from __future__ import annotations

from policies.control import Control, Remediation, Severity
from policies.subject import Subject
from policies.verdicts import Verdict


def check(cluster: Subject) -> Verdict:
    """It is off where nobody says otherwise."""
    return cluster.read("enhancedVpcRouting", default=False).must_be(True)


CONTROL = Control(
    id="redshift-routed-through-vpc",
    title="Warehouses load and unload through their VPC",
    severity=Severity.CRITICAL,
    rationale="Outside the VPC neither its endpoints nor its flow logs see what is copied where.",
    remediation=Remediation(
        summary="Turn enhanced_vpc_routing on", snippet="redshift.Cluster(name, enhanced_vpc_routing=True)"
    ),
    catalogue=("RSH-01",),
    types=("aws:redshift/cluster:Cluster",),
    check=check,
)
