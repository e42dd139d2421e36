"""Everything between a commit and the environments it is deployed to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import pulumi
from pulumi_aws import cloudwatch, ec2, iam, vpc

from components.delivery.build_project import BuildProject, BuildProjectArgs
from components.delivery.change_watch import ChangeWatch, ChangeWatchArgs
from components.delivery.code_repository import CodeRepository, CodeRepositoryArgs
from components.delivery.delivery_pipeline import DeliveryPipeline, DeliveryPipelineArgs
from components.identity.service_trust import service_trust
from components.identity.statements import Statement, allow
from components.storage import Bucket, BucketArgs
from contracts.settings.data import BucketSettings
from contracts.settings.delivery import DeliverySettings, SourceKind
from contracts.settings.security import ProtectionSettings

TOKEN = "atoll:delivery:Delivery"
HTTPS = 443
IMAGE_BUILDER = "public.ecr.aws/docker/library/fedora:42"
"""For images: Buildah from the distribution's packages builds them without a daemon and without privileges."""


@dataclass(frozen=True, kw_only=True)
class DeliveryArgs:
    """Wiring of delivery."""

    environment: str
    region: str
    account_id: str
    settings: DeliverySettings
    protection: ProtectionSettings
    vpc_id: pulumi.Input[str]
    subnet_ids: Sequence[pulumi.Input[str]]
    storage_key_arn: pulumi.Input[str]
    logs_key_arn: pulumi.Input[str]
    messaging_key_arn: pulumi.Input[str]
    log_bucket: pulumi.Input[str]
    pipeline_role_arn: pulumi.Input[str]
    pipeline_role_name: pulumi.Input[str]
    registry_role_arn: str
    """Role that reads the contract registry, for validation against what is published."""


