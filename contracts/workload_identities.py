"""Which pods of the platform call AWS, and under which service account (IAM-3).

Everybody who names one of these pods reads it here: the region's stack makes its role, the Kubernetes layer its
service account.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum, unique


@unique
class PodIdentity(StrEnum):
    """A part of the platform whose pods call AWS; the value is its key in settings and outputs."""

    VPC_CNI = "vpc-cni"
    EBS_CSI = "ebs-csi"
    EFS_CSI = "efs-csi"
    CLUSTER_AUTOSCALER = "cluster-autoscaler"
    KARPENTER = "karpenter"
    LOAD_BALANCER_CONTROLLER = "load-balancer-controller"
    EXTERNAL_DNS = "external-dns"
    CERT_MANAGER = "cert-manager"
    EXTERNAL_SECRETS = "external-secrets"
    FLUENT_BIT = "fluent-bit"
    METRICS_WRITER = "metrics-writer"
    TRACE_COLLECTOR = "trace-collector"
    CLOUDWATCH_AGENT = "cloudwatch-agent"
    VELERO = "velero"
    JENKINS_AGENT = "jenkins-agent"
    ARGOCD = "argocd"


@unique
class IdentityMode(StrEnum):
    """How a pod gets its role: by the agent on its node, or by a token of the cluster's OIDC issuer (IRSA).

    Only IRSA works on Fargate, where no agent runs.
    """

    POD_IDENTITY = "pod-identity"
    IRSA = "irsa"


@dataclass(frozen=True)
class ServiceAccount:
    """A service account of Kubernetes."""

    namespace: str
    name: str


SERVICE_ACCOUNTS: dict[PodIdentity, ServiceAccount] = {
    PodIdentity.VPC_CNI: ServiceAccount("kube-system", "aws-node"),
    PodIdentity.EBS_CSI: ServiceAccount("kube-system", "ebs-csi-controller-sa"),
    PodIdentity.EFS_CSI: ServiceAccount("kube-system", "efs-csi-controller-sa"),
    PodIdentity.CLUSTER_AUTOSCALER: ServiceAccount("kube-system", "cluster-autoscaler"),
    PodIdentity.KARPENTER: ServiceAccount("kube-system", "karpenter"),
    PodIdentity.LOAD_BALANCER_CONTROLLER: ServiceAccount("kube-system", "aws-load-balancer-controller"),
    PodIdentity.EXTERNAL_DNS: ServiceAccount("external-dns", "external-dns"),
    PodIdentity.CERT_MANAGER: ServiceAccount("cert-manager", "cert-manager"),
    PodIdentity.EXTERNAL_SECRETS: ServiceAccount("external-secrets", "external-secrets"),
    PodIdentity.FLUENT_BIT: ServiceAccount("logging", "fluent-bit"),
    PodIdentity.METRICS_WRITER: ServiceAccount("monitoring", "prometheus"),
    PodIdentity.TRACE_COLLECTOR: ServiceAccount("monitoring", "otel-collector"),
    PodIdentity.CLOUDWATCH_AGENT: ServiceAccount("amazon-cloudwatch", "cloudwatch-agent"),
    PodIdentity.VELERO: ServiceAccount("velero", "velero"),
    PodIdentity.JENKINS_AGENT: ServiceAccount("jenkins", "jenkins-agent"),
    PodIdentity.ARGOCD: ServiceAccount("argocd", "argocd-application-controller"),
}
"""Identity → service account of its pods; no other may take its role."""
