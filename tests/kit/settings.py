"""Valid settings for Hypothesis, in the two forms in which the program meets them: a file and a configuration."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

from hypothesis import strategies as st
from ruamel.yaml import YAML

from contracts import addresses, catalogue
from contracts.addresses import SubnetPreset
from contracts.regions import REGION_ZONES
from contracts.settings import StackSettings
from contracts.versions import END_OF_STANDARD_SUPPORT, NO_DATE, Engine

PROJECT = Path(__file__).parents[2]
POSTGRES = [v for v in catalogue.postgres_versions() if int(v.split(".")[0]) >= 17]
"""Releases whose support ends long after these tests."""
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
TIMEZONES = ("UTC", "America/New_York", "Europe/Zurich", "Asia/Kolkata")

names = st.from_regex(r"[a-z][a-z0-9]{0,7}(-[a-z0-9]{1,6}){0,2}", fullmatch=True)
attributes = st.from_regex(r"[a-z_][a-z0-9_]{0,15}", fullmatch=True)
tags = (
    st.from_regex(r"[A-Za-z][A-Za-z0-9 _.:/=+@-]{0,30}", fullmatch=True)
    .map(lambda text: text.strip())
    .filter(lambda text: ".." not in text and not any(len(run) >= 20 for run in text.replace(" ", "-").split("-")))
)
emails = st.from_regex(r"[a-z]{1,8}@[a-z]{1,8}\.example", fullmatch=True)
retentions = st.sampled_from(catalogue.LOG_RETENTION_DAYS)
days = st.integers(1, 3650)


def stack_values(file: str = "Pulumi.dev.yaml") -> dict[str, Any]:
    """The settings of a stack file of this project as plain values, by field name."""
    config: dict[str, Any] = YAML(typ="safe").load((PROJECT / file).read_text(encoding="utf-8"))["config"]
    return {key.partition(":")[2]: value for key, value in config.items()}


def plain(settings: StackSettings) -> dict[str, Any]:
    """The settings as plain values, by field name; what is optional and absent is left out."""
    return {name: value for name, value in settings.model_dump(mode="json").items() if value is not None}


def to_yaml(values: dict[str, Any]) -> str:
    """The text of a stack file with these settings."""
    text = io.StringIO()
    YAML(typ="safe", pure=True).dump({"config": {f"atoll:{name}": value for name, value in values.items()}}, text)
    return text.getvalue()


def to_config(values: dict[str, Any]) -> dict[str, str]:
    """The configuration that the engine would hand to the program."""
    return {f"atoll:{n}": v if isinstance(v, str) else json.dumps(v) for n, v in values.items()}


def windows(shortest: int) -> st.SearchStrategy[tuple[str, str]]:
    """A daily and a weekly window that do not overlap: the one before noon, the other after."""

    def clock(minutes: int) -> str:
        return f"{minutes // 60:02}:{minutes % 60:02}"

    def pair(start: int, length: int, day: str) -> tuple[str, str]:
        end, later = start + length, start + 720
        return f"{clock(start)}-{clock(end)}", f"{day}:{clock(later)}-{day}:{clock(later + length)}"

    return st.builds(pair, st.integers(0, 400), st.integers(shortest, 300), st.sampled_from(WEEKDAYS))


@st.composite
def stack_settings(draw: st.DrawFn) -> StackSettings:
    """Valid settings of a region stack: any environment, region, size and set of services."""
    environment = draw(st.sampled_from(["dev", "staging", "prod"]) | names.map(lambda n: f"env-{n[:12].strip('-')}"))
    mirror, prod = environment in {"staging", "prod"}, environment == "prod"
    region = draw(st.sampled_from(sorted(REGION_ZONES)))
    network = draw(_network(environment, region))
    workload = len(network["workload_zones"])
    values: dict[str, Any] = {
        "layer": "region",
        "environment": environment,
        "region": region,
        "account": {"id": draw(st.from_regex("[0-9]{12}", fullmatch=True)), "deploy_role": draw(st.none() | names)},
        "tags": {
            "owner": draw(tags),
            "cost_center": draw(tags),
            "data_classification": draw(st.sampled_from(["public", "internal", "confidential", "restricted"])),
        },
        "protection": {
            "protect": prod or draw(st.booleans()),
            "deletion_protection": prod or draw(st.booleans()),
            "final_snapshot": prod or draw(st.booleans()),
            "force_destroy": not prod and draw(st.booleans()),
        },
        "network": network,
        "keys": {
            "purposes": draw(_some(["database", "storage", "secrets", "logs", "messaging"])),
            "rotation_period_days": draw(st.integers(90, 2560)),
            "deletion_window_days": draw(st.integers(7, 30)),
            "multi_region": draw(st.booleans()),
        },
        "secrets": {
            "rotation_days": draw(st.integers(1, 365)),
            "recovery_window_days": draw(st.integers(7, 30) if mirror else st.just(0) | st.integers(7, 30)),
        },
        "registry": {
            "account": draw(st.from_regex("0[0-9]{11}", fullmatch=True)),
            "region": draw(st.sampled_from(sorted(REGION_ZONES))),
            "host": False,
            "organization_id": draw(st.none() | st.from_regex("o-[a-z0-9]{10,32}", fullmatch=True)),
            "trusted_accounts": draw(st.lists(st.from_regex("[1-9][0-9]{11}", fullmatch=True), unique=True)),
            "staleness_seconds": draw(st.integers(0, 86_400)),
        },
        "edge": draw(_edge(prod)),
        "ecs": draw(_ecs(mirror, prod)),
        "database": draw(_database(mirror, prod, region)),
        "cache": draw(_cache(mirror, workload, region)),
        "tables": draw(st.dictionaries(names, _table(mirror), max_size=2)),
        "storage": {role: draw(_bucket(mirror)) for role in ("assets", "uploads", "backups", "logs")},
        "observability": draw(_observability()),
        "cost": draw(_cost()),
    }
    if draw(st.booleans()) and not environment.startswith("env-"):
        share = draw(st.integers(0, 100))
        other = "shared-services-east"
        values["traffic"] = {"weight_percent": {network["address_block"]: share, other: 100 - share}}
    return StackSettings.model_validate(values)


def _some(known: list[str]) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(known), unique=True)


@st.composite
def _network(draw: st.DrawFn, environment: str, region: str) -> dict[str, Any]:
    mirror = environment in {"staging", "prod"}
    preset = SubnetPreset.THREE_TIER_3AZ if mirror else draw(st.sampled_from(list(SubnetPreset)))
    count = addresses.zone_count(preset)
    letters = st.lists(st.sampled_from(REGION_ZONES[region]), min_size=count, max_size=count, unique=True)
    zones = [region + letter if draw(st.booleans()) else letter for letter in draw(letters)]
    blocks = {"prod": ["prod", "prod-west"]}.get(environment, [environment])
    if environment.startswith("env-"):
        blocks = list(addresses.on_demand_names()[::64])
    nat = ["per-zone"] if environment == "prod" else ["per-zone", "single"] + ([] if mirror else ["none"])
    return {
        "address_block": draw(st.sampled_from(blocks)),
        "preset": preset.value,
        "availability_zones": zones,
        "workload_zones": zones[: count if mirror else draw(st.integers(1, count))],
        "nat": draw(st.sampled_from(nat)),
        "gateway_endpoints": draw(_some(list(catalogue.GATEWAY_ENDPOINTS))),
        "interface_endpoints": draw(_some(list(catalogue.INTERFACE_ENDPOINTS[:8]))),
        "flow_log_retention_days": draw(retentions),
        "bastion": draw(st.booleans()),
    }


def _edge(prod: bool) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(
        {
            "domain": st.from_regex(r"([a-z][a-z0-9]{0,8}\.){1,3}example", fullmatch=True),
            "tls_policy": st.sampled_from(catalogue.TLS_POLICIES),
            "idle_timeout_seconds": st.integers(1, 4000),
            "access_logs": st.just(True) if prod else st.booleans(),
            "access_log_retention_days": days,
            "web_acl": st.just(True) if prod else st.booleans(),
            "web_acl_rate_limit": st.integers(10, 2_000_000_000),
        }
    )


@st.composite
def _ecs(draw: st.DrawFn, mirror: bool, prod: bool) -> dict[str, Any]:
    services: dict[str, Any] = {}
    for index, name in enumerate(draw(st.lists(names, unique=True, max_size=4))):
        cpu = draw(st.sampled_from(list(catalogue.FARGATE_MEMORY_MIB)))
        routed = draw(st.booleans())
        services[name] = {
            "image": draw(st.sampled_from(["0.1.0", "v2", "public.ecr.aws/nginx/nginx:1.29"])),
            "cpu": cpu,
            "memory": draw(st.sampled_from(catalogue.FARGATE_MEMORY_MIB[cpu])),
            "path": f"/{name}/*" if routed else None,
            "priority": index + 1 if routed else None,
            "health_path": "/health",
        }
    minimum, scale_in = draw(st.integers(2 if prod else 0, 20)), draw(st.integers(1, 99))
    strategies = ["blue-green", "canary"] if mirror else ["rolling", "blue-green", "canary"]
    return {
        "enabled": draw(st.booleans()),
        "services": services,
        "scaling": {
            "minimum": minimum,
            "maximum": draw(st.integers(max(minimum, 1), 1000)),
            "scale_out_cpu": draw(st.integers(scale_in + 1, 100)),
            "scale_out_minutes": draw(st.integers(1, 60)),
            "scale_in_cpu": scale_in,
            "scale_in_minutes": draw(st.integers(1, 60)),
        },
        "deployment": draw(st.sampled_from(strategies)),
        "spot_percent": draw(st.integers(0, 50 if prod else 100)),
        "container_insights": draw(st.booleans()),
        "tracing": draw(st.booleans()),
        "architecture": draw(st.sampled_from(["ARM64", "X86_64"])),
        "log_retention_days": draw(retentions),
        "images_kept": draw(st.integers(1, 1000)),
    }


@st.composite
def _database(draw: st.DrawFn, mirror: bool, prod: bool, region: str) -> dict[str, Any]:
    table = catalogue.rds_postgres_classes()
    storage = draw(st.integers(20, 50_000))
    daily, weekly = draw(windows(30))
    return {
        "engine_version": draw(st.sampled_from(POSTGRES)),
        "instance_class": draw(st.sampled_from([name for name in table.classes if table.in_region(name, region)])),
        "database_name": draw(st.from_regex("[a-z][a-z0-9_]{0,20}", fullmatch=True)),
        "username": draw(st.sampled_from(["dbadmin", "atoll", "owner_1"])),
        "storage_gib": storage,
        "storage_max_gib": draw(st.integers((storage * 11 + 9) // 10, 65536)),
        "multi_az": mirror or draw(st.booleans()),
        "backup_retention_days": draw(st.integers(35 if prod else 30 if mirror else 0, 35)),
        "backup_window": daily,
        "maintenance_window": weekly,
        "monitoring_interval_seconds": draw(st.sampled_from(catalogue.ENHANCED_MONITORING_SECONDS)),
        "performance_insights": draw(st.booleans()),
        "performance_insights_retention_days": draw(st.sampled_from(catalogue.PERFORMANCE_INSIGHTS_DAYS)),
        "iam_authentication": draw(st.booleans()),
        "log_exports": draw(_some(list(catalogue.POSTGRES_LOG_EXPORTS))),
        "apply_immediately": draw(st.booleans()),
    }


@st.composite
def _cache(draw: st.DrawFn, mirror: bool, workload: int, region: str) -> dict[str, Any]:
    table = catalogue.cache_node_types()
    engine = draw(st.sampled_from([Engine.REDIS, Engine.VALKEY]))
    lasting = [series for series, end in END_OF_STANDARD_SUPPORT[engine].items() if end == NO_DATE]
    daily, weekly = draw(windows(60))
    return {
        "engine": "redis" if engine is Engine.REDIS else "valkey",
        "engine_version": draw(st.sampled_from(lasting)),
        "node_type": draw(st.sampled_from([name for name in table.classes if table.in_region(name, region)])),
        "shards": draw(st.integers(1, 80)),
        "replicas_per_shard": draw(st.integers(1 if mirror else 0, 5)) if workload > 1 else 0,
        "snapshot_retention_days": draw(st.integers(0, 35)),
        "snapshot_window": daily,
        "maintenance_window": weekly,
        "apply_immediately": draw(st.booleans()),
    }


@st.composite
def _table(draw: st.DrawFn, mirror: bool) -> dict[str, Any]:
    partition, sort, ttl = draw(st.lists(attributes, min_size=3, max_size=3, unique=True))
    sorted_by, provisioned = draw(st.booleans()), draw(st.booleans())
    types = st.sampled_from(["S", "N", "B"])
    capacity = {"read_minimum": 1, "read_maximum": draw(st.integers(1, 40000)), "write_minimum": 1, "write_maximum": 5}
    return {
        "partition_key": partition,
        "partition_key_type": draw(types),
        "sort_key": sort if sorted_by else None,
        "sort_key_type": draw(types) if sorted_by else None,
        "billing": "PROVISIONED" if provisioned else "PAY_PER_REQUEST",
        "capacity": capacity if provisioned else None,
        "time_to_live_attribute": draw(st.sampled_from([ttl, None])),
        "stream": draw(st.booleans()),
        "point_in_time_recovery": mirror or draw(st.booleans()),
        "contributor_insights": draw(st.booleans()),
    }


@st.composite
def _bucket(draw: st.DrawFn, mirror: bool) -> dict[str, Any]:
    move = draw(st.none() | st.integers(1, 3000))
    return {
        "versioning": mirror or draw(st.booleans()),
        "intelligent_tiering": draw(st.booleans()),
        "glacier_ir_after_days": move,
        "expire_after_days": draw(st.none() | st.integers((move or 0) + 1, 3650)),
        "noncurrent_expire_after_days": draw(days),
        "event_notifications": draw(st.booleans()),
    }


def _observability() -> st.SearchStrategy[dict[str, Any]]:
    counts = st.integers(0, 1_000_000)
    thresholds = {
        "database_free_storage_gib": st.integers(1, 65536),
        "database_connections": st.integers(1, 5000),
        "cache_memory_percent": st.integers(1, 100),
        "cache_evictions": counts,
        "server_errors": counts,
        "latency_p95_milliseconds": st.integers(1, 60_000),
        "error_count": counts,
    }
    return st.fixed_dictionaries(
        {
            "lambda_log_retention_days": retentions,
            "database_log_retention_days": retentions,
            "cpu_alarm_percent": st.integers(1, 100),
            "alarms": _some(["cpu", "database", "cache", "load-balancer", "errors"]),
            "alarm_thresholds": st.fixed_dictionaries(thresholds),
            "composite_alarm": st.booleans(),
            "anomaly_detection": st.booleans(),
            "dashboards": st.booleans(),
            "notification_emails": st.lists(emails, unique=True, max_size=3),
        }
    )


def _cost() -> st.SearchStrategy[dict[str, Any]]:
    hours = st.fixed_dictionaries(
        {
            "timezone": st.sampled_from(TIMEZONES),
            "stop": st.integers(12, 23).map(lambda hour: f"cron(0 {hour} ? * MON-FRI *)"),
            "start": st.integers(0, 11).map(lambda hour: f"cron(0 {hour} ? * MON-FRI *)"),
        }
    )
    return st.fixed_dictionaries(
        {
            "monthly_budget_usd": st.integers(1, 1_000_000),
            "alert_percents": st.lists(st.integers(1, 1000), min_size=1, max_size=5, unique=True).map(sorted),
            "alert_emails": st.lists(emails, min_size=1, max_size=3, unique=True),
            "off_hours": st.none() | hours,
        }
    )
