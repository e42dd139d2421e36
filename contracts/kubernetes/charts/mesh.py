"""The mesh: Istio and its gateways (MESH-1)."""

from __future__ import annotations

from contracts.kubernetes.parts import Chart, Component, Manifest, Wave, drawn, resources
from contracts.kubernetes.versions import CHARTS

_ISTIO = "https://istio-release.storage.googleapis.com/charts"


def mesh() -> tuple[Component, ...]:
    """Istio, the gateway into the cluster, and the gateway between clusters."""
    version = CHARTS["istio"]
    mesh = {
        "accessLogFile": "/dev/stdout",
        "accessLogEncoding": "JSON",
        "enableTracing": True,
        "enablePrometheusMerge": True,
        "trustDomain": drawn("trust-domain"),
        "outboundTrafficPolicy": {"mode": "REGISTRY_ONLY"},
        "defaultConfig": {
            "holdApplicationUntilProxyStarts": True,
            "proxyMetadata": {"ISTIO_META_DNS_CAPTURE": "true"},
        },
        "extensionProviders": [
            {
                "name": "collector",
                "opentelemetry": {"service": "collector.monitoring.svc.cluster.local", "port": 4317},
            }
        ],
    }
    names = {
        "meshID": drawn("trust-domain"),
        "network": drawn("mesh-network"),
        "multiCluster": {"clusterName": "{{ .name }}"},
    }
    control = (
        Chart(
            repository=_ISTIO, name="base", version=version, release="istio-base", values={"defaultRevision": "default"}
        ),
        Chart(
            repository=_ISTIO,
            name="istiod",
            version=version,
            values={
                "autoscaleMin": 2,
                "autoscaleMax": 5,
                "resources": resources("250m", "1Gi"),
                "pilot": {"cni": {"enabled": True}},
                "meshConfig": mesh,
                "global": {**names, "proxy": {"resources": resources("25m", "96Mi")}},
            },
        ),
        Chart(
            repository=_ISTIO,
            name="cni",
            version=version,
            release="istio-cni",
            values={"resources": resources("25m", "128Mi")},
        ),
    )

    def gateway(name: str, namespace: str, values: Manifest) -> Chart:
        common = {
            "autoscaling": {"enabled": True, "minReplicas": 2, "maxReplicas": 10},
            "podDisruptionBudget": {"minAvailable": 1},
            "resources": resources("100m", "256Mi"),
        }
        return Chart(repository=_ISTIO, name="gateway", version=version, release=name, values={**common, **values})

    internal = {
        "service.beta.kubernetes.io/aws-load-balancer-type": "nlb",
        "service.beta.kubernetes.io/aws-load-balancer-internal": "true",
    }
    east_west = {
        "networkGateway": drawn("mesh-network"),
        "labels": {"istio": "eastwestgateway"},
        "service": {"annotations": internal},
    }
    return (
        # The node agent of the mesh sets up each pod's network, so that pods themselves need no right to.
        Component(
            name="mesh",
            switch="mesh",
            namespace="istio-system",
            wave=Wave.MESH,
            charts=control,
            security="privileged",
            labels={"topology.istio.io/network": drawn("mesh-network")},
        ),
        Component(
            name="ingress",
            switch="mesh",
            namespace="istio-ingress",
            wave=Wave.MESH,
            charts=(gateway("istio-ingress", "istio-ingress", {"service": {"annotations": internal}}),),
            injected=True,
        ),
        # What the gateway leads to besides teams' services: ArgoCD and Jenkins, on ArgoCD's own cluster.
        Component(name="pages", switch="pages", namespace="istio-ingress", wave=Wave.PLATFORM, security=""),
        Component(
            name="east-west",
            switch="mesh-multi-cluster",
            namespace="istio-east-west",
            wave=Wave.MESH,
            charts=(gateway("istio-eastwestgateway", "istio-east-west", east_west),),
            injected=True,
        ),
    )
