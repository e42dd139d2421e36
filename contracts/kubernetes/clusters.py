"""Objects of one cluster that follow from its stack file: routes in, limits of nodes, schedules, collectors."""

from __future__ import annotations

import json

from contracts.kubernetes.applications import WAVE
from contracts.kubernetes.components import Manifest, resources, security
from contracts.kubernetes.network import COLLECTOR
from contracts.kubernetes.versions import BUILDER_IMAGE, COLLECTOR_IMAGE
from contracts.settings.kubernetes_layer import (
    AutoscalingSettings,
    JenkinsSettings,
    MeshSettings,
    TraceSettings,
    VeleroSettings,
)
from contracts.settings.kubernetes_stack import KubernetesStackSettings
from contracts.workload_identities import SERVICE_ACCOUNTS, PodIdentity

ISSUER = "public"
"""ClusterIssuer of certificates that browsers trust."""
STORE = "vault"
"""ClusterSecretStore of the account's Secrets Manager."""
MESH = "istio-system"
"""Namespace whose objects hold for the whole mesh."""
GATEWAY = "istio-ingress/platform"


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


def an_object(
    api: str, kind: str, name: str, namespace: str | None, body: Manifest, wave: int | None = None
) -> Manifest:
    """An object with the usual metadata."""
    metadata: Manifest = {"name": name}
    if namespace is not None:
        metadata["namespace"] = namespace
    if wave is not None:
        metadata["annotations"] = {WAVE: str(wave)}
    return {"apiVersion": api, "kind": kind, "metadata": metadata, **body}


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


def route(name: str, namespace: str, domain: str, host: str, port: int) -> Manifest:
    """The way from the platform's gateway to a service, repeated when that may help."""
    http = {
        "route": [{"destination": {"host": host, "port": {"number": port}}}],
        "timeout": "60s",
        "retries": {
            "attempts": 2,
            "perTryTimeout": "20s",
            "retryOn": "connect-failure,refused-stream,reset-before-request",
        },
    }
    spec = {"hosts": [domain], "gateways": [GATEWAY], "http": [http]}
    return an_object("networking.istio.io/v1", "VirtualService", name, namespace, {"spec": spec}, 10)


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


def jenkins_objects(settings: KubernetesStackSettings, jenkins: JenkinsSettings) -> list[Manifest]:
    """Home on EFS, configuration as code, the first administrator, bounds, and the way in (DEL-2)."""
    namespace = "jenkins"
    claim = {
        "spec": {
            "accessModes": ["ReadWriteMany"],
            "storageClassName": "efs",
            "resources": {"requests": {"storage": f"{jenkins.storage_gib}Gi"}},
        }
    }
    secret = {
        "spec": {
            "refreshInterval": "1h",
            "secretStoreRef": {"kind": "ClusterSecretStore", "name": STORE},
            "target": {"name": "jenkins-admin", "creationPolicy": "Owner"},
            "data": [
                {"secretKey": key, "remoteRef": {"key": f"{settings.environment}/jenkins/admin", "property": key}}
                for key in ("jenkins-admin-user", "jenkins-admin-password")
            ],
        }
    }
    quota = {
        "requests.cpu": str(2 + 2 * jenkins.agents),
        "requests.memory": f"{4 + 2 * jenkins.agents}Gi",
        "limits.memory": f"{6 + 3 * jenkins.agents}Gi",
        "pods": str(2 + jenkins.agents),
    }
    code = an_object(
        "v1", "ConfigMap", "jenkins-as-code", namespace, {"data": {"atoll.yaml": configuration(settings, jenkins)}}
    )
    code["metadata"]["labels"] = {"jenkins-jenkins-config": "true"}
    return [
        an_object("v1", "PersistentVolumeClaim", "jenkins-home", namespace, claim, -10),
        an_object("external-secrets.io/v1", "ExternalSecret", "jenkins-admin", namespace, secret, -10),
        an_object("v1", "ResourceQuota", "jenkins", namespace, {"spec": {"hard": quota}}, -10),
        code,
        route("jenkins", namespace, jenkins.domain, "jenkins.jenkins.svc.cluster.local", 8080),
        an_object(
            "security.istio.io/v1",
            "AuthorizationPolicy",
            "jenkins",
            namespace,
            {
                "spec": {
                    "selector": {"matchLabels": {"app.kubernetes.io/component": "jenkins-controller"}},
                    "action": "ALLOW",
                    "rules": [{"from": [{"source": {"namespaces": ["istio-ingress", namespace]}}]}],
                }
            },
            10,
        ),
    ]


