"""What runs in a region: the ECS cluster and its services."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi

from components.cluster import (
    EcsCluster,
    EcsClusterArgs,
    EcsService,
    EcsServiceArgs,
    ImageRepository,
    ImageRepositoryArgs,
)
from components.identity import ServiceRole
from components.network import Group
from contracts.settings import StackSettings, Tier
from stacks.region.data import Data
from stacks.region.foundation import Foundation


@dataclass(frozen=True, kw_only=True)
class Compute:
    """The compute layer of a region."""

    cluster: EcsCluster | None
    services: dict[str, EcsService]
    """Empty where ECS is switched off."""


def make_compute(settings: StackSettings, foundation: Foundation, data: Data, opts: pulumi.ResourceOptions) -> Compute:
    """The cluster, an image repository and a service for each entry of `ecs.services`."""
    if not settings.ecs.enabled:
        return Compute(cluster=None, services={})
    name, roles = settings.environment, foundation.roles.arns
    cluster = EcsCluster(
        name,
        args=EcsClusterArgs(
            environment=name,
            region=settings.region,
            account_id=settings.account.id,
            settings=settings.ecs,
            vpc_id=foundation.vpc.vpc_id,
            log_key_arn=foundation.key("logs"),
            task_role_arns=[roles[ServiceRole.ECS_TASK_EXECUTION], roles[ServiceRole.ECS_TASK]],
        ),
        opts=opts,
    )
    private = foundation.vpc.subnet_ids[Tier.PRIVATE]
    services: dict[str, EcsService] = {}
    for service, service_settings in settings.ecs.services.items():
        repository = ImageRepository(
            f"{name}-{service}",
            args=ImageRepositoryArgs(
                repository=f"{name}/{service}",
                images_kept=settings.ecs.images_kept,
                protection=settings.protection,
                key_arn=foundation.key("storage"),
            ),
            opts=opts,
        )
        services[service] = EcsService(
            f"{name}-{service}",
            args=EcsServiceArgs(
                service=service,
                settings=service_settings,
                ecs=settings.ecs,
                recovery_scales=settings.pair is not None,
                cluster=cluster,
                repository_url=repository.url,
                vpc_id=foundation.vpc.vpc_id,
                subnet_ids=[private[zone] for zone in settings.network.workload_zones],
                security_group_id=foundation.groups.ids[Group.ECS],
                execution_role_arn=roles[ServiceRole.ECS_TASK_EXECUTION],
                task_role_arn=roles[ServiceRole.ECS_TASK],
                listener_arn=foundation.balancer.https_listener_arn,
                load_balancer_arn_suffix=foundation.balancer.arn_suffix,
                environment={
                    "ENVIRONMENT": name,
                    "ASSETS_BUCKET": foundation.buckets.assets.bucket_name,
                    "UPLOADS_BUCKET": foundation.buckets.uploads.bucket_name,
                    **{f"TABLE_{key.upper()}": table.table_name for key, table in data.tables.items()},
                },
                secrets={
                    "DATABASE_URL": data.parameters.arns["database/url"],
                    "CACHE_URL": data.parameters.arns["cache/url"],
                    "CACHE_AUTH_TOKEN": data.cache_token.arn,
                },
            ),
            opts=opts,
        )
    return Compute(cluster=cluster, services=services)
