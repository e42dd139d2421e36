"""What databases, caches, tables and buckets must be to one another and to their region."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from contracts import catalogue, windows
from contracts.settings.data import (
    BillingMode,
    CacheSettings,
    PostgresSettings,
    StorageSettings,
    TableIndexSettings,
    TableSettings,
)
from contracts.settings.kind import near
from contracts.settings.network import NetworkSettings
from contracts.settings.rules.engine import Finding, Path, rule
from contracts.versions import Engine, newest, supported, version_problem

MOST_CACHE_NODES = 500
"""Nodes of one cluster. https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/Replication.Redis-RedisCluster.html"""


@rule("region", "database")
def _database_class(region: str, database: PostgresSettings) -> Iterator[Finding]:
    yield from in_region(
        catalogue.rds_postgres_classes(), region, ("database", "instance_class"), database.instance_class
    )


@rule("region", "cache")
def _cache_node_type(region: str, cache: CacheSettings) -> Iterator[Finding]:
    yield from in_region(catalogue.cache_node_types(), region, ("cache", "node_type"), cache.node_type)


def in_region(table: catalogue.ClassTable, region: str, path: Path, name: str) -> Iterator[Finding]:
    """A class that the region does not have."""
    if region in table.regions and not table.in_region(name, region):
        here = [known for known in table.classes if table.in_region(known, region)]
        yield Finding(path, name, f"a class that {region} has", near(name, here) or "choose another class or region")


@rule("database", "today")
def _postgres_support(database: PostgresSettings, today: date) -> Iterator[Finding]:
    yield from support(Engine.RDS_POSTGRES, database.engine_version, ("database", "engine_version"), today)


@rule("cache", "today")
def _cache_support(cache: CacheSettings, today: date) -> Iterator[Finding]:
    engine = Engine.VALKEY if cache.engine == "valkey" else Engine.REDIS
    yield from support(engine, cache.engine_version, ("cache", "engine_version"), today)


def support(engine: Engine, version: str, path: Path, today: date) -> Iterator[Finding]:
    """A version that is out of standard support on a day."""
    if problem := version_problem(engine, version, today):
        allowed = f"a version in standard support: {', '.join(supported(engine, today))}"
        yield Finding(path, version, allowed, f"{problem}: move to {newest(engine, version)}")


@rule("database")
def _storage_has_headroom(database: PostgresSettings) -> Iterator[Finding]:
    """RDS wants a tenth. https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_PIOPS.Autoscaling.html"""
    needed = (database.storage_gib * 11 + 9) // 10
    if database.storage_max_gib < needed:
        path = ("database", "storage_max_gib")
        yield Finding(
            path, database.storage_max_gib, f"at least {needed}, a tenth above storage_gib", f"write {needed} or more"
        )


@rule("database")
def _database_windows(database: PostgresSettings) -> Iterator[Finding]:
    yield from windows_apart("database", "backup_window", database.backup_window, database.maintenance_window)


@rule("cache")
def _cache_windows(cache: CacheSettings) -> Iterator[Finding]:
    yield from windows_apart("cache", "snapshot_window", cache.snapshot_window, cache.maintenance_window)


def windows_apart(section: str, name: str, every_day: str, once_a_week: str) -> Iterator[Finding]:
    """A maintenance window that overlaps a daily one."""
    weekly = windows.weekly(once_a_week)
    if any(weekly.overlaps(window) for window in windows.daily(every_day)):
        path = (section, "maintenance_window")
        yield Finding(path, once_a_week, f"a window apart from {name} ({every_day}, every day)", "move one of the two")


@rule("cache")
def _cache_size(cache: CacheSettings) -> Iterator[Finding]:
    nodes = cache.shards * (1 + cache.replicas_per_shard)
    if nodes > MOST_CACHE_NODES:
        fix = f"{cache.shards} shards times {1 + cache.replicas_per_shard} = {nodes}; take fewer shards or replicas"
        yield Finding(("cache", "shards"), cache.shards, f"at most {MOST_CACHE_NODES} nodes in all", fix)


@rule("cache", "network")
def _replicas_have_another_zone(cache: CacheSettings, network: NetworkSettings) -> Iterator[Finding]:
    if cache.replicas_per_shard and len(network.workload_zones) < 2:
        path = ("cache", "replicas_per_shard")
        yield Finding(
            path,
            cache.replicas_per_shard,
            "0 with one workload zone",
            "a replica needs another zone: add one to network.workload_zones",
        )


@rule("tables")
def _tables(tables: Mapping[str, TableSettings]) -> Iterator[Finding]:
    for name, table in tables.items():
        yield from (
            Finding(("tables", name, *found.path), found.value, found.allowed, found.fix) for found in _table(table)
        )


def _table(table: TableSettings) -> Iterator[Finding]:
    yield from _keys(table)
    if table.time_to_live_attribute in {table.partition_key, table.sort_key} - {None}:
        yield Finding(
            ("time_to_live_attribute",),
            table.time_to_live_attribute,
            "an attribute that is no key",
            "choose another, or null",
        )
    if table.request_limit is not None and table.billing is BillingMode.PROVISIONED:
        allowed = "nothing unless billing is PAY_PER_REQUEST"
        yield Finding(("request_limit",), "a limit", allowed, "remove it: capacity has maxima of its own")
    yield from _bounds(table, table.billing)
    types = {table.partition_key: table.partition_key_type, table.sort_key: table.sort_key_type}
    for name, index in table.indexes.items():
        for found in (*_keys(index), *_bounds(index, table.billing)):
            yield Finding(("indexes", name, *found.path), found.value, found.allowed, found.fix)
        for key in ("partition_key", "sort_key"):
            attribute, kind = getattr(index, key), getattr(index, f"{key}_type")
            if attribute is not None and types.setdefault(attribute, kind) is not kind:
                allowed = f"{types[attribute]}, as in the table's other keys"
                yield Finding(("indexes", name, f"{key}_type"), kind, allowed, "an attribute has one type")


def _keys(table: TableSettings | TableIndexSettings) -> Iterator[Finding]:
    if (table.sort_key is None) != (table.sort_key_type is None):
        yield Finding(
            ("sort_key_type",),
            table.sort_key_type,
            "a type exactly when there is a sort_key",
            "give both or make both null",
        )
    if table.sort_key == table.partition_key:
        yield Finding(("sort_key",), table.sort_key, "another attribute than partition_key", "choose another, or null")


def _bounds(table: TableSettings | TableIndexSettings, billing: BillingMode) -> Iterator[Finding]:
    if (billing is BillingMode.PROVISIONED) != (table.capacity is not None):
        allowed = "bounds exactly when billing is PROVISIONED"
        yield Finding(
            ("capacity",),
            "null" if table.capacity is None else "bounds",
            allowed,
            f"change billing or capacity; billing is {billing}",
        )
    if table.capacity is not None:
        for kind in ("read", "write"):
            low, high = getattr(table.capacity, f"{kind}_minimum"), getattr(table.capacity, f"{kind}_maximum")
            if low > high:
                yield Finding(
                    ("capacity", f"{kind}_maximum"),
                    high,
                    f"at least {kind}_minimum ({low})",
                    "raise it, or lower the minimum",
                )


@rule("storage")
def _bucket_lifecycles(storage: StorageSettings) -> Iterator[Finding]:
    for role in type(storage).model_fields:
        bucket = getattr(storage, role)
        move, expire = bucket.glacier_ir_after_days, bucket.expire_after_days
        if move is not None and expire is not None and expire <= move:
            path = ("storage", role, "expire_after_days")
            yield Finding(
                path,
                expire,
                f"more than glacier_ir_after_days ({move})",
                "objects would be deleted before they move: raise it",
            )
