"""Where a region keeps its state: database, cache, tables, and the secrets that open them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypedDict

import pulumi

from components.data import (
    AuroraCluster,
    AuroraClusterArgs,
    DaxCluster,
    DaxClusterArgs,
    PostgresDatabase,
    PostgresDatabaseArgs,
    RedisCache,
    RedisCacheArgs,
    Table,
    TableArgs,
)
from components.identity import ServiceRole
from components.network import Group
from components.security import ManagedSecret, ManagedSecretArgs, SecureParameters, SecureParametersArgs
from components.storage import FileSystem, FileSystemArgs
from contracts.settings import StackSettings, Tier
from contracts.settings.security import ProtectionSettings
from stacks.region.foundation import Foundation


class Wiring(TypedDict):
    """What an instance and a cluster are wired to alike."""

    protection: ProtectionSettings
    environment: str
    subnet_ids: Mapping[str, pulumi.Input[str]]
    workload_zones: Sequence[str]
    security_group_ids: Sequence[pulumi.Input[str]]
    storage_key_arn: pulumi.Input[str]
    secrets_key_arn: pulumi.Input[str]
    logs_key_arn: pulumi.Input[str]
    log_retention_days: int
    monitoring_role_arn: pulumi.Input[str]
    logical_replication: bool


@dataclass(frozen=True, kw_only=True)
class Data:
    """The data layer of a region."""

    database: PostgresDatabase | AuroraCluster
    cache: RedisCache
    cache_token: ManagedSecret
    tables: dict[str, Table]
    accelerator: DaxCluster | None
    files: FileSystem | None
    parameters: SecureParameters
    """`database/url` and `cache/url`: where to connect, without any password."""


def make_data(settings: StackSettings, foundation: Foundation, opts: pulumi.ResourceOptions) -> Data:
    """Database, cache, tables, and their coordinates in Parameter Store."""
    name = settings.environment
    database_subnets = foundation.vpc.subnet_ids[Tier.DATABASE]
    database = _database(settings, foundation, opts)
    cache_token = ManagedSecret(
        f"{name}-cache-auth",
        args=ManagedSecretArgs(
            environment=name,
            purpose="cache-auth",
            description=f"Token of the {name} cache",
            key_arn=foundation.key("secrets"),
            settings=settings.secrets,
        ),
        opts=opts,
    )
    cache = RedisCache(
        name,
        args=RedisCacheArgs(
            settings=settings.cache,
            protection=settings.protection,
            environment=name,
            subnet_ids=database_subnets,
            workload_zones=settings.network.workload_zones,
            security_group_ids=[foundation.groups.ids[Group.CACHE]],
            storage_key_arn=foundation.key("database"),
            logs_key_arn=foundation.key("logs"),
            log_retention_days=settings.observability.database_log_retention_days,
            auth_token=cache_token.value,
        ),
        opts=opts,
    )
    tables = {
        table: Table(
            name,
            args=TableArgs(
                settings=table_settings,
                protection=settings.protection,
                environment=name,
                table=table,
                key_arn=foundation.key("database"),
            ),
            opts=opts,
        )
        for table, table_settings in settings.tables.items()
    }
    parameters = SecureParameters(
        name,
        args=SecureParametersArgs(
            environment=name,
            key_arn=foundation.key("secrets"),
            values={
                "database/url": pulumi.Output.format(
                    "postgresql://{0}/{1}?sslmode=verify-full", database.endpoint, settings.relational.database_name
                ),
                "cache/url": pulumi.Output.format("rediss://{0}:{1}", cache.configuration_endpoint, cache.port),
            },
        ),
        opts=opts,
    )
    return Data(
        database=database,
        cache=cache,
        cache_token=cache_token,
        tables=tables,
        accelerator=_accelerator(settings, foundation, tables, opts),
        files=_files(settings, foundation, opts),
        parameters=parameters,
    )


def _database(
    settings: StackSettings, foundation: Foundation, opts: pulumi.ResourceOptions
) -> PostgresDatabase | AuroraCluster:
    """The instance, or the cluster in its place; both are called the same and have the same outputs."""
    name = settings.environment
    wiring: Wiring = {
        "protection": settings.protection,
        "environment": name,
        "subnet_ids": foundation.vpc.subnet_ids[Tier.DATABASE],
        "workload_zones": settings.network.workload_zones,
        "security_group_ids": [foundation.groups.ids[Group.DATABASE]],
        "storage_key_arn": foundation.key("database"),
        "secrets_key_arn": foundation.key("secrets"),
        "logs_key_arn": foundation.key("logs"),
        "log_retention_days": settings.observability.database_log_retention_days,
        "monitoring_role_arn": foundation.roles.arns[ServiceRole.RDS_ENHANCED_MONITORING],
        "logical_replication": settings.data_flows is not None and settings.data_flows.replicates_region,
    }
    if settings.aurora is not None:
        return AuroraCluster(name, args=AuroraClusterArgs(settings=settings.aurora, **wiring), opts=opts)
    if settings.database is None:
        raise ValueError(f"{name} has neither database nor aurora; add one of them to the settings")
    return PostgresDatabase(name, args=PostgresDatabaseArgs(settings=settings.database, **wiring), opts=opts)


def _accelerator(
    settings: StackSettings, foundation: Foundation, tables: dict[str, Table], opts: pulumi.ResourceOptions
) -> DaxCluster | None:
    if settings.dax is None:
        return None
    return DaxCluster(
        settings.environment,
        args=DaxClusterArgs(
            settings=settings.dax,
            environment=settings.environment,
            region=settings.region,
            account_id=settings.account.id,
            vpc_id=foundation.vpc.vpc_id,
            subnet_ids=foundation.vpc.subnet_ids[Tier.DATABASE],
            workload_zones=settings.network.workload_zones,
            client_groups={"tasks": foundation.groups.ids[Group.ECS]},
            table_arns=[tables[table].arn for table in settings.dax.tables],
            table_key_arn=foundation.key("database"),
        ),
        opts=opts,
    )


def _files(settings: StackSettings, foundation: Foundation, opts: pulumi.ResourceOptions) -> FileSystem | None:
    if settings.files is None:
        return None
    return FileSystem(
        settings.environment,
        args=FileSystemArgs(
            settings=settings.files,
            protection=settings.protection,
            environment=settings.environment,
            account_id=settings.account.id,
            vpc_id=foundation.vpc.vpc_id,
            subnet_ids=foundation.vpc.subnet_ids[Tier.PRIVATE],
            workload_zones=settings.network.workload_zones,
            client_groups={"tasks": foundation.groups.ids[Group.ECS]},
            key_arn=foundation.key("storage"),
        ),
        opts=opts,
    )
