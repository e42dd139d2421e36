"""What each process of ArgoCD may do with the API server."""

from __future__ import annotations

from components.kubernetes.shapes import Manifest, Spec

_READ = ["get", "list", "watch"]
_WRITE = ["create", "update", "patch", "delete"]


def _rule(groups: list[str], resources: list[str], verbs: list[str]) -> Manifest:
    return {"apiGroups": groups, "resources": resources, "verbs": verbs}


NAMESPACED: dict[str, Spec] = {
    "argocd-server": [
        _rule([""], ["secrets", "configmaps"], [*_READ, *_WRITE]),
        _rule([""], ["events"], ["create", "list"]),
        _rule(["argoproj.io"], ["applications", "applicationsets", "appprojects"], [*_READ, *_WRITE]),
    ],
    "argocd-application-controller": [
        _rule([""], ["secrets", "configmaps"], _READ),
        _rule([""], ["events"], ["create", "list"]),
        _rule(["argoproj.io"], ["applications", "applicationsets", "appprojects"], [*_READ, *_WRITE]),
        _rule(["apps"], ["deployments"], _READ),
    ],
    "argocd-applicationset-controller": [
        _rule([""], ["secrets", "configmaps"], _READ),
        _rule([""], ["events"], [*_READ, "create", "patch"]),
        _rule(["argoproj.io"], ["applications"], [*_READ, *_WRITE]),
        _rule(["argoproj.io"], ["applicationsets", "appprojects"], _READ),
        _rule(["argoproj.io"], ["applicationsets/status"], ["get", "patch", "update"]),
        _rule(["coordination.k8s.io"], ["leases"], [*_READ, *_WRITE]),
    ],
    "argocd-redis": [
        {**_rule([""], ["secrets"], ["get"]), "resourceNames": ["argocd-redis"]},
        _rule([""], ["secrets"], ["create"]),
    ],
}
"""Process → rules in ArgoCD's own namespace. The part that reads repositories has none, and no token."""

CLUSTER_WIDE: dict[str, Spec] = {
    # It brings in what Git says, kinds included that are not known yet; what it may be told to bring in, and where,
    # is held by AppProjects and by the reviews of the repository.
    "argocd-application-controller": [
        _rule(["*"], ["*"], ["*"]),
        {"nonResourceURLs": ["*"], "verbs": ["*"]},
    ],
    "argocd-server": [
        _rule(["*"], ["*"], ["get"]),
        _rule([""], ["events"], ["list"]),
        _rule([""], ["pods", "pods/log"], ["get"]),
    ],
}
"""Process → rules in the whole cluster."""
