"""Caches are in private subnets."""

from __future__ import annotations

from policies.control import Control, Remediation, Severity
from policies.subject import Subject
from policies.subnets import private
from policies.verdicts import Fail, NotApplicable, Undecided, Verdict

SUBNET_GROUP = "aws:elasticache/subnetGroup:SubnetGroup"


def check(group: Subject) -> Verdict:
    """AWS takes the default subnet group where nobody names one."""
    if not group.read("globalReplicationGroupId").missing and group.read("subnetGroupName").missing:
        return NotApplicable("it is as the primary group of its global datastore")
    named = group.read("subnetGroupName")
    if named.missing or named.value == "default":
        return Fail("it is in the default subnet group, which has the default VPC's public subnets")
    groups = [other for other in group.referred("subnetGroupName") if other.type == SUBNET_GROUP]
    groups = groups or [g for g in group.view.of_type(SUBNET_GROUP) if str(named.value) in g.identifiers()]
    if len(groups) != 1:
        return Undecided("subnetGroupName: a subnet group of another stack")
    return private(groups[0], "subnetIds")


CONTROL = Control(
    id="elasticache-in-private-subnets",
    title="Caches are in private subnets",
    severity=Severity.HIGH,
    rationale="In a public subnet one rule of a security group is all that stands before the cache.",
    remediation=Remediation(
        summary="Make a subnet group of private subnets",
        snippet=('elasticache.ReplicationGroup(name, description="Cache",\nsubnet_group_name=private_subnets.name)'),
    ),
    catalogue=("ELC-07",),
    types=("aws:elasticache/replicationGroup:ReplicationGroup",),
    check=check,
    looks_around=True,
)
