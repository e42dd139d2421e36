"""What sees more of a region than logs, alarms and dashboards: Prometheus, Grafana, traces, SLOs, canaries, Datadog."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi

from components.functions.function import FunctionKeys
from components.identity.roles import Scope
from components.observability import BurnRateAlarms, BurnRateAlarmsArgs
from components.observability.burn_rate import of_availability, of_errors, of_latency
from components.storage import Bucket, BucketArgs
from components.telemetry import (
    Canaries,
    CanariesArgs,
    Datadog,
    DatadogArgs,
    GrafanaWorkspace,
    GrafanaWorkspaceArgs,
    PagerDutyForwarder,
    PagerDutyForwarderArgs,
    PrometheusWorkspace,
    PrometheusWorkspaceArgs,
    Tracing,
    TracingArgs,
)
from components.telemetry.outbound import Place
from contracts.settings import StackSettings, Tier
from contracts.settings.data import BucketSettings
from contracts.settings.monitoring import MonitoringSettings
from stacks.region.compute import Compute
from stacks.region.foundation import Foundation, scope_of
from stacks.region.operations import Operations

TELEMETRY = BucketSettings(
    versioning=True,
    intelligent_tiering=True,
    glacier_ir_after_days=None,
    expire_after_days=None,
    noncurrent_expire_after_days=30,
    event_notifications=True,
)
"""The bucket of what monitoring and models keep: nothing in it expires, for code of canaries is there, too."""


@dataclass(frozen=True, kw_only=True)
class Monitoring:
    """What sees more; a member is None where it is switched off."""

    bucket: Bucket | None
    """Artifacts of canaries, metrics that Datadog refused, models and what they were asked."""
    prometheus: PrometheusWorkspace | None
    grafana: GrafanaWorkspace | None
    slo: BurnRateAlarms | None
    canaries: Canaries | None


def make_monitoring(
    settings: StackSettings,
    foundation: Foundation,
    compute: Compute,
    operations: Operations,
    opts: pulumi.ResourceOptions,
) -> Monitoring:
    """Everything of `monitoring` that is switched on."""
    wanted = settings.monitoring or MonitoringSettings()
    scope = scope_of(settings)
    bucket = _bucket(settings, wanted, foundation, opts)
    prometheus = None
    if wanted.prometheus is not None:
        prometheus = PrometheusWorkspace(
            scope.environment,
            args=PrometheusWorkspaceArgs(
                scope=scope,
                settings=wanted.prometheus,
                slo=wanted.slo,
                topic_arn=operations.topic.policed_arn,
                logs_key_arn=foundation.key("logs"),
            ),
            opts=opts,
        )
    grafana = None
    if wanted.grafana is not None:
        grafana = GrafanaWorkspace(
            scope.environment,
            args=GrafanaWorkspaceArgs(
                scope=scope,
                settings=wanted.grafana,
                slo=wanted.slo,
                prometheus_arn=prometheus.arn if prometheus else None,
                prometheus_endpoint=prometheus.endpoint if prometheus else None,
                keys=function_keys(foundation),
                place=_place(settings, foundation),
            ),
            opts=opts,
        )
    _forward(settings, wanted, scope, foundation, operations, bucket, opts)
    if wanted.tracing is not None:
        Tracing(
            scope.environment,
            args=TracingArgs(
                environment=scope.environment,
                settings=wanted.tracing,
                latency_objective_milliseconds=settings.observability.alarm_thresholds.latency_p95_milliseconds,
                key_arn=foundation.key("logs"),
            ),
            opts=opts,
        )
    canaries = None
    if wanted.canaries is not None and bucket is not None:
        canaries = Canaries(
            scope.environment,
            args=CanariesArgs(
                scope=scope,
                settings=wanted.canaries,
                address=f"https://{settings.edge.domain}",
                bucket=bucket.bucket_name,
                bucket_arn=bucket.arn,
                bucket_key_arn=foundation.key("storage"),
                topic_arn=operations.topic.arn,
            ),
            opts=opts,
        )
    slo = _objectives(wanted, scope, foundation, compute, operations, opts)
    return Monitoring(bucket=bucket, prometheus=prometheus, grafana=grafana, slo=slo, canaries=canaries)


def function_keys(foundation: Foundation) -> FunctionKeys:
    """Keys of the platform's own functions."""
    return FunctionKeys(
        logs=foundation.key("logs"), variables=foundation.key("secrets"), messaging=foundation.key("messaging")
    )


def _place(settings: StackSettings, foundation: Foundation) -> Place:
    """Where functions stand that talk to the internet: the private subnets of the workload zones."""
    private = foundation.vpc.subnet_ids[Tier.PRIVATE]
    return Place(vpc_id=foundation.vpc.vpc_id, subnet_ids=[private[zone] for zone in settings.network.workload_zones])


def _bucket(
    settings: StackSettings, wanted: MonitoringSettings, foundation: Foundation, opts: pulumi.ResourceOptions
) -> Bucket | None:
    scoring = settings.intelligence and settings.intelligence.risk_scoring
    if not (wanted.canaries or wanted.datadog or scoring):
        return None
    name = settings.environment
    return Bucket(
        f"{name}-bucket-telemetry",
        args=BucketArgs(
            settings=TELEMETRY,
            protection=settings.protection,
            bucket=f"app-telemetry-{name}-{settings.account.id}-{settings.region}",
            key_arn=foundation.key("storage"),
            log_bucket=foundation.buckets.logs.policed_name,
        ),
        opts=opts,
    )


def _forward(
    settings: StackSettings,
    wanted: MonitoringSettings,
    scope: Scope,
    foundation: Foundation,
    operations: Operations,
    bucket: Bucket | None,
    opts: pulumi.ResourceOptions,
) -> None:
    """To PagerDuty who is woken, to Datadog what is measured."""
    if wanted.pager_duty is not None:
        PagerDutyForwarder(
            scope.environment,
            args=PagerDutyForwarderArgs(
                scope=scope,
                settings=wanted.pager_duty,
                topic_arn=operations.topic.arn,
                keys=function_keys(foundation),
                place=_place(settings, foundation),
                secrets_key_arn=foundation.key("secrets"),
            ),
            opts=opts,
        )
    if wanted.datadog is not None and bucket is not None:
        Datadog(
            scope.environment,
            args=DatadogArgs(
                scope=scope,
                settings=wanted.datadog,
                secrets_key_arn=foundation.key("secrets"),
                bucket_arn=bucket.arn,
                bucket_key_arn=foundation.key("storage"),
                logs_key_arn=foundation.key("logs"),
                log_retention_days=settings.observability.lambda_log_retention_days,
            ),
            opts=opts,
        )


def _objectives(
    wanted: MonitoringSettings,
    scope: Scope,
    foundation: Foundation,
    compute: Compute,
    operations: Operations,
    opts: pulumi.ResourceOptions,
) -> BurnRateAlarms | None:
    slo, balancer = wanted.slo, foundation.balancer.arn_suffix
    if slo is None:
        return None
    availability = of_availability(balancer, slo.availability_percent)
    return BurnRateAlarms(
        f"{scope.environment}-slo",
        args=BurnRateAlarmsArgs(
            prefix=f"atoll-{scope.environment}-slo",
            objectives=[availability, of_latency(balancer, slo.latency_p95_milliseconds)],
            topic_arn=operations.topic.arn,
            critical={
                key: of_errors(balancer, service.route.blue.arn_suffix, slo.error_rate_percent)
                for key, service in compute.services.items()
                if service.route
            },
            recovery=availability,
            recovery_minutes=slo.recovery_minutes,
        ),
        opts=opts,
    )
