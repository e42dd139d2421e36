"""Settings of a region's Kubernetes cluster (EKS-1, EKS-2, EKS-3, IAM-3); what runs on it has a stack of its own."""

from __future__ import annotations

from enum import StrEnum, unique
from typing import Annotated

from contracts import catalogue
from contracts.settings.base import Settings
from contracts.settings.kind import between, one_of
from contracts.settings.kinds import LogicalName, LogRetention, RoleName
from contracts.workload_identities import IdentityMode, PodIdentity

KubernetesVersion = Annotated[
    str, one_of(tuple(catalogue.EKS_ADDONS), "a version whose add-ons are in contracts/catalogue.py")
]


def cluster_name(environment: str) -> str:
    """Physical name of an environment's cluster, which other names and tags are made of."""
    return f"{environment}-eks-cluster"


@unique
class CapacityType(StrEnum):
    """How the instances of a node group are bought: at the list price, or spare ones that AWS may take back."""

    ON_DEMAND = "ON_DEMAND"
    SPOT = "SPOT"


class NodeGroupSettings(Settings):
    """One managed node group over all workload zones; paid by instance (an m5.large is about $70 a month on demand)."""

    instance_types: tuple[str, ...]
    """Types of EC2 instances with the same architecture, in order of preference; at least three on spot."""
    capacity: CapacityType
    """`ON_DEMAND`, or `SPOT` for what bears interruptions: pods have to tolerate the taint `atoll/spot` there."""
    minimum: Annotated[int, between(0, 450, "nodes")]
    """Fewest nodes."""
    maximum: Annotated[int, between(1, 450, "nodes")]
    """Most nodes."""
    desired: Annotated[int, between(0, 450, "nodes")]
    """Nodes at first; afterwards the Cluster Autoscaler decides."""
    disk_gib: Annotated[int, between(20, 16384, "GiB")]
    """Root volume of a node: gp3, encrypted; about $0.08 a GiB and month."""


class FargateProfileSettings(Settings):
    """Pods that run on Fargate instead of nodes; about $0.04 a vCPU-hour and $0.004 a GiB-hour."""

    namespace: LogicalName
    """Namespace of the pods."""
    labels: dict[str, str]
    """Labels that a pod must have all of; empty for every pod of the namespace."""


class TeamAccessSettings(Settings):
    """Who may change what is in some namespaces."""

    role: RoleName
    """IAM role of the account that the team's members assume."""
    namespaces: tuple[LogicalName, ...]
    """Namespaces in which it may edit; it sees no others."""


class ClusterAccessSettings(Settings):
    """IAM roles of the account that may enter, besides the one that made the cluster, which may do everything."""

    admin_roles: tuple[RoleName, ...]
    """May do everything in the cluster."""
    view_roles: tuple[RoleName, ...]
    """May look at everything but secrets."""
    teams: dict[LogicalName, TeamAccessSettings]
    """Team → where it may edit."""


class KubernetesSettings(Settings):
    """An EKS cluster: about $73 a month for the control plane, and its nodes."""

    version: KubernetesVersion
    """Kubernetes version, in quotes; its add-ons come with it."""
    extended_support: bool
    """Stay on the version for a year after its standard support ends, at $438 a month instead of $73; otherwise AWS
    upgrades the control plane by itself on that day."""
    log_retention_days: LogRetention
    """Days that the control plane's logs are kept; ingestion is about $0.50 a GB."""
    node_groups: dict[LogicalName, NodeGroupSettings]
    """Name → group of nodes."""
    fargate_profiles: dict[LogicalName, FargateProfileSettings]
    """Name → pods on Fargate; empty for none."""
    cluster_autoscaler: bool
    """Let the Cluster Autoscaler resize the node groups."""
    karpenter: bool
    """Let Karpenter make nodes that fit waiting pods: role, queue of interruptions, rules. Free besides the nodes."""
    cloudwatch_observability: bool
    """Container Insights by the CloudWatch agent: from about $20 a month and node."""
    adot: bool
    """AWS's operator for OpenTelemetry collectors, as an add-on; it needs cert-manager in the cluster."""
    access: ClusterAccessSettings
    """Who may enter."""
    identities: tuple[PodIdentity, ...]
    """Parts of the platform whose pods call AWS and get their role from the agent on their node (Pod Identity); those
    that belong to the settings above have theirs anyway."""
    irsa_identities: tuple[PodIdentity, ...]
    """Parts that get their role by a token of the cluster's OIDC issuer instead (IRSA), such as pods on Fargate."""

    @property
    def modes(self) -> dict[PodIdentity, IdentityMode]:
        """Every identity that the cluster has → how its pods get their role."""
        wanted = [
            *(PodIdentity.VPC_CNI, PodIdentity.EBS_CSI, PodIdentity.EFS_CSI),
            *((PodIdentity.CLUSTER_AUTOSCALER,) if self.cluster_autoscaler else ()),
            *((PodIdentity.KARPENTER,) if self.karpenter else ()),
            *((PodIdentity.CLOUDWATCH_AGENT,) if self.cloudwatch_observability else ()),
            *self.identities,
        ]
        modes = dict.fromkeys(wanted, IdentityMode.POD_IDENTITY) | dict.fromkeys(
            self.irsa_identities, IdentityMode.IRSA
        )
        return {identity: modes[identity] for identity in PodIdentity if identity in modes}
