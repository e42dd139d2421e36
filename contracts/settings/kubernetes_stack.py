"""The settings of a Kubernetes stack: what runs on the cluster of one region, beside the teams' own services."""

from __future__ import annotations

from datetime import date
from typing import Any

from pydantic import Field, ValidationInfo, model_validator

from contracts.settings.base import Layer, Settings
from contracts.settings.kinds import EnvironmentName, LogicalName, Region
from contracts.settings.kubernetes_layer import (
    ArgoCdSettings,
    AutoscalingSettings,
    FoundationSettings,
    GitSettings,
    JenkinsSettings,
    LogSettings,
    ManagedClusterSettings,
    MeshSettings,
    MetricsSettings,
    TraceSettings,
    VeleroSettings,
)
from contracts.settings.operations import TagSettings
from contracts.settings.rules import follow
from contracts.settings.stack import AccountSettings

__all__ = ["KubernetesStackSettings"]


class KubernetesStackSettings(Settings):
    """Everything a Kubernetes stack can be told; what else runs on the cluster stands below `gitops/`."""

    layer: Layer
    """What the stack is: `kubernetes`."""
    environment: EnvironmentName
    """dev, staging, prod, or env-<name>."""
    region: Region
    """AWS region of the cluster."""
    account: AccountSettings
    """Account of the cluster."""
    tags: TagSettings
    """Owner and data classification, as labels of what the program itself declares."""
    region_stack: LogicalName
    """Stack of the region whose cluster it is, such as `staging`; its outputs are read."""
    git: GitSettings
    """Where the cluster's declared state lies."""
    argocd: ArgoCdSettings
    """What brings it into the cluster."""
    foundation: FoundationSettings
    """Small parts that others build on."""
    clusters: dict[LogicalName, ManagedClusterSettings] = Field(
        default_factory=dict[LogicalName, ManagedClusterSettings]
    )
    """Other clusters by name that this ArgoCD looks after; none if left out."""
    autoscaling: AutoscalingSettings | None = None
    """Who makes nodes; left out, the node groups keep their size."""
    mesh: MeshSettings | None = None
    """The service mesh (MESH-1); left out for none."""
    velero: VeleroSettings | None = None
    """Backups by namespace (BKP-1); left out for none."""
    jenkins: JenkinsSettings | None = None
    """Jenkins (DEL-2); left out for none."""
    metrics: MetricsSettings | None = None
    """Prometheus (OBS-3); left out for none."""
    logs: LogSettings | None = None
    """Fluent Bit (OBS-4); left out for none."""
    traces: TraceSettings | None = None
    """OpenTelemetry collectors (OBS-5); left out for none."""

    @model_validator(mode="after")
    def _follow_the_rules(self, info: ValidationInfo) -> KubernetesStackSettings:
        context: dict[str, Any] = info.context or {}
        follow(self, context.get("today", date.today()))
        return self

    @property
    def cluster(self) -> str:
        """Name under which ArgoCD and `gitops/clusters/` know the cluster: that of the region's stack."""
        return self.region_stack
