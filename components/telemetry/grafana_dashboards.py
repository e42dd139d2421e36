"""Grafana dashboards as typed values, written as the JSON that Grafana imports (OBS-3)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum, unique
from typing import Any, Literal

from contracts.settings.monitoring import SloSettings

GRID_COLUMNS = 24
SCHEMA_VERSION = 39
"""Of Grafana 10.4."""

Json = dict[str, Any]


@unique
class DataSource(StrEnum):
    """Where a panel gets its data; the value is the data source's uid in the workspace."""

    PROMETHEUS = "atoll-prometheus"
    CLOUDWATCH = "atoll-cloudwatch"
    XRAY = "atoll-xray"

    @property
    def plugin(self) -> str:
        """Type of the data source in Grafana."""
        return {
            DataSource.PROMETHEUS: "prometheus",
            DataSource.CLOUDWATCH: "cloudwatch",
            DataSource.XRAY: "grafana-x-ray-datasource",
        }[self]

    def reference(self) -> Json:
        """As panels and targets name it."""
        return {"type": self.plugin, "uid": str(self)}


@dataclass(frozen=True, kw_only=True)
class Prom:
    """A query of Prometheus."""

    expr: str
    legend: str = "__auto"
    source = DataSource.PROMETHEUS

    def target(self, letter: str) -> Json:
        """As a panel holds it."""
        return {
            "refId": letter,
            "datasource": self.source.reference(),
            "expr": self.expr,
            "legendFormat": self.legend,
            "editorMode": "code",
            "range": True,
        }


@dataclass(frozen=True, kw_only=True)
class Watch:
    """A metric of CloudWatch, of every value of its dimensions that are `*`."""

    namespace: str
    metric: str
    dimensions: tuple[tuple[str, str], ...]
    statistic: str
    source = DataSource.CLOUDWATCH

    def target(self, letter: str) -> Json:
        """As a panel holds it."""
        return {
            "refId": letter,
            "datasource": self.source.reference(),
            "queryMode": "Metrics",
            "metricQueryType": 0,
            "metricEditorMode": 0,
            "region": "default",
            "namespace": self.namespace,
            "metricName": self.metric,
            "dimensions": dict(self.dimensions),
            "matchExact": True,
            "statistic": self.statistic,
            "period": "300",
            "id": f"query{letter.lower()}",
        }


@dataclass(frozen=True, kw_only=True)
class Traces:
    """The service map of X-Ray."""

    source = DataSource.XRAY

    def target(self, letter: str) -> Json:
        """As a panel holds it."""
        return {
            "refId": letter,
            "datasource": self.source.reference(),
            "queryType": "getServiceMap",
            "region": "default",
            "group": {"GroupName": "Default", "GroupARN": "default"},
        }


Query = Prom | Watch | Traces


@dataclass(frozen=True, kw_only=True)
class Panel:
    """One picture."""

    title: str
    queries: Sequence[Query]
    """At least one, all of one data source."""
    unit: str = "short"
    """Grafana's unit: `percentunit`, `ms`, `reqps`, `bytes`, `short`."""
    kind: Literal["timeseries", "stat", "table", "nodeGraph"] = "timeseries"
    threshold: float | None = None
    """Above it, it is red."""
    width: int = 8
    height: int = 8

    def render(self, id_: int, x: int, y: int) -> Json:
        """As a dashboard holds it."""
        steps: list[Json] = [{"color": "green", "value": None}]
        if self.threshold is not None:
            steps.append({"color": "red", "value": self.threshold})
        return {
            "id": id_,
            "type": self.kind,
            "title": self.title,
            "datasource": self.queries[0].source.reference(),
            "gridPos": {"h": self.height, "w": self.width, "x": x, "y": y},
            "targets": [query.target(letter) for query, letter in zip(self.queries, "ABCDEFGH", strict=False)],
            "fieldConfig": {
                "defaults": {"unit": self.unit, "thresholds": {"mode": "absolute", "steps": steps}},
                "overrides": [],
            },
            "options": {},
        }


@dataclass(frozen=True, kw_only=True)
class GrafanaDashboard:
    """One dashboard."""

    uid: str
    title: str
    panels: Sequence[Panel]

    def render(self) -> Json:
        """The JSON model: panels from left to right, a new row where the next one does not fit."""
        placed: list[Json] = []
        x = y = row_height = 0
        for number, panel in enumerate(self.panels, start=1):
            if x + panel.width > GRID_COLUMNS:
                x, y, row_height = 0, y + row_height, 0
            placed.append(panel.render(number, x, y))
            x, row_height = x + panel.width, max(row_height, panel.height)
        return {
            "uid": self.uid,
            "title": self.title,
            "tags": ["atoll"],
            "schemaVersion": SCHEMA_VERSION,
            "version": 1,
            "editable": False,
            "timezone": "utc",
            "refresh": "1m",
            "time": {"from": "now-6h", "to": "now"},
            "templating": {"list": []},
            "annotations": {"list": []},
            "panels": placed,
        }


def dashboards(slo: SloSettings) -> list[GrafanaDashboard]:
    """Every dashboard of the workspace."""
    return [_services(slo), _cluster(), _platform(slo), _traces()]


