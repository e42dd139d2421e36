"""What monitoring, and what acts by itself, needs from the rest of the stack."""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase

from contracts.settings.aurora import AuroraSettings
from contracts.settings.compute import EcsSettings
from contracts.settings.data import PostgresSettings
from contracts.settings.intelligence import ForecastMode, IntelligenceSettings, Remedy
from contracts.settings.monitoring import MonitoringSettings
from contracts.settings.operations import AlarmGroup, ObservabilitySettings
from contracts.settings.rules.engine import Finding, rule
from contracts.settings.security import KeySettings

CANARIES = ("monitoring", "canaries")
REMEDIES = ("intelligence", "self_healing", "remedies")


@rule("monitoring", "ecs")
def _canaries_ask_what_answers(monitoring: MonitoringSettings | None, ecs: EcsSettings) -> Iterator[Finding]:
    canaries = monitoring.canaries if monitoring else None
    if canaries is None:
        return
    routes = sorted(service.path for service in ecs.services.values() if service.path) if ecs.enabled else []
    if not routes:
        fix = "give a service of ecs.services a path, or make canaries null"
        yield Finding(CANARIES, "checks", "checks of a load balancer with a service behind it", fix)
        return
    for key, check in canaries.checks.items():
        path = (*CANARIES, "checks", key, "path")
        if "*" in check.path:
            yield Finding(path, check.path, "one path, without *", "write a path that a browser could open")
        elif not any(fnmatchcase(check.path, route) for route in routes):
            fix = "ask one of these, or add a service; the load balancer answers 404 to the rest"
            yield Finding(path, check.path, f"a path that a service serves: {', '.join(routes)}", fix)


@rule("monitoring")
def _canaries_end_before_they_begin_again(monitoring: MonitoringSettings | None) -> Iterator[Finding]:
    canaries = monitoring.canaries if monitoring else None
    if canaries is None:
        return
    if not canaries.checks:
        fix = "add a check, or make canaries null"
        yield Finding((*CANARIES, "checks"), "none", "at least one check", fix)
    if canaries.timeout_seconds >= canaries.every_minutes * 60:
        allowed = f"less than every_minutes ({canaries.every_minutes * 60} seconds)"
        fix = "a run would not have ended when the next begins: lower it"
        yield Finding((*CANARIES, "timeout_seconds"), canaries.timeout_seconds, allowed, fix)


@rule("monitoring")
def _grafana_has_an_administrator(monitoring: MonitoringSettings | None) -> Iterator[Finding]:
    grafana = monitoring.grafana if monitoring else None
    if grafana is None:
        return
    if not grafana.admin_groups:
        fix = "name the group of those who look after it, or make grafana null"
        yield Finding(("monitoring", "grafana", "admin_groups"), "none", "at least one group", fix)
    seen: dict[str, str] = {}
    for role in ("admin_groups", "editor_groups", "viewer_groups"):
        for index, group in enumerate(getattr(grafana, role)):
            if (other := seen.setdefault(group, role)) != role:
                path = ("monitoring", "grafana", role, index)
                yield Finding(path, group, "a group in one role", f"it is in {other} already; remove one")


@rule("monitoring")
def _datadog_gets_something(monitoring: MonitoringSettings | None) -> Iterator[Finding]:
    if monitoring and monitoring.datadog and not monitoring.datadog.namespaces:
        fix = "name what it should see, or make datadog null; an empty list would stream everything"
        yield Finding(("monitoring", "datadog", "namespaces"), "none", "at least one namespace", fix)


@rule("monitoring?", "intelligence?", "keys")
def _keys_are_there(
    monitoring: MonitoringSettings | None, intelligence: IntelligenceSettings | None, keys: KeySettings
) -> Iterator[Finding]:
    needs = {
        "logs": monitoring and (monitoring.prometheus or monitoring.tracing or monitoring.canaries),
        "secrets": monitoring and (monitoring.pager_duty or monitoring.datadog),
        "messaging": intelligence and intelligence.self_healing,
    }
    for purpose, needed in needs.items():
        if needed and purpose not in keys.purposes:
            fix = f"add {purpose}: something switched on under monitoring or intelligence is encrypted by it"
            yield Finding(("keys", "purposes"), ", ".join(keys.purposes) or "none", f"a key for {purpose}", fix)


@rule("intelligence", "ecs")
def _forecasts_have_services(intelligence: IntelligenceSettings | None, ecs: EcsSettings) -> Iterator[Finding]:
    forecast = intelligence.predictive_scaling if intelligence else None
    if forecast is None:
        return
    if not ecs.enabled or not ecs.services:
        path = ("intelligence", "predictive_scaling")
        yield Finding(path, forecast.mode, "null where nothing scales", "switch ecs on, or make it null")
    elif forecast.mode is ForecastMode.FORECAST_AND_SCALE and forecast.target_cpu_percent > ecs.scaling.scale_out_cpu:
        path = ("intelligence", "predictive_scaling", "target_cpu_percent")
        allowed = f"at most ecs.scaling.scale_out_cpu ({ecs.scaling.scale_out_cpu})"
        yield Finding(path, forecast.target_cpu_percent, allowed, "steps would act before any forecast: lower it")


@rule("intelligence", "ecs", "observability")
def _remedies_have_alarms(
    intelligence: IntelligenceSettings | None, ecs: EcsSettings, observability: ObservabilitySettings
) -> Iterator[Finding]:
    healing = intelligence.self_healing if intelligence else None
    if healing is None:
        return
    wanted = {Remedy.RESTART_SERVICE: AlarmGroup.LOAD_BALANCER, Remedy.SCALE_OUT: AlarmGroup.CPU}
    for index, remedy in enumerate(healing.remedies):
        group = wanted.get(remedy)
        if group is not None and not ecs.enabled:
            yield Finding((*REMEDIES, index), remedy, "remedies of what there is", "switch ecs on, or remove it")
        elif group is not None and group not in observability.alarms:
            fix = f"add {group} to observability.alarms, or remove the remedy"
            yield Finding((*REMEDIES, index), remedy, f"a remedy whose alarms are made ({group})", fix)
    if not healing.remedies:
        yield Finding(REMEDIES, "none", "at least one remedy", "add one, or make self_healing null")


@rule("intelligence", "database")
def _log_ins_to_the_instance_are_logged(
    intelligence: IntelligenceSettings | None, database: PostgresSettings | None
) -> Iterator[Finding]:
    if database is not None:
        yield from _log_ins(intelligence, database.log_exports, "database")


@rule("intelligence", "aurora")
def _log_ins_to_the_cluster_are_logged(
    intelligence: IntelligenceSettings | None, aurora: AuroraSettings | None
) -> Iterator[Finding]:
    if aurora is not None:
        yield from _log_ins(intelligence, aurora.log_exports, "aurora")


def _log_ins(intelligence: IntelligenceSettings | None, exports: tuple[str, ...], section: str) -> Iterator[Finding]:
    healing = intelligence.self_healing if intelligence else None
    if healing is None or Remedy.ROTATE_CREDENTIALS not in healing.remedies or "postgresql" in exports:
        return
    path = (*REMEDIES, healing.remedies.index(Remedy.ROTATE_CREDENTIALS))
    fix = f"add postgresql to {section}.log_exports, or remove the remedy"
    yield Finding(path, Remedy.ROTATE_CREDENTIALS, "a remedy whose log is exported (postgresql)", fix)
