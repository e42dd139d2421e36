"""Settings of databases, caches, tables and buckets (DB-1, DB-3, CAC-1, DDB-1, STO-1)."""

from __future__ import annotations

from enum import StrEnum, unique
from typing import Annotated

from contracts.settings.base import Settings
from contracts.settings.kind import between, one_of
from contracts.settings.kinds import (
    AttributeName,
    CacheDailyWindow,
    CacheNodeType,
    CacheWeeklyWindow,
    DatabaseName,
    DatabaseUser,
    InsightsRetention,
    MonitoringInterval,
    PostgresClass,
    PostgresLog,
    PostgresVersion,
    RdsDailyWindow,
    RdsWeeklyWindow,
)

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
