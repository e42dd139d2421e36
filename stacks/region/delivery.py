"""How code reaches the environments: repository, builds and pipeline."""

from __future__ import annotations

import pulumi

from components.delivery import Delivery, DeliveryArgs
from components.identity import ServiceRole
from contracts.settings import StackSettings, Tier
from contracts.settings.delivery import DeliverySettings
from contracts.settings.registry import READER_ROLE
from stacks.region.foundation import Foundation


def make_delivery(
    settings: StackSettings, delivery: DeliverySettings, foundation: Foundation, opts: pulumi.ResourceOptions
) -> Delivery:
    """The pipeline."""
    private = foundation.vpc.subnet_ids[Tier.PRIVATE]
    return Delivery(
        settings.environment,
        args=DeliveryArgs(
            environment=settings.environment,
            region=settings.region,
            account_id=settings.account.id,
            settings=delivery,
            protection=settings.protection,
            vpc_id=foundation.vpc.vpc_id,
            subnet_ids=[private[zone] for zone in settings.network.workload_zones],
            storage_key_arn=foundation.key("storage"),
            logs_key_arn=foundation.key("logs"),
            messaging_key_arn=foundation.key("messaging"),
            log_bucket=foundation.buckets.logs.policed_name,
            pipeline_role_arn=foundation.roles.arns[ServiceRole.PIPELINE],
            pipeline_role_name=foundation.roles.names[ServiceRole.PIPELINE],
            registry_role_arn=f"arn:aws:iam::{settings.registry.account}:role/{READER_ROLE}",
        ),
        opts=opts,
    )
