"""What acts or judges by itself in a region (AI-1)."""

from __future__ import annotations

import pulumi

from components.cluster import ImageRepository, ImageRepositoryArgs
from components.intelligence import (
    DevOpsGuru,
    DevOpsGuruArgs,
    HealedService,
    PredictiveScaling,
    PredictiveScalingArgs,
    RiskEndpoint,
    RiskEndpointArgs,
    SelfHealing,
    SelfHealingArgs,
)
from components.intelligence.risk_endpoint import REPOSITORY
from components.observability.alarm_plan import HIGH_CPU
from components.storage import Bucket
from contracts.settings import StackSettings, Tier
from contracts.settings.intelligence import IntelligenceSettings
from stacks.region.compute import Compute
from stacks.region.data import Data
from stacks.region.foundation import Foundation, scope_of
from stacks.region.operations import Operations

MODELS_KEPT = 10


def make_intelligence(
    settings: StackSettings,
    wanted: IntelligenceSettings,
    foundation: Foundation,
    data: Data,
    compute: Compute,
    operations: Operations,
    bucket: Bucket | None,
    opts: pulumi.ResourceOptions,
) -> None:
    """Everything of `intelligence` that is switched on; `bucket` keeps models."""
    name = settings.environment
    if wanted.predictive_scaling is not None:
        PredictiveScaling(
            name,
            args=PredictiveScalingArgs(
                settings=wanted.predictive_scaling,
                services={key: service.scaling.target for key, service in compute.services.items()},
            ),
            opts=opts,
        )
    if wanted.devops_guru is not None:
        DevOpsGuru(
            name,
            args=DevOpsGuruArgs(
                environment=name,
                settings=wanted.devops_guru,
                topic_arn=operations.topic.policed_arn,
                key_arn=foundation.key("logs"),
            ),
            opts=opts,
        )
    _score_risk(settings, wanted, foundation, bucket, opts)
    _heal(settings, wanted, foundation, data, compute, operations, opts)


def _score_risk(
    settings: StackSettings,
    wanted: IntelligenceSettings,
    foundation: Foundation,
    bucket: Bucket | None,
    opts: pulumi.ResourceOptions,
) -> None:
    scoring, name = wanted.risk_scoring, settings.environment
    if scoring is None or bucket is None:
        return
    repository = ImageRepository(
        f"{name}-{REPOSITORY}",
        args=ImageRepositoryArgs(
            repository=f"{name}/{REPOSITORY}",
            images_kept=MODELS_KEPT,
            protection=settings.protection,
            key_arn=foundation.key("storage"),
        ),
        opts=opts,
    )
    if scoring.model_key is None:
        return
    private = foundation.vpc.subnet_ids[Tier.PRIVATE]
    RiskEndpoint(
        name,
        args=RiskEndpointArgs(
            scope=scope_of(settings),
            settings=scoring,
            model_key=scoring.model_key,
            image=pulumi.Output.concat(repository.url, ":", scoring.image),
            repository_arn=repository.arn,
            bucket=bucket.bucket_name,
            bucket_arn=bucket.arn,
            bucket_key_arn=foundation.key("storage"),
            vpc_id=foundation.vpc.vpc_id,
            vpc_cidr=foundation.vpc.cidr,
            subnet_ids=[private[zone] for zone in settings.network.workload_zones],
        ),
        opts=opts,
    )


def _heal(
    settings: StackSettings,
    wanted: IntelligenceSettings,
    foundation: Foundation,
    data: Data,
    compute: Compute,
    operations: Operations,
    opts: pulumi.ResourceOptions,
) -> None:
    if wanted.self_healing is None:
        return
    name = settings.environment
    SelfHealing(
        name,
        args=SelfHealingArgs(
            scope=scope_of(settings),
            settings=wanted.self_healing,
            cluster_name=compute.cluster.name if compute.cluster else None,
            cluster_arn=compute.cluster.arn if compute.cluster else None,
            services={
                key: HealedService(
                    name=service.name,
                    arn=service.arn,
                    maximum=settings.ecs.scaling.maximum,
                    unhealthy_alarm=f"atoll-{name}-alb-{key}-UnhealthyHosts" if service.route else None,
                    cpu_alarm=f"atoll-{name}-ecs-{key}-{HIGH_CPU}",
                )
                for key, service in compute.services.items()
            },
            database=data.database.identifier,
            database_arn=data.database.arn,
            database_is_cluster=settings.aurora is not None,
            database_log_group=operations.watched_log_groups.get("database"),
            topic_arn=operations.topic.arn,
            messaging_key_arn=foundation.key("messaging"),
            logs_key_arn=foundation.key("logs"),
        ),
        opts=opts,
    )
