"""A Kubernetes cluster: control plane, nodes, add-ons, and the roles of its pods (EKS-1, EKS-2, EKS-3, IAM-3)."""

from components.eks.addons import BEFORE_NODES, EksAddons, EksAddonsArgs, addons_after_nodes
from components.eks.cluster import EksCluster, EksClusterArgs
from components.eks.fargate import EksFargate, EksFargateArgs
from components.eks.karpenter import Karpenter, KarpenterArgs, node_role_name, queue_name
from components.eks.network import EksNetwork, EksNetworkArgs
from components.eks.nodes import EksNodes, EksNodesArgs
from components.eks.pod_identities import PodIdentities, PodIdentitiesArgs, taken_by_token
from components.eks.pod_scope import PodScope

__all__ = [
    "BEFORE_NODES",
    "EksAddons",
    "EksAddonsArgs",
    "EksCluster",
    "EksClusterArgs",
    "EksFargate",
    "EksFargateArgs",
    "EksNetwork",
    "EksNetworkArgs",
    "EksNodes",
    "EksNodesArgs",
    "Karpenter",
    "KarpenterArgs",
    "PodIdentities",
    "PodIdentitiesArgs",
    "PodScope",
    "addons_after_nodes",
    "node_role_name",
    "queue_name",
    "taken_by_token",
]
