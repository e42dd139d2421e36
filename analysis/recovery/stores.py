"""Tables, caches, objects and files: what keeps the application's state beside relational databases."""

from __future__ import annotations

from collections.abc import Iterator

from analysis.recovery.backups import Backups
from analysis.recovery.databases import ransomed, subject
from analysis.recovery.model import Kind, Outcome
from analysis.recovery.restores import restored
from analysis.recovery.rhythm import DAY
from analysis.recovery.spans import Least, Span, Sum, at_once, lost, setting, unknown
from analysis.recovery.terms import published
from analysis.recovery.world import Place, World, hidden, items, number
from contracts.recovery.scenarios import Scenario
from graph.values import MISSING

TABLE = "aws:dynamodb/table:Table"
REPLICA = "aws:dynamodb/tableReplica:TableReplica"
CACHE = "aws:elasticache/replicationGroup:ReplicationGroup"
GLOBAL_CACHE = "aws:elasticache/globalReplicationGroup:GlobalReplicationGroup"
FILES = "aws:efs/fileSystem:FileSystem"
FILES_REPLICATION = "aws:efs/replicationConfiguration:ReplicationConfiguration"
SNAPSHOT_WINDOW = 3600
"""Seconds of the shortest snapshot window of ElastiCache, within which a snapshot begins."""


def tables(world: World, backups: Backups) -> Iterator[Outcome]:
    """Yield what each scenario does to each table."""
    for table in world.of(TABLE):
        who = subject(Kind.TABLE, table)
        zones = published("dynamodb-zones")
        yield Outcome(subject=who, scenario=Scenario.ZONE_LOSS, rto=zones, rpo=zones)
        rto, rpo = _table_elsewhere(world, backups, table)
        yield Outcome(subject=who, scenario=Scenario.REGION_LOSS, rto=rto, rpo=rpo)
        yield Outcome(
            subject=who,
            scenario=Scenario.ACCIDENTAL_DELETE,
            rto=published("restore-table"),
            rpo=_table_before(backups, table),
        )
        yield ransomed(who, table, backups, "restore-table")


def _table_elsewhere(world: World, backups: Backups, table: Place) -> tuple[Span, Span]:
    inline = items(table.value("replicas"))
    regions = {replica.get("regionName") for replica in inline}
    regions |= {replica.region for replica in world.of(REPLICA) if world.same(replica, "globalTableArn", table)}
    if not regions - {table.region, ""}:
        if hidden(table.value("replicas")):
            source = table.source("replicas")
            term = unknown("whether there is a replica", f"{source} is not known", source)
            return term, term
        advice = "replicate the table (pair.tables), or copy recovery points to the other region (pair.backups)"
        return restored(table, backups, "restore-table", advice)
    strong = inline and all(replica.get("consistencyMode") == "STRONG" for replica in inline)
    lag = published("dynamodb-strong" if strong else "dynamodb-replica-lag")
    return published("dynamodb-replica-serves"), lag


def _table_before(backups: Backups, table: Place) -> Span:
    enabled, source = table.value("pointInTimeRecovery.enabled"), table.source("pointInTimeRecovery.enabled")
    if enabled is True:
        return published("table-log-lag")
    if hidden(enabled):
        return unknown("whether the table can be restored to a moment", f"{source} is not known", source)
    advice = "turn on point_in_time_recovery"
    return backups.nearby(table) or lost("there is no backup", source, advice)


def caches(world: World) -> Iterator[Outcome]:
    """Yield what each scenario does to each cache."""
    for cache in world.of(CACHE):
        who = subject(Kind.CACHE, cache)
        rto, rpo = _cache_zone(cache)
        yield Outcome(subject=who, scenario=Scenario.ZONE_LOSS, rto=rto, rpo=rpo)
        rto, rpo = _cache_region(world, cache)
        yield Outcome(subject=who, scenario=Scenario.REGION_LOSS, rto=rto, rpo=rpo)
        before = _snapshot(cache)
        yield Outcome(subject=who, scenario=Scenario.ACCIDENTAL_DELETE, rto=published("cache-restore"), rpo=before)
        gone = lost(
            "an administrator can delete every copy", cache.source(""), "keep nothing here that cannot be made anew"
        )
        yield Outcome(subject=who, scenario=Scenario.RANSOMWARE, rto=gone, rpo=gone)


