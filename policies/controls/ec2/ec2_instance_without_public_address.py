"""Instances have no public address."""

from __future__ import annotations

from policies.control import Control, Remediation, Severity
from policies.instances import INSTANCES
from policies.subject import Subject
from policies.verdicts import PASS, Fail, Verdict, all_of

SUBNETS = ("aws:ec2/subnet:Subnet", "aws:ec2/defaultSubnet:DefaultSubnet")


def check(instance: Subject) -> Verdict:
    """Where nobody says, the subnet decides; which subnet, AWS decides where that is not said either."""
    address = instance.read("associatePublicIpAddress")
    if not address.missing:
        return address.must_be(False)
    subnets = [other for other in instance.referred("subnetId") if other.type in SUBNETS]
    if not subnets:
        return Fail("associatePublicIpAddress is not set, so that its subnet decides")
    return all_of(*(_gives_none(subnet) for subnet in subnets))


def _gives_none(subnet: Subject) -> Verdict:
    gives = subnet.read("mapPublicIpOnLaunch", default=subnet.type == SUBNETS[1])
    if gives.known and gives.must_be(False) != PASS:
        return Fail(f"associatePublicIpAddress is not set, and its subnet {subnet} hands out public addresses")
    return gives.must_be(False)


CONTROL = Control(
    id="ec2-instance-without-public-address",
    title="Instances have no public address",
    severity=Severity.HIGH,
    rationale="An instance on the internet is one forgotten rule away from being somebody else's.",
    remediation=Remediation(
        summary="Put it into a private subnet and say that it gets none",
        snippet="ec2.Instance(name, subnet_id=private.id, associate_public_ip_address=False)",
    ),
    catalogue=("EC2-13",),
    types=INSTANCES,
    check=check,
    looks_around=True,
)
