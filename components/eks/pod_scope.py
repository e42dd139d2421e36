"""Where the platform's pods work: what the ARNs of their permissions are made of."""

from __future__ import annotations

from dataclasses import dataclass

from components.identity.roles import Scope


@dataclass(frozen=True, kw_only=True)
class PodScope:
    """Names that are known before anything is deployed."""

    scope: Scope
    cluster: str
    """Name of the cluster."""
    domain: str
    """Domain of the environment, such as `staging.atoll.example`."""
    backup_bucket: str
    artifact_bucket: str
    karpenter_queue: str
    karpenter_node_role: str
