"""Every VPC has an interface endpoint for the EC2 API."""

from __future__ import annotations

from policies.control import Control, Remediation, Severity
from policies.networks import VPCS, has_endpoints
from policies.subject import Subject
from policies.verdicts import Verdict


def check(vpc: Subject) -> Verdict:
    """There is no endpoint where nobody makes one."""
    return has_endpoints(vpc, "ec2")


CONTROL = Control(
    id="ec2-vpc-has-endpoint-for-ec2",
    title="Every VPC has an interface endpoint for the EC2 API",
    severity=Severity.MEDIUM,
    rationale="Calls that start and change instances leave the network of AWS, and need a way out.",
    remediation=Remediation(
        summary="Add the endpoint with private DNS",
        snippet=(
            "ec2.VpcEndpoint(\n"
            '    name, vpc_id=vpc.id, service_name="com.amazonaws.us-east-1.ec2", vpc_endpoint_type="Interface",\n'
            "    private_dns_enabled=True,\n"
            ")"
        ),
    ),
    catalogue=("EC2-20",),
    types=VPCS,
    check=check,
    looks_around=True,
)
