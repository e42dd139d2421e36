"""What a cluster's entry in ArgoCD says: the components it wants, and what their charts are told."""

from __future__ import annotations

import pulumi

from contracts.settings import KubernetesStackSettings
from stacks.kubernetes.region import ClusterRegion


def switches(settings: KubernetesStackSettings) -> frozenset[str]:
    """Components that the settings ask for, by their switches in `contracts.kubernetes.components`."""
    autoscaling, mesh = settings.autoscaling, settings.mesh
    wanted = {
        "storage": True,
        "teams": True,
        "certificates": settings.foundation.certificates,
        "pod-metrics": settings.foundation.pod_metrics,
        "rollouts": settings.foundation.rollouts,
        "karpenter": autoscaling is not None and autoscaling.karpenter,
        "cluster-autoscaler": autoscaling is not None and autoscaling.cluster_autoscaler,
        "mesh": mesh is not None,
        "pages": mesh is not None,
        "mesh-multi-cluster": mesh is not None and mesh.multi_cluster,
        "velero": settings.velero is not None,
        "jenkins": settings.jenkins is not None,
        "metrics": settings.metrics is not None,
        "logs": settings.logs is not None,
        "traces": settings.traces is not None,
    }
    # External Secrets of ArgoCD's own cluster is there before the repository can be read: see `RootApplication`.
    return frozenset(name for name, on in wanted.items() if on)


OWN = frozenset({"jenkins", "pages"})
"""Switches of the cluster that ArgoCD runs on alone."""


def others(settings: KubernetesStackSettings) -> frozenset[str]:
    """Components of the other clusters that ArgoCD looks after."""
    wanted = switches(settings) - OWN
    return wanted | {"external-secrets"} if settings.foundation.external_secrets else wanted


def values(settings: KubernetesStackSettings, region: ClusterRegion) -> dict[str, pulumi.Input[str]]:
    """Key of `contracts.kubernetes.parts.drawn` → value; keys of components that are off are left out."""
    found: dict[str, pulumi.Input[str]] = {
        "region": region.value("region"),
        "account": region.value("account_id"),
        "environment": settings.environment,
        "git-repository": settings.git.repository,
        "git-revision": settings.git.revision,
        "cluster-name": region.value("kubernetes", "name"),
        "cluster-endpoint": region.value("kubernetes", "endpoint"),
    }
    if settings.autoscaling and settings.autoscaling.karpenter:
        found |= {
            "karpenter-queue": region.value("kubernetes", "karpenter", "queue"),
            "karpenter-node-role": region.value("kubernetes", "karpenter", "node_role"),
            "karpenter-discovery": region.value("kubernetes", "karpenter", "discovery_tag"),
        }
    if settings.mesh:
        found |= {"trust-domain": settings.mesh.trust_domain, "mesh-network": settings.mesh.network}
    if settings.velero:
        found |= {
            "backups-bucket": region.value("buckets", "backups", "name"),
            "backups-key": region.value("key_arns", "storage"),
        }
    if settings.jenkins:
        found["jenkins-domain"] = settings.jenkins.domain
    if settings.metrics:
        found |= {
            "scrape-interval": f"{settings.metrics.scrape_seconds}s",
            "prometheus-remote-write": region.value("prometheus", "remote_write_url"),
        }
    if settings.logs:
        found["logs-index"] = settings.logs.index
        if region.has("log_analytics", "search_endpoint"):
            address = region.value("log_analytics", "search_endpoint")
            found["logs-host"] = address.apply(lambda text: text.removeprefix("https://"))
        if region.has("log_analytics", "delivery_stream"):
            found["logs-stream"] = region.value("log_analytics", "delivery_stream")
    return found
