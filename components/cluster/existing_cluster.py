"""A cluster of another stack, as services need it."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi

from components.cluster.blue_green_application import BlueGreenApplication


@dataclass(frozen=True, kw_only=True)
class ExistingCluster:
    """An ECS cluster that a region's stack made and exports."""

    environment: str
    region: str
    name: pulumi.Output[str]
    arn: pulumi.Output[str]
    log_group_name: pulumi.Output[str]
    namespace_id: pulumi.Output[str]
    namespace_name: str
    blue_green: BlueGreenApplication | None = None
    """CodeDeploy's application for the service; None for rolling deployments."""
    capacity_providers: pulumi.Resource | None = None
    """They stand already."""
