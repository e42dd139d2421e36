"""Containers as they should be."""

from __future__ import annotations

import json
from typing import Any

from pulumi_aws import ecs

CONTAINER: dict[str, Any] = {
    "name": "app",
    "image": "111122223333.dkr.ecr.us-east-1.amazonaws.com/app@sha256:0",
    "readonlyRootFilesystem": True,
    "user": "1000",
    "environment": [{"name": "DATABASE_SECRET_ARN", "value": "arn:aws:secretsmanager:us-east-1:1:secret:database"}],
    "logConfiguration": {"logDriver": "awslogs", "options": {"awslogs-group": "app"}},
}


def program() -> None:
    """A cluster, a task and a service on Fargate."""
    cluster = ecs.Cluster("containers", settings=[{"name": "containerInsights", "value": "enhanced"}])
    task = ecs.TaskDefinition("task", family="task", network_mode="host", container_definitions=json.dumps([CONTAINER]))
    ecs.Service(
        "service",
        cluster=cluster.arn,
        task_definition=task.arn,
        launch_type="FARGATE",
        network_configuration={"subnets": ["subnet-1"], "assign_public_ip": False},
    )