def configuration(settings: KubernetesStackSettings, jenkins: JenkinsSettings) -> str:
    """Jenkins' configuration as code, which is YAML, and JSON is YAML.

    Agents are pods with the identity `jenkins-agent`, which may push to ECR and write artifacts. The repository is
    built by one multibranch job: its Jenkinsfile says how. Credentials come from Secrets Manager by their tags.
    https://www.jenkins.io/doc/book/managing/casc/
    """
    agent = SERVICE_ACCOUNTS[PodIdentity.JENKINS_AGENT]
    container = {
        "name": "builder",
        "image": BUILDER_IMAGE,
        "command": "sleep",
        "args": "infinity",
        "ttyEnabled": False,
        "resourceRequestCpu": "1",
        "resourceRequestMemory": "2Gi",
        "resourceLimitMemory": "3Gi",
    }
    template = {
        "name": "builder",
        "label": "builder",
        "namespace": agent.namespace,
        "serviceAccount": agent.name,
        "podRetention": "never",
        "runAsUser": "1000",
        "runAsGroup": "1000",
        "containers": [container],
    }
    cloud = {
        "kubernetes": {
            "name": "cluster",
            "namespace": agent.namespace,
            "jenkinsUrl": "http://jenkins.jenkins.svc.cluster.local:8080",
            "jenkinsTunnel": "jenkins-agent.jenkins.svc.cluster.local:50000",
            "containerCapStr": str(jenkins.agents),
            "templates": [template],
        }
    }
    script = f"""\
multibranchPipelineJob('atoll') {{
  branchSources {{
    git {{
      id('atoll')
      remote('{settings.git.repository}')
      credentialsId('repository')
    }}
  }}
  orphanedItemStrategy {{
    discardOldItems {{ numToKeep(20) }}
  }}
  triggers {{
    periodicFolderTrigger {{ interval('5m') }}
  }}
}}
"""
    artifacts = {"artifactManagerFactories": [{"jclouds": {"provider": "s3"}}]}
    s3 = {"s3": {"container": f"app-artifacts-{settings.environment}-{settings.account.id}", "prefix": "jenkins/"}}
    code = {
        "jenkins": {"numExecutors": 0, "mode": "EXCLUSIVE", "clouds": [cloud], "disableRememberMe": True},
        "unclassified": {
            "location": {"url": f"https://{jenkins.domain}/"},
            "awsCredentialsProvider": {"cache": True, "client": {"region": settings.region}},
            "artifactManager": artifacts,
        },
        "aws": {"awsCredentials": {"region": settings.region}, **s3},
        "jobs": [{"script": script}],
    }
    return json.dumps(code, indent=2) + "\n"


def collector_objects(settings: KubernetesStackSettings, traces: TraceSettings) -> list[Manifest]:
    """OpenTelemetry collectors: traces to X-Ray, metrics that are pushed to Prometheus (OBS-5)."""
    account = SERVICE_ACCOUNTS[PodIdentity.TRACE_COLLECTOR]
    labels = {"app.kubernetes.io/name": "collector"}
    container = {
        "name": "collector",
        "image": COLLECTOR_IMAGE,
        "args": ["--config=/etc/collector/collector.yaml"],
        "ports": [
            {"name": "otlp-grpc", "containerPort": COLLECTOR},
            {"name": "otlp-http", "containerPort": 4318},
            {"name": "metrics", "containerPort": 8889},
            {"name": "health", "containerPort": 13133},
        ],
        "readinessProbe": {"httpGet": {"path": "/", "port": "health"}, "periodSeconds": 10},
        "livenessProbe": {"httpGet": {"path": "/", "port": "health"}, "periodSeconds": 10, "failureThreshold": 6},
        "resources": resources("100m", "512Mi"),
        "securityContext": security(),
        "volumeMounts": [{"name": "configuration", "mountPath": "/etc/collector"}],
    }
    pod = {
        "serviceAccountName": account.name,
        "automountServiceAccountToken": False,
        "securityContext": {"runAsNonRoot": True, "runAsUser": 10001},
        "containers": [container],
        "volumes": [{"name": "configuration", "configMap": {"name": "collector"}}],
    }
    deployment = {
        "replicas": traces.replicas,
        "selector": {"matchLabels": labels},
        "template": {"metadata": {"labels": labels}, "spec": pod},
    }
    ports = [
        {"name": "grpc-otlp", "port": COLLECTOR, "targetPort": "otlp-grpc", "appProtocol": "grpc"},
        {"name": "http-otlp", "port": 4318, "targetPort": "otlp-http"},
        {"name": "http-metrics", "port": 8889, "targetPort": "metrics"},
    ]
    inside = account.namespace
    data = {"collector.yaml": json.dumps(collector_configuration(settings.region), indent=2) + "\n"}
    budget = {"maxUnavailable": 1, "selector": {"matchLabels": labels}}
    return [
        an_object("v1", "ServiceAccount", account.name, inside, {"automountServiceAccountToken": False}),
        an_object("v1", "ConfigMap", "collector", inside, {"data": data}),
        an_object("apps/v1", "Deployment", "collector", inside, {"spec": deployment}),
        an_object("v1", "Service", "collector", inside, {"spec": {"selector": labels, "ports": ports}}),
        an_object("policy/v1", "PodDisruptionBudget", "collector", inside, {"spec": budget}),
    ]


def collector_configuration(region: str) -> Manifest:
    """Configuration of the collectors: batches, a bound on memory, X-Ray and an endpoint that Prometheus reads."""
    return {
        "receivers": {
            "otlp": {"protocols": {"grpc": {"endpoint": "0.0.0.0:4317"}, "http": {"endpoint": "0.0.0.0:4318"}}}
        },
        "processors": {
            "memory_limiter": {"check_interval": "1s", "limit_percentage": 75, "spike_limit_percentage": 20},
            "batch": {"send_batch_size": 512, "timeout": "5s"},
        },
        "exporters": {
            "awsxray": {"region": region, "index_all_attributes": False},
            "prometheus": {"endpoint": "0.0.0.0:8889", "resource_to_telemetry_conversion": {"enabled": True}},
        },
        "extensions": {"health_check": {"endpoint": "0.0.0.0:13133"}},
        "service": {
            "extensions": ["health_check"],
            "pipelines": {
                "traces": {
                    "receivers": ["otlp"],
                    "processors": ["memory_limiter", "batch"],
                    "exporters": ["awsxray"],
                },
                "metrics": {
                    "receivers": ["otlp"],
                    "processors": ["memory_limiter", "batch"],
                    "exporters": ["prometheus"],
                },
            },
        },
    }