def _services(slo: SloSettings) -> GrafanaDashboard:
    budget = (100 - slo.availability_percent) / 100
    legend = "{{destination_workload_namespace}}/{{destination_workload}}"
    left = f"1 - avg_over_time(atoll:request_failures:ratio_rate5m[30d]) / {budget:g}"
    return GrafanaDashboard(
        uid="atoll-services",
        title="Services and their objectives",
        panels=[
            Panel(
                title="Error budget left of 30 days",
                queries=[Prom(expr=left, legend=legend)],
                unit="percentunit",
                kind="stat",
                width=24,
                height=6,
            ),
            *(
                Panel(
                    title=f"Share of failures over {span}",
                    queries=[Prom(expr=f"atoll:request_failures:ratio_rate{span}", legend=legend)],
                    unit="percentunit",
                    threshold=round(factor * budget, 8),
                )
                for span, factor in (("1h", 14.4), ("6h", 6.0), ("3d", 1.0))
            ),
            Panel(
                title="Requests", queries=[Prom(expr="atoll:requests:rate5m", legend=legend)], unit="reqps", width=12
            ),
            Panel(
                title="Latency P95",
                queries=[Prom(expr="atoll:request_duration_milliseconds:p95_5m", legend=legend)],
                unit="ms",
                threshold=slo.latency_p95_milliseconds,
                width=12,
            ),
        ],
    )


def _cluster() -> GrafanaDashboard:
    return GrafanaDashboard(
        uid="atoll-cluster",
        title="Cluster",
        panels=[
            Panel(
                title="Node CPU",
                queries=[Prom(expr="atoll:node_cpu:utilisation", legend="{{instance}}")],
                unit="percentunit",
                threshold=0.8,
            ),
            Panel(
                title="Node memory",
                queries=[Prom(expr="atoll:node_memory:utilisation", legend="{{instance}}")],
                unit="percentunit",
                threshold=0.9,
            ),
            Panel(
                title="Volumes: free",
                queries=[
                    Prom(expr="atoll:volume:free_ratio", legend="{{namespace}}/{{persistentvolumeclaim}}"),
                ],
                unit="percentunit",
            ),
            Panel(
                title="Pods by phase",
                queries=[Prom(expr="sum by (phase) (kube_pod_status_phase)", legend="{{phase}}")],
            ),
            Panel(
                title="Restarts in an hour",
                queries=[
                    Prom(
                        expr="topk(10, sum by (namespace, pod)"
                        " (increase(kube_pod_container_status_restarts_total[1h])))",
                        legend="{{namespace}}/{{pod}}",
                    )
                ],
            ),
            Panel(
                title="Quota in use",
                queries=[
                    Prom(
                        expr='kube_resourcequota{type="used"} / ignoring (type) kube_resourcequota{type="hard"}',
                        legend="{{namespace}} {{resource}}",
                    )
                ],
                unit="percentunit",
                threshold=0.9,
            ),
            Panel(
                title="Applications that are not what Git says",
                queries=[Prom(expr='sum by (name) (argocd_app_info{sync_status!="Synced"})', legend="{{name}}")],
                kind="stat",
                width=24,
                height=5,
            ),
        ],
    )


def _platform(slo: SloSettings) -> GrafanaDashboard:
    def watch(namespace: str, metric: str, dimension: str, statistic: str) -> Watch:
        return Watch(namespace=namespace, metric=metric, dimensions=((dimension, "*"),), statistic=statistic)

    return GrafanaDashboard(
        uid="atoll-platform",
        title="Platform: AWS",
        panels=[
            Panel(
                title="Requests",
                queries=[watch("AWS/ApplicationELB", "RequestCount", "LoadBalancer", "Sum")],
            ),
            Panel(
                title="Failures",
                queries=[
                    watch("AWS/ApplicationELB", "HTTPCode_Target_5XX_Count", "LoadBalancer", "Sum"),
                    watch("AWS/ApplicationELB", "HTTPCode_ELB_5XX_Count", "LoadBalancer", "Sum"),
                ],
            ),
            Panel(
                title="Latency P95",
                queries=[watch("AWS/ApplicationELB", "TargetResponseTime", "LoadBalancer", "p95")],
                unit="s",
                threshold=slo.latency_p95_milliseconds / 1000,
            ),
            Panel(
                title="Database CPU",
                queries=[watch("AWS/RDS", "CPUUtilization", "DBInstanceIdentifier", "Average")],
                unit="percent",
                threshold=80,
            ),
            Panel(
                title="Database connections",
                queries=[watch("AWS/RDS", "DatabaseConnections", "DBInstanceIdentifier", "Average")],
            ),
            Panel(
                title="Table reads",
                queries=[watch("AWS/DynamoDB", "ConsumedReadCapacityUnits", "TableName", "Sum")],
            ),
        ],
    )


def _traces() -> GrafanaDashboard:
    return GrafanaDashboard(
        uid="atoll-traces",
        title="Traces",
        panels=[Panel(title="Who calls whom", queries=[Traces()], kind="nodeGraph", width=24, height=16)],
    )
