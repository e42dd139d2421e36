"""High-risk ports are closed to the internet."""

from __future__ import annotations

from policies.control import Control, Remediation, Severity
from policies.security_groups import TYPES, closed_to_internet
from policies.subject import Subject
from policies.verdicts import Verdict

PORTS = (
    *(20, 21, 22, 23, 25, 110, 135, 143, 445, 1433, 1434, 3000, 3306, 3389, 4333),
    *(5000, 5432, 5500, 5601, 8080, 8088, 8888, 9200, 9300),
)
"""File transfer, remote shells, mail, Windows, databases, development servers and search."""


def check(resource: Subject) -> Verdict:
    """Also where a range or every protocol includes them, and where an admitted group is open."""
    return closed_to_internet(resource, PORTS)


CONTROL = Control(
    id="ec2-high-risk-ports-closed-to-internet",
    title="High-risk ports are closed to the internet",
    severity=Severity.MEDIUM,
    rationale="Databases, administration and plain-text protocols are what scanners look for first.",
    remediation=Remediation(
        summary="Admit a security group or a private range instead",
        snippet=(
            "vpc.SecurityGroupIngressRule(\n"
            '    name, security_group_id=group.id, cidr_ipv4="10.0.0.0/16",\n'
            '    ip_protocol="tcp", from_port=8080, to_port=8080,\n'
            ")"
        ),
    ),
    catalogue=("EC2-05",),
    companions=("ec2-internet-reaches-approved-ports-only",),
    types=TYPES,
    check=check,
    looks_around=True,
)
