"""Templates of experiments in one region (DR-3)."""

from __future__ import annotations

import json
from dataclasses import dataclass

import pulumi
from pulumi_aws import fis
from pulumi_aws.iam.role import Role
from pulumi_aws.iam.role_policy import RolePolicy

from components.identity.statements import Statement, allow
from components.recovery.experiments import Break, Breakable, Experiment, experiments
from components.recovery.plan_machine import trust
from components.recovery.step_states import Place
from contracts.recovery import names

TOKEN = "atoll:recovery:RegionExperiments"


@dataclass(frozen=True, kw_only=True)
class RegionExperimentsArgs:
    """Wiring of a region's experiments."""

    place: Place
    breakable: Breakable
    stop_alarm_arn: pulumi.Input[str]
    """Alarm that ends an experiment: the one that says that the region fails its users."""


class RegionExperiments(pulumi.ComponentResource):
    """Templates that break a zone, the way to the other region, half of a service's tasks, or the writer.

    Each ends by itself after ten minutes, and at once when the region fails more of its requests than it may. Makes a
    role with the rights of these actions and a template for each. Costs USD 0.10 a minute and action while one runs,
    nothing otherwise. Does not: start any of them (`aws fis start-experiment`).
    Source: DR-3; AWS FIS User Guide, "Stop conditions", "IAM roles for AWS FIS experiments".
    """

    def __init__(self, name: str, *, args: RegionExperimentsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Make `{name}-role`, `{name}-permissions` and `{name}-<experiment>`."""
        super().__init__(TOKEN, name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        place = args.place
        role = Role(
            f"{name}-role",
            name=names.role(place.environment, "experiments", place.region),
            description="What experiments of recovery may break",
            assume_role_policy=json.dumps(trust(place, "experiment/*", "fis")),
            opts=child,
        )
        policy = RolePolicy(
            f"{name}-permissions",
            role=role.name,
            policy=pulumi.Output.json_dumps({"Version": "2012-10-17", "Statement": granted(place, args.breakable)}),
            opts=child,
        )
        for key, experiment in experiments(args.breakable).items():
            fis.ExperimentTemplate(
                f"{name}-{key}",
                description=experiment.title,
                role_arn=role.arn,
                stop_conditions=[
                    fis.ExperimentTemplateStopConditionArgs(source="aws:cloudwatch:alarm", value=args.stop_alarm_arn)
                ],
                actions=[_action(each, done) for each, done in sorted(experiment.breaks.items())],
                targets=_targets(experiment),
                tags={"Name": f"{place.environment}-{key}"},
                opts=pulumi.ResourceOptions(parent=self, depends_on=[policy]),
            )
        self.register_outputs({"role_arn": role.arn})


def _action(name: str, done: Break) -> fis.ExperimentTemplateActionArgs:
    return fis.ExperimentTemplateActionArgs(
        name=name,
        action_id=done.action,
        parameters=[
            fis.ExperimentTemplateActionParameterArgs(key=key, value=value)
            for key, value in sorted(done.parameters.items())
        ],
        target=fis.ExperimentTemplateActionTargetArgs(key=done.key, value=name),
    )


def _targets(experiment: Experiment) -> list[fis.ExperimentTemplateTargetArgs]:
    return [
        fis.ExperimentTemplateTargetArgs(
            name=name,
            resource_type=done.target.type,
            selection_mode=done.target.selection,
            resource_arns=list(done.target.arns) or None,
            parameters=dict(done.target.parameters) or None,
        )
        for name, done in sorted(experiment.breaks.items())
    ]


def granted(place: Place, found: Breakable) -> list[Statement]:
    """Rights of the role: those that FIS asks for each kind of action, on what the templates name."""

    def arn(service: str, rest: str) -> str:
        return f"arn:aws:{service}:{place.region}:{place.account_id}:{rest}"

    statements = [
        allow("LookAtNetwork", ["ec2:DescribeSubnets"], "*"),
        allow(
            "DisruptNetwork",
            [
                "ec2:CreateNetworkAcl",
                "ec2:CreateNetworkAclEntry",
                "ec2:DeleteNetworkAcl",
                "ec2:ReplaceNetworkAclAssociation",
            ],
            [arn("ec2", kind) for kind in ("network-acl/*", "vpc/*")] + [arn("ec2", "subnet/*")],
        ),
        allow(
            "DisruptRoutes",
            ["ec2:CreateRouteTable", "ec2:CreateRoute", "ec2:DeleteRouteTable", "ec2:ReplaceRouteTableAssociation"],
            [arn("ec2", kind) for kind in ("route-table/*", "subnet/*", "vpc/*")],
        ),
    ]
    if found.cluster is not None:
        task = pulumi.Output.concat(arn("ecs", "task/"), found.cluster, "/*")
        statements.append(allow("StopTasks", ["ecs:DescribeTasks", "ecs:StopTask"], task))
    if found.database_arn is not None:
        actions = ["rds:DescribeDBClusters", "rds:FailoverDBCluster"]
        statements.append(allow("FailWriter", actions, found.database_arn))
    if found.cache_arn is not None:
        actions = ["elasticache:DescribeReplicationGroups", "elasticache:InterruptClusterAzPower"]
        statements.append(allow("InterruptCache", actions, found.cache_arn))
    if found.bucket_arns:
        actions = ["s3:GetReplicationConfiguration", "s3:PauseReplication", "s3:PutReplicationConfiguration"]
        statements.append(allow("PauseReplication", actions, list(found.bucket_arns)))
    return statements
