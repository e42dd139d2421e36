"""Functions stand in several availability zones of a VPC."""

from __future__ import annotations

from policies.control import Control, Pillar, Remediation, Severity
from policies.subject import Subject
from policies.verdicts import Fail, Verdict
from policies.zones import spans


def check(function: Subject) -> Verdict:
    """It stands in no VPC where nobody says so."""
    if function.read("vpcConfig").missing:
        return Fail("it is in no VPC")
    return spans(function, 2, function.read("vpcConfig.subnetIds"))


CONTROL = Control(
    id="lambda-zones-spanned",
    title="Functions stand in several availability zones of a VPC",
    severity=Severity.MEDIUM,
    rationale="Outside a VPC a function reaches no database, and in one zone it fails with it.",
    remediation=Remediation(
        summary="Give it private subnets of several zones",
        snippet='lambda_.Function(name, vpc_config={"subnet_ids": subnet_ids, "security_group_ids": [group.id]})',
    ),
    catalogue=("LAM-03",),
    pillar=Pillar.RELIABILITY,
    types=("aws:lambda/function:Function",),
    check=check,
    looks_around=True,
)
