"""What the survivors find: orders that are missing, that came back, and that only the old writer's snapshot holds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from botocore.exceptions import ClientError

from console.dr.rehearsal.load import Load, Order
from console.dr.rehearsal.record import StoreCount
from console.dr.rehearsal.stores import Client, Database, OrderStore

LEFT_BEHIND = "rds:unplanned-global-failover"
"""How RDS begins the name of the snapshot of an old writer's volume."""
INQUEST = "atoll-rehearsal-inquest"
"""Cluster that a snapshot is restored to, and that is deleted when it was read."""


@dataclass
class Count:
    """The orders of one store, counted as the rehearsal goes on."""

    store: OrderStore
    load: Load
    allowed: float | None
    """Seconds that copies were behind; None where nothing may be missing."""
    missing: dict[str, Order] = field(default_factory=dict[str, Order])
    returned: int = 0
    listed: int = 0
    duplicated: int = 0
    oldest: float | None = None

    def after_plan(self, client: Client, region: str, disaster: float) -> None:
        """Which acknowledged orders `region` does not have; `disaster` is when it happened, since the epoch."""
        there = self.store.read(client, region)
        self.missing = {order.id: order for order in self._acknowledged() if not there[order.id]}
        self.duplicated = sum(number > 1 for number in there.values())
        self.oldest = max((disaster - order.at for order in self.missing.values()), default=None)

    def after_return(self, client: Client, region: str, left: Counter[str]) -> None:
        """Which of them came back by themselves, and which are in what the old writer has left behind."""
        there = self.store.read(client, region)
        self.returned = sum(bool(there[name]) for name in self.missing)
        self.listed = sum(bool(left[name]) for name in self.missing)
        self.duplicated = max(self.duplicated, sum(number > 1 for number in there.values()))

    def lost_now(self, client: Client, region: str) -> int:
        """Acknowledged orders that are not there and that nobody has missed before."""
        there = self.store.read(client, region)
        return sum(not there[order.id] and order.id not in self.missing for order in self._acknowledged())

    def result(self) -> StoreCount:
        """The figures."""
        name = self.store.name
        return StoreCount(
            store=name,
            promise=self.store.promise,
            loses_nothing=self.store.loses_nothing,
            acknowledged=len(self._acknowledged()),
            refused=self.load.refused[name],
            missing=len(self.missing),
            oldest_missing=None if self.oldest is None else round(self.oldest, 3),
            allowed=self.allowed,
            returned=self.returned,
            listed=self.listed,
            duplicated=self.duplicated,
            longest_stop=round(self.load.longest_stop(name), 3),
        )

    def _acknowledged(self) -> list[Order]:
        return list(self.load.acknowledged[self.store.name])


def is_fenced(client: Client, arn: str) -> bool:
    """Whether a cluster refuses to write."""
    try:
        Database.run(client, arn, "CREATE TABLE atoll_rehearsal_fence (id TEXT)")
    except ClientError as refused:
        return "read-only" in str(refused)
    Database.run(client, arn, "DROP TABLE atoll_rehearsal_fence")
    return False


def left_behind(client: Client, arn: str, since: float, talk: Callable[[str], None]) -> Counter[str]:
    """The orders in the snapshot that RDS took of an old writer, newer than `since`; none without such a snapshot."""
    region, cluster = arn.split(":")[3], arn.rpartition(":")[2]
    rds = client("rds", region)
    snapshots = rds.describe_db_cluster_snapshots(DBClusterIdentifier=cluster, SnapshotType="automated")
    kept = [
        one
        for one in snapshots["DBClusterSnapshots"]
        if one["DBClusterSnapshotIdentifier"].startswith(LEFT_BEHIND) and one["SnapshotCreateTime"].timestamp() >= since
    ]
    if not kept:
        return Counter()
    newest = max(kept, key=lambda one: one["SnapshotCreateTime"])
    talk(f"reading {newest['DBClusterSnapshotIdentifier']}")
    made = rds.restore_db_cluster_from_snapshot(
        DBClusterIdentifier=INQUEST, SnapshotIdentifier=newest["DBClusterSnapshotIdentifier"], Engine=newest["Engine"]
    )["DBCluster"]
    try:
        return Database(None, {region: made["DBClusterArn"]}).read(client, region)
    finally:
        rds.delete_db_cluster(DBClusterIdentifier=INQUEST, SkipFinalSnapshot=True)
