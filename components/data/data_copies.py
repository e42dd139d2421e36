"""The machine that copies rows masked, or invents them, and when it does (DB-6)."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pulumi
from pulumi_aws import cloudwatch, codebuild, s3, scheduler
from pulumi_aws.iam.role import Role
from pulumi_aws.iam.role_policy import RolePolicy
from pulumi_aws.kms.key import Key

from components.data import copy_permissions as permissions
from components.data.database_end import DatabaseEnd, client_group
from components.functions.libraries import library_members
from components.identity.roles import Scope
from contracts.settings.flows import FlowKind
from contracts.settings.security import ProtectionSettings

TOKEN = "atoll:data:DataCopies"
FOLDER = Path(__file__).with_name("data_copy")
MODULES = ("__init__", "__main__", "catalog", "copying", "masks", "synthetic")
IMAGE = "aws/codebuild/amazonlinux-aarch64-standard:3.0"
"""Has Python 3.11 and later. https://docs.aws.amazon.com/codebuild/latest/userguide/build-env-ref-available.html"""
MINUTES = 480
"""Longest run: CodeBuild's own limit of eight hours."""
AUTHORITIES = "https://truststore.pki.rds.amazonaws.com/global/global-bundle.pem"
"""Certificates of RDS in all regions. https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.SSL.html"""


@dataclass(frozen=True, kw_only=True)
class Copied:
    """One flow of rows."""

    kind: FlowKind
    source: str | None
    """Key of a database; None for invented rows."""
    target: str
    """Key of a database."""
    rules: Mapping[str, Mapping[str, Mapping[str, str]]]
    """Database → table → column → mask, from the contracts."""
    rows: int
    """Rows of a table that are invented."""
    schedule: str | None
    """`cron(…)` in UTC; None for a flow that is started by hand."""


@dataclass(frozen=True, kw_only=True)
class DataCopiesArgs:
    """Wiring of the machine."""

    scope: Scope
    protection: ProtectionSettings
    build_type: str
    vpc_id: pulumi.Input[str]
    subnet_ids: Sequence[pulumi.Input[str]]
    """Private subnets with a way to AWS's APIs."""
    databases: Mapping[str, DatabaseEnd]
    flows: Mapping[str, Copied]
    """Name → flow."""
    bucket: pulumi.Input[str]
    """Where its code and its plans lie, below `data-copies/`."""
    bucket_arn: pulumi.Input[str]
    storage_key_arn: pulumi.Input[str]
    logs_key_arn: pulumi.Input[str]
    log_retention_days: int


