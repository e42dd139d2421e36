"""Settings of ECS on Fargate (ECS-1, ECS-2, ECS-3)."""

from __future__ import annotations

from typing import Annotated

from contracts.settings.base import DeploymentStrategy, Settings
from contracts.settings.kind import between, one_of
from contracts.settings.kinds import FargateCpu, Image, LogicalName, LogRetention, Percent, UrlPath


class EcsServiceSettings(Settings):
    """One Fargate service behind the load balancer, or a background one without a path."""

    image: Image
    """Container image: a tag of the service's ECR repository, or a full image reference. Tags there never
    move, so `latest` can be pushed once only."""
    cpu: FargateCpu
    """CPU units of the task (1024 = 1 vCPU), a Fargate size."""
    memory: int
    """Memory of the task in MiB, a value Fargate allows for `cpu`."""
    path: UrlPath | None
    """Listener rule path pattern such as `/users/*`; null for a service that takes no requests from outside."""
    priority: Annotated[int, between(1, 50000, "(lower is asked first)")] | None
    """Listener rule priority, 1 to 50000, unique among the services; null exactly when `path` is null."""
    health_path: UrlPath
    """Health check path on port 8080."""


class StepScalingSettings(Settings):
    """Step scaling on average CPU: 004's rule, exactly."""

    minimum: Annotated[int, between(0, 1000, "tasks")]
    """Fewest tasks of a service."""
    maximum: Annotated[int, between(1, 1000, "tasks")]
    """Most tasks of a service, at least `minimum`."""
    scale_out_cpu: Annotated[int, between(1, 100, "percent")]
    """Percent; above it for `scale_out_minutes` one task is added."""
    scale_out_minutes: Annotated[int, between(1, 60, "minutes")]
    """Consecutive minutes above `scale_out_cpu`."""
    scale_in_cpu: Annotated[int, between(1, 100, "percent")]
    """Percent, below `scale_out_cpu`; below it for `scale_in_minutes` one task is removed."""
    scale_in_minutes: Annotated[int, between(1, 60, "minutes")]
    """Consecutive minutes below `scale_in_cpu`."""


class EcsSettings(Settings):
    """The ECS cluster and what runs on it."""

    enabled: bool
    """Whether the stack has an ECS cluster at all."""
    services: dict[LogicalName, EcsServiceSettings]
    """Name of a service → its task and its route."""
    scaling: StepScalingSettings
    """How each service grows and shrinks."""
    deployment: DeploymentStrategy
    """How a new version replaces the old one."""
    spot_percent: Percent
    """Share of tasks on FARGATE_SPOT, 0 to 100."""
    container_insights: bool
    """Collect Container Insights metrics (priced per metric)."""
    tracing: bool
    """Run the ADOT collector as a sidecar that forwards traces to X-Ray."""
    architecture: Annotated[str, one_of(("ARM64", "X86_64"), "a CPU architecture of Fargate")]
    """`ARM64` (Graviton, a fifth cheaper) or `X86_64`."""
    log_retention_days: LogRetention
    """Retention of the services' log groups, one of the values CloudWatch Logs accepts."""
    images_kept: Annotated[int, between(1, 1000, "images")]
    """How many of the newest images each service's repository keeps."""
