"""What sees more than logs, alarms and dashboards: metrics, traces, checks from outside, other vendors (OBS-3…6)."""

from components.telemetry.canaries import Canaries, CanariesArgs
from components.telemetry.datadog import Datadog, DatadogArgs
from components.telemetry.grafana import GrafanaWorkspace, GrafanaWorkspaceArgs
from components.telemetry.pager_duty_forwarder import PagerDutyForwarder, PagerDutyForwarderArgs
from components.telemetry.prometheus import PrometheusWorkspace, PrometheusWorkspaceArgs
from components.telemetry.tracing import Tracing, TracingArgs

__all__ = [
    "Canaries",
    "CanariesArgs",
    "Datadog",
    "DatadogArgs",
    "GrafanaWorkspace",
    "GrafanaWorkspaceArgs",
    "PagerDutyForwarder",
    "PagerDutyForwarderArgs",
    "PrometheusWorkspace",
    "PrometheusWorkspaceArgs",
    "Tracing",
    "TracingArgs",
]
