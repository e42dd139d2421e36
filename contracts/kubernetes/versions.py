"""Versions of everything that runs on a cluster beside the teams' services: one place, and one line to change each.

Definitions (CRDs) to check against come from the Go module of the same release (`embedded/definitions/module/go.mod`);
a test compares the two.
"""

from __future__ import annotations

ARGOCD = "v3.2.0"
ARGOCD_IMAGE = f"quay.io/argoproj/argocd:{ARGOCD}"
REDIS_IMAGE = "public.ecr.aws/docker/library/redis:8.2.2-alpine"
"""Redis beside ArgoCD, which keeps in it only what it can compute again."""
COLLECTOR_IMAGE = "public.ecr.aws/aws-observability/aws-otel-collector:v0.45.0"
"""AWS Distro for OpenTelemetry."""
BUILDER_IMAGE = "public.ecr.aws/codebuild/amazonlinux-aarch64-standard:3.0"
"""What Jenkins' agents run their steps in."""

CHARTS: dict[str, str] = {
    "argo-rollouts": "2.40.5",
    "aws-cluster-autoscaler": "9.50.1",
    "cert-manager": "v1.21.2",
    "external-secrets": "1.3.2",
    "fluent-bit": "0.54.0",
    "istio": "1.31.1",
    "jenkins": "5.8.68",
    "karpenter": "1.14.1",
    "kube-prometheus-stack": "77.0.0",
    "metrics-server": "3.13.0",
    "velero": "11.2.0",
}
"""Helm chart → its version; `istio` stands for its base, istiod, cni and gateway charts."""

APPLICATIONS: dict[str, str] = {
    "argo-rollouts": "v1.8.3",
    "cert-manager": "v1.21.2",
    "external-secrets": "v1.3.2",
    "istio": "v1.31.1",
    "karpenter": "v1.14.1",
    "kube-prometheus-stack": "v0.85.0",
}
"""Chart → the release of its software whose definitions ours are checked against."""