class DataCopies(pulumi.ComponentResource):
    """Builds that run `data_copy` in the VPC, one project for each flow, by schedule or by hand.

    Makes for each flow a plan (what contracts say of each column, no secret), a CodeBuild project, its encrypted log
    group, a role that may read exactly that plan and those logins, and its schedule. For masked copies also the KMS
    key that makes the masks' key: nobody can read it, KMS computes with it, and rows masked with it stay what they
    are from copy to copy. A run needs no image of ours; it may last eight hours, and one that was interrupted goes
    on after the last table it had finished.

    Costs: USD 0.0034 a minute of running (small, arm64) and USD 1 a month for the key.
    Does not do: tables, which the services' migrations make in the target; sequences go on where they were.
    Errors: a run that finds a table or column without a rule copies nothing of that database and fails, naming it.
    Source: DB-6; AWS CodeBuild User Guide, "Use CodeBuild with Amazon VPC"; AWS KMS Developer Guide, "HMAC keys".
    """

    project_names: dict[str, str]
    """Flow → project; `aws codebuild start-build --project-name …` runs it."""

    def __init__(self, name: str, *, args: DataCopiesArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Make a project `{name}-copy-<flow>` for each flow."""
        super().__init__(TOKEN, name, None, opts)
        self._name, self._args, self._child = name, args, pulumi.ResourceOptions(parent=self)
        masks = self._masks() if any(flow.kind is FlowKind.SANITISED_COPY for flow in args.flows.values()) else None
        code = s3.BucketObjectv2(
            f"{name}-copy-code",
            bucket=args.bucket,
            key="data-copies/code.zip",
            source=archive(),
            kms_key_id=args.storage_key_arn,
            server_side_encryption="aws:kms",
            opts=self._child,
        )
        group = self._group()
        self.project_names = {}
        projects: dict[str, codebuild.Project] = {}
        for key, flow in args.flows.items():
            projects[key] = self._project(key, flow, masks, code, group)
            self.project_names[key] = project_name(args.scope, key)
        scheduled = {key: flow.schedule for key, flow in args.flows.items() if flow.schedule}
        self._schedules(scheduled, projects)
        self.register_outputs({"project_names": self.project_names})

    def _project(
        self, key: str, flow: Copied, masks: Key | None, code: s3.BucketObjectv2, group: pulumi.Output[str]
    ) -> codebuild.Project:
        name, args = f"{self._name}-copy-{key}", self._args
        physical = project_name(args.scope, key)
        masked = masks if flow.kind is FlowKind.SANITISED_COPY else None
        ends = {
            end: args.databases[which] for end, which in (("source", flow.source), ("target", flow.target)) if which
        }
        plan = s3.BucketObjectv2(
            f"{name}-plan",
            bucket=args.bucket,
            key=f"data-copies/{key}.json",
            content=pulumi.Output.json_dumps(_plan(key, flow, ends, masked)),
            content_type="application/json",
            kms_key_id=args.storage_key_arn,
            server_side_encryption="aws:kms",
            opts=self._child,
        )
        log = cloudwatch.LogGroup(
            f"{name}-log",
            name=f"/aws/codebuild/{physical}",
            retention_in_days=args.log_retention_days,
            kms_key_id=args.logs_key_arn,
            opts=self._child,
        )
        role = self._role(
            name,
            f"What the flow {key} of {args.scope.environment} may do",
            permissions.trust(
                "codebuild.amazonaws.com", args.scope, args.scope.arn("codebuild", f"project/{physical}")
            ),
            permissions.run_statements(
                args.scope,
                log_group=log.name,
                objects=[
                    pulumi.Output.concat(args.bucket_arn, "/data-copies/code.zip"),
                    pulumi.Output.concat(args.bucket_arn, f"/data-copies/{key}.json"),
                ],
                storage_key_arn=args.storage_key_arn,
                ends=list(ends.values()),
                mask_key_arn=masked.arn if masked else None,
                subnet_ids=args.subnet_ids,
                group_id=group,
            ),
        )
        return codebuild.Project(
            name,
            name=physical,
            description=f"Flow {key}: {flow.kind} into {flow.target}",
            service_role=role.arn,
            build_timeout=MINUTES,
            queued_timeout=60,
            concurrent_build_limit=1,
            source=codebuild.ProjectSourceArgs(
                type="S3",
                location=pulumi.Output.concat(args.bucket, "/", code.key),
                buildspec=buildspec(),
            ),
            artifacts=codebuild.ProjectArtifactsArgs(type="NO_ARTIFACTS"),
            environment=codebuild.ProjectEnvironmentArgs(
                type="ARM_CONTAINER",
                compute_type=args.build_type,
                image=IMAGE,
                privileged_mode=False,
                environment_variables=[
                    codebuild.ProjectEnvironmentEnvironmentVariableArgs(
                        name="PLAN", value=pulumi.Output.concat("s3://", args.bucket, "/", plan.key)
                    )
                ],
            ),
            logs_config=codebuild.ProjectLogsConfigArgs(
                cloudwatch_logs=codebuild.ProjectLogsConfigCloudwatchLogsArgs(status="ENABLED", group_name=log.name)
            ),
            vpc_config=codebuild.ProjectVpcConfigArgs(
                vpc_id=args.vpc_id, subnets=list(args.subnet_ids), security_group_ids=[group]
            ),
            encryption_key=args.storage_key_arn,
            opts=self._child,
        )

    def _masks(self) -> Key:
        """A key that computes codes and never leaves KMS; a new one makes all pseudonyms others."""
        scope = self._args.scope
        return Key(
            f"{self._name}-copy-masks",
            description=f"Atoll {scope.environment}: masks of copied rows",
            key_usage="GENERATE_VERIFY_MAC",
            customer_master_key_spec="HMAC_256",
            deletion_window_in_days=30,
            policy=json.dumps(permissions.mask_key_policy(scope)),
            opts=pulumi.ResourceOptions(parent=self, protect=self._args.protection.protect),
        )

    def _schedules(self, scheduled: Mapping[str, str], projects: Mapping[str, codebuild.Project]) -> None:
        if not scheduled:
            return
        name, scope = f"{self._name}-copy", self._args.scope
        group = scheduler.ScheduleGroup(
            f"{name}-schedules", name=f"atoll-{scope.environment}-data-copies", opts=self._child
        )
        role = self._role(
            f"{name}-start",
            f"Lets EventBridge Scheduler start the data copies of {scope.environment}",
            permissions.trust(
                "scheduler.amazonaws.com",
                scope,
                scope.arn("scheduler", f"schedule-group/atoll-{scope.environment}-data-copies"),
            ),
            [permissions.start([projects[key].arn for key in scheduled])],
        )
        for key, schedule in scheduled.items():
            scheduler.Schedule(
                f"{name}-{key}-schedule",
                name=project_name(scope, key),
                group_name=group.name,
                description=f"Run the flow {key}",
                schedule_expression=schedule,
                schedule_expression_timezone="UTC",
                flexible_time_window=scheduler.ScheduleFlexibleTimeWindowArgs(mode="OFF"),
                target=scheduler.ScheduleTargetArgs(
                    arn="arn:aws:scheduler:::aws-sdk:codebuild:startBuild",
                    role_arn=role.arn,
                    input=pulumi.Output.json_dumps({"ProjectName": projects[key].name}),
                    retry_policy=scheduler.ScheduleTargetRetryPolicyArgs(
                        maximum_retry_attempts=3, maximum_event_age_in_seconds=3600
                    ),
                ),
                opts=self._child,
            )

    def _role(self, name: str, description: str, trusted: dict[str, Any], statements: list[dict[str, Any]]) -> Role:
        role = Role(
            f"{name}-role",
            description=description,
            assume_role_policy=pulumi.Output.json_dumps(trusted),
            opts=self._child,
        )
        RolePolicy(
            f"{name}-permissions",
            role=role.name,
            policy=pulumi.Output.json_dumps({"Version": "2012-10-17", "Statement": statements}),
            opts=self._child,
        )
        return role

    def _group(self) -> pulumi.Output[str]:
        args = self._args
        used = {which for flow in args.flows.values() for which in (flow.source, flow.target)}
        return client_group(
            f"{self._name}-copy",
            {key: end for key, end in args.databases.items() if key in used},
            what="Data copies",
            tag=f"atoll-{args.scope.environment}-data-copies",
            vpc_id=args.vpc_id,
            of_aws="S3, Secrets Manager, KMS and logs of AWS; certificates of RDS",
            opts=self._child,
        )


def project_name(scope: Scope, flow: str) -> str:
    """Name of a flow's project and schedule."""
    return f"atoll-{scope.environment}-copy-{flow}"


def archive() -> pulumi.AssetArchive:
    """The code with its packages: what the machine runs, without installing anything."""
    members: dict[str, pulumi.Asset | pulumi.Archive] = {
        f"{FOLDER.name}/{module}.py": pulumi.FileAsset(str(FOLDER / f"{module}.py")) for module in MODULES
    }
    return pulumi.AssetArchive({**members, **library_members(("pg8000",), runtime="python3.13", architecture="arm64")})


def buildspec() -> str:
    """What the machine does: fetch the plan and RDS's certificates, then run."""
    commands = [
        f"curl --fail --silent --show-error --output authorities.pem {AUTHORITIES}",
        'aws s3 cp "$PLAN" plan.json --only-show-errors',
        f"DATABASE_AUTHORITIES=authorities.pem python3 -m {FOLDER.name} plan.json",
    ]
    return json.dumps({"version": 0.2, "phases": {"build": {"commands": commands}}})


def _plan(key: str, flow: Copied, ends: Mapping[str, DatabaseEnd], masks: Key | None) -> dict[str, Any]:
    return {
        "flow": key,
        "kind": flow.kind.value,
        "rows": flow.rows,
        "databases": flow.rules,
        "key": masks.arn if masks else None,
        **{name: {"host": end.host, "port": end.port, "secret": end.secret_arn} for name, end in ends.items()},
    }
