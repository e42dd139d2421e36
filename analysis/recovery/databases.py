"""Relational databases: Aurora clusters, global or not, and RDS instances."""

from __future__ import annotations

from collections.abc import Iterator

from analysis.recovery.backups import Backups
from analysis.recovery.model import Kind, Outcome, Subject
from analysis.recovery.restores import restored
from analysis.recovery.spans import Span, Sum, at_once, lost, unknown
from analysis.recovery.terms import published
from analysis.recovery.world import Place, World, number
from contracts.recovery.scenarios import Scenario
from graph.values import MISSING

CLUSTER = "aws:rds/cluster:Cluster"
CLUSTER_INSTANCE = "aws:rds/clusterInstance:ClusterInstance"
INSTANCE = "aws:rds/instance:Instance"
GLOBAL = "aws:rds/globalCluster:GlobalCluster"


def databases(world: World, backups: Backups) -> Iterator[Outcome]:
    """Yield what each scenario does to each relational database."""
    for cluster in world.of(CLUSTER):
        yield from _Aurora(world, backups, cluster).outcomes()
    for instance in world.of(INSTANCE):
        yield from _instance(world, backups, instance)


def subject(kind: Kind, place: Place) -> Subject:
    """The subject that a resource is."""
    return Subject(kind=kind, stack=place.stack, region=place.region, name=place.node.name, urn=place.node.urn)


class _Aurora:
    def __init__(self, world: World, backups: Backups, cluster: Place) -> None:
        self.world, self.backups, self.cluster = world, backups, cluster
        self.instances = _instances(world, cluster)
        self.headless = bool(world.target(cluster, "globalClusterIdentifier", GLOBAL)) and not _writes(cluster)

    def outcomes(self) -> Iterator[Outcome]:
        who = subject(Kind.DATABASE, self.cluster)
        stored = published("aurora-storage")
        yield Outcome(subject=who, scenario=Scenario.ZONE_LOSS, rto=self._zone(), rpo=stored)
        yield Outcome(subject=who, scenario=Scenario.DATABASE_FAILURE, rto=self._failure(), rpo=stored)
        if self.headless:
            away = at_once("the writer is in another region", self.cluster.source("globalClusterIdentifier"))
            yield Outcome(subject=who, scenario=Scenario.REGION_LOSS, rto=away, rpo=away)
        else:
            rto, rpo = self._region()
            yield Outcome(subject=who, scenario=Scenario.REGION_LOSS, rto=rto, rpo=rpo)
        yield from deleted(who, self.cluster, self.backups)

    def _failure(self) -> Span:
        return published("aurora-failover" if len(self.instances) > 1 else "aurora-recreate")

    def _zone(self) -> Span:
        """The writer may be in any zone: what is left when the worst one is lost."""
        zones = [instance.value("availabilityZone") for instance in self.instances]
        if len(zones) <= 1:
            return published("aurora-recreate")
        if not all(isinstance(zone, str) for zone in zones):
            what = "whether an instance is left in another zone"
            where = self.cluster.source("instances")
            return unknown(what, f"{where}: AWS draws the zone of an instance", where)
        left = min(sum(other != zone for other in zones) for zone in zones)
        return published("aurora-failover" if left else "aurora-recreate")

    def _region(self) -> tuple[Span, Span]:
        peers = [peer for peer in _peers(self.world, self.cluster) if peer.region != self.cluster.region]
        if not peers:
            return restored(self.cluster, self.backups, "restore-database", _JOIN)
        ready = any(_instances(self.world, peer) for peer in peers)
        promoted = published("aurora-global-failover")
        rto = promoted if ready else Sum(promoted, published("aurora-recreate"))
        return rto, published("aurora-global-lag")


_JOIN = "join a global database (pair.database), or copy recovery points to the other region (pair.backups)"


