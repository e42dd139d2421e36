"""Settings and wiring for the tests of this folder; every value is stated here, none is read from a stack file."""

from __future__ import annotations

from typing import Any

from components.data import AuroraClusterArgs, PostgresDatabaseArgs, RedisCacheArgs, TableArgs
from contracts.settings.aurora import AuroraSettings, ReaderScalingSettings, ServerlessSettings
from contracts.settings.data import (
    BillingMode,
    CacheSettings,
    CapacitySettings,
    DaxSettings,
    KeyType,
    PostgresSettings,
    TableIndexSettings,
    TableSettings,
)
from contracts.settings.security import ProtectionSettings
from tests.kit import ACCOUNT, REGION

DATA_KEY = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/database"
SECRETS_KEY = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/secrets"
LOGS_KEY = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/logs"
MONITORING_ROLE = f"arn:aws:iam::{ACCOUNT}:role/RDSEnhancedMonitoringRole"
SUBNETS = {"us-east-1b": "subnet-b", "us-east-1a": "subnet-a"}

LOOSE = ProtectionSettings(protect=False, deletion_protection=False, final_snapshot=False, force_destroy=True)
"""What an environment without real data has."""
TIGHT = ProtectionSettings(protect=True, deletion_protection=True, final_snapshot=True, force_destroy=False)
"""What an environment with real data has."""


def postgres_settings(**changes: Any) -> PostgresSettings:
    """Document 004's development size."""
    values: dict[str, Any] = {
        "engine_version": "17.6",
        "instance_class": "db.t3.micro",
        "database_name": "platform_db",
        "username": "dbadmin",
        "storage_gib": 20,
        "storage_max_gib": 50,
        "multi_az": False,
        "backup_retention_days": 30,
        "backup_window": "03:00-04:00",
        "maintenance_window": "sun:05:00-sun:06:00",
        "monitoring_interval_seconds": 60,
        "performance_insights": True,
        "performance_insights_retention_days": 7,
        "iam_authentication": True,
        "log_exports": ("postgresql", "upgrade"),
        "apply_immediately": True,
    }
    return PostgresSettings(**(values | changes))


def postgres_args(settings: PostgresSettings | None = None, **changes: Any) -> PostgresDatabaseArgs:
    """Wiring of a database called `atoll-test`."""
    values: dict[str, Any] = {
        "settings": settings or postgres_settings(),
        "protection": LOOSE,
        "environment": "test",
        "subnet_ids": SUBNETS,
        "workload_zones": ("us-east-1a",),
        "security_group_ids": ["sg-database"],
        "storage_key_arn": DATA_KEY,
        "secrets_key_arn": SECRETS_KEY,
        "logs_key_arn": LOGS_KEY,
        "log_retention_days": 7,
        "monitoring_role_arn": MONITORING_ROLE,
    }
    return PostgresDatabaseArgs(**(values | changes))


def cache_settings(**changes: Any) -> CacheSettings:
    """One node in cluster mode."""
    values: dict[str, Any] = {
        "engine": "redis",
        "engine_version": "7.1",
        "node_type": "cache.t3.micro",
        "shards": 1,
        "replicas_per_shard": 0,
        "snapshot_retention_days": 1,
        "snapshot_window": "02:00-03:00",
        "maintenance_window": "sun:06:00-sun:07:00",
        "apply_immediately": True,
    }
    return CacheSettings(**(values | changes))


def cache_args(settings: CacheSettings | None = None, **changes: Any) -> RedisCacheArgs:
    """Wiring of a cache called `atoll-test`, open to its security group."""
    values: dict[str, Any] = {
        "settings": settings or cache_settings(),
        "protection": LOOSE,
        "environment": "test",
        "subnet_ids": SUBNETS,
        "workload_zones": ("us-east-1a",),
        "security_group_ids": ["sg-cache"],
        "storage_key_arn": DATA_KEY,
        "logs_key_arn": LOGS_KEY,
        "log_retention_days": 7,
        "auth_token": None,
    }
    return RedisCacheArgs(**(values | changes))


