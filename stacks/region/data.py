"""Where a region keeps its state: database, cache, tables, and the secrets that open them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi

from components.data import (
    AuroraCluster,
    DaxCluster,
    DaxClusterArgs,
    GlobalDatabase,
    GlobalDatastore,
    GlobalDatastoreArgs,
    PostgresDatabase,
    RedisCache,
    RedisCacheArgs,
    Table,
    TableArgs,
    TableReplica,
    TableReplicaArgs,
)
from components.network import Group
from components.security import ManagedSecret, ManagedSecretArgs, SecureParameters, SecureParametersArgs
from components.storage import FileSystem, FileSystemArgs
from contracts.settings import StackSettings, Tier
from stacks.region.foundation import Foundation
from stacks.region.pair import SharedSecret, joined_secret, replica_keys, shared
from stacks.region.relational import make_relational


@dataclass(frozen=True, kw_only=True)
class Data:
    """The data layer of a region."""

    database: PostgresDatabase | AuroraCluster
    database_secret: SharedSecret | None
    """Login of the master user, where it is not RDS that keeps it."""
    global_database: GlobalDatabase | None
    cache: RedisCache
    cache_token: SharedSecret
    global_datastore: GlobalDatastore | None
    tables: dict[str, Table | TableReplica]
    accelerator: DaxCluster | None
    files: FileSystem | None
    parameters: SecureParameters
    """`database/url` and `cache/url`: where to connect, without any password."""


def make_data(settings: StackSettings, foundation: Foundation, opts: pulumi.ResourceOptions) -> Data:
    """Database, cache, tables, and their coordinates in Parameter Store."""
    name, pair = settings.environment, foundation.pair
    database_subnets = foundation.vpc.subnet_ids[Tier.DATABASE]
    relational = make_relational(settings, foundation, opts)
    database, cache_token = relational.database, _cache_token(settings, foundation, opts)
    joined = pair.joins("cache") if pair is not None else None
    cache = RedisCache(
        name,
        args=RedisCacheArgs(
            settings=settings.cache,
            protection=settings.protection,
            # Two members of one datastore need two names: the provider looks for a member by its name alone.
            environment=settings.account_name,
            subnet_ids=database_subnets,
            workload_zones=settings.network.workload_zones,
            security_group_ids=[foundation.groups.ids[Group.CACHE]],
            storage_key_arn=foundation.key("database"),
            logs_key_arn=foundation.key("logs"),
            log_retention_days=settings.observability.database_log_retention_days,
            auth_token=cache_token.value,
            rotated_elsewhere=joined is not None,
            global_datastore_id=joined.value("pair", "global_datastore_id") if joined else None,
        ),
        opts=opts,
    )
    datastore = None
    if pair is not None and pair.leads("cache"):
        datastore = GlobalDatastore(
            name, args=GlobalDatastoreArgs(environment=name, primary_group_id=cache.group_id), opts=opts
        )
    tables = {table: _table(table, settings, foundation, opts) for table in settings.tables}
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
        database_secret=relational.secret,
        global_database=relational.frame,
        cache=cache,
        cache_token=cache_token,
        global_datastore=datastore,
        tables=tables,
        accelerator=_accelerator(settings, foundation, tables, opts),
        files=_files(settings, foundation, opts),
        parameters=parameters,
    )


def _cache_token(settings: StackSettings, foundation: Foundation, opts: pulumi.ResourceOptions) -> SharedSecret:
    """The cache's token: drawn here, or the one that the primary has drawn for both caches."""
    name, pair = settings.environment, foundation.pair
    if pair is not None and (peer := pair.joins("cache")) is not None:
        return joined_secret(peer, "cache", opts)
    secret = ManagedSecret(
        f"{name}-cache-auth",
        args=ManagedSecretArgs(
            environment=name,
            purpose="cache-auth",
            description=f"Token of the {name} cache",
            key_arn=foundation.key("secrets"),
            settings=settings.secrets,
            replica_key_arns=replica_keys(pair, "cache", foundation.keys, "secrets"),
        ),
        opts=opts,
    )
    return shared(settings, pair, secret)


def _table(
    table: str, settings: StackSettings, foundation: Foundation, opts: pulumi.ResourceOptions
) -> Table | TableReplica:
    """A table of this stack, or the replica of the primary's."""
    name, pair, chosen = settings.environment, foundation.pair, settings.tables[table]
    if pair is not None and (peer := pair.joins("tables")) is not None:
        return TableReplica(
            name,
            args=TableReplicaArgs(
                settings=chosen,
                protection=settings.protection,
                environment=name,
                table=table,
                account_id=settings.account.id,
                region=settings.region,
                primary_arn=peer.value("tables", table, "arn"),
                key_arn=foundation.key("database"),
            ),
            opts=opts,
        )
    strong = chosen.witness_region is not None
    return Table(
        name,
        args=TableArgs(
            settings=chosen,
            protection=settings.protection,
            environment=name,
            table=table,
            key_arn=foundation.key("database"),
            # Strongly consistent copies are made with the table or never; others by the stack of their region.
            replica_key_arns=replica_keys(pair, "tables", foundation.keys, "database") if strong else {},
            replicas_elsewhere=pair is not None and pair.leads("tables") and not strong,
        ),
        opts=opts,
    )


def _accelerator(
    settings: StackSettings,
    foundation: Foundation,
    tables: Mapping[str, Table | TableReplica],
    opts: pulumi.ResourceOptions,
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
