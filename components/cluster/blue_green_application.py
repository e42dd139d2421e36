"""What CodeDeploy needs once for a cluster: the application and the role it works under."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
from pulumi_aws import codedeploy, iam

from components.identity.service_trust import service_trust

TOKEN = "atoll:cluster:BlueGreenApplication"


@dataclass(frozen=True, kw_only=True)
class BlueGreenApplicationArgs:
    """Wiring of a CodeDeploy application."""

    cluster_name: pulumi.Input[str]
    account_id: str
    region: str
    task_role_arns: Sequence[pulumi.Input[str]]
    """Execution and task roles that a task definition of the cluster may name."""


class BlueGreenApplication(pulumi.ComponentResource):
    """A CodeDeploy application for ECS and its service role, limited to one cluster (ECS-3).

    Makes: the application, the role, the role's policy. Costs nothing (CodeDeploy is free for ECS).
    Does not: deploy (each service has a deployment group, `BlueGreenDeployment`, and the pipeline starts deployments),
    run lifecycle hooks, or read AppSpecs from S3: they are given with the call.
    The policy replaces AWS's managed `AWSCodeDeployRoleForECS`, which allows its actions on every cluster of the
    account.
    Source: ECS-3; https://docs.aws.amazon.com/codedeploy/latest/userguide/getting-started-create-service-role.html
    """

    application_name: pulumi.Output[str]
    role_arn: pulumi.Output[str]

    def __init__(
        self, name: str, *, args: BlueGreenApplicationArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__(TOKEN, name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        application = codedeploy.Application(f"{name}-application", compute_platform="ECS", opts=child)
        role = iam.Role(
            f"{name}-role",
            description="CodeDeploy moves ECS services of one cluster between task sets",
            assume_role_policy=json.dumps(service_trust("CodeDeploy", "codedeploy.amazonaws.com", args.account_id)),
            opts=child,
        )
        iam.RolePolicy(
            f"{name}-role-policy", role=role.id, policy=pulumi.Output.json_dumps(_permissions(args)), opts=child
        )
        self.application_name = application.name
        self.role_arn = role.arn
        self.register_outputs({"application_name": self.application_name, "role_arn": self.role_arn})


def _permissions(args: BlueGreenApplicationArgs) -> dict[str, object]:
    scope = f"{args.region}:{args.account_id}"
    balancing = f"arn:aws:elasticloadbalancing:{scope}"
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "MoveTaskSets",
                "Effect": "Allow",
                "Action": [
                    "ecs:CreateTaskSet",
                    "ecs:DeleteTaskSet",
                    "ecs:DescribeServices",
                    "ecs:UpdateServicePrimaryTaskSet",
                ],
                "Resource": [
                    pulumi.Output.concat(f"arn:aws:ecs:{scope}:service/", args.cluster_name, "/*"),
                    pulumi.Output.concat(f"arn:aws:ecs:{scope}:task-set/", args.cluster_name, "/*"),
                ],
            },
            {
                "Sid": "ShiftTraffic",
                "Effect": "Allow",
                "Action": ["elasticloadbalancing:ModifyListener", "elasticloadbalancing:ModifyRule"],
                "Resource": [f"{balancing}:listener/app/*", f"{balancing}:listener-rule/app/*"],
            },
            {
                # These three describe calls know no resource-level permission.
                "Sid": "SeeTraffic",
                "Effect": "Allow",
                "Action": [
                    "elasticloadbalancing:DescribeListeners",
                    "elasticloadbalancing:DescribeRules",
                    "elasticloadbalancing:DescribeTargetGroups",
                ],
                "Resource": "*",
            },
            {
                "Sid": "WatchAlarms",
                "Effect": "Allow",
                "Action": ["cloudwatch:DescribeAlarms"],
                "Resource": f"arn:aws:cloudwatch:{scope}:alarm:*",
            },
            {
                "Sid": "HandRolesToTasks",
                "Effect": "Allow",
                "Action": ["iam:PassRole"],
                "Resource": list(args.task_role_arns),
                "Condition": {"StringEquals": {"iam:PassedToService": "ecs-tasks.amazonaws.com"}},
            },
        ],
    }
