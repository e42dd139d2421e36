"""PostgreSQL of a region: an instance, a cluster by itself, or one side of a global database (DB-1, DB-2)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypedDict

import pulumi

from components.data import (
    AuroraCluster,
    AuroraClusterArgs,
    GlobalDatabase,
    GlobalDatabaseArgs,
    MasterLogin,
    PostgresDatabase,
    PostgresDatabaseArgs,
)
from components.identity import ServiceRole
from components.network import Group
from components.security import ManagedSecret, ManagedSecretArgs
from contracts.settings import StackSettings, Tier
from contracts.settings.aurora import AuroraSettings
from contracts.settings.security import ProtectionSettings
from stacks.region.foundation import Foundation
from stacks.region.pair import SharedSecret, replica_keys, shared


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
class Relational:
    """PostgreSQL, and what it is part of."""

    database: PostgresDatabase | AuroraCluster
    secret: SharedSecret | None = None
    """Login of the master user, where it is not RDS that keeps it."""
    frame: GlobalDatabase | None = None
    """The global database, on the primary of a pair."""


def make_relational(settings: StackSettings, foundation: Foundation, opts: pulumi.ResourceOptions) -> Relational:
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
        return _cluster(settings, settings.aurora, wiring, foundation, opts)
    if settings.database is None:
        raise ValueError(f"{name} has neither database nor aurora; add one of them to the settings")
    args = PostgresDatabaseArgs(settings=settings.database, **wiring)
    return Relational(database=PostgresDatabase(name, args=args, opts=opts))


def _cluster(
    settings: StackSettings,
    aurora: AuroraSettings,
    wiring: Wiring,
    foundation: Foundation,
    opts: pulumi.ResourceOptions,
) -> Relational:
    """A cluster by itself, the first one of a global database with its frame and login, or one that joins those."""
    name, pair = settings.environment, foundation.pair
    if pair is None or not pair.settings.database:
        return Relational(database=AuroraCluster(name, args=AuroraClusterArgs(settings=aurora, **wiring), opts=opts))
    if (peer := pair.joins("database")) is not None:
        args = AuroraClusterArgs(
            settings=aurora,
            **wiring,
            global_cluster_id=peer.value("pair", "global_database_id"),
            primary_secret_arn=peer.value("pair", "replica_secret_arns", "database"),
        )
        return Relational(database=AuroraCluster(name, args=args, opts=opts))
    frame = GlobalDatabase(
        name,
        args=GlobalDatabaseArgs(settings=aurora, protection=settings.protection, environment=name),
        opts=opts,
    )
    secret = ManagedSecret(
        f"{name}-database-master",
        args=ManagedSecretArgs(
            environment=name,
            purpose="database-master",
            description=f"Master user of the {name} database",
            key_arn=foundation.key("secrets"),
            settings=settings.secrets,
            username=aurora.username,
            replica_key_arns=replica_keys(pair, "database", foundation.keys, "secrets"),
        ),
        opts=opts,
    )
    args = AuroraClusterArgs(
        settings=aurora,
        **wiring,
        global_cluster_id=frame.id,
        master=MasterLogin(secret_arn=secret.arn, password=secret.password),
    )
    database = AuroraCluster(name, args=args, opts=opts)
    return Relational(database=database, secret=shared(settings, pair, secret), frame=frame)
