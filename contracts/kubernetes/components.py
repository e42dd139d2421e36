"""What the platform brings to every cluster that wants it: charts with our values, and folders of our own objects."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum, unique
from typing import Any

from contracts.kubernetes.versions import CHARTS

Manifest = dict[str, Any]
PREFIX = "atoll.example"
"""Before the slash of labels and annotations of ours."""


@unique
class Wave(IntEnum):
    """When a component begins to be brought in; each that needs another's kinds tries again until they are there."""

    STORAGE = -30
    FOUNDATION = -20
    MESH = -10
    NODES = -5
    PLATFORM = 0
    TEAMS = 20


def drawn(key: str) -> str:
    """A value that AWS drew, or the stack file holds: the program writes it on the cluster's entry in ArgoCD.

    In back quotes, for it also stands inside JSON text.
    """
    return f"{{{{ index .metadata.annotations `{PREFIX}/{key}` }}}}"


@dataclass(frozen=True, kw_only=True)
class Chart:
    """A Helm chart of its own project, at one version."""

    repository: str
    name: str
    version: str
    values: Mapping[str, Any] = field(default_factory=dict[str, Any])
    release: str | None = None
    """Name of the release; the chart's if None."""


@dataclass(frozen=True, kw_only=True)
class Component:
    """One part of the platform: an ApplicationSet, which makes an Application for every cluster that wants it."""

    name: str
    """Also the folder of its objects below `gitops/platform` and `gitops/clusters/<cluster>`."""
    switch: str
    """Label on a cluster's entry that asks for it, `atoll.example/<switch>`."""
    namespace: str
    wave: Wave
    charts: tuple[Chart, ...] = ()
    security: str = "restricted"
    """Level of pod security in its namespace; None of ours needs more than is said here."""
    injected: bool = False
    """Whether the mesh puts its proxy beside its pods."""
    labels: Mapping[str, str] = field(default_factory=dict[str, str])
    """Further labels of its namespace."""
    patches: Mapping[str, str] = field(default_factory=dict[str, str])
    """Path in the objects of its folder below `gitops/platform` → what AWS drew and is written there."""
    patched: str = ""
    """Kind of the objects that `patches` are for."""


_ISTIO = "https://istio-release.storage.googleapis.com/charts"


def resources(cpu: str, memory: str) -> Manifest:
    """What a container asks for; its memory has a limit."""
    return {"requests": {"cpu": cpu, "memory": memory}, "limits": {"memory": memory}}


def security() -> Manifest:
    """What `restricted` asks of a container, for charts that let us say it."""
    return {
        "allowPrivilegeEscalation": False,
        "capabilities": {"drop": ["ALL"]},
        "readOnlyRootFilesystem": True,
        "runAsNonRoot": True,
        "seccompProfile": {"type": "RuntimeDefault"},
    }


def external_secrets() -> Chart:
    """External Secrets; its controller's identity is bound to the service account by EKS Pod Identity."""
    return Chart(
        repository="https://charts.external-secrets.io",
        name="external-secrets",
        version=CHARTS["external-secrets"],
        values={
            "installCRDs": True,
            "replicaCount": 2,
            "leaderElect": True,
            "serviceAccount": {"create": True, "name": "external-secrets"},
            "podDisruptionBudget": {"enabled": True, "minAvailable": 1},
            "resources": resources("50m", "128Mi"),
            "webhook": {"replicaCount": 2, "resources": resources("25m", "64Mi")},
            "certController": {"resources": resources("25m", "128Mi")},
            "serviceMonitor": {"enabled": False},
        },
    )


def _mesh() -> tuple[Component, ...]:
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


