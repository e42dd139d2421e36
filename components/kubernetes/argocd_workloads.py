"""The processes of ArgoCD as specifications of Deployments and of one StatefulSet.

https://argo-cd.readthedocs.io/en/stable/operator-manual/high_availability/
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from components.kubernetes.shapes import MANAGED, Manifest, Spec, chosen, container_security
from contracts.kubernetes.versions import ARGOCD_IMAGE, REDIS_IMAGE
from contracts.settings.kubernetes_layer import ArgoCdSettings

USER = 999
"""User of ArgoCD's image, and of Redis'."""
_REDIS_PASSWORD = {
    "name": "REDIS_PASSWORD",
    "valueFrom": {"secretKeyRef": {"name": "argocd-redis", "key": "auth"}},
}


@dataclass(frozen=True, kw_only=True)
class Part:
    """One process of ArgoCD."""

    name: str
    """Name of its workload, service account and Service."""
    command: str
    """Program in the image."""
    replicas: int
    ports: Mapping[str, int]
    """Name → TCP port."""
    probe: Manifest
    """How its health is asked."""
    cpu: str
    memory: str
    """What a pod asks for, and of memory may not exceed twice."""
    files: Mapping[str, Manifest] = field(default_factory=dict[str, Manifest])
    """Path → volume that is mounted there, besides /tmp."""
    environment: Mapping[str, str] = field(default_factory=dict[str, str])
    wants_api: bool = True
    """Whether it talks to the API server."""


def _http(path: str, port: int) -> Manifest:
    return {"httpGet": {"path": path, "port": port}}


def _config(name: str) -> Manifest:
    return {"configMap": {"name": name}}


_HOSTS = {"/app/config/ssh": _config("argocd-ssh-known-hosts-cm"), "/app/config/tls": _config("argocd-tls-certs-cm")}


def parts(settings: ArgoCdSettings) -> tuple[Part, ...]:
    """Every process but Redis."""
    return (
        Part(
            name="argocd-server",
            command="argocd-server",
            replicas=settings.replicas,
            ports={"server": 8080, "metrics": 8083},
            probe=_http("/healthz", 8080),
            cpu="100m",
            memory="256Mi",
            files={**_HOSTS, "/home/argocd": {"emptyDir": {}}},
            environment={"ARGOCD_API_SERVER_REPLICAS": str(settings.replicas)},
        ),
        Part(
            name="argocd-repo-server",
            command="argocd-repo-server",
            replicas=settings.replicas,
            ports={"server": 8081, "metrics": 8084},
            probe=_http("/healthz?full=true", 8084),
            cpu="250m",
            memory="512Mi",
            files={
                **_HOSTS,
                "/app/config/gpg/source": _config("argocd-gpg-keys-cm"),
                "/app/config/gpg/keys": {"emptyDir": {}},
                "/helm-working-dir": {"emptyDir": {}},
            },
            environment={
                "HELM_CACHE_HOME": "/helm-working-dir",
                "HELM_CONFIG_HOME": "/helm-working-dir",
                "HELM_DATA_HOME": "/helm-working-dir",
                "ARGOCD_REPO_SERVER_PARALLELISM_LIMIT": "10",
            },
            wants_api=False,
        ),
        Part(
            name="argocd-applicationset-controller",
            command="argocd-applicationset-controller",
            replicas=min(2, settings.replicas),
            ports={"webhook": 7000, "metrics": 8080, "probe": 8081},
            probe=_http("/healthz", 8081),
            cpu="50m",
            memory="128Mi",
            files=_HOSTS,
            environment={
                "ARGOCD_APPLICATIONSET_CONTROLLER_ENABLE_LEADER_ELECTION": "true",
                "ARGOCD_APPLICATIONSET_CONTROLLER_POLICY": "sync",
            },
        ),
        Part(
            name="argocd-application-controller",
            command="argocd-application-controller",
            replicas=settings.controllers,
            ports={"metrics": 8082},
            probe=_http("/healthz", 8082),
            cpu="500m",
            memory="1Gi",
            files={"/home/argocd": {"emptyDir": {}}},
            environment={
                "ARGOCD_CONTROLLER_REPLICAS": str(settings.controllers),
                "ARGOCD_APPLICATION_CONTROLLER_SERVER_SIDE_DIFF": "true",
                "ARGOCD_RECONCILIATION_TIMEOUT": "180s",
            },
        ),
    )


def workload(part: Part) -> Spec:
    """Specification of a part's Deployment, or of the controller's StatefulSet but for its `serviceName`."""
    files: dict[str, Manifest] = {"/tmp": {"emptyDir": {}}, **part.files}
    volumes = {path: path.strip("/").replace("/", "-") for path in files}
    variables: list[Manifest] = [
        {"name": "NAMESPACE", "valueFrom": {"fieldRef": {"fieldPath": "metadata.namespace"}}},
        *({"name": name, "value": value} for name, value in part.environment.items()),
        _REDIS_PASSWORD,
    ]
    container: Manifest = {
        "name": part.name,
        "image": ARGOCD_IMAGE,
        "args": [f"/usr/local/bin/{part.command}"],
        "env": variables,
        "ports": [{"name": name, "containerPort": port} for name, port in part.ports.items()],
        "readinessProbe": {**part.probe, "periodSeconds": 10},
        "livenessProbe": {**part.probe, "initialDelaySeconds": 30, "periodSeconds": 10, "failureThreshold": 6},
        "resources": _resources(part.cpu, part.memory),
        "securityContext": container_security(),
        "volumeMounts": [{"name": volumes[path], "mountPath": path} for path in files],
    }
    spread = {
        "maxSkew": 1,
        "topologyKey": "topology.kubernetes.io/zone",
        "whenUnsatisfiable": "ScheduleAnyway",
        "labelSelector": {"matchLabels": chosen(part.name)},
    }
    return _controlled(
        part.name,
        part.replicas,
        {
            "serviceAccountName": part.name,
            "automountServiceAccountToken": part.wants_api,
            "securityContext": {"runAsNonRoot": True, "runAsUser": USER, "fsGroup": USER},
            "topologySpreadConstraints": [spread],
            "containers": [container],
            "volumes": [{"name": volumes[path], **source} for path, source in files.items()],
        },
    )


def redis() -> Spec:
    """Specification of Redis' Deployment: a cache, behind a password that a first container draws."""
    return _controlled(
        "argocd-redis",
        1,
        {
            "serviceAccountName": "argocd-redis",
            "securityContext": {"runAsNonRoot": True, "runAsUser": USER, "fsGroup": USER},
            "initContainers": [
                {
                    "name": "password",
                    "image": ARGOCD_IMAGE,
                    "command": ["argocd", "admin", "redis-initial-password"],
                    "resources": _resources("50m", "64Mi"),
                    "securityContext": container_security(),
                }
            ],
            "containers": [
                {
                    "name": "redis",
                    "image": REDIS_IMAGE,
                    "args": ["--save", "", "--appendonly", "no", "--requirepass", "$(REDIS_PASSWORD)"],
                    "env": [_REDIS_PASSWORD],
                    "ports": [{"name": "redis", "containerPort": 6379}],
                    "readinessProbe": {"tcpSocket": {"port": "redis"}, "periodSeconds": 10},
                    "livenessProbe": {"tcpSocket": {"port": "redis"}, "periodSeconds": 10, "failureThreshold": 6},
                    "resources": _resources("50m", "128Mi"),
                    "securityContext": container_security(),
                }
            ],
        },
    )


def _controlled(name: str, replicas: int, pod: Manifest) -> Manifest:
    return {
        "replicas": replicas,
        "selector": {"matchLabels": chosen(name)},
        "template": {"metadata": {"labels": {**chosen(name), **MANAGED}}, "spec": pod},
    }


def _resources(cpu: str, memory: str) -> Manifest:
    """Memory has a limit, so that a leak ends one pod and not the node; spare CPU is anyone's."""
    number = int(memory[:-2])
    return {"requests": {"cpu": cpu, "memory": memory}, "limits": {"memory": f"{2 * number}{memory[-2:]}"}}


def service_ports(ports: Mapping[str, int]) -> list[Spec]:
    """Ports of a Service by the same names."""
    return [{"name": name, "port": port, "targetPort": name} for name, port in ports.items()]
