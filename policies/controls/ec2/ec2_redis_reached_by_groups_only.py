"""Redis is reached from security groups of applications alone."""

from __future__ import annotations

from policies.control import Control, Remediation, Severity
from policies.security_groups import TYPES, groups_only
from policies.subject import Subject
from policies.verdicts import Verdict

PORT = 6379


def check(resource: Subject) -> Verdict:
    """Every rule that covers the port admits groups, and none that the internet reaches on any port.

    A group of another stack is judged there.
    """
    return groups_only(resource, PORT)


CONTROL = Control(
    id="ec2-redis-reached-by-groups-only",
    title="Redis is reached from security groups of applications alone",
    severity=Severity.HIGH,
    rationale="Who admits addresses admits whatever gets one of them.",
    remediation=Remediation(
        summary="Refer to the group of the application",
        snippet=(
            "vpc.SecurityGroupIngressRule(\n"
            "    name, security_group_id=cache.id, referenced_security_group_id=application.id,\n"
            '    ip_protocol="tcp", from_port=6379, to_port=6379,\n'
            ")"
        ),
    ),
    catalogue=("EC2-09",),
    companions=("ec2-internet-reaches-approved-ports-only",),
    types=TYPES,
    check=check,
    looks_around=True,
)
