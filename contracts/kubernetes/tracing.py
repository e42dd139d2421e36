"""Collectors of traces on a cluster (OBS-5)."""

from __future__ import annotations

import json

from contracts.kubernetes.network import COLLECTOR
from contracts.kubernetes.objects import an_object
from contracts.kubernetes.parts import Manifest, resources, security
from contracts.kubernetes.versions import COLLECTOR_IMAGE
from contracts.settings.kubernetes_layer import TraceSettings
from contracts.settings.kubernetes_stack import KubernetesStackSettings
from contracts.workload_identities import SERVICE_ACCOUNTS, PodIdentity


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
