"""Settings of ECS on Fargate (ECS-1, ECS-2, ECS-3)."""

from __future__ import annotations

from contracts.settings.base import DeploymentStrategy, Settings


class EcsServiceSettings(Settings):
    """One Fargate service behind the load balancer, or a background one without a path."""

    image: str
    """Container image: a tag of the service's ECR repository, or a full image reference. Tags there never move: no `latest`."""
    cpu: int
    """CPU units of the task (1024 = 1 vCPU), a Fargate size."""
    memory: int
    """Memory of the task in MiB, a value Fargate allows for `cpu`."""
    path: str | None
    """Listener rule path pattern such as `/users/*`; null for a service that takes no requests from outside."""
    priority: int | None
    """Listener rule priority, 1–50000; null exactly when `path` is null."""
    health_path: str
    """Health check path on port 8080."""


class StepScalingSettings(Settings):
    """Step scaling on average CPU: 004's rule, exactly."""

    minimum: int
    maximum: int
    scale_out_cpu: int
    """Percent; above it for `scale_out_minutes` one task is added."""
    scale_out_minutes: int
    scale_in_cpu: int
    """Percent; below it for `scale_in_minutes` one task is removed."""
    scale_in_minutes: int


class EcsSettings(Settings):
    """The ECS cluster and what runs on it."""

    enabled: bool
    services: dict[str, EcsServiceSettings]
    scaling: StepScalingSettings
    deployment: DeploymentStrategy
    spot_percent: int
    """Share of tasks on FARGATE_SPOT, 0–100."""
    container_insights: bool
    tracing: bool
    """Run the ADOT collector as a sidecar that forwards traces to X-Ray."""
    architecture: str
    """`ARM64` (Graviton, a fifth cheaper) or `X86_64`."""
    log_retention_days: int
    images_kept: int
    """How many of the newest images each service's repository keeps."""
