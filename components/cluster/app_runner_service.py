"""One service on App Runner."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pulumi
from pulumi_aws import apprunner, iam

from components.cluster.containers import image_reference
from components.identity.service_trust import service_trust
from components.identity.statements import Statement, allow
from contracts.services.compute import AppRunnerService as AppRunnerClause
from contracts.services.naming import role_name, shortened

TOKEN = "atoll:cluster:AppRunnerService"
NAME_LIMIT = 40
SCALING_NAME_LIMIT = 32
VERSION = "2012-10-17"


@dataclass(frozen=True, kw_only=True)
class AppRunnerServiceArgs:
    """Wiring of a service on App Runner."""

    service: AppRunnerClause
    region: str
    account_id: str
    repository_url: pulumi.Input[str]
    """Private ECR repository, and the whole reference where `service.image` is only a tag."""
    repository_arn: pulumi.Input[str]
    """The repository that the service pulls from."""
    instance_role_arn: pulumi.Input[str]
    """What the service's own code may do; App Runner's tasks (`tasks.apprunner.amazonaws.com`) take it."""
    subnet_ids: Sequence[pulumi.Input[str]]
    """Private subnets into which it calls out."""
    security_group_ids: Sequence[pulumi.Input[str]]
    """Groups of what it calls out with."""
    environment: Mapping[str, pulumi.Input[str]] = field(default_factory=dict[str, pulumi.Input[str]])
    """Plain variables; nothing secret."""
    secrets: Mapping[str, pulumi.Input[str]] = field(default_factory=dict[str, pulumi.Input[str]])
    """Variable → ARN of a Secrets Manager secret or an SSM parameter."""
    private_vpc_id: pulumi.Input[str] | None = None
    """VPC from which alone it can be called; public, on the internet, if None."""
    private_endpoint_id: pulumi.Input[str] | None = None
    """Interface endpoint `apprunner.requests` in that VPC."""
    key_arn: pulumi.Input[str] | None = None
    """Key that encrypts App Runner's copy of the image; AWS's own if None. It cannot be changed later."""
    tracing: bool = True
    """Send traces to X-Ray; `instance_role_arn` must then allow it."""


class AppRunnerService(pulumi.ComponentResource):
    """A container that App Runner scales by requests, behind an address of its own (API-2).

    Makes: the role that pulls the image from that one repository; the scaling configuration; the way into the VPC's
    private subnets; with tracing the X-Ray configuration; the service; when private, the connection through which the
    VPC reaches it.
    Costs: $0.064 a vCPU-hour while it answers and $0.007 a GB-hour always, for the least number of instances.
    Does not: deploy by itself when a tag moves (a change here does), set the retention of its log groups
    `/aws/apprunner/<name>/…`, scale to nothing: one instance always stays.
    Units: CPU units (1024 = 1 vCPU), MiB. Errors: ValueError for more than 25 instances, or a private service without
    endpoint.
    Source: API-2; https://docs.aws.amazon.com/apprunner/latest/dg/manage-configure.html
    """

    arn: pulumi.Output[str]
    url: pulumi.Output[str]
    """`https://…` without a slash at its end: its own address, or the private one."""
    access_role_arn: pulumi.Output[str]

    def __init__(self, name: str, *, args: AppRunnerServiceArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        _check(name, args)
        super().__init__(TOKEN, name, None, opts)
        self._name, self._args = name, args
        self._child = pulumi.ResourceOptions(parent=self)
        role, policy = self._make_access_role()
        service = self._make_service(role, policy)
        host = service.service_url
        if args.private_vpc_id is not None and args.private_endpoint_id is not None:
            host = apprunner.VpcIngressConnection(
                f"{name}-ingress",
                name=shortened(name, NAME_LIMIT),
                service_arn=service.arn,
                ingress_vpc_configuration=apprunner.VpcIngressConnectionIngressVpcConfigurationArgs(
                    vpc_id=args.private_vpc_id, vpc_endpoint_id=args.private_endpoint_id
                ),
                opts=self._child,
            ).domain_name
        self.arn, self.access_role_arn = service.arn, role.arn
        self.url = pulumi.Output.concat("https://", host)
        self.register_outputs({"arn": self.arn, "url": self.url, "access_role_arn": self.access_role_arn})

    def _make_access_role(self) -> tuple[iam.Role, iam.RolePolicy]:
        trust = service_trust("AppRunnerBuild", "build.apprunner.amazonaws.com", self._args.account_id)
        role = iam.Role(
            f"{self._name}-access",
            name=role_name(self._name, "access", self._args.region),
            description=f"Pulls the image of {self._name}",
            assume_role_policy=json.dumps(trust),
            opts=self._child,
        )
        policy = iam.RolePolicy(
            f"{self._name}-access-policy",
            name="pull-image",
            role=role.name,
            policy=pulumi.Output.json_dumps(
                {"Version": VERSION, "Statement": pull_statements(self._args.repository_arn)}
            ),
            opts=self._child,
        )
        return role, policy

    def _make_service(self, role: iam.Role, policy: iam.RolePolicy) -> apprunner.Service:
        args, clause = self._args, self._args.service
        scaling = apprunner.AutoScalingConfigurationVersion(
            f"{self._name}-scaling",
            auto_scaling_configuration_name=shortened(self._name, SCALING_NAME_LIMIT),
            max_concurrency=clause.requests_per_instance,
            min_size=max(clause.scaling.minimum, 1),
            max_size=clause.scaling.maximum,
            opts=self._child,
        )
        connector = apprunner.VpcConnector(
            f"{self._name}-connector",
            vpc_connector_name=shortened(self._name, NAME_LIMIT),
            subnets=list(args.subnet_ids),
            security_groups=list(args.security_group_ids),
            opts=self._child,
        )
        return apprunner.Service(
            f"{self._name}-service",
            service_name=shortened(self._name, NAME_LIMIT),
            auto_scaling_configuration_arn=scaling.arn,
            source_configuration=apprunner.ServiceSourceConfigurationArgs(
                auto_deployments_enabled=False,
                authentication_configuration=apprunner.ServiceSourceConfigurationAuthenticationConfigurationArgs(
                    access_role_arn=role.arn
                ),
                image_repository=apprunner.ServiceSourceConfigurationImageRepositoryArgs(
                    image_identifier=image_reference(args.repository_url, clause.image),
                    image_repository_type="ECR",
                    image_configuration=apprunner.ServiceSourceConfigurationImageRepositoryImageConfigurationArgs(
                        port=str(clause.port),
                        runtime_environment_variables=dict(args.environment) or None,
                        runtime_environment_secrets=dict(args.secrets) or None,
                    ),
                ),
            ),
            instance_configuration=apprunner.ServiceInstanceConfigurationArgs(
                cpu=str(clause.cpu), memory=str(clause.memory_mib), instance_role_arn=args.instance_role_arn
            ),
            network_configuration=apprunner.ServiceNetworkConfigurationArgs(
                egress_configuration=apprunner.ServiceNetworkConfigurationEgressConfigurationArgs(
                    egress_type="VPC", vpc_connector_arn=connector.arn
                ),
                ingress_configuration=apprunner.ServiceNetworkConfigurationIngressConfigurationArgs(
                    is_publicly_accessible=args.private_vpc_id is None
                ),
            ),
            observability_configuration=self._make_tracing() if args.tracing else None,
            encryption_configuration=apprunner.ServiceEncryptionConfigurationArgs(kms_key=args.key_arn)
            if args.key_arn is not None
            else None,
            # App Runner pulls the image while the service is made.
            opts=pulumi.ResourceOptions(parent=self, depends_on=[policy]),
        )

    def _make_tracing(self) -> apprunner.ServiceObservabilityConfigurationArgs:
        tracing = apprunner.ObservabilityConfiguration(
            f"{self._name}-tracing",
            observability_configuration_name=shortened(self._name, SCALING_NAME_LIMIT),
            trace_configuration=apprunner.ObservabilityConfigurationTraceConfigurationArgs(vendor="AWSXRAY"),
            opts=self._child,
        )
        return apprunner.ServiceObservabilityConfigurationArgs(
            observability_enabled=True, observability_configuration_arn=tracing.arn
        )


def pull_statements(repository_arn: pulumi.Input[str]) -> list[Statement]:
    """Pull images of one repository. https://docs.aws.amazon.com/apprunner/latest/dg/security_iam_service-with-iam.html"""
    return [
        allow("LogInToRegistry", ["ecr:GetAuthorizationToken"], "*"),
        allow(
            "PullImage",
            [
                "ecr:BatchCheckLayerAvailability",
                "ecr:BatchGetImage",
                "ecr:DescribeImages",
                "ecr:GetDownloadUrlForLayer",
            ],
            repository_arn,
        ),
    ]


def _check(name: str, args: AppRunnerServiceArgs) -> None:
    if args.service.scaling.maximum > 25:
        raise ValueError(f"{name}: scaling.maximum is {args.service.scaling.maximum}; App Runner runs 25 at most")
    if (args.private_vpc_id is None) != (args.private_endpoint_id is None):
        raise ValueError(f"{name}: a private service needs both the VPC and its endpoint apprunner.requests")
