"""One kind of build: what runs, as whom, and where it writes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pulumi
from pulumi_aws import cloudwatch, codebuild, iam

from components.identity.service_trust import service_trust
from components.identity.statements import Statement, allow
from contracts.settings.delivery import DeliverySettings

TOKEN = "atoll:delivery:BuildProject"
IMAGE = "aws/codebuild/amazonlinux-x86_64-standard:6.0"
"""Image of AWS with Python, Node and Go; a build installs the versions that the project pins."""
QUEUED_MINUTES = 60


@dataclass(frozen=True, kw_only=True)
class Clone:
    """A repository that a build clones with its history; what it makes goes to the bucket of artifacts."""

    type: str
    """`GITHUB` or `CODECOMMIT`."""
    location: str
    """Address of the repository."""
    connection_arn: pulumi.Input[str] | None
    """Connection to GitHub; None for CodeCommit."""


@dataclass(frozen=True, kw_only=True)
class BuildProjectArgs:
    """Wiring of a kind of build."""

    environment: str
    region: str
    account_id: str
    key: str
    """What it does, such as `validate`; the project is `<environment>-<key>`, its commands are those of the buildspec
    `delivery/<key>.yaml` unless `buildspec` names another."""
    buildspec: str | None = None
    settings: DeliverySettings
    artifacts_bucket: str
    storage_key_arn: pulumi.Input[str]
    logs_key_arn: pulumi.Input[str]
    vpc_id: pulumi.Input[str]
    subnet_ids: Sequence[pulumi.Input[str]]
    """Private subnets: what a build asks for leaves through NAT or endpoints."""
    security_group_id: pulumi.Input[str]
    image: str = IMAGE
    variables: Mapping[str, pulumi.Input[str]] = field(default_factory=dict[str, pulumi.Input[str]])
    """Environment variables; secrets are read by the build from Secrets Manager, never written here."""
    statements: Sequence[Statement] = ()
    """What it may do besides reading its source, caching, and logging."""
    source: Clone | None = None
    """Repository that it clones itself; None for what the pipeline hands over."""
    concurrent: int = 5
    """Most builds of this kind at a time."""


class BuildProject(pulumi.ComponentResource):
    """A CodeBuild project in the VPC, with a role of its own and an encrypted log group.

    A build has no privileged mode: images are built by a rootless builder. It reads its input from the pipeline and
    hands its output back to it. Costs the minutes that builds run (see `DeliverySettings.compute`) and the logs.

    Source: DEL-1; AWS CodeBuild User Guide, "Use AWS CodeBuild with Amazon VPC", "Use identity-based policies".
    """

    key: str
    name: pulumi.Output[str]
    arn: pulumi.Output[str]
    role_arn: pulumi.Output[str]

    def __init__(self, name: str, *, args: BuildProjectArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Make `{name}`, its role and its log group; `name` is `<environment>-build-<key>`."""
        super().__init__(TOKEN, name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        project = project_name(args.environment, args.key)
        logs = cloudwatch.LogGroup(
            f"{name}-logs",
            name=log_group(args.environment, args.key),
            retention_in_days=args.settings.log_retention_days,
            kms_key_id=args.logs_key_arn,
            opts=child,
        )
        role = iam.Role(
            f"{name}-role",
            name=role_name(args.environment, args.key),
            description=f"Build of {args.environment}: {args.key}",
            assume_role_policy=pulumi.Output.json_dumps(_trust(args)),
            opts=child,
        )
        policy = iam.RolePolicy(
            f"{name}-role-policy",
            role=role.name,
            policy=pulumi.Output.json_dumps({"Version": "2012-10-17", "Statement": _statements(args)}),
            opts=child,
        )
        made = codebuild.Project(
            f"{name}-project",
            name=project,
            description=f"Runs delivery/{args.buildspec or args.key}.yaml for {args.environment}",
            service_role=role.arn,
            build_timeout=args.settings.timeout_minutes,
            queued_timeout=QUEUED_MINUTES,
            concurrent_build_limit=args.concurrent,
            encryption_key=args.storage_key_arn,
            source=_source(args),
            artifacts=_artifacts(args, project),
            cache=codebuild.ProjectCacheArgs(type="LOCAL", modes=["LOCAL_SOURCE_CACHE", "LOCAL_CUSTOM_CACHE"]),
            environment=codebuild.ProjectEnvironmentArgs(
                type="LINUX_CONTAINER",
                image=args.image,
                image_pull_credentials_type="CODEBUILD" if args.image.startswith("aws/") else "SERVICE_ROLE",
                compute_type=args.settings.compute,
                privileged_mode=False,
                environment_variables=[
                    codebuild.ProjectEnvironmentEnvironmentVariableArgs(name=key, value=value)
                    for key, value in {"ENVIRONMENT": args.environment, **args.variables}.items()
                ],
            ),
            vpc_config=codebuild.ProjectVpcConfigArgs(
                vpc_id=args.vpc_id, subnets=list(args.subnet_ids), security_group_ids=[args.security_group_id]
            ),
            logs_config=codebuild.ProjectLogsConfigArgs(
                cloudwatch_logs=codebuild.ProjectLogsConfigCloudwatchLogsArgs(status="ENABLED", group_name=logs.name)
            ),
            # CodeBuild tries the role's rights on the network when the project is made.
            opts=pulumi.ResourceOptions(parent=self, depends_on=[policy]),
        )
        self.key = args.key
        self.name, self.arn, self.role_arn = made.name, made.arn, role.arn
        self.register_outputs({"name": self.name, "arn": self.arn, "role_arn": self.role_arn})


def _source(args: BuildProjectArgs) -> codebuild.ProjectSourceArgs:
    buildspec, clone = f"delivery/{args.buildspec or args.key}.yaml", args.source
    if clone is None:
        return codebuild.ProjectSourceArgs(type="CODEPIPELINE", buildspec=buildspec)
    connection = clone.connection_arn
    return codebuild.ProjectSourceArgs(
        type=clone.type,
        location=clone.location,
        buildspec=buildspec,
        git_clone_depth=0,
        auth=codebuild.ProjectSourceAuthArgs(type="CODECONNECTIONS", resource=connection) if connection else None,
    )


def _artifacts(args: BuildProjectArgs, project: str) -> codebuild.ProjectArtifactsArgs:
    if args.source is None:
        return codebuild.ProjectArtifactsArgs(type="CODEPIPELINE")
    return codebuild.ProjectArtifactsArgs(
        type="S3", location=args.artifacts_bucket, path="builds", name=project, namespace_type="BUILD_ID"
    )


def project_name(environment: str, key: str) -> str:
    """Physical name of a kind of build."""
    return f"{environment}-{key}"


def log_group(environment: str, key: str) -> str:
    """Name of its log group."""
    return f"/aws/codebuild/{project_name(environment, key)}"


def role_name(environment: str, key: str) -> str:
    """Name of its role, which the roles that it takes in other accounts trust."""
    return f"atoll-{environment}-build-{key}"


def _trust(args: BuildProjectArgs) -> dict[str, Any]:
    source = f"arn:aws:codebuild:{args.region}:{args.account_id}:project/{project_name(args.environment, args.key)}"
    return service_trust("CodeBuild", "codebuild.amazonaws.com", args.account_id, source)


def _statements(args: BuildProjectArgs) -> list[Statement]:
    """Every build's own, and then what this kind needs besides."""
    network = f"arn:aws:ec2:{args.region}:{args.account_id}"
    group = f"arn:aws:logs:{args.region}:{args.account_id}:log-group:{log_group(args.environment, args.key)}"
    return [
        allow("WriteLogs", ["logs:CreateLogStream", "logs:PutLogEvents"], [group, f"{group}:*"]),
        allow(
            "PassArtifacts",
            ["s3:GetObject", "s3:GetObjectVersion", "s3:PutObject"],
            f"arn:aws:s3:::{args.artifacts_bucket}/*",
        ),
        allow("UseArtifactKey", ["kms:Decrypt", "kms:GenerateDataKey"], args.storage_key_arn),
        # A network interface in the VPC for each build; its describe calls know no resource.
        allow(
            "SeeNetwork",
            [
                "ec2:DescribeDhcpOptions",
                "ec2:DescribeNetworkInterfaces",
                "ec2:DescribeSecurityGroups",
                "ec2:DescribeSubnets",
                "ec2:DescribeVpcs",
            ],
            "*",
        ),
        allow(
            "MakeInterface",
            ["ec2:CreateNetworkInterface"],
            [
                f"{network}:network-interface/*",
                pulumi.Output.concat(f"{network}:security-group/", args.security_group_id),
                *(pulumi.Output.concat(f"{network}:subnet/", subnet) for subnet in args.subnet_ids),
            ],
        ),
        allow(
            "RemoveInterface",
            ["ec2:DeleteNetworkInterface"],
            f"{network}:network-interface/*",
            ArnEquals={"ec2:Vpc": pulumi.Output.concat(f"{network}:vpc/", args.vpc_id)},
        ),
        allow(
            "LendInterface",
            ["ec2:CreateNetworkInterfacePermission"],
            f"{network}:network-interface/*",
            StringEquals={"ec2:AuthorizedService": "codebuild.amazonaws.com"},
            ArnEquals={
                "ec2:Subnet": [pulumi.Output.concat(f"{network}:subnet/", subnet) for subnet in args.subnet_ids]
            },
        ),
        *args.statements,
    ]
