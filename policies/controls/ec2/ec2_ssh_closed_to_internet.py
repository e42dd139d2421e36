"""SSH is closed to the internet."""

from __future__ import annotations

from policies.control import Control, Remediation, Severity
from policies.security_groups import TYPES, closed_to_internet
from policies.subject import Subject
from policies.verdicts import Verdict

PORT = 22


def check(resource: Subject) -> Verdict:
    """Also where a range or every protocol includes it, and where an admitted group is open."""
    return closed_to_internet(resource, (PORT,))


CONTROL = Control(
    id="ec2-ssh-closed-to-internet",
    title="SSH is closed to the internet",
    severity=Severity.HIGH,
    rationale="Passwords and keys are tried day and night, and one is enough.",
    remediation=Remediation(
        summary="Use Session Manager, which needs no open port, or admit the group of a bastion",
        snippet=(
            "vpc.SecurityGroupIngressRule(\n"
            "    name, security_group_id=group.id, referenced_security_group_id=bastion.id,\n"
            '    ip_protocol="tcp", from_port=22, to_port=22,\n'
            ")"
        ),
    ),
    catalogue=("EC2-06",),
    companions=(
        "ec2-internet-reaches-approved-ports-only",
        "ec2-high-risk-ports-closed-to-internet",
    ),
    types=TYPES,
    check=check,
    looks_around=True,
)