def deleted(who: Subject, store: Place, backups: Backups) -> Iterator[Outcome]:
    """What deletion does to a database that RDS keeps its own log of."""
    kept = number(store.value("backupRetentionPeriod"), 1 if store.node.type == CLUSTER else 0)
    source = store.source("backupRetentionPeriod")
    restore = published("restore-database")
    if kept is None:
        term = unknown("how long the log is kept", f"{source} is not known", source)
        yield Outcome(subject=who, scenario=Scenario.ACCIDENTAL_DELETE, rto=term, rpo=term)
    elif kept > 0:
        lag = published("database-log-lag")
        yield Outcome(subject=who, scenario=Scenario.ACCIDENTAL_DELETE, rto=restore, rpo=lag)
    else:
        age = backups.nearby(store) or lost("there is no backup", source, "keep backups: backup_retention_days")
        yield Outcome(subject=who, scenario=Scenario.ACCIDENTAL_DELETE, rto=restore, rpo=age)
    yield ransomed(who, store, backups, "restore-database")


def ransomed(who: Subject, store: Place, backups: Backups, restore: str) -> Outcome:
    """What is left when an intruder deletes all that an administrator can delete."""
    age = backups.locked(store)
    if age is None:
        gone = lost(
            "an administrator can delete every copy",
            store.source(""),
            "back it up into a vault with a compliance lock (backup.lock), which nobody can lift",
        )
        return Outcome(subject=who, scenario=Scenario.RANSOMWARE, rto=gone, rpo=gone)
    return Outcome(subject=who, scenario=Scenario.RANSOMWARE, rto=published(restore), rpo=age)


def _instances(world: World, cluster: Place) -> list[Place]:
    return [one for one in world.of(CLUSTER_INSTANCE) if world.same(one, "clusterIdentifier", cluster)]


def _writes(cluster: Place) -> bool:
    """Whether the writer of a global database is here: a secondary takes its master user from the primary."""
    return cluster.value("masterUsername") is not MISSING or cluster.value("replicationSourceIdentifier") is not MISSING


def _peers(world: World, cluster: Place) -> list[Place]:
    """The clusters of the same global database, the cluster itself left out."""
    joined = world.target(cluster, "globalClusterIdentifier", GLOBAL)
    owner = next((one for one in world.of(GLOBAL) if world.same(one, "sourceDbClusterIdentifier", cluster)), joined)
    if owner is None:
        return []
    found = [one for one in world.of(CLUSTER) if world.target(one, "globalClusterIdentifier", GLOBAL) == owner]
    source = world.target(owner, "sourceDbClusterIdentifier", CLUSTER)
    members = [*found, source] if source is not None and source not in found else found
    return [one for one in members if one != cluster]


def _instance(world: World, backups: Backups, instance: Place) -> Iterator[Outcome]:
    del world
    who = subject(Kind.DATABASE, instance)
    standby, source = instance.value("multiAz"), instance.source("multiAz")
    lag = published("database-log-lag")
    if standby is True:
        failover, zone, kept = (published("rds-standby-failover"),) * 2 + (published("rds-standby"),)
    elif standby is False or standby is MISSING or standby is None:
        failover, zone, kept = published("rds-restart"), published("restore-database"), lag
        if not number(instance.value("backupRetentionPeriod"), 0):
            advice = "have a standby (database.multi_az) or keep backups"
            kept = backups.nearby(instance) or lost("there is neither a standby nor a backup", source, advice)
    else:
        failover = zone = kept = unknown("whether there is a standby", f"{source} is not known", source)
    disk = at_once("its disk is there when the host is replaced", source)
    yield Outcome(subject=who, scenario=Scenario.DATABASE_FAILURE, rto=failover, rpo=kept if standby is True else disk)
    yield Outcome(subject=who, scenario=Scenario.ZONE_LOSS, rto=zone, rpo=kept)
    rto, rpo = restored(instance, backups, "restore-database", _JOIN)
    yield Outcome(subject=who, scenario=Scenario.REGION_LOSS, rto=rto, rpo=rpo)
    yield from deleted(who, instance, backups)
