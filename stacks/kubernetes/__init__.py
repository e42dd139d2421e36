"""A Kubernetes stack: ArgoCD and its first Applications on the cluster of one region; the rest comes from Git."""

from __future__ import annotations

import pulumi
from pulumi_kubernetes.provider import Provider

from components.kubernetes import (
    ArgoCd,
    ArgoCdArgs,
    ClusterEntry,
    ClusterEntryArgs,
    Reach,
    RootApplication,
    RootApplicationArgs,
    SharedStorage,
    SharedStorageArgs,
)
from contracts.outputs.kubernetes import KubernetesLayerOutputs
from contracts.settings import KubernetesStackSettings
from stacks.kubernetes.access import as_role
from stacks.kubernetes.entry import others, switches, values
from stacks.kubernetes.region import ClusterRegion, regions_of

__all__ = ["build"]


def build(settings: KubernetesStackSettings) -> None:
    """Declare what brings everything else onto the cluster.

    Raises:
        pulumi.RunError: the region has no cluster, or lacks what the settings ask of it; every problem is told, and no
            resource has been declared.
    """
    read = regions_of(settings)
    region = read[settings.region_stack]
    region.check(settings)
    regions = {name: read[other.region_stack] for name, other in settings.clusters.items()}
    name = settings.cluster
    provider = Provider(
        f"{name}-kubernetes",
        kubeconfig=_kubeconfig(settings, region),
        enable_server_side_apply=True,
    )
    opts = pulumi.ResourceOptions(providers=[provider])
    argocd = ArgoCd(name, args=ArgoCdArgs(settings=settings.argocd), opts=opts)
    after = pulumi.ResourceOptions(providers=[provider], depends_on=[argocd])
    if region.has("kubernetes", "file_system_id"):
        storage = SharedStorageArgs(file_system_id=region.value("kubernetes", "file_system_id"))
        SharedStorage(name, args=storage, opts=opts)
    entries = {name: _entry(settings, name, region, switches(settings), None)}
    for other, outputs in regions.items():
        entries[other] = _entry(settings, other, outputs, others(settings), settings.clusters[other].role)
    for cluster, entry in entries.items():
        ClusterEntry(f"{name}-{cluster}", args=entry, opts=after)
    RootApplication(
        name,
        args=RootApplicationArgs(
            git=settings.git,
            argocd=settings.argocd,
            external_secrets=settings.foundation.external_secrets,
            region=settings.region,
            namespace=argocd.namespace,
        ),
        opts=after,
    )
    exports = {
        "schema_version": KubernetesLayerOutputs.VERSION,
        "environment": settings.environment,
        "region": settings.region,
        "cluster": region.value("kubernetes", "name"),
        "argocd_namespace": argocd.namespace,
        "argocd_url": f"https://{settings.argocd.domain}",
    }
    for output, value in exports.items():
        pulumi.export(output, value)


def _kubeconfig(settings: KubernetesStackSettings, region: ClusterRegion) -> pulumi.Input[str]:
    kubeconfig, role = region.value("kubernetes", "kubeconfig"), settings.account.deploy_role
    if role is None:
        return kubeconfig
    arn = f"arn:aws:iam::{settings.account.id}:role/{role}"
    return pulumi.Output.from_input(kubeconfig).apply(lambda text: as_role(text, arn))


def _entry(
    settings: KubernetesStackSettings, cluster: str, region: ClusterRegion, chosen: frozenset[str], role: str | None
) -> ClusterEntryArgs:
    """The entry of a cluster: the stack's own, or another's where a role leads into it."""
    reach = None
    if role is not None:
        reach = Reach(
            server=region.value("kubernetes", "endpoint"),
            certificate_authority=region.value("kubernetes", "certificate_authority"),
            name=region.value("kubernetes", "name"),
            role=role,
        )
    return ClusterEntryArgs(
        cluster=cluster,
        environment=settings.environment,
        switches=chosen,
        values=values(settings, region),
        reach=reach,
    )
