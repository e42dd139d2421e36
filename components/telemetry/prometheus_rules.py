"""Recording and alerting rules of Prometheus: SLOs of the mesh, health of the cluster and of what runs on it (OBS-3).

Pure values; `document` writes them as Prometheus reads them. JSON is YAML, so no YAML writer is needed. The tests
parse every expression, run the rules with promtool on made-up series, and know every metric that is named.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from components.observability.burn_rate import BURN_WINDOWS, DAY, HOUR, MINUTE, Urgency
from contracts.settings.monitoring import SloSettings

WORKLOAD = "destination_workload_namespace, destination_workload"
"""What tells a service in the mesh."""

METRICS = frozenset(
    {
        "argocd_app_info",
        "certmanager_certificate_expiration_timestamp_seconds",
        "istio_request_duration_milliseconds_bucket",
        "istio_requests_total",
        "kube_deployment_spec_replicas",
        "kube_deployment_status_replicas_available",
        "kube_horizontalpodautoscaler_spec_max_replicas",
        "kube_horizontalpodautoscaler_status_current_replicas",
        "kube_job_status_failed",
        "kube_node_status_condition",
        "kube_pod_container_status_restarts_total",
        "kube_pod_status_phase",
        "kube_resourcequota",
        "kubelet_volume_stats_available_bytes",
        "kubelet_volume_stats_capacity_bytes",
        "node_cpu_seconds_total",
        "node_memory_MemAvailable_bytes",
        "node_memory_MemTotal_bytes",
        "up",
        "velero_backup_failure_total",
    }
)
"""What the collectors of the Kubernetes layer bring: kube-state-metrics, kubelet, node exporter, Istio and the rest."""


@dataclass(frozen=True, kw_only=True)
class Recording:
    """A query whose answer is kept under a name."""

    record: str
    expr: str

    def rule(self) -> dict[str, Any]:
        """As Prometheus writes it."""
        return {"record": self.record, "expr": self.expr}


@dataclass(frozen=True, kw_only=True)
class Alert:
    """A query whose answer rings."""

    alert: str
    expr: str
    urgency: Urgency
    summary: str
    """For people; may hold `{{ $labels.x }}`."""
    lasts: str = "0m"
    """How long it must be true."""
    labels: Mapping[str, str] = field(default_factory=dict[str, str])

    def rule(self) -> dict[str, Any]:
        """As Prometheus writes it."""
        return {
            "alert": self.alert,
            "expr": self.expr,
            "for": self.lasts,
            "labels": {"severity": str(self.urgency), **self.labels},
            "annotations": {"summary": self.summary},
        }


@dataclass(frozen=True, kw_only=True)
class RuleGroup:
    """Rules that are evaluated together, one after the other."""

    name: str
    rules: Sequence[Recording | Alert]
    interval: str = "1m"


def groups(slo: SloSettings) -> list[RuleGroup]:
    """Every group: the namespace of rules in the workspace holds them all."""
    return [
        RuleGroup(name="slo-records", rules=list(_records())),
        RuleGroup(name="slo-alerts", rules=list(_slo_alerts(slo))),
        RuleGroup(name="cluster-records", rules=list(_cluster_records())),
        RuleGroup(name="cluster-alerts", rules=list(_cluster_alerts())),
        RuleGroup(name="delivery-alerts", rules=list(_delivery_alerts())),
    ]


def document(slo: SloSettings) -> str:
    """The rules file."""
    written = [
        {"name": group.name, "interval": group.interval, "rules": [rule.rule() for rule in group.rules]}
        for group in groups(slo)
    ]
    return json.dumps({"groups": written}, indent=2)


def duration(seconds: int) -> str:
    """Seconds as Prometheus writes durations: `5m`, `6h`, `3d`."""
    for unit, size in (("d", DAY), ("h", HOUR), ("m", MINUTE)):
        if seconds % size == 0:
            return f"{seconds // size}{unit}"
    return f"{seconds}s"


def spans() -> list[str]:
    """Every window that a burn rate is asked over, shortest first."""
    seconds = {span for window in BURN_WINDOWS for span in (window.long_seconds, window.short_seconds)}
    return [duration(span) for span in sorted(seconds)]


def _records() -> Iterator[Recording]:
    every, failed = 'reporter="destination"', 'reporter="destination",response_code=~"5.."'
    for span in spans():
        yield Recording(
            record=f"atoll:request_failures:ratio_rate{span}",
            expr=(
                f"sum by ({WORKLOAD}) (rate(istio_requests_total{{{failed}}}[{span}]))"
                f" / sum by ({WORKLOAD}) (rate(istio_requests_total{{{every}}}[{span}]))"
            ),
        )
    yield Recording(
        record="atoll:requests:rate5m", expr=f"sum by ({WORKLOAD}) (rate(istio_requests_total{{{every}}}[5m]))"
    )
    buckets = f"rate(istio_request_duration_milliseconds_bucket{{{every}}}[5m])"
    yield Recording(
        record="atoll:request_duration_milliseconds:p95_5m",
        expr=f"histogram_quantile(0.95, sum by (le, {WORKLOAD}) ({buckets}))",
    )


def _slo_alerts(slo: SloSettings) -> Iterator[Alert]:
    budget = round((100 - slo.availability_percent) / 100, 8)
    service = "{{ $labels.destination_workload_namespace }}/{{ $labels.destination_workload }}"
    for window in BURN_WINDOWS:
        long, short = duration(window.long_seconds), duration(window.short_seconds)
        bound = f"> ({window.factor:g} * {budget:g})"
        ratio = "atoll:request_failures:ratio_rate"
        yield Alert(
            alert="ErrorBudgetBurns",
            expr=f"{ratio}{long} {bound} and {ratio}{short} {bound}",
            urgency=window.urgency,
            summary=f"{service} burns its error budget {window.factor:g} times too fast over {long} and {short}",
            labels={"window": window.key},
        )
    yield Alert(
        alert="LatencyAboveObjective",
        expr=f"atoll:request_duration_milliseconds:p95_5m > {slo.latency_p95_milliseconds}",
        urgency=Urgency.TICKET,
        summary=f"One request in twenty of {service} takes longer than {slo.latency_p95_milliseconds} ms",
        lasts="15m",
    )
    yield Alert(
        alert="RecoveryTimeMissed",
        expr=f"atoll:request_failures:ratio_rate5m > {slo.error_rate_percent / 100:g}",
        urgency=Urgency.PAGE,
        summary=f"{service} has failed for {slo.recovery_minutes} minutes: the mean time to recovery is missed",
        lasts=f"{slo.recovery_minutes}m",
    )


def _cluster_records() -> Iterator[Recording]:
    yield Recording(
        record="atoll:node_cpu:utilisation",
        expr='1 - avg by (cluster, instance) (rate(node_cpu_seconds_total{mode="idle"}[5m]))',
    )
    yield Recording(
        record="atoll:node_memory:utilisation",
        expr="1 - node_memory_MemAvailable_bytes / node_memory_MemTotal_bytes",
    )
    yield Recording(
        record="atoll:volume:free_ratio",
        expr="kubelet_volume_stats_available_bytes / kubelet_volume_stats_capacity_bytes",
    )


def _cluster_alerts() -> Iterator[Alert]:
    pod = "{{ $labels.namespace }}/{{ $labels.pod }}"
    yield Alert(
        alert="HighCPUUtilization",
        expr="atoll:node_cpu:utilisation > 0.8",
        urgency=Urgency.TICKET,
        summary="Node {{ $labels.instance }} uses more than 80 % CPU",
        lasts="15m",
    )
    yield Alert(
        alert="NodeMemoryShort",
        expr="atoll:node_memory:utilisation > 0.9",
        urgency=Urgency.TICKET,
        summary="Node {{ $labels.instance }} uses more than 90 % of its memory",
        lasts="15m",
    )
    yield Alert(
        alert="NodeNotReady",
        expr='kube_node_status_condition{condition="Ready",status="true"} == 0',
        urgency=Urgency.PAGE,
        summary="Node {{ $labels.node }} is not ready",
        lasts="5m",
    )
    yield Alert(
        alert="PodRestarts",
        expr="increase(kube_pod_container_status_restarts_total[30m]) > 3",
        urgency=Urgency.TICKET,
        summary=f"Container {{{{ $labels.container }}}} of {pod} has restarted more than three times in half an hour",
    )
    yield Alert(
        alert="PodWaits",
        expr='sum by (namespace, pod) (kube_pod_status_phase{phase=~"Pending|Unknown"}) > 0',
        urgency=Urgency.TICKET,
        summary=f"{pod} has not run for 15 minutes",
        lasts="15m",
    )
    yield Alert(
        alert="DeploymentIncomplete",
        expr="kube_deployment_spec_replicas != kube_deployment_status_replicas_available",
        urgency=Urgency.PAGE,
        summary="{{ $labels.namespace }}/{{ $labels.deployment }} lacks replicas",
        lasts="15m",
    )
    yield Alert(
        alert="ScalingExhausted",
        expr=("kube_horizontalpodautoscaler_status_current_replicas >= kube_horizontalpodautoscaler_spec_max_replicas"),
        urgency=Urgency.TICKET,
        summary="{{ $labels.namespace }}/{{ $labels.horizontalpodautoscaler }} cannot grow any more",
        lasts="15m",
    )
    yield Alert(
        alert="QuotaNearlyUsed",
        expr=('kube_resourcequota{type="used"} / ignoring (type) (kube_resourcequota{type="hard"} > 0) > 0.9'),
        urgency=Urgency.TICKET,
        summary="{{ $labels.namespace }} uses more than 90 % of its {{ $labels.resource }}",
        lasts="15m",
    )
    yield Alert(
        alert="VolumeNearlyFull",
        expr="atoll:volume:free_ratio < 0.1",
        urgency=Urgency.PAGE,
        summary="{{ $labels.namespace }}/{{ $labels.persistentvolumeclaim }} has less than 10 % left",
        lasts="5m",
    )
    yield Alert(
        alert="TargetDown",
        expr="avg by (cluster, job) (up) < 0.5",
        urgency=Urgency.TICKET,
        summary="More than half of the targets of {{ $labels.job }} do not answer",
        lasts="10m",
    )


def _delivery_alerts() -> Iterator[Alert]:
    yield Alert(
        alert="ApplicationOutOfSync",
        expr='argocd_app_info{sync_status!="Synced"} == 1',
        urgency=Urgency.TICKET,
        summary="{{ $labels.name }} has not been what Git says for half an hour",
        lasts="30m",
    )
    yield Alert(
        alert="ApplicationUnhealthy",
        expr='argocd_app_info{health_status=~"Degraded|Missing"} == 1',
        urgency=Urgency.PAGE,
        summary="{{ $labels.name }} is {{ $labels.health_status }}",
        lasts="10m",
    )
    yield Alert(
        alert="CertificateExpires",
        expr="certmanager_certificate_expiration_timestamp_seconds - time() < 7 * 86400",
        urgency=Urgency.TICKET,
        summary="Certificate {{ $labels.namespace }}/{{ $labels.name }} expires within a week",
    )
    yield Alert(
        alert="BackupFailed",
        expr="increase(velero_backup_failure_total[24h]) > 0",
        urgency=Urgency.TICKET,
        summary="A backup of {{ $labels.schedule }} has failed",
    )
    yield Alert(
        alert="JobFailed",
        expr="kube_job_status_failed > 0",
        urgency=Urgency.TICKET,
        summary="{{ $labels.namespace }}/{{ $labels.job_name }} has failed",
        lasts="5m",
    )
