"""A SageMaker endpoint that scores how risky a change is (AI-1)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
from pulumi_aws import sagemaker
from pulumi_aws.ec2.security_group import SecurityGroup
from pulumi_aws.iam.role import Role
from pulumi_aws.iam.role_policy import RolePolicy
from pulumi_aws.vpc.security_group_egress_rule import SecurityGroupEgressRule

from components.identity.roles import Scope
from components.identity.service_trust import service_trust
from components.identity.statements import Statement, allow
from contracts.settings.intelligence import RiskScoringSettings

TOKEN = "atoll:intelligence:RiskEndpoint"
REPOSITORY = "change-risk"


@dataclass(frozen=True, kw_only=True)
class RiskEndpointArgs:
    """Wiring of the endpoint."""

    scope: Scope
    settings: RiskScoringSettings
    model_key: str
    """Key of the model artefact in the bucket."""
    image: pulumi.Input[str]
    """Full reference of the model server's image."""
    repository_arn: pulumi.Input[str]
    bucket: pulumi.Input[str]
    bucket_arn: pulumi.Input[str]
    bucket_key_arn: pulumi.Input[str]
    """Encrypts bucket, volume and captured requests; its policy admits use through SageMaker and S3."""
    vpc_id: pulumi.Input[str]
    vpc_cidr: str
    subnet_ids: Sequence[pulumi.Input[str]]
    """Private subnets."""


