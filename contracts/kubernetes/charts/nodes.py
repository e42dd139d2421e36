"""What makes nodes when pods wait for them (EKS-3)."""

from __future__ import annotations

from contracts.kubernetes.parts import Chart, Component, Wave, drawn, resources, security
from contracts.kubernetes.versions import CHARTS


def nodes() -> tuple[Component, ...]:
    """Karpenter, and the autoscaler of node groups."""
    karpenter = Chart(
        repository="public.ecr.aws/karpenter",
        name="karpenter",
        version=CHARTS["karpenter"],
        values={
            "replicas": 2,
            "serviceAccount": {"create": True, "name": "karpenter"},
            "settings": {
                "clusterName": drawn("cluster-name"),
                "clusterEndpoint": drawn("cluster-endpoint"),
                "interruptionQueue": drawn("karpenter-queue"),
            },
            "controller": {"resources": resources("250m", "1Gi")},
        },
    )
    autoscaler = Chart(
        repository="https://kubernetes.github.io/autoscaler",
        name="cluster-autoscaler",
        version=CHARTS["aws-cluster-autoscaler"],
        values={
            "cloudProvider": "aws",
            "awsRegion": drawn("region"),
            "autoDiscovery": {"clusterName": drawn("cluster-name")},
            "rbac": {"serviceAccount": {"create": True, "name": "cluster-autoscaler"}},
            "replicaCount": 2,
            "extraArgs": {
                "expander": "least-waste",
                "balance-similar-node-groups": True,
                "skip-nodes-with-system-pods": False,
            },
            "containerSecurityContext": security(),
            "resources": resources("50m", "256Mi"),
        },
    )
    return (
        Component(
            name="karpenter",
            switch="karpenter",
            namespace="kube-system",
            wave=Wave.NODES,
            charts=(karpenter,),
            security="",
            patched="EC2NodeClass",
            patches={
                "/spec/role": drawn("karpenter-node-role"),
                "/spec/subnetSelectorTerms/0/tags/karpenter.sh~1discovery": drawn("karpenter-discovery"),
                "/spec/securityGroupSelectorTerms/0/tags/karpenter.sh~1discovery": drawn("karpenter-discovery"),
            },
        ),
        Component(
            name="cluster-autoscaler",
            switch="cluster-autoscaler",
            namespace="kube-system",
            wave=Wave.NODES,
            charts=(autoscaler,),
            security="",
        ),
    )
