"""Settings and wiring for the tests of this folder; every value is stated here, none is read from a stack file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pulumi
import pulumi_aws

from components.cluster import EcsCluster, EcsClusterArgs, EcsService, EcsServiceArgs
from contracts.settings.base import DeploymentStrategy
from contracts.settings.compute import EcsServiceSettings, EcsSettings, StepScalingSettings
from graph.nodes import Node
from tests.kit import ACCOUNT, REGION, GraphView, record_component

LISTENER_ARN = f"arn:aws:elasticloadbalancing:{REGION}:{ACCOUNT}:listener/app/test-alb/1/2"
KEY_ARN = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/logs"
EXECUTION_ROLE = f"arn:aws:iam::{ACCOUNT}:role/execution"
TASK_ROLE = f"arn:aws:iam::{ACCOUNT}:role/task"
REPOSITORY = f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com/test/user"


def scaling(minimum: int = 2, maximum: int = 20) -> StepScalingSettings:
    """Document 004's rule with bounds of our choice; production's by default."""
    return StepScalingSettings(
        minimum=minimum,
        maximum=maximum,
        scale_out_cpu=70,
        scale_out_minutes=2,
        scale_in_cpu=40,
        scale_in_minutes=5,
    )


def ecs(deployment: DeploymentStrategy = DeploymentStrategy.ROLLING, **changes: Any) -> EcsSettings:
    """Settings of a cluster; the services are given to `record_service` one by one."""
    values: dict[str, Any] = {
        "enabled": True,
        "services": {},
        "scaling": scaling(),
        "deployment": deployment,
        "spot_percent": 30,
        "container_insights": False,
        "tracing": True,
        "architecture": "ARM64",
        "log_retention_days": 30,
        "images_kept": 30,
    }
    return EcsSettings(**(values | changes))


def service(**changes: Any) -> EcsServiceSettings:
    """A service with a path."""
    values: dict[str, Any] = {
        "image": "1.4.0",
        "cpu": 512,
        "memory": 1024,
        "path": "/users/*",
        "priority": 20,
        "health_path": "/health",
    }
    return EcsServiceSettings(**(values | changes))


def cluster(settings: EcsSettings, opts: pulumi.ResourceOptions | None = None) -> EcsCluster:
    """The cluster `test`."""
    return EcsCluster(
        "test",
        args=EcsClusterArgs(
            environment="test",
            region=REGION,
            account_id=ACCOUNT,
            settings=settings,
            vpc_id="vpc-1",
            log_key_arn=KEY_ARN,
            task_role_arns=[EXECUTION_ROLE, TASK_ROLE],
        ),
        opts=opts,
    )


def record_service(
    settings: EcsSettings, name: str = "user", of: EcsServiceSettings | None = None, **changes: Any
) -> GraphView:
    """Record the cluster `test` and one service `test-<name>` under an explicit provider named `aws`."""

    def build() -> None:
        opts = pulumi.ResourceOptions(providers=[pulumi_aws.Provider("aws", region="us-east-1")])
        values: dict[str, Any] = {
            "service": name,
            "settings": of or service(),
            "ecs": settings,
            "cluster": cluster(settings, opts),
            "repository_url": REPOSITORY,
            "vpc_id": "vpc-1",
            "subnet_ids": ["subnet-a", "subnet-b"],
            "security_group_id": "sg-ecs",
            "execution_role_arn": EXECUTION_ROLE,
            "task_role_arn": TASK_ROLE,
            "listener_arn": LISTENER_ARN,
            "load_balancer_arn_suffix": "app/test-alb/1",
        }
        EcsService(f"test-{name}", args=EcsServiceArgs(**(values | changes)), opts=opts)

    return record_component(build, outputs=echoed_names)


def echoed_names(node: Node) -> Mapping[str, Any]:
    """What AWS gives back as it was asked, the explicit name, so that log targets are known in a recording."""
    name = node.inputs.get("name")
    return {"name": name} if isinstance(name, str) else {}
