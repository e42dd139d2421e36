"""Settings of databases, caches, tables and buckets (DB-1, DB-3, CAC-1, DDB-1, STO-1)."""

from __future__ import annotations

from enum import StrEnum, unique
from typing import Annotated

from pydantic import Field

from contracts.settings.base import Settings
from contracts.settings.kind import between, matching, one_of
from contracts.settings.kinds import (
    AttributeName,
    CacheDailyWindow,
    CacheNodeType,
    CacheWeeklyWindow,
    DatabaseName,
    DatabaseUser,
    InsightsRetention,
    LogicalName,
    MonitoringInterval,
    PostgresClass,
    PostgresLog,
    PostgresVersion,
    RdsDailyWindow,
    RdsWeeklyWindow,
    Region,
)

EVICTION_POLICIES = (
    "volatile-lru",
    "allkeys-lru",
    "volatile-lfu",
    "allkeys-lfu",
    "volatile-random",
    "allkeys-random",
    "volatile-ttl",
    "noeviction",
)
"""https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/ParameterGroups.Engine.html"""

DAX_NODE_TYPES = (
    "dax.t3.small",
    "dax.t3.medium",
    *(
        f"dax.{family}.{size}"
        for family in ("r4", "r5")
        for size in ("large", "xlarge", "2xlarge", "4xlarge", "8xlarge")
    ),
    "dax.r4.16xlarge",
    "dax.r5.12xlarge",
    "dax.r5.16xlarge",
    "dax.r5.24xlarge",
)
"""https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/DAX.concepts.cluster.html"""

IndexName = Annotated[
    str,
    matching(r"[A-Za-z0-9._-]{3,255}", "3 to 255 letters, digits, ., _ and -", lambda _: None, "rename it"),
]
CapacityUnits = Annotated[int, between(1, 40000, "capacity units")]
LifecycleDays = Annotated[int, between(1, 3650, "days")]


class PostgresSettings(Settings):
    """One RDS for PostgreSQL instance."""

    engine_version: PostgresVersion
    """PostgreSQL release that RDS offers and supports, such as `17.6`; in quotes, or YAML makes a number of it."""
    instance_class: PostgresClass
    """Size, such as `db.t3.micro`; one that the stack's region has."""
    database_name: DatabaseName
    """Database that is made with the instance."""
    username: DatabaseUser
    """Master user; RDS keeps the password in Secrets Manager."""
    storage_gib: Annotated[int, between(20, 65536, "GiB")]
    """Storage at the start, in GiB (gp3: 20 to 65536)."""
    storage_max_gib: Annotated[int, between(22, 65536, "GiB")]
    """Upper bound of storage autoscaling in GiB, at least a tenth above `storage_gib`."""
    multi_az: bool
    """Keep a standby in another zone."""
    backup_retention_days: Annotated[int, between(0, 35, "days")]
    """Days that automated backups are kept; 0 turns them off."""
    backup_window: RdsDailyWindow
    """UTC, `hh:mm-hh:mm`, at least 30 minutes."""
    maintenance_window: RdsWeeklyWindow
    """UTC, `ddd:hh:mm-ddd:hh:mm`, at least 30 minutes, not overlapping the backup window."""
    monitoring_interval_seconds: MonitoringInterval
    """Enhanced monitoring: 0, 1, 5, 10, 15, 30 or 60."""
    performance_insights: bool
    """Record what the database spends its time on."""
    performance_insights_retention_days: InsightsRetention
    """7 (free), a multiple of 31, or 731."""
    iam_authentication: bool
    """Let IAM principals log in with a token."""
    log_exports: tuple[PostgresLog, ...]
    """Logs sent to CloudWatch, such as `postgresql` (errors included) and `upgrade`."""
    apply_immediately: bool
    """Apply changes at once, restarting if they need it; otherwise in the next maintenance window."""


class CacheSettings(Settings):
    """One ElastiCache replication group in cluster mode."""

    engine: Annotated[str, one_of(("redis", "valkey"), "an engine")]
    """`redis` or `valkey`."""
    engine_version: str
    """Version of the engine that AWS supports, such as `7.1`; in quotes, or YAML makes a number of it."""
    node_type: CacheNodeType
    """Size, such as `cache.t3.micro`; one that the stack's region has."""
    shards: Annotated[int, between(1, 500, "shards")]
    """Node groups, 1 to 500; shards times (1 + replicas) stays within 500 nodes."""
    replicas_per_shard: Annotated[int, between(0, 5, "replicas")]
    """0 to 5; with 0 there is no automatic failover."""
    snapshot_retention_days: Annotated[int, between(0, 35, "days")]
    """Days that automatic snapshots are kept; 0 turns them off."""
    snapshot_window: CacheDailyWindow
    """UTC, `hh:mm-hh:mm`, at least 60 minutes."""
    maintenance_window: CacheWeeklyWindow
    """UTC, `ddd:hh:mm-ddd:hh:mm`, at least 60 minutes, not overlapping the snapshot window."""
    apply_immediately: bool
    """Apply changes at once; otherwise in the next maintenance window."""
    eviction: Annotated[str, one_of(EVICTION_POLICIES, "a policy that the engine knows")] = "volatile-lru"
    """What goes when memory is full; left out, it is `volatile-lru`: what expires, the longest unused first."""


