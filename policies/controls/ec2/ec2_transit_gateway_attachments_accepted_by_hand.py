"""Transit gateways do not accept attachments by themselves."""

from __future__ import annotations

from policies.control import Control, Remediation, Severity
from policies.subject import Subject
from policies.verdicts import Verdict


def check(gateway: Subject) -> Verdict:
    """Attachments wait for somebody where nobody says otherwise."""
    return gateway.read("autoAcceptSharedAttachments", default="disable").must_be("disable")


CONTROL = Control(
    id="ec2-transit-gateway-attachments-accepted-by-hand",
    title="Transit gateways do not accept attachments by themselves",
    severity=Severity.HIGH,
    rationale="Any account that the gateway is shared with attaches its network to all others.",
    remediation=Remediation(
        summary="Leave auto_accept_shared_attachments off",
        snippet='ec2transitgateway.TransitGateway(name, auto_accept_shared_attachments="disable")',
    ),
    catalogue=("EC2-22",),
    types=("aws:ec2transitgateway/transitGateway:TransitGateway",),
    check=check,
)
