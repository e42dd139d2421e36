"""ECS on Fargate: cluster, image repositories, services, and how they scale and deploy (ECS-1, ECS-2, ECS-3)."""

from components.cluster.app_runner_service import AppRunnerService, AppRunnerServiceArgs
from components.cluster.blue_green_application import BlueGreenApplication, BlueGreenApplicationArgs
from components.cluster.blue_green_deployment import BlueGreenDeployment, BlueGreenDeploymentArgs
from components.cluster.ecs_cluster import EcsCluster, EcsClusterArgs
from components.cluster.ecs_service import EcsService, EcsServiceArgs
from components.cluster.existing_cluster import ExistingCluster
from components.cluster.image_replication import ImageReplication, ImageReplicationArgs
from components.cluster.image_repository import ImageRepository, ImageRepositoryArgs
from components.cluster.service_route import ServiceRoute, ServiceRouteArgs
from components.cluster.step_scaling import StepScaling, StepScalingArgs

__all__ = [
    "AppRunnerService",
    "AppRunnerServiceArgs",
    "BlueGreenApplication",
    "BlueGreenApplicationArgs",
    "BlueGreenDeployment",
    "BlueGreenDeploymentArgs",
    "EcsCluster",
    "EcsClusterArgs",
    "EcsService",
    "EcsServiceArgs",
    "ExistingCluster",
    "ImageReplication",
    "ImageReplicationArgs",
    "ImageRepository",
    "ImageRepositoryArgs",
    "ServiceRoute",
    "ServiceRouteArgs",
    "StepScaling",
    "StepScalingArgs",
]
