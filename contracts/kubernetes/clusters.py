"""Objects of one cluster that follow from its stack file: by component, and its nodes, pages and backups."""

from __future__ import annotations

from contracts.kubernetes.jenkins import jenkins_objects
from contracts.kubernetes.objects import an_object, route
from contracts.kubernetes.parts import Manifest
from contracts.kubernetes.tracing import collector_objects
from contracts.settings.kubernetes_layer import AutoscalingSettings, MeshSettings, VeleroSettings
from contracts.settings.kubernetes_stack import KubernetesStackSettings

ISSUER = "public"
"""ClusterIssuer of certificates that browsers trust."""
MESH = "istio-system"
"""Namespace whose objects hold for the whole mesh."""


def cluster_objects(settings: KubernetesStackSettings, *, own: bool = True) -> dict[str, list[Manifest]]:
    """Component, the folder below `gitops/clusters/<cluster>` → its objects; components that are off have none.

    Args:
        settings: of the stack.
        own: whether the cluster is that of ArgoCD itself, which has the platform's own pages and Jenkins.
    """
    found: dict[str, list[Manifest]] = {}
    if settings.autoscaling and settings.autoscaling.karpenter:
        found["karpenter"] = node_pools(settings.autoscaling)
    if settings.mesh:
        found["mesh"] = mesh_objects(settings.mesh)
    if settings.mesh and own:
        found["pages"] = ingress_objects(settings)
    if settings.velero:
        found["velero"] = [backup_schedule(settings.velero)]
    if settings.jenkins and own:
        found["jenkins"] = jenkins_objects(settings, settings.jenkins)
    if settings.traces:
        found["tracing"] = collector_objects(settings, settings.traces)
    return found


def node_pools(settings: AutoscalingSettings) -> list[Manifest]:
    """Nodes that Karpenter makes: on demand for everyone, on spot for pods that bear interruptions (EKS-3)."""

    def pool(name: str, capacity: str, weight: int, taints: list[Manifest]) -> Manifest:
        requirements = [
            {"key": "karpenter.sh/capacity-type", "operator": "In", "values": [capacity]},
            {"key": "kubernetes.io/arch", "operator": "In", "values": ["amd64"]},
            {"key": "kubernetes.io/os", "operator": "In", "values": ["linux"]},
            {"key": "karpenter.k8s.aws/instance-category", "operator": "In", "values": ["c", "m", "r"]},
            {"key": "karpenter.k8s.aws/instance-generation", "operator": "Gt", "values": ["4"]},
            {"key": "karpenter.k8s.aws/instance-cpu", "operator": "Lt", "values": ["17"]},
        ]
        template: Manifest = {
            "metadata": {"labels": {"atoll.example/pool": name}},
            "spec": {
                "nodeClassRef": {"group": "karpenter.k8s.aws", "kind": "EC2NodeClass", "name": "default"},
                "requirements": requirements,
                # A node lives two weeks at most, so that its image is never older.
                "expireAfter": "336h",
                "terminationGracePeriod": "1h",
                **({"taints": taints} if taints else {}),
            },
        }
        disruption = {
            "consolidationPolicy": "WhenEmptyOrUnderutilized",
            "consolidateAfter": "5m",
            "budgets": [{"nodes": "10%"}],
        }
        limits = {"cpu": str(settings.karpenter_cpu_limit), "memory": f"{settings.karpenter_cpu_limit * 4}Gi"}
        body = {"spec": {"template": template, "disruption": disruption, "limits": limits, "weight": weight}}
        return an_object("karpenter.sh/v1", "NodePool", name, None, body, 10)

    spot = [{"key": "atoll/spot", "value": "true", "effect": "NoSchedule"}]
    return [pool("on-demand", "on-demand", 10, []), pool("spot", "spot", 50, spot)]


def mesh_objects(settings: MeshSettings) -> list[Manifest]:
    """What holds for the whole mesh and depends on the cluster: how much is traced, and access logs (MESH-1)."""
    tracing = {"providers": [{"name": "collector"}], "randomSamplingPercentage": settings.tracing_percent}
    # Every failure is logged, whatever the load.
    logging = {"providers": [{"name": "envoy"}], "filter": {"expression": "response.code >= 400"}}
    spec: Manifest = {"tracing": [tracing], "accessLogging": [logging]}
    return [an_object("telemetry.istio.io/v1", "Telemetry", "mesh", MESH, {"spec": spec}, 10)]


def ingress_objects(settings: KubernetesStackSettings) -> list[Manifest]:
    """The gateway of the platform's own pages, its certificate, and the way to ArgoCD."""
    domains = [settings.argocd.domain, *([settings.jenkins.domain] if settings.jenkins else [])]
    https = {
        "port": {"number": 443, "name": "https", "protocol": "HTTPS"},
        "hosts": domains,
        "tls": {"mode": "SIMPLE", "credentialName": "platform-tls", "minProtocolVersion": "TLSV1_2"},
    }
    http = {
        "port": {"number": 80, "name": "http", "protocol": "HTTP"},
        "hosts": domains,
        "tls": {"httpsRedirect": True},
    }
    gateway = {"spec": {"selector": {"istio": "ingress"}, "servers": [https, http]}}
    found = [an_object("networking.istio.io/v1", "Gateway", "platform", "istio-ingress", gateway, 10)]
    if settings.foundation.certificates:
        certificate = {
            "spec": {
                "secretName": "platform-tls",
                "dnsNames": domains,
                "issuerRef": {"group": "cert-manager.io", "kind": "ClusterIssuer", "name": ISSUER},
                "privateKey": {"algorithm": "ECDSA", "size": 256, "rotationPolicy": "Always"},
            }
        }
        found.append(an_object("cert-manager.io/v1", "Certificate", "platform", "istio-ingress", certificate, 10))
    argocd = "argocd-server.argocd.svc.cluster.local"
    return [
        *found,
        route("argocd", "istio-ingress", settings.argocd.domain, argocd, 443),
        # ArgoCD is no part of the mesh and has a certificate of its own.
        an_object(
            "networking.istio.io/v1",
            "DestinationRule",
            "argocd",
            "istio-ingress",
            {
                "spec": {
                    "host": argocd,
                    "exportTo": ["."],
                    "trafficPolicy": {"tls": {"mode": "SIMPLE", "insecureSkipVerify": True}},
                }
            },
            10,
        ),
    ]


def backup_schedule(settings: VeleroSettings) -> Manifest:
    """Every namespace of teams and of the platform, one restorable by itself (BKP-1)."""
    template = {
        "includedNamespaces": ["*"],
        "excludedNamespaces": ["kube-node-lease", "kube-public", "kube-system"],
        "includeClusterResources": True,
        "snapshotVolumes": True,
        "storageLocation": "default",
        "volumeSnapshotLocations": ["default"],
        "ttl": f"{settings.kept_days * 24}h0m0s",
    }
    spec = {"schedule": settings.schedule, "useOwnerReferencesInBackup": False, "template": template}
    return an_object("velero.io/v1", "Schedule", "daily", "velero", {"spec": spec}, 10)
