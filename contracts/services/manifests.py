"""Deployments of a contract on Kubernetes, as plain manifests: what the Kubernetes layer applies (EKS-4, CON-4)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from contracts.services.bindings import Service
from contracts.services.compute import EksDeployment
from contracts.services.naming import Runner, RunnerKind
from contracts.services.reach import Peer, openings

Manifest = dict[str, Any]
USER = 10001
"""Numeric user of the containers; nothing runs as root."""
PRIVATE_BLOCKS = ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")
"""Where pods, databases and caches are; AWS's endpoints are outside, or behind interface endpoints inside."""


def manifests(service: Service, key: str, variables: Mapping[str, str], *, registry: str) -> list[Manifest]:
    """Everything that one deployment of a contract needs in the service's namespace.

    Args:
        service: in its place.
        key: the contract's name of the deployment.
        variables: environment of its container (`variables`).
        registry: host of the image registry, for an image that is only a tag.

    Returns:
        ServiceAccount, Deployment, Service, HorizontalPodAutoscaler, PodDisruptionBudget and NetworkPolicy.
    """
    clause = service.loaded.contract.compute.eks[key]
    name = f"{service.names.service}-{key}"
    role = service.names.role_arn(Runner(RunnerKind.CONTAINER, key))
    labels = {"app.kubernetes.io/name": name, "app.kubernetes.io/part-of": service.loaded.contract.domain}
    namespace = f"{service.place.environment}-{service.loaded.contract.domain}"

    def manifest(api: str, kind: str, body: Manifest, **metadata: Any) -> Manifest:
        meta = {"name": name, "namespace": namespace, "labels": labels, **metadata}
        return {"apiVersion": api, "kind": kind, "metadata": meta, **body}

    chosen = {"matchLabels": {"app.kubernetes.io/name": name}}
    scaled = {"apiVersion": "apps/v1", "kind": "Deployment", "name": name}
    account = {"annotations": {"eks.amazonaws.com/role-arn": role}}
    return [
        manifest("v1", "ServiceAccount", {"automountServiceAccountToken": False}, **account),
        manifest("apps/v1", "Deployment", {"spec": _deployment(clause, name, labels, chosen, variables, registry)}),
        manifest(
            "v1",
            "Service",
            {
                "spec": {
                    "selector": chosen["matchLabels"],
                    "ports": [{"name": "main", "port": clause.port, "targetPort": clause.port}],
                }
            },
        ),
        manifest("autoscaling/v2", "HorizontalPodAutoscaler", {"spec": _autoscaler(clause, scaled)}),
        manifest("policy/v1", "PodDisruptionBudget", {"spec": {"maxUnavailable": 1, "selector": chosen}}),
        manifest("networking.k8s.io/v1", "NetworkPolicy", {"spec": _policy(service, clause, chosen)}),
    ]


def _deployment(
    clause: EksDeployment,
    name: str,
    labels: Mapping[str, str],
    chosen: Manifest,
    variables: Mapping[str, str],
    registry: str,
) -> Manifest:
    memory = f"{clause.memory_mib}Mi"
    environment = {"PORT": str(clause.port), **clause.environment, **variables}
    container = {
        "name": name,
        "image": clause.image if "/" in clause.image else f"{registry}/{name}:{clause.image}",
        "ports": [{"name": "main", "containerPort": clause.port}],
        "env": [{"name": key, "value": value} for key, value in sorted(environment.items())],
        # Memory is no more than asked for, so that a pod never takes its neighbours'; spare CPU is anyone's.
        "resources": {
            "requests": {"cpu": f"{clause.cpu_millicores}m", "memory": memory},
            "limits": {"memory": memory},
        },
        "readinessProbe": _probe(clause, 5),
        "livenessProbe": {**_probe(clause, 10), "failureThreshold": 6},
        "securityContext": {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        },
    }
    pod = {
        "serviceAccountName": name,
        "securityContext": {
            "runAsNonRoot": True,
            "runAsUser": USER,
            "seccompProfile": {"type": "RuntimeDefault"},
        },
        "topologySpreadConstraints": [
            {
                "maxSkew": 1,
                "topologyKey": "topology.kubernetes.io/zone",
                "whenUnsatisfiable": "ScheduleAnyway",
                "labelSelector": chosen,
            }
        ],
        "containers": [container],
    }
    # The autoscaler owns the number of pods.
    return {"selector": chosen, "template": {"metadata": {"labels": dict(labels)}, "spec": pod}}


def _probe(clause: EksDeployment, period: int) -> Manifest:
    return {"httpGet": {"path": clause.health_path, "port": "main"}, "periodSeconds": period}


def _autoscaler(clause: EksDeployment, scaled: Manifest) -> Manifest:
    target = {"type": "Utilization", "averageUtilization": clause.scaling.cpu_percent}
    return {
        "scaleTargetRef": scaled,
        "minReplicas": clause.scaling.minimum,
        "maxReplicas": clause.scaling.maximum,
        "metrics": [{"type": "Resource", "resource": {"name": "cpu", "target": target}}],
    }


def _policy(service: Service, clause: EksDeployment, chosen: Manifest) -> Manifest:
    """In: its port, from the environment's pods. Out: DNS, and the ports that its edges and stores need."""
    environment = {"kubernetes.io/metadata.name": "kube-system"}
    egress: list[Manifest] = [
        {
            "to": [{"namespaceSelector": {"matchLabels": environment}}],
            "ports": [{"protocol": protocol, "port": 53} for protocol in ("UDP", "TCP")],
        }
    ]
    for opening in openings(service):
        if not opening.inbound:
            blocks = ["0.0.0.0/0"] if opening.peer is Peer.AWS else list(PRIVATE_BLOCKS)
            egress.append(
                {
                    "to": [{"ipBlock": {"cidr": block}} for block in blocks],
                    "ports": [{"protocol": "TCP", "port": opening.port}],
                }
            )
    inside = {"namespaceSelector": {"matchLabels": {"atoll.example/environment": service.place.environment}}}
    return {
        "podSelector": chosen,
        "policyTypes": ["Ingress", "Egress"],
        "ingress": [{"from": [inside], "ports": [{"protocol": "TCP", "port": clause.port}]}],
        "egress": egress,
    }
