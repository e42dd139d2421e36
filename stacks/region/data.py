"""Where a region keeps its state: database, cache, tables, and the secrets that open them."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi

from components.data import PostgresDatabase, PostgresDatabaseArgs, RedisCache, RedisCacheArgs, Table, TableArgs
from components.identity import ServiceRole
from components.network import Group
from components.security import ManagedSecret, ManagedSecretArgs, SecureParameters, SecureParametersArgs
from contracts.settings import StackSettings, Tier
from stacks.region.foundation import Foundation


@dataclass(frozen=True, kw_only=True)
class Data:
    """The data layer of a region."""

    database: PostgresDatabase
    cache: RedisCache
    cache_token: ManagedSecret
    tables: dict[str, Table]
    parameters: SecureParameters
    """`database/url` and `cache/url`: where to connect, without any password."""


def make_data(settings: StackSettings, foundation: Foundation, opts: pulumi.ResourceOptions) -> Data:
    """Database, cache, tables, and their coordinates in Parameter Store."""
    name = settings.environment
    database_subnets = foundation.vpc.subnet_ids[Tier.DATABASE]
    database = PostgresDatabase(
        name,
        args=PostgresDatabaseArgs(
            settings=settings.database,
            protection=settings.protection,
            environment=name,
            subnet_ids=database_subnets,
            workload_zones=settings.network.workload_zones,
            security_group_ids=[foundation.groups.ids[Group.DATABASE]],
            storage_key_arn=foundation.key("database"),
            secrets_key_arn=foundation.key("secrets"),
            logs_key_arn=foundation.key("logs"),
            log_retention_days=settings.observability.database_log_retention_days,
            monitoring_role_arn=foundation.roles.arns[ServiceRole.RDS_ENHANCED_MONITORING],
        ),
        opts=opts,
    )
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
                    "postgresql://{0}/{1}?sslmode=verify-full", database.endpoint, settings.database.database_name
                ),
                "cache/url": pulumi.Output.format("rediss://{0}:{1}", cache.configuration_endpoint, cache.port),
            },
        ),
        opts=opts,
    )
    return Data(database=database, cache=cache, cache_token=cache_token, tables=tables, parameters=parameters)
