"""The scenes: a region is lost, a writer fails, a zone is lost. Each ends with what was found.

Waiting is shortened: `HURRY` seconds of a plan's waiting take one here, and so do an alarm's minutes. What AWS takes
for a failover is not waited for at all; the report says both times.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType

from console.dr.execute import Execution, Outcome, Result
from console.dr.journal import Journal
from console.dr.perform import Performer, Timing
from console.dr.rehearsal.conclusion import concluded, timed
from console.dr.rehearsal.findings import Findings
from console.dr.rehearsal.load import Load
from console.dr.rehearsal.looking import Count, is_fenced, left_behind
from console.dr.rehearsal.record import (
    Kind,
    Preview,
    Rehearsal,
    Traffic,
)
from console.dr.rehearsal.stage import Stage, inside
from console.dr.rehearsal.stores import Database, OrderStore, Table, table_of
from contracts.recovery.facts import RecoveryFacts
from contracts.recovery.plan import PlanKind, RecoveryPlan
from contracts.recovery.plans import plans
from contracts.recovery.scenarios import Scenario

HURRY = 20.0
"""Seconds of waiting that take one second here."""
SETTLED_SECONDS = 0.2
"""How late copies are once everything works again."""
STRONG_TABLE = "atoll-rehearsal-orders"
"""Table with strong consistency that the rehearsal makes where the estate has none."""
WITNESS = "us-east-2"


class RehearsalError(Exception):
    """The rehearsal cannot be held; the message says why."""


@dataclass
class Rehearser:
    """One rehearsal; use it once."""

    stage: Stage
    folder: Path
    """Where journals are kept."""
    orders: int = 10
    """Orders through each region before the disaster, and as many right before it."""
    lag_seconds: float = 2.0
    """How late copies in the other region are."""
    talk: Callable[[str], None] = lambda _: None
    findings: Findings = field(init=False)

    def __post_init__(self) -> None:
        """Nothing has been found yet."""
        self.findings = Findings(self.lag_seconds, self.talk)

    # -- scenes ------------------------------------------------------------------------------------------------

    def region_loss(self, lost: str) -> Rehearsal:
        """A region goes away with orders on their way; the other one goes on; the lost one comes back.

        Raises:
            RehearsalError: the estate has no such region, or no plan for it.
        """
        facts, stage = self.stage.facts, self.stage
        if lost not in facts.regions:
            raise RehearsalError(f"{lost} is no region of {facts.environment}; it has {', '.join(facts.regions)}")
        survivor = facts.other(lost).region
        leave, come_back = self._plan(PlanKind.FAILOVER, lost), self._plan(PlanKind.FAILBACK, lost)
        database, stores = self._prepared(survivor)
        load, counts = self._loaded(stores, (lost, survivor))
        self._look("before", frozenset(), database, survivor)
        led = database is not None and database.writer(stage.client, survivor) == lost

        load.round(self.orders)
        disaster = self.findings.happens(Kind.DISASTER, f"{lost} does not answer any more")
        stage.cloud.lose_region(lost)
        isolated = self._inside_orders(database, lost) if led else []
        with load.steadily():
            left = self._run(leave)
        self._look("after the failover", frozenset({lost}), database, survivor)
        for count in counts:
            count.after_plan(stage.client, survivor, disaster)

        self.findings.happens(Kind.STATE, f"{lost} is back, with its data as it was")
        stage.cloud.heal()
        self._let_replicate()
        if led and database is not None:
            self._fenced(database, lost)
            self._reconcile(database, lost, survivor, disaster, isolated, counts)
        for count in counts:
            count.after_return(stage.client, survivor, Counter(self.findings.unreplicated))
        self._preview("with the writer in " + survivor if led else f"after {lost} was left")
        self._copies_lag(SETTLED_SECONDS)  # no writer is moved to a copy that is further behind than it may be
        with load.steadily():
            returned = self._run(come_back)
        self._let_replicate()
        self._look("after the failback", frozenset(), database, survivor)
        self._preview("back home")

        self.findings.claim("the failover ended well", left.outcome is Outcome.FINISHED, left.why)
        self.findings.claim("the failback ended well", returned.outcome is Outcome.FINISHED, returned.why)
        self.findings.claim_counts(counts)
        self.findings.claim_nothing_lost_since(counts, self.stage.client, survivor)
        self.findings.claim_traffic("after the failover", {facts.regions[survivor].stack})
        self.findings.claim_traffic("after the failback", {region.stack for region in facts.regions.values()})
        if database is not None:
            self.findings.claim_writer("after the failover", survivor)
            self.findings.claim_writer("after the failback", facts.home)
        self.findings.claim_previews()
        return self._ended(Scenario.REGION_LOSS, lost, counts, stores)

    def database_failure(self, region: str) -> Rehearsal:
        """The writer's instance fails: a reader of the same region takes over, and nothing is lost."""
        plan = self._plan(PlanKind.DATABASE, region)
        return self._within(Scenario.DATABASE_FAILURE, region, plan, None)

    def zone_loss(self, zone: str) -> Rehearsal:
        """A zone is lost: Aurora leaves it by itself, and nothing is lost."""
        region = zone[:-1]
        plan = self._plan(PlanKind.LEAVE_ZONE, region)
        return self._within(Scenario.ZONE_LOSS, region, plan, zone)

    def _within(self, scenario: Scenario, region: str, plan: RecoveryPlan, zone: str | None) -> Rehearsal:
        facts, stage = self.stage.facts, self.stage
        here = facts.regions[region].database
        if here is None or here.reader is None:
            raise RehearsalError(f"{region} has no Aurora cluster with a reader, so nothing can take over there")
        database = replace(_database(facts) or Database(None, {region: here.cluster_arn}), loses_nothing=True)
        database.prepare(stage.client, region)
        load, counts = self._loaded((database,), (region,))
        before = self._first_instance(region, here.cluster, here.reader, zone)
        load.round(self.orders)
        disaster = self.findings.happens(Kind.DISASTER, f"{zone} is lost" if zone else f"{before} fails")
        if zone:
            stage.cloud.lose_zone(zone)
        with load.steadily():
            done = self._run(plan, dict.fromkeys(plan.arguments, self._zone_id(region, zone)))
        for count in counts:
            count.after_plan(stage.client, database.writer(stage.client, region), disaster)
        after = self._instance(region, here.cluster)
        stage.cloud.heal()
        self._preview(f"with {after} as the writer")
        self.findings.claim("the plan ended well", done.outcome is Outcome.FINISHED, done.why)
        self.findings.claim("another instance is the writer", before != after, f"{before}, then {after}")
        self.findings.claim_counts(counts)
        self.findings.claim_previews()
        return self._ended(scenario, zone or region, counts, (database,))

    # -- what scenes are made of -------------------------------------------------------------------------------

    def _plan(self, kind: PlanKind, region: str) -> RecoveryPlan:
        found = plans(self.stage.facts)
        name = f"{kind}-{region}"
        if name not in found:
            raise RehearsalError(f"there is no plan {name}; there are {', '.join(sorted(found))}")
        return found[name]

    def _prepared(self, region: str) -> tuple[Database | None, list[OrderStore]]:
        """The stores that the estate replicates, and a strong table where it has none."""
        facts, client = self.stage.facts, self.stage.client
        stores: list[OrderStore] = []
        database = _database(facts)
        if database is not None:
            database.prepare(client, region)
            stores.append(database)
        named = facts.regions[region].tables
        stores += [found for name in named if (found := table_of(client, region, name)) is not None]
        if not any(store.loses_nothing for store in stores):
            stores.append(self._strong_table())
        return database, stores

    def _strong_table(self) -> Table:
        """Made by the rehearsal, and deleted by it: what a table does that may lose nothing."""
        home, *others = sorted(self.stage.facts.regions)
        client = self.stage.client("dynamodb", home)
        client.create_table(
            TableName=STRONG_TABLE,
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )
        client.update_table(
            TableName=STRONG_TABLE,
            ReplicaUpdates=[{"Create": {"RegionName": other}} for other in others],
            MultiRegionConsistency="STRONG",
            GlobalTableWitnessUpdates=[{"Create": {"RegionName": WITNESS}}],
        )
        return Table(STRONG_TABLE, "id", loses_nothing=True)

    def _loaded(self, stores: Iterable[OrderStore], regions: tuple[str, ...]) -> tuple[Load, list[Count]]:
        """A load whose first orders are everywhere."""
        lag = self.lag_seconds
        self._copies_lag(lag)
        chosen = list(stores)
        self._let_replicate()
        load = Load(self.stage.client, chosen, regions)
        load.round(self.orders)
        self._let_replicate()
        self.findings.happens(Kind.STATE, f"orders go through {' and '.join(regions)}")
        return load, [Count(store, load, None if store.loses_nothing else lag) for store in chosen]

    def _inside_orders(self, database: Database | None, lost: str) -> list[str]:
        """Orders that somebody inside the lost region still writes to the old writer: split brain."""
        if database is None:
            return []
        names = [f"inside-{lost}-{number}" for number in range(3)]
        client = inside(self.stage)
        for name in names:
            Database(None, {lost: database.clusters[lost]}).write(client, lost, name)
        self.findings.happens(Kind.LOOK, f"{len(names)} orders are written inside {lost}, which nobody outside can see")
        return names

    def _run(self, plan: RecoveryPlan, arguments: Mapping[str, str] = MappingProxyType({})) -> Result:
        self.findings.happens(Kind.PLAN, f"{plan.name} begins")
        hurried = Timing(
            clock=lambda: time.monotonic() * HURRY, sleep=lambda seconds: time.sleep(seconds / HURRY), pause=2.0
        )
        began = time.time()
        with Journal(self.folder / f"{len(self.findings.runs)}-{plan.name}.jsonl", plan, arguments) as journal:
            performer = Performer(self.stage.aws, arguments, hurried)
            result = Execution(plan, performer, journal, lambda _, __: True, self.talk).run()
        self.findings.runs.append(timed(plan, result, began - self.findings.began))
        self.findings.happens(Kind.PLAN, f"{plan.name}: {result.outcome.value}")
        return result

    def _look(self, when: str, lost: frozenset[str], database: Database | None, region: str) -> None:
        if database is not None:
            self.findings.writers[when] = database.writer(self.stage.client, region)
        self.findings.traffic.append(Traffic(when=when, answers=self.stage.traffic(lost)))
        self.findings.happens(Kind.LOOK, f"looked {when}")

    def _fenced(self, database: Database, lost: str) -> None:
        fenced = is_fenced(self.stage.client, database.clusters[lost])
        self.findings.claim(
            f"the old writer in {lost} is fenced", fenced, "it refuses writes" if fenced else "it took a write"
        )

    def _reconcile(
        self, database: Database, lost: str, survivor: str, disaster: float, isolated: list[str], counts: list[Count]
    ) -> None:
        left = left_behind(self.stage.client, database.clusters[lost], disaster, self.talk)
        there = database.read(self.stage.client, survivor)
        self.findings.unreplicated = tuple(sorted(name for name in left if not there[name]))
        [missing] = [count.missing for count in counts if count.store is database]
        owed = set(missing) | set(isolated)
        self.findings.claim(
            "every order that the new writer lacks is listed from the old writer's snapshot",
            set(self.findings.unreplicated) == owed,
            f"{len(left - there)} listed: {len(missing)} on their way at the loss, {len(isolated)} from inside",
        )

    def _preview(self, when: str) -> None:
        if self.stage.previews is not None:
            found = self.stage.previews()
            self.findings.previews += [
                Preview(when=when, stack=stack, changes=changes) for stack, changes in found.items()
            ]
            self.findings.happens(Kind.LOOK, f"previewed {when}")

    def _copies_lag(self, seconds: float) -> None:
        """From now on copies are so late; and an alarm's minute takes as long as one of a plan."""
        self.stage.cloud.lag(minute=60 / HURRY, database=seconds, cache=seconds, tables=seconds, buckets=seconds)

    def _let_replicate(self) -> None:
        time.sleep(self.lag_seconds * 1.2 + 0.1)

    def _first_instance(self, region: str, cluster: str, reader: str, zone: str | None) -> str:
        """The writer's instance, moved so that it will be lost: into the zone, or away from who shall take over."""
        rds = self.stage.client("rds", region)
        found = rds.describe_db_instances(Filters=[{"Name": "db-cluster-id", "Values": [cluster]}])["DBInstances"]
        places = {one["DBInstanceIdentifier"]: one["AvailabilityZone"] for one in found}
        wanted = [name for name in sorted(places) if (places[name] == zone if zone else name != reader)]
        if not wanted:
            raise RehearsalError(f"{cluster} has no instance in {zone}; it has {_pairs(places)}")
        if self._instance(region, cluster) not in wanted:
            rds.failover_db_cluster(DBClusterIdentifier=cluster, TargetDBInstanceIdentifier=wanted[0])
        return self._instance(region, cluster)

    def _zone_id(self, region: str, zone: str | None) -> str:
        """Zones have another name in each account, and one id."""
        zones = self.stage.client("ec2", region).describe_availability_zones()["AvailabilityZones"]
        return next((one["ZoneId"] for one in zones if one["ZoneName"] == zone), "")

    def _instance(self, region: str, cluster: str) -> str:
        [found] = self.stage.client("rds", region).describe_db_clusters(DBClusterIdentifier=cluster)["DBClusters"]
        return next(one["DBInstanceIdentifier"] for one in found["DBClusterMembers"] if one["IsClusterWriter"])

    def _ended(self, scenario: Scenario, place: str, counts: list[Count], stores: Iterable[OrderStore]) -> Rehearsal:
        self._clear(stores)
        results = tuple(count.result() for count in counts)
        return concluded(self.stage, self.findings, scenario, place, results, HURRY)

    def _clear(self, stores: Iterable[OrderStore]) -> None:
        """Take the orders away again, and the strong table."""
        for store in stores:
            match store:
                case Table(table=name) if name == STRONG_TABLE:
                    for region in sorted(self.stage.facts.regions):
                        self.stage.client("dynamodb", region).delete_table(TableName=name)
                case Database() | Table():
                    store.clear(self.stage.client, self.stage.facts.home)
                case _:
                    pass


def _database(facts: RecoveryFacts) -> Database | None:
    clusters = {name: found.database.cluster_arn for name, found in facts.regions.items() if found.database}
    return Database(facts.global_database, clusters) if facts.global_database and clusters else None


def _pairs(places: Mapping[str, str]) -> str:
    return ", ".join(f"{name} in {place}" for name, place in sorted(places.items()))
