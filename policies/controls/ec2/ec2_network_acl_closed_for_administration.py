"""Network ACLs do not admit the internet to SSH and RDP."""

from __future__ import annotations

from policies.control import Control, Remediation, Severity
from policies.networks import ACLS, acl_closed_to_internet
from policies.subject import Subject
from policies.verdicts import Verdict

PORTS = (22, 3389)


def check(acl: Subject) -> Verdict:
    """An ACL without entries admits nothing."""
    return acl_closed_to_internet(acl, PORTS)


CONTROL = Control(
    id="ec2-network-acl-closed-for-administration",
    title="Network ACLs do not admit the internet to SSH and RDP",
    severity=Severity.MEDIUM,
    rationale="The second fence is worth nothing where it is open at the very place that attackers try.",
    remediation=Remediation(
        summary="Admit the ports that are needed, and replies on 1024 to 3388 and 3390 to 65535",
        snippet=(
            "ec2.NetworkAclRule(\n"
            '    name, network_acl_id=acl.id, rule_number=100, rule_action="allow", protocol="tcp",\n'
            '    cidr_block="0.0.0.0/0", from_port=443, to_port=443,\n'
            ")"
        ),
    ),
    catalogue=("EC2-10",),
    types=ACLS,
    check=check,
    looks_around=True,
)
