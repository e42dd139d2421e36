"""Private ways from a VPC to AWS services: gateway and interface endpoints with policies (NET-3)."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pulumi
from pulumi_aws.ec2.security_group import SecurityGroup
from pulumi_aws.ec2.vpc_endpoint import VpcEndpoint
from pulumi_aws.vpc.security_group_ingress_rule import SecurityGroupIngressRule

from contracts.settings.connectivity import SharedServicesSettings
from contracts.settings.network import NetworkSettings

TOKEN = "atoll:network:Endpoints"

AWS_OWNED_BUCKETS: dict[str, str] = {
    "EcrLayers": "prod-{region}-starport-layer-bucket",
    "AmazonLinux2023": "al2023-repos-{region}-de612dc2",
}
"""Sid → bucket of AWS's own that workloads read: image layers of ECR, packages of Amazon Linux 2023 (EKS nodes).

https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html
https://docs.aws.amazon.com/linux/al2023/ug/managing-repos-os-updates.html
"""

EKS_IMAGES_ACCOUNT = "602401143452"
"""AWS's account with the images of EKS's add-ons, in every region of `contracts.regions`.

https://docs.aws.amazon.com/eks/latest/userguide/add-ons-images.html
"""

ACTION_PREFIXES: dict[str, str] = {
    "monitoring": "cloudwatch",
    "kinesis-streams": "kinesis",
    "kinesis-firehose": "firehose",
    "aps-workspaces": "aps",
    "git-codecommit": "codecommit",
    "ecs-agent": "ecs",
    "ecs-telemetry": "ecs",
}
"""Endpoint service → IAM prefix of its actions, where the first word of the service is not the prefix."""


@dataclass(frozen=True, kw_only=True)
class EndpointsArgs:
    """Wiring of the endpoints of one VPC."""

    environment: str
    region: str
    account_id: str
    settings: NetworkSettings | SharedServicesSettings
    vpc_id: pulumi.Input[str]
    cidr: str
    """IPv4 block of the VPC: only from there are interface endpoints reached."""
    route_table_ids: Sequence[pulumi.Input[str]]
    """Route tables that get gateway endpoints: private and database."""
    subnet_ids: Mapping[str, pulumi.Input[str]]
    """Zone → private subnet; interface endpoints stand in the workload zones' ones."""
    organization_id: str | None = None
    """Organization whose principals and resources are trusted, such as `o-a1b2c3d4e5`; None: this account alone."""


def perimeter(args: EndpointsArgs, service: str) -> dict[str, Any]:
    """The condition of a data perimeter: our principals, on our resources.

    Gateway services always say whose resource is asked for. Others do not for some actions (`events:PutEvents`),
    which a strict comparison would refuse:
    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
    """
    ours = args.account_id if args.organization_id is None else args.organization_id
    kind = "Account" if args.organization_id is None else "OrgID"
    resource = {f"aws:Resource{kind}": ours}
    if service in args.settings.gateway_endpoints:
        return {"StringEquals": {f"aws:Principal{kind}": ours} | resource}
    return {"StringEquals": {f"aws:Principal{kind}": ours}, "StringEqualsIfExists": resource}


def endpoint_policy(args: EndpointsArgs, service: str) -> dict[str, Any]:
    """What may pass through the endpoint of `service`: any of its actions, by our principals on our resources.

    An endpoint policy grants nothing; it caps what identity policies grant, and keeps stolen data and foreign
    credentials from passing. Hence it names whole services, where roles name actions.
    """
    prefix = ACTION_PREFIXES.get(service, service.split(".")[0])
    statements: list[dict[str, Any]] = [
        {
            "Sid": "OwnPrincipalsOnOwnResources",
            "Effect": "Allow",
            "Principal": "*",
            "Action": f"{prefix}:*",
            "Resource": "*",
            "Condition": perimeter(args, service),
        }
    ]
    if service == "s3":
        # Presigned by ECR and read without our identity, so no condition can name a principal: reading only.
        statements += [
            {
                "Sid": sid,
                "Effect": "Allow",
                "Principal": "*",
                "Action": "s3:GetObject",
                "Resource": f"arn:aws:s3:::{bucket.format(region=args.region)}/*",
            }
            for sid, bucket in AWS_OWNED_BUCKETS.items()
        ]
    if service.startswith("ecr."):
        # The add-ons of EKS come from AWS's repositories, which are none of our resources: reading only.
        statements.append(
            {
                "Sid": "ImagesOfEksAddOns",
                "Effect": "Allow",
                "Principal": "*",
                "Action": ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
                "Resource": f"arn:aws:ecr:{args.region}:{EKS_IMAGES_ACCOUNT}:repository/*",
                "Condition": {"StringEquals": perimeter(args, service)["StringEquals"]},
            }
        )
    if service == "sts":
        # A pod has no AWS identity before this call; the role it asks for must be ours.
        key, value = (
            ("aws:ResourceAccount", args.account_id)
            if args.organization_id is None
            else ("aws:ResourceOrgID", args.organization_id)
        )
        statements.append(
            {
                "Sid": "WebIdentityIntoOwnRoles",
                "Effect": "Allow",
                "Principal": "*",
                "Action": "sts:AssumeRoleWithWebIdentity",
                "Resource": "*",
                "Condition": {"StringEquals": {key: value}},
            }
        )
    return {"Version": "2012-10-17", "Statement": statements}


