"""Metrics, logs and traces of clusters (OBS-5)."""

from __future__ import annotations

from contracts.kubernetes.parts import PREFIX, Chart, Component, Wave, drawn, resources
from contracts.kubernetes.versions import CHARTS

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


def observability() -> tuple[Component, ...]:
    """Prometheus, Fluent Bit and the collectors of traces."""
    return (
        # Its node exporter reads the node's own /proc.
        Component(
            name="monitoring",
            switch="metrics",
            namespace="monitoring",
            wave=Wave.PLATFORM,
            charts=(_prometheus(),),
            security="privileged",
        ),
        # It reads the nodes' log files.
        Component(
            name="logging",
            switch="logs",
            namespace="logging",
            wave=Wave.PLATFORM,
            charts=(_logs(),),
            security="privileged",
        ),
        Component(name="tracing", switch="traces", namespace="monitoring", wave=Wave.PLATFORM, security="privileged"),
    )


def _prometheus() -> Chart:
    """Prometheus, which keeps little and writes to the managed workspace."""
    return Chart(
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


def _logs() -> Chart:
    """Fluent Bit on every node: logs go to OpenSearch and to Firehose, where a cluster is told them."""
    return Chart(
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
