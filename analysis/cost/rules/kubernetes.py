"""Objects on a cluster: they run on nodes that are priced, but some make AWS resources of their own."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any

from analysis.cost.charges import Charge, Context, NoPriceError, Rule, required, value
from analysis.office_hours import HOURS_OF_MONTH
from graph.nodes import Node

_SIZE = re.compile(r"(\d+)(Gi|Ti|Mi)")
_GIB = {"Mi": Decimal(1) / 1024, "Gi": Decimal(1), "Ti": Decimal(1024)}
_FREE_GROUPS = frozenset(
    {
        "core",
        "admissionregistration.k8s.io",
        "apiextensions.k8s.io",
        "apiregistration.k8s.io",
        "apps",
        "argoproj.io",
        "autoscaling",
        "batch",
        "cert-manager.io",
        "coordination.k8s.io",
        "external-secrets.io",
        "karpenter.k8s.aws",
        "monitoring.coreos.com",
        "networking.istio.io",
        "networking.k8s.io",
        "policy",
        "rbac.authorization.k8s.io",
        "scheduling.k8s.io",
        "security.istio.io",
        "storage.k8s.io",
        "telemetry.istio.io",
        "velero.io",
    }
)
"""API groups whose objects, but for the kinds that have a rule, make nothing outside of the cluster."""


def _load_balancer_service(node: Node, context: Context) -> Iterable[Charge]:
    spec: Any = value(node, "spec") or {}
    if spec.get("type") != "LoadBalancer":
        return
    yield Charge("network-balancer-hour", HOURS_OF_MONTH)
    yield context.charge("network-balancer-lcu-hour", "balancer-units", times=HOURS_OF_MONTH)
    if _annotation(node, "service.beta.kubernetes.io/aws-load-balancer-scheme") == "internet-facing":
        yield context.charge("public-ipv4-hour", "balancer-zones", times=HOURS_OF_MONTH)


def _ingress(node: Node, context: Context) -> Iterable[Charge]:
    spec: Any = value(node, "spec") or {}
    if spec.get("ingressClassName", "alb") != "alb":
        return
    # Ingresses of one group share a load balancer.
    group = f"ingress:{_annotation(node, 'alb.ingress.kubernetes.io/group.name') or node.urn}"
    if group in context.seen:
        return
    context.seen.add(group)
    yield Charge("load-balancer-hour", HOURS_OF_MONTH)
    yield context.charge("load-balancer-lcu-hour", "balancer-units", times=HOURS_OF_MONTH)
    if _annotation(node, "alb.ingress.kubernetes.io/scheme") == "internet-facing":
        yield context.charge("public-ipv4-hour", "balancer-zones", times=HOURS_OF_MONTH)


def _annotation(node: Node, name: str) -> object:
    metadata: Any = value(node, "metadata") or {}
    annotations: Any = metadata.get("annotations") or {}
    return annotations.get(name)


def _claim(node: Node, context: Context) -> Iterable[Charge]:
    yield from _volume(required(node, "spec"), 1)


def _stateful_set(node: Node, context: Context) -> Iterable[Charge]:
    spec: Any = required(node, "spec")
    for template in spec.get("volumeClaimTemplates") or ():
        yield from _volume(template["spec"], int(spec.get("replicas", 1)))


def _volume(spec: Any, copies: int) -> Iterable[Charge]:
    if "ReadWriteMany" in (spec.get("accessModes") or ()):
        return  # on the shared file system, which is priced
    resources: Any = spec.get("resources") or {}
    requests: Any = resources.get("requests") or {}
    size = str(requests.get("storage"))
    match = _SIZE.fullmatch(size)
    if match is None:
        raise NoPriceError(f"{size} is no size such as 20Gi")
    yield Charge("ebs-gp3-gb-month", Decimal(match[1]) * _GIB[match[2]] * copies)


def _node_pool(node: Node, context: Context) -> Iterable[Charge]:
    yield context.charge("ec2:m5.large", "karpenter-node-hours")


def _application(node: Node, context: Context) -> Iterable[Charge]:
    """What Argo CD installs from a folder of git is not in the graph: it is assumed, once a cluster."""
    spec: Any = value(node, "spec") or {}
    sources: Any = spec.get("sources") or [spec.get("source") or {}]
    if "gitops" in context.seen or not any("path" in source for source in sources):
        return
    context.seen.add("gitops")
    yield context.charge("network-balancer-hour", "gitops-balancers", times=HOURS_OF_MONTH)
    yield context.charge("network-balancer-lcu-hour", "gitops-balancers", "balancer-units", times=HOURS_OF_MONTH)
    yield context.charge("ebs-gp3-gb-month", "gitops-volume-gb")
    yield from _node_pool(node, context)


_KINDS: dict[str, Rule] = {
    "Application": _application,
    "Ingress": _ingress,
    "NodePool": _node_pool,
    "PersistentVolumeClaim": _claim,
    "Service": _load_balancer_service,
    "StatefulSet": _stateful_set,
}
_GROUPS = {
    "Application": "argoproj.io",
    "Ingress": "networking.k8s.io",
    "NodePool": "karpenter.sh",
    "PersistentVolumeClaim": "core",
    "Service": "core",
    "StatefulSet": "apps",
}


def rule_for(type_: str) -> Callable[[Node, Context], Iterable[Charge]] | None:
    """Return how an object such as `kubernetes:core/v1:Service` is charged; None where nobody knows what it makes."""
    _, _, rest = type_.partition(":")
    version, _, kind = rest.rpartition(":")
    group = version.partition("/")[0]
    if _GROUPS.get(kind) == group:
        return _KINDS[kind]
    return _nothing if group in _FREE_GROUPS else None


def _nothing(node: Node, context: Context) -> Iterable[Charge]:
    return ()
