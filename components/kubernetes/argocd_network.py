"""Edges of ArgoCD's network: nothing may connect but what is said here (EKS-4)."""

from __future__ import annotations

from components.kubernetes.shapes import ANYWHERE, Spec, allowed, namespace, pods, to

_CLIENTS = ("argocd-server", "argocd-repo-server", "argocd-application-controller")


def policies() -> dict[str, Spec]:
    """Name → specification of a NetworkPolicy; the first denies everything that no other allows."""
    repositories, cache = to([pods("argocd-repo-server")], 8081), to([pods("argocd-redis")], 6379)
    api, monitoring = to(ANYWHERE, 443, 6443), namespace("monitoring")
    clients = [pods(name) for name in _CLIENTS]
    return {
        "default-deny": {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]},
        "argocd-server": allowed(
            "argocd-server",
            ingress=[([namespace("istio-ingress")], [8080]), ([monitoring], [8083])],
            egress=[repositories, cache, api],
        ),
        "argocd-repo-server": allowed(
            "argocd-repo-server",
            ingress=[([*clients, pods("argocd-applicationset-controller")], [8081]), ([monitoring], [8084])],
            egress=[cache, to(ANYWHERE, 443)],
        ),
        "argocd-application-controller": allowed(
            "argocd-application-controller", ingress=[([monitoring], [8082])], egress=[repositories, cache, api]
        ),
        "argocd-applicationset-controller": allowed(
            "argocd-applicationset-controller",
            ingress=[([namespace("istio-ingress")], [7000]), ([monitoring], [8080])],
            egress=[repositories, api],
        ),
        "argocd-redis": allowed("argocd-redis", ingress=[(clients, [6379])], egress=[to(ANYWHERE, 443, 6443)]),
    }
