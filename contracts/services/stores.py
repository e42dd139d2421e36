"""Where a service keeps its data; a store is one service's, and no other domain reads it (CON-7, DB-4)."""

from __future__ import annotations

from enum import StrEnum, unique
from typing import Annotated

from pydantic import Field

from contracts.services.base import Access, Clause
from contracts.services.columns import Column
from contracts.services.kinds import IndexName, ObjectPrefix, RedisPrefix, ResourceName, StoreRef
from contracts.settings.data import BillingMode, CapacitySettings, KeyType
from contracts.settings.kind import between, one_of
from contracts.settings.kinds import AttributeName, DatabaseName


class PostgresStore(Clause):
    """One database of the platform's PostgreSQL, with a role of its own."""

    database: DatabaseName
    """Name of the database; no other service has it."""
    read_replica: bool = False
    """Whether reads may go to a replica; false if left out."""
    connections: Annotated[int, between(1, 500, "connections")] = 20
    """Connections that the service may hold at most; 20 if left out."""
    tables: dict[AttributeName, dict[AttributeName, Column]] = Field(
        default_factory=dict[AttributeName, dict[AttributeName, Column]]
    )
    """Table → column → what it holds: what copies for other environments mask, and invented data is made from. The
    database is not copied if left out."""
    by: tuple[ResourceName, ...] = ()
    """Functions and containers that use it; everything the contract runs if left out."""


class Key(Clause):
    """Attribute of a key."""

    attribute: AttributeName
    """Name of the attribute."""
    type: KeyType
    """`S`, `N` or `B`."""


@unique
class StreamView(StrEnum):
    """What a table's stream holds of each change."""

    KEYS_ONLY = "KEYS_ONLY"
    NEW_IMAGE = "NEW_IMAGE"
    OLD_IMAGE = "OLD_IMAGE"
    BOTH = "NEW_AND_OLD_IMAGES"


class SecondaryIndex(Clause):
    """Another order of a table's items."""

    partition_key: Key
    """Key that spreads the items."""
    sort_key: Key | None = None
    """Key that orders the items of a partition; none if left out."""
    projects: tuple[AttributeName, ...] = ()
    """Attributes that it holds beside the keys; all of them if left out."""


class DynamoStore(Clause):
    """One DynamoDB table."""

    partition_key: Key
    """Key that spreads the items."""
    sort_key: Key | None = None
    """Key that orders the items of a partition; none if left out."""
    indexes: dict[ResourceName, SecondaryIndex] = Field(default_factory=dict[ResourceName, SecondaryIndex])
    """Global secondary indexes; none if left out."""
    billing: BillingMode = BillingMode.ON_DEMAND
    """On demand or provisioned; on demand if left out."""
    capacity: CapacitySettings | None = None
    """Bounds of a provisioned table; left out exactly when it is on demand."""
    time_to_live: AttributeName | None = None
    """Attribute that holds the expiry in epoch seconds; nothing expires if left out."""
    stream: StreamView | None = None
    """What the stream of changes holds; no stream if left out."""
    point_in_time_recovery: bool = True
    """Continuous backups of 35 days; true if left out."""
    replicated: bool = False
    """Whether it is a global table over the environment's regions; false if left out."""
    by: tuple[ResourceName, ...] = ()
    """Functions and containers that use it; everything the contract runs if left out."""


class RedisStore(Clause):
    """Keys below a prefix of the platform's Redis, with a user of its own that sees nothing else."""

    prefix: RedisPrefix
    """Beginning of every key, such as `order:cart:`."""
    time_to_live_seconds: Annotated[int, between(1, 31_536_000, "seconds")]
    """How long a key lives at most, in seconds: a cache that forgets nothing is a database."""
    by: tuple[ResourceName, ...] = ()
    """Functions and containers that use it; everything the contract runs if left out."""


class ObjectStore(Clause):
    """Objects below a prefix of one of the platform's buckets."""

    bucket: Annotated[str, one_of(("assets", "uploads", "backups", "logs"), "a bucket of the platform")]
    """Role of the bucket."""
    prefix: ObjectPrefix
    """Beginning of every key, such as `orders/`."""
    expire_after_days: Annotated[int, between(1, 3650, "days")] | None = None
    """When objects are deleted; the bucket's own rule if left out."""
    versioned: bool = True
    """Whether overwritten objects must be kept; true if left out."""
    by: tuple[ResourceName, ...] = ()
    """Functions and containers that use it; everything the contract runs if left out."""


class SearchStore(Clause):
    """One index of the platform's OpenSearch domain."""

    index: IndexName
    """Name of the index; no other service has it."""
    shards: Annotated[int, between(1, 100, "shards")] = 1
    """Primary shards; 1 if left out."""
    replicas: Annotated[int, between(0, 5, "replicas")] = 1
    """Copies of each shard; 1 if left out."""
    fed_from: ResourceName | None = None
    """DynamoDB store of this contract whose stream feeds the index; left out where the service writes it itself."""
    by: tuple[ResourceName, ...] = ()
    """Functions and containers that use it; everything the contract runs if left out."""


class Stores(Clause):
    """Everything a service keeps."""

    postgresql: dict[ResourceName, PostgresStore] = Field(default_factory=dict[ResourceName, PostgresStore])
    """Databases; none if left out."""
    dynamodb: dict[ResourceName, DynamoStore] = Field(default_factory=dict[ResourceName, DynamoStore])
    """Tables; none if left out."""
    redis: dict[ResourceName, RedisStore] = Field(default_factory=dict[ResourceName, RedisStore])
    """Key prefixes; none if left out."""
    s3: dict[ResourceName, ObjectStore] = Field(default_factory=dict[ResourceName, ObjectStore])
    """Object prefixes; none if left out."""
    opensearch: dict[ResourceName, SearchStore] = Field(default_factory=dict[ResourceName, SearchStore])
    """Indexes; none if left out."""
    shared: dict[StoreRef, Access] = Field(default_factory=dict[StoreRef, Access])
    """Store of another service of the same domain, such as `order/order#orders` → `read` or `read-write`; none if
    left out. A store of another domain is never read: its service is asked."""
