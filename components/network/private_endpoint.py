"""The consumer's side of PrivateLink: an interface endpoint to another account's service."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast

import pulumi
from pulumi_aws.ec2.security_group import SecurityGroup
from pulumi_aws.ec2.vpc_endpoint import VpcEndpoint
from pulumi_aws.vpc.security_group_egress_rule import SecurityGroupEgressRule
from pulumi_aws.vpc.security_group_ingress_rule import SecurityGroupIngressRule

TOKEN = "atoll:network:PrivateEndpoint"


@dataclass(frozen=True, kw_only=True)
class PrivateEndpointArgs:
    """Wiring of an endpoint."""

    service_name: pulumi.Input[str]
    """`com.amazonaws.vpce.<region>.vpce-svc-…` of the provider."""
    vpc_id: pulumi.Input[str]
    subnet_ids: Sequence[pulumi.Input[str]]
    """Private subnets, one a zone, in zones that the provider serves."""
    port: int
    """TCP port of the service."""
    callers: Mapping[str, pulumi.Input[str]]
    """Stable key, such as the calling service → its security group."""
    private_dns: bool = False
    """Whether the provider has proven a private name, which then leads here in this VPC."""


class PrivateEndpoint(pulumi.ComponentResource):
    """An interface endpoint that only the callers' security groups reach, on one port.

    Makes: a security group; for each caller a rule into it and one out of the caller's group; the endpoint.
    Costs: $7.30 a month and zone, $0.01 a GB. Does not: keep the provider's name where it is not proven; callers then
    use `dns_name`.
    Errors: AWS refuses private DNS as long as the provider's name is not proven.
    Source: NET-6; https://docs.aws.amazon.com/vpc/latest/privatelink/create-interface-endpoint.html
    """

    id: pulumi.Output[str]
    dns_name: pulumi.Output[str]
    """AWS's name of the endpoint in all zones."""
    security_group_id: pulumi.Output[str]

    def __init__(self, name: str, *, args: PrivateEndpointArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(TOKEN, name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        group = SecurityGroup(
            f"{name}-security-group",
            description="PrivateLink endpoint: its callers in, nothing out",
            vpc_id=args.vpc_id,
            tags={"Name": name},
            opts=child,
        )
        for key, caller in args.callers.items():
            SecurityGroupIngressRule(
                f"{name}-ingress-{key}",
                security_group_id=group.id,
                referenced_security_group_id=caller,
                ip_protocol="tcp",
                from_port=args.port,
                to_port=args.port,
                description=f"Calls of {key}",
                opts=child,
            )
            SecurityGroupEgressRule(
                f"{name}-egress-{key}",
                security_group_id=caller,
                referenced_security_group_id=group.id,
                ip_protocol="tcp",
                from_port=args.port,
                to_port=args.port,
                description=f"Calls to {name}",
                opts=child,
            )
        endpoint = VpcEndpoint(
            f"{name}-endpoint",
            vpc_endpoint_type="Interface",
            service_name=args.service_name,
            vpc_id=args.vpc_id,
            subnet_ids=list(args.subnet_ids),
            security_group_ids=[group.id],
            private_dns_enabled=args.private_dns,
            tags={"Name": name},
            opts=child,
        )
        self.id, self.security_group_id = endpoint.id, group.id
        self.dns_name = cast("pulumi.Output[str]", endpoint.dns_entries[0].dns_name)
        self.register_outputs({"id": self.id, "dns_name": self.dns_name, "security_group_id": self.security_group_id})
