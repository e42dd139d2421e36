"""Every VPC has interface endpoints for images and Session Manager."""

from __future__ import annotations

from policies.control import Control, ControlSettings, Remediation, Severity, settings_of
from policies.networks import VPCS, has_endpoints
from policies.subject import Subject
from policies.verdicts import Verdict


class Settings(ControlSettings):
    """Which endpoints."""

    services: tuple[str, ...] = ("ecr.api", "ecr.dkr", "ssm")
    """Names behind `com.amazonaws.<region>.`."""


def check(vpc: Subject) -> Verdict:
    """There is no endpoint where nobody makes one."""
    settings: Settings = settings_of(vpc.view, CONTROL)
    return has_endpoints(vpc, *settings.services)


CONTROL = Control(
    id="ec2-vpc-has-endpoints-for-workloads",
    title="Every VPC has interface endpoints for images and Session Manager",
    severity=Severity.MEDIUM,
    rationale="Images and sessions depend on NAT, and a private subnet without it starts nothing.",
    remediation=Remediation(
        summary="Add the endpoints with private DNS",
        snippet=(
            "ec2.VpcEndpoint(\n"
            '    name, vpc_id=vpc.id, service_name="com.amazonaws.us-east-1.ecr.api", vpc_endpoint_type="Interface",\n'
            "    private_dns_enabled=True,\n"
            ")"
        ),
    ),
    catalogue=("EC2-21",),
    settings=Settings,
    types=VPCS,
    check=check,
    looks_around=True,
)
