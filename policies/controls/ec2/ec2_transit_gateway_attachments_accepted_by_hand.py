"""Transit gateways do not accept attachments by themselves."""

from __future__ import annotations

from typing import Any

from policies.control import Control, Remediation, Severity
from policies.subject import Subject
from policies.verdicts import Verdict


def check(gateway: Subject) -> Verdict:
    """Attachments wait for somebody where nobody says otherwise."""
    return gateway.read("autoAcceptSharedAttachments", default="disable").must_be("disable")


def correct(inputs: dict[str, Any]) -> dict[str, Any]:
    """Attachments that are there stay."""
    return {**inputs, "autoAcceptSharedAttachments": "disable"}


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
    correct=correct,
)