def _nodes() -> tuple[Component, ...]:
    karpenter = Chart(
        repository="public.ecr.aws/karpenter",
        name="karpenter",
        version=CHARTS["karpenter"],
        values={
            "replicas": 2,
            "serviceAccount": {"create": True, "name": "karpenter"},
            "settings": {
                "clusterName": drawn("cluster-name"),
                "clusterEndpoint": drawn("cluster-endpoint"),
                "interruptionQueue": drawn("karpenter-queue"),
            },
            "controller": {"resources": resources("250m", "1Gi")},
        },
    )
    autoscaler = Chart(
        repository="https://kubernetes.github.io/autoscaler",
        name="cluster-autoscaler",
        version=CHARTS["aws-cluster-autoscaler"],
        values={
            "cloudProvider": "aws",
            "awsRegion": drawn("region"),
            "autoDiscovery": {"clusterName": drawn("cluster-name")},
            "rbac": {"serviceAccount": {"create": True, "name": "cluster-autoscaler"}},
            "replicaCount": 2,
            "extraArgs": {
                "expander": "least-waste",
                "balance-similar-node-groups": True,
                "skip-nodes-with-system-pods": False,
            },
            "containerSecurityContext": security(),
            "resources": resources("50m", "256Mi"),
        },
    )
    return (
        Component(
            name="karpenter",
            switch="karpenter",
            namespace="kube-system",
            wave=Wave.NODES,
            charts=(karpenter,),
            security="",
            patched="EC2NodeClass",
            patches={
                "/spec/role": drawn("karpenter-node-role"),
                "/spec/subnetSelectorTerms/0/tags/karpenter.sh~1discovery": drawn("karpenter-discovery"),
                "/spec/securityGroupSelectorTerms/0/tags/karpenter.sh~1discovery": drawn("karpenter-discovery"),
            },
        ),
        Component(
            name="cluster-autoscaler",
            switch="cluster-autoscaler",
            namespace="kube-system",
            wave=Wave.NODES,
            charts=(autoscaler,),
            security="",
        ),
    )


def _observability() -> tuple[Component, ...]:
    prometheus = Chart(
        repository="https://prometheus-community.github.io/helm-charts",
        name="kube-prometheus-stack",
        version=CHARTS["kube-prometheus-stack"],
        values={
            # Alerts are judged by the managed workspace, which also keeps what Grafana shows.
            "alertmanager": {"enabled": False},
            "grafana": {"enabled": False},
            "defaultRules": {"create": False},
            "kubeControllerManager": {"enabled": False},
            "kubeScheduler": {"enabled": False},
            "kubeEtcd": {"enabled": False},
            "kubeProxy": {"enabled": False},
            "prometheus": {
                "serviceAccount": {"create": True, "name": "prometheus"},
                "prometheusSpec": {
                    "replicas": 2,
                    "replicaExternalLabelName": "__replica__",
                    "prometheusExternalLabelName": "cluster",
                    "externalLabels": {"cluster": "{{ .name }}"},
                    "retention": "2h",
                    "scrapeInterval": drawn("scrape-interval"),
                    "resources": resources("500m", "2Gi"),
                    "serviceMonitorSelectorNilUsesHelmValues": False,
                    "podMonitorSelectorNilUsesHelmValues": False,
                    "ruleSelectorNilUsesHelmValues": False,
                    "remoteWrite": [
                        {
                            "url": drawn("prometheus-remote-write"),
                            "sigv4": {"region": drawn("region")},
                            "queueConfig": {"maxSamplesPerSend": 1000, "maxShards": 200, "capacity": 2500},
                        }
                    ],
                },
            },
        },
    )
    logs = Chart(
        repository="https://fluent.github.io/helm-charts",
        name="fluent-bit",
        version=CHARTS["fluent-bit"],
        values={
            "serviceAccount": {"create": True, "name": "fluent-bit"},
            "resources": resources("50m", "128Mi"),
            "tolerations": [{"operator": "Exists"}],
            "config": {
                "service": _LOG_SERVICE,
                "inputs": _LOG_INPUTS,
                "filters": _LOG_FILTERS,
                "outputs": _LOG_OUTPUTS,
            },
        },
    )
    return (
        # Its node exporter reads the node's own /proc.
        Component(
            name="monitoring",
            switch="metrics",
            namespace="monitoring",
            wave=Wave.PLATFORM,
            charts=(prometheus,),
            security="privileged",
        ),
        # It reads the nodes' log files.
        Component(
            name="logging",
            switch="logs",
            namespace="logging",
            wave=Wave.PLATFORM,
            charts=(logs,),
            security="privileged",
        ),
        Component(name="tracing", switch="traces", namespace="monitoring", wave=Wave.PLATFORM, security="privileged"),
    )