class RiskEndpoint(pulumi.ComponentResource):
    """Model, endpoint configuration and endpoint `atoll-<environment>-change-risk`, isolated in the private subnets.

    The container answers `POST /invocations` with `text/csv` (the features of `analysis.change_risk.FEATURES` in their
    order, one line a change) by one probability of trouble from 0 to 1 a line, and `GET /ping`. **Image and model are
    yours**: push the image to the repository `<environment>/change-risk`, upload the trained model as .tar.gz to the
    telemetry bucket under `model_key`, then switch this on; without both SageMaker cannot make the endpoint. `atoll
    risk score` is who asks it.

    Network isolation: the container has no network at all; SageMaker itself fetches model and image. Costs USD 0.056 an
    hour for ml.t2.medium, about USD 40 a month. Does not make: training, the repository's image.
    Source: AI-1; Amazon SageMaker Developer Guide, "Deploy models for real-time inference", "Run training and inference
    containers in internet-free mode", "Data capture".
    """

    endpoint_name: pulumi.Output[str]
    endpoint_arn: pulumi.Output[str]

    def __init__(self, name: str, *, args: RiskEndpointArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(TOKEN, name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        scope, settings = args.scope, args.settings
        physical = f"atoll-{scope.environment}-{REPOSITORY}"
        role = Role(
            f"{name}-risk-role",
            name=f"AtollChangeRisk-{scope.environment}-{scope.region}",
            description="What the risk model may do",
            assume_role_policy=pulumi.Output.json_dumps(
                service_trust("SageMaker", "sagemaker.amazonaws.com", scope.account_id)
            ),
            opts=child,
        )
        policy = RolePolicy(
            f"{name}-risk-permissions",
            role=role.name,
            policy=pulumi.Output.json_dumps({"Version": "2012-10-17", "Statement": statements(args)}),
            opts=child,
        )
        group = SecurityGroup(
            f"{name}-risk-group",
            vpc_id=args.vpc_id,
            description="The risk model: asked by nobody, and asks the endpoints of the VPC",
            tags={"Name": f"{name}-risk"},
            opts=child,
        )
        SecurityGroupEgressRule(
            f"{name}-risk-group-endpoints",
            security_group_id=group.id,
            description="Interface endpoints",
            ip_protocol="tcp",
            from_port=443,
            to_port=443,
            cidr_ipv4=args.vpc_cidr,
            opts=child,
        )
        model = sagemaker.Model(
            f"{name}-risk-model",
            execution_role_arn=role.arn,
            enable_network_isolation=True,
            primary_container=sagemaker.ModelPrimaryContainerArgs(
                image=args.image,
                model_data_url=pulumi.Output.concat("s3://", args.bucket, "/", args.model_key),
            ),
            vpc_config=sagemaker.ModelVpcConfigArgs(subnets=list(args.subnet_ids), security_group_ids=[group.id]),
            # SageMaker tries the role when it makes a model.
            opts=pulumi.ResourceOptions(parent=self, depends_on=[policy]),
        )
        capture = [
            sagemaker.EndpointConfigurationDataCaptureConfigCaptureOptionArgs(capture_mode=mode)
            for mode in ("Input", "Output")
        ]
        configuration = sagemaker.EndpointConfiguration(
            f"{name}-risk-configuration",
            kms_key_arn=args.bucket_key_arn,
            production_variants=[
                sagemaker.EndpointConfigurationProductionVariantArgs(
                    variant_name="all",
                    model_name=model.name,
                    instance_type=settings.instance_type,
                    initial_instance_count=1,
                    initial_variant_weight=1,
                )
            ],
            data_capture_config=sagemaker.EndpointConfigurationDataCaptureConfigArgs(
                enable_capture=True,
                initial_sampling_percentage=settings.capture_percent,
                destination_s3_uri=pulumi.Output.concat("s3://", args.bucket, "/models/captured"),
                kms_key_id=args.bucket_key_arn,
                capture_options=capture,
                capture_content_type_header=sagemaker.EndpointConfigurationDataCaptureConfigCaptureContentTypeHeaderArgs(
                    csv_content_types=["text/csv"]
                ),
            )
            if settings.capture_percent
            else None,
            opts=child,
        )
        endpoint = sagemaker.Endpoint(
            f"{name}-risk-endpoint", name=physical, endpoint_config_name=configuration.name, opts=child
        )
        self.endpoint_name, self.endpoint_arn = endpoint.name, endpoint.arn
        self.register_outputs({"endpoint_name": self.endpoint_name, "endpoint_arn": self.endpoint_arn})


def statements(args: RiskEndpointArgs) -> list[Statement]:
    """Fetch image and model, keep what was captured, log, stand in the VPC."""
    scope = args.scope
    through = {"kms:ViaService": [f"{service}.{scope.region}.amazonaws.com" for service in ("s3", "sagemaker")]}
    return [
        allow("LogInToRegistry", ["ecr:GetAuthorizationToken"], "*"),
        allow(
            "PullImage",
            ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
            args.repository_arn,
        ),
        allow("ReadModel", ["s3:GetObject"], pulumi.Output.concat(args.bucket_arn, "/", args.model_key)),
        allow("KeepCaptured", ["s3:PutObject"], pulumi.Output.concat(args.bucket_arn, "/models/captured/*")),
        allow(
            "UseBucketKey",
            ["kms:CreateGrant", "kms:Decrypt", "kms:GenerateDataKey"],
            args.bucket_key_arn,
            StringEquals=through,
        ),
        allow(
            "WriteLog",
            ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"],
            [
                scope.arn("logs", f"log-group:/aws/sagemaker/Endpoints/atoll-{scope.environment}-{REPOSITORY}"),
                scope.arn("logs", f"log-group:/aws/sagemaker/Endpoints/atoll-{scope.environment}-{REPOSITORY}:*"),
            ],
        ),
        allow(
            "PublishMetrics",
            ["cloudwatch:PutMetricData"],
            "*",
            StringLike={"cloudwatch:namespace": ["/aws/sagemaker/*", "AWS/SageMaker"]},
        ),
        allow(
            "StandInVpc",
            [
                "ec2:CreateNetworkInterface",
                "ec2:CreateNetworkInterfacePermission",
                "ec2:DeleteNetworkInterface",
                "ec2:DeleteNetworkInterfacePermission",
            ],
            [
                scope.arn("ec2", "network-interface/*"),
                scope.arn("ec2", "security-group/*"),
                *(pulumi.Output.concat(scope.arn("ec2", "subnet/"), subnet) for subnet in args.subnet_ids),
            ],
        ),
        allow(
            "SeeVpc",
            [
                "ec2:DescribeDhcpOptions",
                "ec2:DescribeNetworkInterfaces",
                "ec2:DescribeSecurityGroups",
                "ec2:DescribeSubnets",
                "ec2:DescribeVpcs",
            ],
            "*",
        ),
    ]