class Delivery(pulumi.ComponentResource):
    """Repository, artifacts, six kinds of builds and the pipeline that runs them.

    The builds: `validate` (contracts, policies, reachability, IAM), `test`, `scan` (weaknesses of code and of
    libraries), `image` (images pushed to ECR, refused where its scan finds something grave), `deploy` (stacks, by the
    deployment role of their account) and `verify` (what is tried on a deployed environment). They run in private
    subnets behind a security group that lets out HTTPS alone. Beside them, with `settings.watch`, the report of each
    change and the look at drift (`ChangeWatch`). Costs little while nothing is built: $1 a month for the
    pipeline's first hundred minutes of actions are free, logs and artifacts are cents.

    Does not make: the deployment roles of other accounts, nor the bucket of the engine's state.
    Source: DEL-1; document 002, "AWS CodeBuild"; document 004, "CI/CD Pipeline Strategy".
    """

    pipeline: DeliveryPipeline
    builds: dict[str, BuildProject]

    def __init__(self, name: str, *, args: DeliveryArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Make all of it; `name` is the environment."""
        super().__init__(TOKEN, name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        bucket = _artifacts(name, args, child)
        repository = CodeRepository(
            name,
            args=CodeRepositoryArgs(
                environment=args.environment, settings=args.settings.source, key_arn=args.storage_key_arn
            ),
            opts=child,
        )
        group = _security_group(name, args, child)
        common = BuildProjectArgs(
            environment=args.environment,
            region=args.region,
            account_id=args.account_id,
            key="",
            settings=args.settings,
            artifacts_bucket=artifacts_bucket(args.environment, args.account_id),
            storage_key_arn=args.storage_key_arn,
            logs_key_arn=args.logs_key_arn,
            vpc_id=args.vpc_id,
            subnet_ids=args.subnet_ids,
            security_group_id=group,
        )
        registry = f"{args.account_id}.dkr.ecr.{args.region}.amazonaws.com"
        state = {"PULUMI_BACKEND_URL": args.settings.state, "ATOLL_CLOUD": "aws"}
        kinds = (
            replace(common, key="validate", statements=[_read_registry(args)]),
            replace(common, key="test"),
            replace(common, key="scan"),
            replace(
                common,
                key="image",
                image=IMAGE_BUILDER,
                variables={"REGISTRY": registry},
                statements=_push_images(args),
            ),
            # One at a time: the engine locks a stack, and a second deployment of it would only fail.
            replace(common, key="deploy", variables=state, statements=_deploy(args), concurrent=1),
            replace(common, key="verify", variables=state, statements=_deploy(args)),
        )
        self.builds = {kind.key: BuildProject(f"{name}-build-{kind.key}", args=kind, opts=child) for kind in kinds}
        self.pipeline = DeliveryPipeline(
            name,
            args=DeliveryPipelineArgs(
                environment=args.environment,
                region=args.region,
                account_id=args.account_id,
                settings=args.settings,
                repository=repository,
                builds=self.builds,
                artifacts_bucket=bucket,
                storage_key_arn=args.storage_key_arn,
                messaging_key_arn=args.messaging_key_arn,
                role_arn=args.pipeline_role_arn,
                role_name=args.pipeline_role_name,
            ),
            opts=child,
        )
        if args.settings.watch is not None:
            ChangeWatch(
                name,
                args=ChangeWatchArgs(
                    common=common,
                    watch=args.settings.watch,
                    repository=repository,
                    messaging_key_arn=args.messaging_key_arn,
                    deploying=_deploy(args),
                    state=dict(state),
                ),
                opts=child,
            )
        if args.settings.source.kind is SourceKind.CODECOMMIT:
            _start_on_commits(name, args, repository, self.pipeline, child)
        self.register_outputs({"pipeline": self.pipeline.arn})


def artifacts_bucket(environment: str, account_id: str) -> str:
    """Bucket of what builds hand to one another; CICDPipelineRole names it, too (IAM-1)."""
    return f"app-artifacts-{environment}-{account_id}"


def _artifacts(name: str, args: DeliveryArgs, child: pulumi.ResourceOptions) -> pulumi.Output[str]:
    kept = args.settings.artifacts_kept_days
    return Bucket(
        f"{name}-bucket-artifacts",
        args=BucketArgs(
            settings=BucketSettings(
                versioning=True,
                intelligent_tiering=False,
                glacier_ir_after_days=None,
                expire_after_days=kept,
                noncurrent_expire_after_days=kept,
                event_notifications=True,
            ),
            protection=args.protection,
            bucket=artifacts_bucket(args.environment, args.account_id),
            key_arn=args.storage_key_arn,
            log_bucket=args.log_bucket,
        ),
        opts=child,
    ).policed_name


def _security_group(name: str, args: DeliveryArgs, child: pulumi.ResourceOptions) -> pulumi.Output[str]:
    """Nothing comes in; HTTPS goes out, to registries and to AWS."""
    group = ec2.SecurityGroup(
        f"{name}-security-group-builds",
        name=f"{args.environment}-builds",
        description=f"Builds of {args.environment}",
        vpc_id=args.vpc_id,
        tags={"Name": f"{args.environment}-builds"},
        opts=child,
    )
    vpc.SecurityGroupEgressRule(
        f"{name}-rule-builds-egress-anywhere-443",
        security_group_id=group.id,
        description="HTTPS to registries and AWS",
        ip_protocol="tcp",
        from_port=HTTPS,
        to_port=HTTPS,
        cidr_ipv4="0.0.0.0/0",
        opts=child,
    )
    return group.id


def _read_registry(args: DeliveryArgs) -> Statement:
    return allow("ReadContracts", ["sts:AssumeRole"], args.registry_role_arn)


def _push_images(args: DeliveryArgs) -> list[Statement]:
    repositories = f"arn:aws:ecr:{args.region}:{args.account_id}:repository/{args.environment}/*"
    return [
        allow("LogIn", ["ecr:GetAuthorizationToken"], "*"),
        allow(
            "PushImages",
            [
                "ecr:BatchCheckLayerAvailability",
                "ecr:BatchGetImage",
                "ecr:CompleteLayerUpload",
                "ecr:DescribeImageScanFindings",
                "ecr:DescribeImages",
                "ecr:GetDownloadUrlForLayer",
                "ecr:InitiateLayerUpload",
                "ecr:PutImage",
                "ecr:UploadLayerPart",
            ],
            repositories,
        ),
    ]


def _deploy(args: DeliveryArgs) -> list[Statement]:
    """Take the deployment roles of the stages, and keep the engine's state; everything else those roles may."""
    roles = sorted({f"arn:aws:iam::{stage.account}:role/{stage.role}" for stage in args.settings.stages})
    bucket = args.settings.state.removeprefix("s3://").partition("/")[0]
    return [
        allow("TakeDeploymentRoles", ["sts:AssumeRole"], roles),
        allow("ListState", ["s3:ListBucket"], f"arn:aws:s3:::{bucket}"),
        allow("KeepState", ["s3:DeleteObject", "s3:GetObject", "s3:PutObject"], f"arn:aws:s3:::{bucket}/*"),
    ]


def _start_on_commits(
    name: str,
    args: DeliveryArgs,
    repository: CodeRepository,
    pipeline: DeliveryPipeline,
    child: pulumi.ResourceOptions,
) -> None:
    """CodeCommit tells EventBridge of a commit, and EventBridge starts the pipeline."""
    assert repository.repository_arn is not None, "CodeCommit has a repository"
    role = iam.Role(
        f"{name}-commits-role",
        name=f"atoll-{args.environment}-commits",
        description="EventBridge starts the pipeline when there is a commit",
        assume_role_policy=pulumi.Output.json_dumps(
            service_trust("EventBridge", "events.amazonaws.com", args.account_id)
        ),
        opts=child,
    )
    iam.RolePolicy(
        f"{name}-commits-role-policy",
        role=role.name,
        policy=pulumi.Output.json_dumps(
            {
                "Version": "2012-10-17",
                "Statement": [allow("Start", ["codepipeline:StartPipelineExecution"], pipeline.arn)],
            }
        ),
        opts=child,
    )
    rule = cloudwatch.EventRule(
        f"{name}-commits",
        name=f"atoll-{args.environment}-commits",
        description=f"A commit to {args.settings.source.branch}",
        event_pattern=pulumi.Output.json_dumps(
            {
                "source": ["aws.codecommit"],
                "detail-type": ["CodeCommit Repository State Change"],
                "resources": [repository.repository_arn],
                "detail": {"referenceType": ["branch"], "referenceName": [args.settings.source.branch]},
            }
        ),
        opts=child,
    )
    cloudwatch.EventTarget(f"{name}-commits-pipeline", rule=rule.name, arn=pipeline.arn, role_arn=role.arn, opts=child)
