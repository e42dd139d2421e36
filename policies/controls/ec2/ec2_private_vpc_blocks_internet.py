"""Private VPCs are shut against internet gateways."""

from __future__ import annotations

from policies.control import Remediation, Severity, StackControl
from policies.networks import VPC
from policies.subject import View
from policies.verdicts import Fail, NotApplicable, Verdict, all_of

OPTIONS = "aws:ec2/vpcBlockPublicAccessOptions:VpcBlockPublicAccessOptions"
GATEWAYS = ("aws:ec2/internetGateway:InternetGateway", "aws:ec2/internetGatewayAttachment:InternetGatewayAttachment")


def check(stack: View) -> Verdict:
    """A VPC without an internet gateway is private. Nothing is blocked where nobody says so."""
    private = [vpc for vpc in stack.of_type(VPC) if not any(vpc.companions(kind, "vpcId").certain for kind in GATEWAYS)]
    if not private:
        return NotApplicable("the stack has no private VPC")
    options = stack.of_type(OPTIONS)
    if not options:
        return Fail(f"{private[0]} is private, and nothing keeps it so")
    allowed = ("block-bidirectional", "block-ingress")
    return all_of(*(option.read("internetGatewayBlockMode").must_be_one_of(allowed) for option in options))


CONTROL = StackControl(
    id="ec2-private-vpc-blocks-internet",
    title="Private VPCs are shut against internet gateways",
    severity=Severity.MEDIUM,
    rationale="One gateway and one route, and a network that was meant to be private is not.",
    remediation=Remediation(
        summary="Block internet gateways in the region, and except the VPCs that need one",
        snippet='ec2.VpcBlockPublicAccessOptions(name, internet_gateway_block_mode="block-bidirectional")',
    ),
    catalogue=("EC2-25",),
    check=check,
)
