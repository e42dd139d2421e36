"""Where synthetic orders are kept: each store writes through a region's endpoint and reads back what is there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

SECRET = "arn:aws:secretsmanager:{region}:{account}:secret:rehearsal-AbCdEf"
"""The Data API wants a secret; the embedded one opens to any."""
TABLE = "atoll_rehearsal_orders"
"""SQL table of the orders; made and dropped by the rehearsal."""

Client = Callable[[str, str], Any]
"""Service and region → client."""


class OrderStore(Protocol):
    """One store of orders."""

    @property
    def name(self) -> str:
        """What it is and what it is called."""
        ...

    @property
    def promise(self) -> str:
        """What of acknowledged orders may be lost with a region."""
        ...

    @property
    def loses_nothing(self) -> bool:
        """Whether the promise is RPO 0."""
        ...

    def write(self, client: Client, region: str, order: str) -> None:
        """Keep an order, from `region`; returns when it is acknowledged, raises when it is not."""
        ...

    def read(self, client: Client, region: str) -> Counter[str]:
        """Orders as `region` sees them, and how often each is there."""
        ...


@dataclass(frozen=True)
class Database:
    """The Aurora database: one writer, wherever it is; whoever writes asks first where that is."""

    global_cluster: str | None
    clusters: dict[str, str]
    """Region → ARN of the cluster there."""
    loses_nothing: bool = False

    @property
    def name(self) -> str:
        """Aurora, with its identifier."""
        return f"Aurora {self.global_cluster or next(iter(self.clusters.values())).rpartition(':')[2]}"

    @property
    def promise(self) -> str:
        """What Aurora says."""
        if self.loses_nothing:
            return "nothing: all instances of a region share one storage in three zones"
        return "what had not reached the other region: replication is asynchronous"

    def writer(self, client: Client, region: str) -> str:
        """Region of the writer, asked in `region`; without a global database there is one cluster."""
        if self.global_cluster is None:
            return next(iter(self.clusters))
        asked = client("rds", region).describe_global_clusters(GlobalClusterIdentifier=self.global_cluster)
        members = asked["GlobalClusters"][0]["GlobalClusterMembers"]
        return next(member["DBClusterArn"].split(":")[3] for member in members if member["IsWriter"])

    def prepare(self, client: Client, region: str) -> None:
        """Make the table; it reaches the copies as orders do."""
        self.run(client, self.clusters[self.writer(client, region)], f"CREATE TABLE IF NOT EXISTS {TABLE} (id TEXT)")

    def clear(self, client: Client, region: str) -> None:
        """Drop the table."""
        self.run(client, self.clusters[self.writer(client, region)], f"DROP TABLE IF EXISTS {TABLE}")

    def write(self, client: Client, region: str, order: str) -> None:
        """Insert into the writer, in whatever region; nothing keeps an order from being there twice."""
        arn = self.clusters[self.writer(client, region)]
        self.run(client, arn, f"INSERT INTO {TABLE} (id) VALUES (:id)", id=order)

    def read(self, client: Client, region: str) -> Counter[str]:
        """What the cluster of this region holds."""
        rows = self.run(client, self.clusters[region], f"SELECT id FROM {TABLE}")
        return Counter(row[0]["stringValue"] for row in rows)

    @staticmethod
    def run(client: Client, arn: str, sql: str, **values: str) -> list[list[dict[str, Any]]]:
        """One statement through the Data API of the cluster's region."""
        _, _, _, region, account, *_ = arn.split(":")
        answer = client("rds-data", region).execute_statement(
            resourceArn=arn,
            secretArn=SECRET.format(region=region, account=account),
            sql=sql,
            parameters=[{"name": name, "value": {"stringValue": value}} for name, value in values.items()],
        )
        return answer.get("records", [])


@dataclass(frozen=True)
class Table:
    """A DynamoDB table with replicas: written in the region of whoever writes."""

    table: str
    hash_key: str
    range_key: str | None = None
    types: tuple[str, ...] = ("S", "S")
    """Types of the two keys: `S` or `N`."""
    loses_nothing: bool = False
    """Strong consistency: acknowledged when two regions have it."""

    @property
    def name(self) -> str:
        """DynamoDB, with its name."""
        return f"DynamoDB {self.table}"

    @property
    def promise(self) -> str:
        """What DynamoDB says."""
        if self.loses_nothing:
            return "nothing: strong consistency, two regions have it before it is acknowledged"
        return "nothing for good: what had not reached the other region comes when the lost one is back"

    def write(self, client: Client, region: str, order: str) -> None:
        """Put an item; the same order twice is one item."""
        item = {self.hash_key: _value(self.types[0], order)}
        if self.range_key:
            item[self.range_key] = _value(self.types[1], order)
        client("dynamodb", region).put_item(TableName=self.table, Item=item | {"rehearsal": {"S": order}})

    def read(self, client: Client, region: str) -> Counter[str]:
        """The orders of the rehearsal among the items."""
        pages = client("dynamodb", region).get_paginator("scan").paginate(TableName=self.table)
        return Counter(item["rehearsal"]["S"] for page in pages for item in page["Items"] if "rehearsal" in item)

    def clear(self, client: Client, region: str) -> None:
        """Delete the orders; replication carries that."""
        dynamodb = client("dynamodb", region)
        names = [name for name in (self.hash_key, self.range_key) if name]
        for page in dynamodb.get_paginator("scan").paginate(TableName=self.table):
            for item in page["Items"]:
                if "rehearsal" in item:
                    dynamodb.delete_item(TableName=self.table, Key={name: item[name] for name in names})


def table_of(client: Client, region: str, name: str) -> Table | None:
    """A table as it is deployed; None if it has no replica."""
    found = client("dynamodb", region).describe_table(TableName=name)["Table"]
    if not found.get("Replicas"):
        return None
    types = {one["AttributeName"]: one["AttributeType"] for one in found["AttributeDefinitions"]}
    keys = {one["KeyType"]: one["AttributeName"] for one in found["KeySchema"]}
    return Table(
        table=name,
        hash_key=keys["HASH"],
        range_key=keys.get("RANGE"),
        types=(types[keys["HASH"]], types[keys["RANGE"]] if "RANGE" in keys else "S"),
        loses_nothing=found.get("MultiRegionConsistency") == "STRONG",
    )


def _value(kind: str, order: str) -> dict[str, str]:
    """A key's value: the order itself, or its digits."""
    return {kind: order if kind == "S" else "".join(c for c in order if c.isdigit()) or "0"}
