"""Subnets do not hand out public addresses."""

from __future__ import annotations

from typing import Any

from policies.control import Control, Remediation, Severity
from policies.subject import Subject
from policies.verdicts import Verdict


def check(subnet: Subject) -> Verdict:
    """Subnets hand out none by default; default subnets do."""
    default = subnet.type == "aws:ec2/defaultSubnet:DefaultSubnet"
    return subnet.read("mapPublicIpOnLaunch", default=default).must_be(False)


def correct(inputs: dict[str, Any]) -> dict[str, Any]:
    """Running instances keep their addresses; new ones get none."""
    return {**inputs, "mapPublicIpOnLaunch": False}


CONTROL = Control(
    id="ec2-subnet-without-public-addresses",
    title="Subnets do not hand out public addresses",
    severity=Severity.MEDIUM,
    rationale="What is started there is on the internet before anybody has asked for it.",
    remediation=Remediation(
        summary="Leave map_public_ip_on_launch off, and give addresses to what needs them",
        snippet="ec2.Subnet(name, vpc_id=vpc.id, cidr_block=cidr, map_public_ip_on_launch=False)",
    ),
    catalogue=("EC2-03",),
    types=(
        "aws:ec2/subnet:Subnet",
        "aws:ec2/defaultSubnet:DefaultSubnet",
    ),
    check=check,
    correct=correct,
)