class Endpoints(pulumi.ComponentResource):
    """Gateway endpoints in the route tables given, interface endpoints in the workload zones' private subnets.

    Interface endpoints answer under the service's usual name (private DNS) and only to the VPC's own addresses on
    443; their security group, made only when there is one, has no egress. The database tier's NACL still closes it to
    everything but private subnets: its route to the gateway endpoints serves what a later layer opens there, and
    never leads to the internet.

    Costs: gateway endpoints nothing; interface endpoints USD 7.30 a month for each zone, plus USD 0.01 per GB.
    Does not check that a service has an endpoint in the region: AWS answers InvalidServiceName on creation.
    Source: NET-3; https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html
    """

    gateway_ids: dict[str, pulumi.Output[str]]
    """Service → gateway endpoint."""
    interface_ids: dict[str, pulumi.Output[str]]
    """Service → interface endpoint."""
    security_group_id: pulumi.Output[str] | None
    """Group of the interface endpoints; None where there are none."""

    def __init__(self, name: str, *, args: EndpointsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Make the endpoints `{name}-endpoint-<service>`."""
        super().__init__(TOKEN, name, None, opts)
        self._name, self._args = name, args
        self._child = pulumi.ResourceOptions(parent=self)
        self.gateway_ids = {service: self._make_gateway(service) for service in args.settings.gateway_endpoints}
        self.security_group_id = self._make_security_group() if args.settings.interface_endpoints else None
        self.interface_ids = {service: self._make_interface(service) for service in args.settings.interface_endpoints}
        self.register_outputs(
            {
                "gateway_ids": self.gateway_ids,
                "interface_ids": self.interface_ids,
                "security_group_id": self.security_group_id,
            }
        )

    def _make_gateway(self, service: str) -> pulumi.Output[str]:
        return VpcEndpoint(
            f"{self._name}-endpoint-{service}",
            vpc_id=self._args.vpc_id,
            service_name=f"com.amazonaws.{self._args.region}.{service}",
            vpc_endpoint_type="Gateway",
            route_table_ids=self._args.route_table_ids,
            policy=json.dumps(endpoint_policy(self._args, service)),
            tags={"Name": f"atoll-{self._args.environment}-{service}"},
            opts=self._child,
        ).id

    def _make_interface(self, service: str) -> pulumi.Output[str]:
        return VpcEndpoint(
            f"{self._name}-endpoint-{service}",
            vpc_id=self._args.vpc_id,
            service_name=f"com.amazonaws.{self._args.region}.{service}",
            vpc_endpoint_type="Interface",
            private_dns_enabled=True,
            subnet_ids=[self._args.subnet_ids[zone] for zone in self._args.settings.workload_zones],
            security_group_ids=[] if self.security_group_id is None else [self.security_group_id],
            policy=json.dumps(endpoint_policy(self._args, service)),
            tags={"Name": f"atoll-{self._args.environment}-{service}"},
            opts=self._child,
        ).id

    def _make_security_group(self) -> pulumi.Output[str]:
        group = SecurityGroup(
            f"{self._name}-endpoint-security-group",
            description="Interface endpoints: HTTPS from the VPC in, nothing out",
            vpc_id=self._args.vpc_id,
            tags={"Name": f"atoll-{self._args.environment}-endpoints"},
            opts=self._child,
        )
        SecurityGroupIngressRule(
            f"{self._name}-endpoint-ingress-https",
            security_group_id=group.id,
            cidr_ipv4=self._args.cidr,
            ip_protocol="tcp",
            from_port=443,
            to_port=443,
            description="HTTPS from the VPC",
            opts=self._child,
        )
        return group.id