@unique
class BillingMode(StrEnum):
    """How a DynamoDB table is paid for."""

    ON_DEMAND = "PAY_PER_REQUEST"
    PROVISIONED = "PROVISIONED"


@unique
class KeyType(StrEnum):
    """Type of a DynamoDB key attribute. Numbers sort by value, strings byte by byte ("10" < "9")."""

    STRING = "S"
    NUMBER = "N"
    BINARY = "B"


class CapacitySettings(Settings):
    """Bounds between which a provisioned table scales, in read and write capacity units."""

    read_minimum: CapacityUnits
    """Fewest read units."""
    read_maximum: CapacityUnits
    """Most read units, at least `read_minimum`."""
    write_minimum: CapacityUnits
    """Fewest write units."""
    write_maximum: CapacityUnits
    """Most write units, at least `write_minimum`."""


class RequestLimitSettings(Settings):
    """The most that a table paid per request may take in a second; what is beyond is refused, not paid."""

    read: CapacityUnits
    """Most read request units a second."""
    write: CapacityUnits
    """Most write request units a second."""


class TableIndexSettings(Settings):
    """One global secondary index: the table once more, by another key."""

    partition_key: AttributeName
    """Attribute that spreads the items of the index."""
    partition_key_type: KeyType
    """Type of `partition_key`."""
    sort_key: AttributeName | None
    """Attribute that orders the items of one partition; null for none."""
    sort_key_type: KeyType | None
    """Type of `sort_key`; null exactly when `sort_key` is null."""
    capacity: CapacitySettings | None
    """Bounds of its own; null exactly when the table is paid per request."""


class TableSettings(Settings):
    """One DynamoDB table."""

    partition_key: AttributeName
    """Attribute that spreads the items."""
    partition_key_type: KeyType
    """Type of `partition_key`."""
    sort_key: AttributeName | None
    """Attribute that orders the items of one partition; null for none."""
    sort_key_type: KeyType | None
    """Type of `sort_key`; null exactly when `sort_key` is null."""
    billing: BillingMode
    """On demand or provisioned."""
    capacity: CapacitySettings | None
    """Bounds of a provisioned table; null exactly when `billing` is PAY_PER_REQUEST."""
    time_to_live_attribute: AttributeName | None
    """Attribute holding the expiry as epoch seconds; null for none."""
    stream: bool
    """Stream new and old images (event sourcing)."""
    point_in_time_recovery: bool
    """Continuous backups of the last 35 days."""
    contributor_insights: bool
    """Report the most accessed keys; CloudWatch charges per event."""
    request_limit: RequestLimitSettings | None = None
    """Most requests a second of a table paid per request, a bound on its cost; left out for the account's quota."""
    indexes: dict[IndexName, TableIndexSettings] = Field(default_factory=dict[str, TableIndexSettings])
    """Name → global secondary index with all attributes, each paid like the table once more; left out for none."""
    witness_region: Region | None = None
    """Third region, that keeps what is being written, so that a pair's two copies are never apart: no write that was
    acknowledged is lost with a region, and each waits for another region. The two regions and this one are of one set
    of DynamoDB's; each write is paid there once more. Where it is left out, copies follow within about a second. It
    cannot be changed later."""


class DaxSettings(Settings):
    """One DynamoDB Accelerator cluster: answers of tables in microseconds, from memory."""

    node_type: Annotated[str, one_of(DAX_NODE_TYPES, "a node type of DAX")]
    """Size, such as `dax.t3.small` (about $29 a month each)."""
    nodes: Annotated[int, between(1, 11, "nodes")]
    """The primary and its replicas, each in the next zone; three or more survive the loss of one."""
    tables: tuple[LogicalName, ...]
    """Tables of the settings that it may read and write."""
    item_seconds: Annotated[int, between(1, 86400, "seconds")]
    """How long an item is answered from memory."""
    query_seconds: Annotated[int, between(1, 86400, "seconds")]
    """How long the result of a query is; writes do not change it."""
    maintenance_window: CacheWeeklyWindow
    """UTC, `ddd:hh:mm-ddd:hh:mm`, at least 60 minutes."""


class BucketSettings(Settings):
    """One S3 bucket of the `app-<role>-<environment>` family."""

    versioning: bool
    """Keep what is overwritten or deleted."""
    intelligent_tiering: bool
    """Let S3 move objects to cheaper tiers by use."""
    glacier_ir_after_days: LifecycleDays | None
    """Move to Glacier Instant Retrieval after so many days; null for never."""
    expire_after_days: LifecycleDays | None
    """Delete current objects after so many days, later than the move to Glacier; null for never."""
    noncurrent_expire_after_days: LifecycleDays
    """Delete overwritten and deleted versions after so many days."""
    event_notifications: bool
    """Send object events to EventBridge."""
    locked_days: LifecycleDays | None = None
    """Nobody, AWS included, deletes or overwrites a version before it is so old (Object Lock in compliance mode, which
    needs versioning); left out for no lock. A locked bucket cannot be emptied earlier, nor the stack destroyed."""


class StorageSettings(Settings):
    """The four buckets of 004."""

    assets: BucketSettings
    """What is served to browsers."""
    uploads: BucketSettings
    """What users send."""
    backups: BucketSettings
    """Database backups and exports."""
    logs: BucketSettings
    """Access logs and archived logs."""