def _cache_zone(cache: Place) -> tuple[Span, Span]:
    names = ("replicasPerNodeGroup", "numCacheClusters", "multiAzEnabled", "automaticFailoverEnabled")
    if unread := [name for name in names if hidden(cache.value(name))]:
        source = cache.source(unread[0])
        term = unknown("whether there is a replica in another zone", f"{source} is not known", source)
        return term, term
    replicas = number(cache.value("replicasPerNodeGroup"))
    if replicas is None:
        replicas = (number(cache.value("numCacheClusters"), 1) or 1) - 1
    apart = cache.value("multiAzEnabled") is True and cache.value("automaticFailoverEnabled") is True
    if replicas > 0 and apart:
        return published("cache-failover"), Least(published("cache-replica-lag"), _snapshot(cache))
    return published("cache-node"), _snapshot(cache)


def _cache_region(world: World, cache: Place) -> tuple[Span, Span]:
    source = cache.source("globalReplicationGroupId")
    joined = world.target(cache, "globalReplicationGroupId", GLOBAL_CACHE)
    if joined is not None:
        away = at_once("the primary is in another region", source)
        return away, away
    led = [one for one in world.of(GLOBAL_CACHE) if world.same(one, "primaryReplicationGroupId", cache)]
    members = [one for one in world.of(CACHE) if world.target(one, "globalReplicationGroupId", GLOBAL_CACHE) in led]
    if led and any(one.region != cache.region for one in members):
        return published("cache-global-failover"), published("cache-global-lag")
    gone = lost("no copy outside the region", source, "join a Global Datastore (pair.cache)")
    return gone, gone


def _snapshot(cache: Place) -> Span:
    kept, source = number(cache.value("snapshotRetentionLimit"), 0), cache.source("snapshotRetentionLimit")
    if kept is None:
        return unknown("whether there are snapshots", f"{source} is not known", source)
    if kept < 1:
        return lost("there are no snapshots", source, "keep snapshots: cache.snapshot_retention_days")
    advice = "snapshots are daily at most: keep nothing here that cannot be made anew"
    what = "age of the newest daily snapshot"
    return setting("snapshot-age", what, 0, DAY / 2, DAY + SNAPSHOT_WINDOW, source, advice=advice)


def files(world: World, backups: Backups) -> Iterator[Outcome]:
    """Yield what each scenario does to each file system."""
    for system in world.of(FILES):
        who = subject(Kind.FILES, system)
        rto, rpo = _files_zone(system, backups)
        yield Outcome(subject=who, scenario=Scenario.ZONE_LOSS, rto=rto, rpo=rpo)
        rto, rpo = _files_region(world, system, backups)
        yield Outcome(subject=who, scenario=Scenario.REGION_LOSS, rto=rto, rpo=rpo)
        age = backups.nearby(system) or lost("there is no backup", system.source(""), "back it up: files.backup")
        yield Outcome(subject=who, scenario=Scenario.ACCIDENTAL_DELETE, rto=published("efs-restore"), rpo=age)
        yield ransomed(who, system, backups, "efs-restore")


def _files_zone(system: Place, backups: Backups) -> tuple[Span, Span]:
    zone, source = system.value("availabilityZoneName"), system.source("availabilityZoneName")
    if zone is MISSING or zone is None:
        return published("efs-zones"), published("efs-zones")
    if hidden(zone):
        term = unknown("whether it is in one zone alone", f"{source} is not known", source)
        return term, term
    age = backups.nearby(system) or lost("one zone, and no backup", source, "keep it in the whole region")
    return Sum(published("efs-restore")), age


def _files_region(world: World, system: Place, backups: Backups) -> tuple[Span, Span]:
    for replication in world.of(FILES_REPLICATION):
        if world.same(replication, "sourceFileSystemId", system):
            region = replication.value("destination.region")
            if isinstance(region, str) and region != system.region:
                return published("efs-failover"), published("efs-replication")
    advice = "replicate it, or copy recovery points to the other region (pair.backups)"
    return restored(system, backups, "efs-restore", advice)
