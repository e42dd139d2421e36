"""Edges of the network between namespaces: everything is denied, and what is needed is said (EKS-4)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from contracts.kubernetes.parts import Manifest

CLUSTER = ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10")
"""Where nodes, pods and the API server are."""
ANYWHERE = ("0.0.0.0/0",)
MESH_CONTROL = 15012
"""istiod: certificates and configuration of proxies."""
MESH_TUNNEL = 15443
COLLECTOR = 4317
"""OpenTelemetry over gRPC."""
PROXY_METRICS = (15020, 15090)


@dataclass(frozen=True, kw_only=True)
class Edges:
    """What the pods of one namespace may do besides talking to one another and asking DNS."""

    served: dict[str, tuple[int, ...]]
    """Namespace, or `*` for the cluster's addresses, → TCP ports that it may connect to."""
    called: dict[str, tuple[int, ...]]
    """Namespace, or `aws` for HTTPS outside, → TCP ports that it is connected to."""
    injected: bool = False
    """Whether its pods are in the mesh."""


PLATFORM: dict[str, Edges] = {
    "argo-rollouts": Edges(served={"monitoring": (8090,)}, called={"*": (443, 6443), "monitoring": (9090,)}),
    "cert-manager": Edges(served={"*": (10250,), "monitoring": (9402,)}, called={"aws": (443,), "*": (443, 6443)}),
    "external-secrets": Edges(served={"*": (10250,), "monitoring": (8080,)}, called={"aws": (443,), "*": (443, 6443)}),
    "istio-system": Edges(
        served={"*": (MESH_CONTROL, 15017), "monitoring": (15014,)}, called={"*": (443, 6443), "aws": (443,)}
    ),
    "istio-ingress": Edges(served={"*": (80, 443, 8080, 8443, 15021)}, called={"*": (8080, 8443, 443)}, injected=True),
    "istio-east-west": Edges(
        served={"*": (15021, MESH_TUNNEL, MESH_CONTROL, 15017)}, called={"*": (8080, MESH_TUNNEL)}, injected=True
    ),
    "jenkins": Edges(served={"istio-ingress": (8080,)}, called={"aws": (443,), "*": (443, 6443, 2049)}, injected=True),
    "logging": Edges(served={"monitoring": (2020,)}, called={"aws": (443,), "*": (443, 6443, 10250)}),
    "monitoring": Edges(
        served={"*": (10250, COLLECTOR, 4318), "argo-rollouts": (9090,)},
        called={"aws": (443,), "*": tuple(range(0))},
    ),
    "velero": Edges(served={"monitoring": (8085,)}, called={"aws": (443,), "*": (443, 6443)}),
}
"""Namespace of the platform → its edges. Prometheus asks every namespace for metrics, wherever they are served."""


def in_namespace(name: str) -> Manifest:
    """Every pod of a namespace, as a peer."""
    return {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": name}}}


def blocks(cidrs: Sequence[str]) -> list[Manifest]:
    """Addresses, as peers."""
    return [{"ipBlock": {"cidr": cidr}} for cidr in cidrs]


def tcp(ports: Sequence[int]) -> list[Manifest]:
    """TCP ports of a rule."""
    return [{"protocol": "TCP", "port": port} for port in ports]


def policy(name: str, namespace: str, spec: Manifest) -> Manifest:
    """A NetworkPolicy for every pod of a namespace, unless its specification chooses some."""
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": {"name": name, "namespace": namespace},
        "spec": {"podSelector": {}, **spec},
    }


def denied(namespace: str) -> Manifest:
    """Nothing in, nothing out, that no other policy allows."""
    return policy("default-deny", namespace, {"policyTypes": ["Ingress", "Egress"]})


def names(namespace: str) -> Manifest:
    """Ask the cluster's DNS."""
    ports = [{"protocol": protocol, "port": 53} for protocol in ("UDP", "TCP")]
    rule = {"to": [in_namespace("kube-system")], "ports": ports}
    return policy("allow-dns", namespace, {"policyTypes": ["Egress"], "egress": [rule]})


def meshed(namespace: str) -> Manifest:
    """What every proxy needs: certificates and configuration, a place for traces, and to be asked for metrics."""
    return policy(
        "allow-mesh",
        namespace,
        {
            "policyTypes": ["Ingress", "Egress"],
            "ingress": [{"from": [in_namespace("monitoring")], "ports": tcp(PROXY_METRICS)}],
            "egress": [
                {"to": [in_namespace("istio-system")], "ports": tcp((MESH_CONTROL,))},
                {"to": [in_namespace("monitoring")], "ports": tcp((COLLECTOR,))},
            ],
        },
    )


def platform_policies(namespace: str) -> list[Manifest]:
    """Every policy of one namespace of the platform."""
    edges = PLATFORM[namespace]
    own: Manifest = {"podSelector": {}}
    ingress: list[Manifest] = [{"from": [own]}]
    egress: list[Manifest] = [{"to": [own]}]
    for peer, ports in edges.served.items():
        peers = blocks(CLUSTER) if peer == "*" else [in_namespace(peer)]
        ingress.append({"from": peers, "ports": tcp(ports)})
    for peer, ports in edges.called.items():
        peers = blocks(ANYWHERE if peer == "aws" else CLUSTER) if peer in {"aws", "*"} else [in_namespace(peer)]
        egress.append({"to": peers, **({"ports": tcp(ports)} if ports else {})})
    allowed = {"policyTypes": ["Ingress", "Egress"], "ingress": ingress, "egress": egress}
    found = [denied(namespace), names(namespace), policy("allow-platform", namespace, allowed)]
    return [*found, meshed(namespace)] if edges.injected else found