_LOG_SERVICE = """\
[SERVICE]
    Daemon Off
    Flush 5
    Log_Level warn
    HTTP_Server On
    HTTP_Listen 0.0.0.0
    HTTP_Port 2020
    Health_Check On
    storage.path /var/log/flb-storage/
    storage.backlog.mem_limit 16M
"""
_LOG_INPUTS = """\
[INPUT]
    Name tail
    Path /var/log/containers/*.log
    multiline.parser docker, cri
    Tag kube.*
    Mem_Buf_Limit 32MB
    storage.type filesystem
    Skip_Long_Lines On
"""
_LOG_FILTERS = f"""\
[FILTER]
    Name kubernetes
    Match kube.*
    Merge_Log On
    Keep_Log Off
    K8S-Logging.Exclude On
    Annotations Off
[FILTER]
    Name modify
    Match kube.*
    Add cluster {{{{ .name }}}}
    Add environment {drawn("environment")}
"""


def _where(key: str) -> str:
    """Begins a part that is for clusters which are told a value; `end` ends it."""
    return f"{{{{ if index .metadata.annotations `{PREFIX}/{key}` }}}}"


_LOG_OUTPUTS = f"""\
{_where("logs-host")}[OUTPUT]
    Name opensearch
    Match kube.*
    Host {drawn("logs-host")}
    Port 443
    TLS On
    AWS_Auth On
    AWS_Region {drawn("region")}
    Logstash_Format On
    Logstash_Prefix {drawn("logs-index")}
    Suppress_Type_Name On
    Retry_Limit 10
{{{{ end }}}}{_where("logs-stream")}[OUTPUT]
    Name kinesis_firehose
    Match kube.*
    region {drawn("region")}
    delivery_stream {drawn("logs-stream")}
    compression gzip
{{{{ end }}}}"""


