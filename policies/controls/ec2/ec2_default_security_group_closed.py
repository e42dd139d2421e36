"""The default security group of every VPC has no rules."""

from __future__ import annotations

from policies.control import Control, Remediation, Severity
from policies.networks import VPCS
from policies.security_groups import INGRESS_RULE, OWNER, RULE
from policies.subject import Subject
from policies.verdicts import Fail, Undecided, Verdict, all_of

DEFAULT_GROUP = "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup"
EGRESS_RULE = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"


def check(vpc: Subject) -> Verdict:
    """AWS opens the group to itself and to everywhere; adopting it takes all rules away that nobody wants."""
    adopted = vpc.companions(DEFAULT_GROUP, "vpcId")
    if not adopted.certain:
        if adopted.possible:
            return Undecided(f"vpcId of {adopted.possible[0]}")
        return Fail("its default security group is as AWS made it, open to itself and to everywhere")
    holders = (vpc, *adopted.certain)
    kinds = (RULE, INGRESS_RULE, EGRESS_RULE)
    added = [rule for holder in holders for kind in kinds for rule in holder.companions(kind, OWNER).certain]
    if added:
        return Fail(f"{added[0]} adds a rule to its default security group")
    return all_of(*(g.read(way).must_not_be_set() for g in adopted.certain for way in ("ingress", "egress")))


CONTROL = Control(
    id="ec2-default-security-group-closed",
    title="The default security group of every VPC has no rules",
    severity=Severity.HIGH,
    rationale="What forgets its security group lands in the default one, and everything there reaches everything.",
    remediation=Remediation(
        summary="Adopt the default group and give it no rules",
        snippet='ec2.DefaultSecurityGroup(f"{name}-default", vpc_id=vpc.id, ingress=[], egress=[])',
    ),
    catalogue=("EC2-01",),
    types=VPCS,
    check=check,
    looks_around=True,
)
