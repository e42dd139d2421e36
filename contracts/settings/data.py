"""Settings of databases, caches, tables and buckets (DB-1, DB-3, CAC-1, DDB-1, STO-1)."""

from __future__ import annotations

from enum import StrEnum, unique

from contracts.settings.base import Settings


class PostgresSettings(Settings):
    """One RDS for PostgreSQL instance."""

    engine_version: str
    """PostgreSQL version that RDS supports, such as `17.6`."""
    instance_class: str
    database_name: str
    username: str
    storage_gib: int
    storage_max_gib: int
    """Upper bound of storage autoscaling."""
    multi_az: bool
    backup_retention_days: int
    backup_window: str
    """UTC, `hh:mm-hh:mm`, at least 30 minutes."""
    maintenance_window: str
    """UTC, `ddd:hh:mm-ddd:hh:mm`, not overlapping the backup window."""
    monitoring_interval_seconds: int
    """Enhanced monitoring: 0, 1, 5, 10, 15, 30 or 60."""
    performance_insights: bool
    performance_insights_retention_days: int
    iam_authentication: bool
    log_exports: tuple[str, ...]
    """Logs sent to CloudWatch: `postgresql` (errors included) and `upgrade` are the two RDS for PostgreSQL has."""
    apply_immediately: bool
    """Apply changes at once, restarting if they need it; otherwise in the next maintenance window."""


class CacheSettings(Settings):
    """One ElastiCache replication group in cluster mode."""

    engine: str
    """`redis` or `valkey`."""
    engine_version: str
    node_type: str
    shards: int
    replicas_per_shard: int
    """0–5; with 0 there is no automatic failover."""
    snapshot_retention_days: int
    snapshot_window: str
    maintenance_window: str
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

    read_minimum: int
    read_maximum: int
    write_minimum: int
    write_maximum: int


class TableSettings(Settings):
    """One DynamoDB table."""

    partition_key: str
    partition_key_type: KeyType
    sort_key: str | None
    sort_key_type: KeyType | None
    """Null exactly when `sort_key` is null."""
    billing: BillingMode
    capacity: CapacitySettings | None
    """Null exactly when `billing` is PAY_PER_REQUEST."""
    time_to_live_attribute: str | None
    """Attribute holding the expiry as epoch seconds; null for none."""
    stream: bool
    """Stream new and old images (event sourcing)."""
    point_in_time_recovery: bool
    contributor_insights: bool
    """Report the most accessed keys; CloudWatch charges per event."""


class BucketSettings(Settings):
    """One S3 bucket of the `app-<role>-<environment>` family."""

    versioning: bool
    intelligent_tiering: bool
    glacier_ir_after_days: int | None
    """Move to Glacier Instant Retrieval after so many days; null for never."""
    expire_after_days: int | None
    """Delete current objects after so many days; null for never."""
    noncurrent_expire_after_days: int
    event_notifications: bool
    """Send object events to EventBridge."""


class StorageSettings(Settings):
    """The four buckets of 004."""

    assets: BucketSettings
    uploads: BucketSettings
    backups: BucketSettings
    logs: BucketSettings
