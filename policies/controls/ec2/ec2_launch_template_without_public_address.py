"""Launch templates give no public addresses."""

from __future__ import annotations

from policies.control import Control, Remediation, Severity
from policies.corrections import Inputs, each
from policies.instances import CONFIGURATION, TEMPLATES
from policies.subject import Subject
from policies.verdicts import PASS, Undecided, Verdict, all_of


def check(template: Subject) -> Verdict:
    """Where nobody says, the subnet decides, and those are asked themselves."""
    if template.type == CONFIGURATION:
        return template.read("associatePublicIpAddress", default=False).must_be(False)
    interfaces = template.blocks("networkInterfaces")
    if interfaces is None:
        return Undecided("networkInterfaces")
    address = "associatePublicIpAddress"
    return all_of(PASS, *(interface.read(address, default=False).must_be(False) for interface in interfaces))


def correct(inputs: Inputs) -> Inputs:
    """Instances that run already keep their addresses; new ones get none."""
    if "associatePublicIpAddress" in inputs:  # a launch configuration
        return {**inputs, "associatePublicIpAddress": False}
    return each("networkInterfaces", _closed)(inputs)


def _closed(interface: Inputs) -> Inputs:
    return {**interface, "associatePublicIpAddress": "false"} if "associatePublicIpAddress" in interface else interface


CONTROL = Control(
    id="ec2-launch-template-without-public-address",
    title="Launch templates give no public addresses",
    severity=Severity.HIGH,
    rationale="Every instance that an autoscaling group starts would be on the internet.",
    remediation=Remediation(
        summary="Leave associate_public_ip_address off",
        snippet='ec2.LaunchTemplate(name, network_interfaces=[{"associate_public_ip_address": "false"}])',
    ),
    catalogue=("EC2-14",),
    types=TEMPLATES,
    check=check,
    correct=correct,
)