def table_settings(**changes: Any) -> TableSettings:
    """An on-demand table with a partition key alone."""
    values: dict[str, Any] = {
        "partition_key": "id",
        "partition_key_type": KeyType.STRING,
        "sort_key": None,
        "sort_key_type": None,
        "billing": BillingMode.ON_DEMAND,
        "capacity": None,
        "time_to_live_attribute": None,
        "stream": False,
        "point_in_time_recovery": True,
        "contributor_insights": False,
    }
    return TableSettings(**(values | changes))


def table_args(settings: TableSettings | None = None, **changes: Any) -> TableArgs:
    """Wiring of a table called `atoll-test-orders`."""
    values: dict[str, Any] = {
        "settings": settings or table_settings(),
        "protection": LOOSE,
        "environment": "test",
        "table": "orders",
        "key_arn": DATA_KEY,
    }
    return TableArgs(**(values | changes))


def indexed_table(**changes: Any) -> TableSettings:
    """A provisioned table with an index, each with bounds of its own."""
    bounds = CapacitySettings(read_minimum=5, read_maximum=100, write_minimum=5, write_maximum=80)
    index = TableIndexSettings(
        partition_key="state",
        partition_key_type=KeyType.STRING,
        sort_key="placed_at",
        sort_key_type=KeyType.NUMBER,
        capacity=CapacitySettings(read_minimum=2, read_maximum=20, write_minimum=3, write_maximum=30),
    )
    values: dict[str, Any] = {
        "billing": BillingMode.PROVISIONED,
        "capacity": bounds,
        "stream": True,
        "contributor_insights": True,
        "indexes": {"by-state": index},
    }
    return table_settings(**(values | changes))


def aurora_settings(**changes: Any) -> AuroraSettings:
    """A writer and a reader of Serverless v2, and more readers under load."""
    values: dict[str, Any] = {
        "engine_version": "17.6",
        "instance_class": "db.serverless",
        "serverless": ServerlessSettings(minimum_units=0.5, maximum_units=2),
        "readers": 1,
        "reader_scaling": ReaderScalingSettings(maximum=4, cpu_percent=70, connections=400),
        "database_name": "platform_db",
        "username": "dbadmin",
        "backup_retention_days": 30,
        "backup_window": "03:00-04:00",
        "maintenance_window": "sun:05:00-sun:06:00",
        "monitoring_interval_seconds": 60,
        "performance_insights": True,
        "performance_insights_retention_days": 7,
        "iam_authentication": True,
        "log_exports": ("postgresql", "iam-db-auth-error"),
        "audit": True,
        "apply_immediately": True,
    }
    return AuroraSettings(**(values | changes))


def aurora_args(settings: AuroraSettings | None = None, **changes: Any) -> AuroraClusterArgs:
    """Wiring of a cluster called `atoll-test`."""
    values: dict[str, Any] = {
        "settings": settings or aurora_settings(),
        "protection": LOOSE,
        "environment": "test",
        "subnet_ids": SUBNETS,
        "workload_zones": ("us-east-1a", "us-east-1b"),
        "security_group_ids": ["sg-database"],
        "storage_key_arn": DATA_KEY,
        "secrets_key_arn": SECRETS_KEY,
        "logs_key_arn": LOGS_KEY,
        "log_retention_days": 7,
        "monitoring_role_arn": MONITORING_ROLE,
    }
    return AuroraClusterArgs(**(values | changes))


def dax_settings(**changes: Any) -> DaxSettings:
    """Three nodes in front of one table."""
    values: dict[str, Any] = {
        "node_type": "dax.t3.small",
        "nodes": 3,
        "tables": ("orders",),
        "item_seconds": 300,
        "query_seconds": 60,
        "maintenance_window": "sun:07:00-sun:08:00",
    }
    return DaxSettings(**(values | changes))
