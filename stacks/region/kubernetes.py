"""The Kubernetes cluster of a region: control plane, nodes, and the roles of its pods."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pulumi

from components.eks import (
    BEFORE_NODES,
    EksAddons,
    EksAddonsArgs,
    EksCluster,
    EksClusterArgs,
    EksFargate,
    EksFargateArgs,
    EksNetwork,
    EksNetworkArgs,
    EksNodes,
    EksNodesArgs,
    Karpenter,
    KarpenterArgs,
    PodIdentities,
    PodIdentitiesArgs,
    PodScope,
    addons_after_nodes,
    node_role_name,
    queue_name,
)
from components.network import Group
from components.storage import FileSystem
from contracts.settings import StackSettings, Tier
from contracts.settings.kubernetes import KubernetesSettings, cluster_name
from contracts.workload_identities import PodIdentity
from stacks.region.foundation import Foundation, scope_of

DRIVERS = (PodIdentity.EBS_CSI, PodIdentity.EFS_CSI)
"""Identities of add-ons that run on nodes."""


@dataclass(frozen=True, kw_only=True)
class Kubernetes:
    """The cluster of a region."""

    cluster: EksCluster
    network: EksNetwork
    nodes: EksNodes
    identities: PodIdentities
    karpenter: Karpenter | None
    files: FileSystem | None

    def exports(self) -> dict[str, Any]:
        """The stack output `kubernetes`, `contracts.outputs.region.KubernetesOutputs`."""
        cluster, karpenter = self.cluster, self.karpenter
        return {
            "name": cluster.cluster_name,
            "arn": cluster.arn,
            "version": cluster.version,
            "endpoint": cluster.endpoint,
            "certificate_authority": cluster.certificate_authority,
            "kubeconfig": cluster.kubeconfig,
            "oidc_issuer": cluster.oidc_issuer,
            "oidc_provider_arn": cluster.oidc_provider_arn,
            "security_group_id": cluster.security_group_id,
            "node_security_group_id": self.network.node_group_id,
            "node_role_arn": self.nodes.role_arn,
            "role_arns": self.identities.role_arns,
            "karpenter": {
                "queue": karpenter.queue_name,
                "node_role": karpenter.node_role_name,
                "instance_profile": karpenter.instance_profile_name,
                "discovery_tag": cluster.cluster_name,
            }
            if karpenter
            else None,
            "file_system_id": self.files.id if self.files else None,
        }


def make_kubernetes(
    settings: StackSettings,
    kubernetes: KubernetesSettings,
    foundation: Foundation,
    files: FileSystem | None,
    opts: pulumi.ResourceOptions,
) -> Kubernetes:
    """The cluster, then what nodes need to become ready, then nodes, then what runs on them."""
    name, region, account = settings.environment, settings.region, settings.account.id
    private = foundation.vpc.subnet_ids[Tier.PRIVATE]
    subnets = {zone: private[zone] for zone in settings.network.workload_zones}
    cluster = EksCluster(
        name,
        args=EksClusterArgs(
            environment=name,
            account_id=account,
            settings=kubernetes,
            protection=settings.protection,
            subnet_ids=subnets,
            vpc_id=foundation.vpc.vpc_id,
            secrets_key_arn=foundation.key("secrets"),
            logs_key_arn=foundation.key("logs"),
        ),
        region=region,
        opts=opts,
    )
    network = EksNetwork(
        name,
        args=EksNetworkArgs(
            environment=name,
            cluster_name=cluster.cluster_name,
            vpc_id=foundation.vpc.vpc_id,
            control_plane_group_id=cluster.security_group_id,
            load_balancer_group_id=foundation.groups.ids[Group.ALB],
            database_group_id=foundation.groups.ids[Group.DATABASE],
            cache_group_id=foundation.groups.ids[Group.CACHE],
            file_system_group_id=files.security_group_id if files else None,
            fargate=bool(kubernetes.fargate_profiles),
        ),
        opts=opts,
    )
    identities = _make_identities(settings, kubernetes, cluster, opts)
    first = EksAddons(
        f"{name}-eks",
        args=EksAddonsArgs(
            cluster_name=cluster.cluster_name,
            version=kubernetes.version,
            names=BEFORE_NODES,
            after=[cluster.resource, identities.resources[PodIdentity.VPC_CNI]],
        ),
        opts=opts,
    )
    nodes = EksNodes(
        name,
        args=EksNodesArgs(
            environment=name,
            region=region,
            cluster_name=cluster.cluster_name,
            version=kubernetes.version,
            groups=kubernetes.node_groups,
            subnet_ids=list(subnets.values()),
            security_group_id=network.node_group_id,
            volume_key_arn=foundation.key("storage"),
            autoscaler=kubernetes.cluster_autoscaler,
            after=first.resources,
        ),
        opts=opts,
    )
    EksAddons(
        f"{name}-eks-workloads",
        args=EksAddonsArgs(
            cluster_name=cluster.cluster_name,
            version=kubernetes.version,
            names=addons_after_nodes(kubernetes),
            after=[*nodes.resources, *(identities.resources[driver] for driver in DRIVERS)],
        ),
        opts=opts,
    )
    if kubernetes.fargate_profiles:
        EksFargate(
            name,
            args=EksFargateArgs(
                environment=name,
                region=region,
                account_id=account,
                cluster_name=cluster.cluster_name,
                profiles=kubernetes.fargate_profiles,
                subnet_ids=list(subnets.values()),
                cluster=cluster.resource,
            ),
            opts=opts,
        )
    return Kubernetes(
        cluster=cluster,
        network=network,
        nodes=nodes,
        identities=identities,
        karpenter=_make_karpenter(settings, foundation, cluster, opts) if kubernetes.karpenter else None,
        files=files,
    )


def _make_identities(
    settings: StackSettings, kubernetes: KubernetesSettings, cluster: EksCluster, opts: pulumi.ResourceOptions
) -> PodIdentities:
    name, region, account = settings.environment, settings.region, settings.account.id
    return PodIdentities(
        name,
        args=PodIdentitiesArgs(
            scope=PodScope(
                scope=scope_of(settings),
                cluster=cluster_name(name),
                domain=settings.edge.domain,
                backup_bucket=f"app-backups-{settings.account_name}-{account}",
                artifact_bucket=f"app-artifacts-{name}-{account}",
                karpenter_queue=queue_name(name),
                karpenter_node_role=node_role_name(name, region),
            ),
            modes=kubernetes.modes,
            cluster=cluster.resource,
            oidc_issuer=cluster.oidc_issuer,
            oidc_provider_arn=cluster.oidc_provider_arn,
        ),
        opts=opts,
    )


def _make_karpenter(
    settings: StackSettings, foundation: Foundation, cluster: EksCluster, opts: pulumi.ResourceOptions
) -> Karpenter:
    return Karpenter(
        settings.environment,
        args=KarpenterArgs(
            environment=settings.environment,
            region=settings.region,
            account_id=settings.account.id,
            cluster_name=cluster.cluster_name,
            cluster=cluster.resource,
            key_arn=foundation.key("messaging"),
        ),
        opts=opts,
    )
