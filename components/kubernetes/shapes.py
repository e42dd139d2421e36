"""Shapes that every object of ours has: labels, the security context of `restricted`, allowed edges of the network."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

Manifest = dict[str, Any]
"""A Kubernetes object or a part of one, with Kubernetes' own names."""

Spec: TypeAlias = Any
"""A `Manifest` on its way into the SDK, whose typed dictionaries would have Python's names."""

NAMESPACE = "argocd"
MANAGED = {"app.kubernetes.io/managed-by": "pulumi", "app.kubernetes.io/part-of": "argocd"}
DNS_PORTS = ({"protocol": "UDP", "port": 53}, {"protocol": "TCP", "port": 53})
ANYWHERE = ({"ipBlock": {"cidr": "0.0.0.0/0"}},)


def meta(name: str, *, labels: Mapping[str, str] | None = None, annotations: Mapping[str, str] | None = None) -> Spec:
    """Metadata of an object of ArgoCD's namespace."""
    found: Manifest = {
        "name": name,
        "namespace": NAMESPACE,
        "labels": {"app.kubernetes.io/name": name, **MANAGED, **(labels or {})},
    }
    return {**found, "annotations": dict(annotations)} if annotations else found


def chosen(name: str) -> dict[str, str]:
    """What selects the pods of a part."""
    return {"app.kubernetes.io/name": name}


def restricted_namespace(name: str, labels: Mapping[str, str]) -> Spec:
    """Metadata of a namespace in which pod security holds every pod to `restricted` (EKS-4)."""
    levels = {f"pod-security.kubernetes.io/{mode}": "restricted" for mode in ("enforce", "audit", "warn")}
    return {"name": name, "labels": {**levels, **labels}}


def container_security() -> Manifest:
    """What `restricted` asks of a container, and a root file system that nobody writes to."""
    return {
        "allowPrivilegeEscalation": False,
        "capabilities": {"drop": ["ALL"]},
        "readOnlyRootFilesystem": True,
        "runAsNonRoot": True,
        "seccompProfile": {"type": "RuntimeDefault"},
    }


def allowed(
    name: str, *, ingress: Sequence[tuple[Sequence[Manifest], Sequence[int]]], egress: Sequence[Manifest]
) -> Spec:
    """Specification of a NetworkPolicy: who may connect to which ports of a part, and where it may connect to.

    Args:
        name: of the part.
        ingress: peers (none for everyone) and TCP ports.
        egress: rules; DNS is added.
    """
    return {
        "podSelector": {"matchLabels": chosen(name)},
        "policyTypes": ["Ingress", "Egress"],
        "ingress": [
            {**({"from": list(peers)} if peers else {}), "ports": [{"protocol": "TCP", "port": port} for port in ports]}
            for peers, ports in ingress
        ],
        "egress": [{"ports": list(DNS_PORTS), "to": [dns()]}, *egress],
    }


def dns() -> Manifest:
    """The cluster's DNS, as a peer."""
    return {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "kube-system"}}}


def pods(name: str) -> Manifest:
    """Pods of a part of the same namespace, as a peer."""
    return {"podSelector": {"matchLabels": chosen(name)}}


def namespace(name: str) -> Manifest:
    """Every pod of a namespace, as a peer."""
    return {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": name}}}


def to(peers: Sequence[Manifest], *ports: int) -> Manifest:
    """An egress rule."""
    return {"to": list(peers), "ports": [{"protocol": "TCP", "port": port} for port in ports]}