def _platform() -> tuple[Component, ...]:
    certificates = Chart(
        repository="https://charts.jetstack.io",
        name="cert-manager",
        version=CHARTS["cert-manager"],
        values={
            "crds": {"enabled": True, "keep": True},
            "replicaCount": 2,
            "podDisruptionBudget": {"enabled": True, "minAvailable": 1},
            "resources": resources("25m", "128Mi"),
            "webhook": {"replicaCount": 2, "resources": resources("25m", "64Mi")},
            "cainjector": {"replicaCount": 2, "resources": resources("25m", "256Mi")},
        },
    )
    pod_metrics = Chart(
        repository="https://kubernetes-sigs.github.io/metrics-server",
        name="metrics-server",
        version=CHARTS["metrics-server"],
        values={
            "replicas": 2,
            "podDisruptionBudget": {"enabled": True, "minAvailable": 1},
            "resources": resources("100m", "200Mi"),
        },
    )
    rollouts = Chart(
        repository="https://argoproj.github.io/argo-helm",
        name="argo-rollouts",
        version=CHARTS["argo-rollouts"],
        values={
            "installCRDs": True,
            "keepCRDs": True,
            "controller": {"replicas": 2, "resources": resources("50m", "256Mi"), "metrics": {"enabled": True}},
        },
    )
    velero = Chart(
        repository="https://vmware-tanzu.github.io/helm-charts",
        name="velero",
        version=CHARTS["velero"],
        values={
            "serviceAccount": {"server": {"create": True, "name": "velero"}},
            "credentials": {"useSecret": False},
            # Schedules are our own objects; the location is told what AWS drew.
            "backupsEnabled": True,
            "snapshotsEnabled": True,
            "configuration": {
                "backupStorageLocation": [
                    {
                        "name": "default",
                        "provider": "aws",
                        "default": True,
                        "bucket": drawn("backups-bucket"),
                        "prefix": "velero",
                        "config": {"region": drawn("region"), "kmsKeyId": drawn("backups-key")},
                    }
                ],
                "volumeSnapshotLocation": [
                    {"name": "default", "provider": "aws", "config": {"region": drawn("region")}}
                ],
            },
            "deployNodeAgent": False,
            "resources": resources("100m", "512Mi"),
            "containerSecurityContext": security(),
            "initContainers": [
                {
                    "name": "velero-plugin-for-aws",
                    "image": "velero/velero-plugin-for-aws:v1.13.1",
                    "volumeMounts": [{"mountPath": "/target", "name": "plugins"}],
                    "securityContext": security(),
                }
            ],
        },
    )
    return (
        Component(name="storage", switch="storage", namespace="kube-system", wave=Wave.STORAGE, security=""),
        Component(
            name="cert-manager",
            switch="certificates",
            namespace="cert-manager",
            wave=Wave.FOUNDATION,
            charts=(certificates,),
        ),
        Component(
            name="external-secrets",
            switch="external-secrets",
            namespace="external-secrets",
            wave=Wave.FOUNDATION,
            charts=(external_secrets(),),
            patched="ClusterSecretStore",
            patches={"/spec/provider/aws/region": drawn("region")},
        ),
        Component(
            name="metrics-server",
            switch="pod-metrics",
            namespace="kube-system",
            wave=Wave.FOUNDATION,
            charts=(pod_metrics,),
            security="",
        ),
        Component(
            name="rollouts", switch="rollouts", namespace="argo-rollouts", wave=Wave.FOUNDATION, charts=(rollouts,)
        ),
        Component(name="velero", switch="velero", namespace="velero", wave=Wave.PLATFORM, charts=(velero,)),
        Component(
            name="jenkins",
            switch="jenkins",
            namespace="jenkins",
            wave=Wave.PLATFORM,
            charts=(jenkins(),),
            injected=True,
        ),
    )


def jenkins() -> Chart:
    """Jenkins: its configuration is code (`gitops/clusters/<cluster>/jenkins`), its agents are pods."""
    agent = {
        "enabled": True,
        "namespace": "jenkins",
        "serviceAccount": "jenkins-agent",
        "containerCap": 10,
        "podRetention": "Never",
        "connectTimeout": 100,
        "resources": {"requests": {"cpu": "250m", "memory": "512Mi"}, "limits": {"memory": "1Gi"}},
    }
    return Chart(
        repository="https://charts.jenkins.io",
        name="jenkins",
        version=CHARTS["jenkins"],
        values={
            "controller": {
                "admin": {"existingSecret": "jenkins-admin", "createSecret": False},
                "resources": {"requests": {"cpu": "500m", "memory": "2Gi"}, "limits": {"memory": "3Gi"}},
                "numExecutors": 0,
                "jenkinsUrl": f"https://{drawn('jenkins-domain')}",
                "serviceType": "ClusterIP",
                "containerSecurityContext": security(),
                # The chart pins the plug-ins that it cannot do without; these come on top.
                "additionalPlugins": [
                    "job-dsl",
                    "aws-secrets-manager-credentials-provider",
                    "artifact-manager-s3",
                    "amazon-ecr",
                ],
                "JCasC": {"defaultConfig": True, "configScripts": {}},
                "sidecars": {"configAutoReload": {"enabled": True, "label": "jenkins-jenkins-config"}},
            },
            "agent": agent,
            "persistence": {"enabled": True, "existingClaim": "jenkins-home"},
            "serviceAccount": {"create": True, "name": "jenkins"},
            "serviceAccountAgent": {"create": True, "name": "jenkins-agent"},
            "networkPolicy": {"enabled": False},
        },
    )


def components() -> tuple[Component, ...]:
    """Every component, in the order of their waves."""
    every = (*_platform(), *_mesh(), *_nodes(), *_observability())
    return tuple(sorted(every, key=lambda component: (component.wave, component.name)))
