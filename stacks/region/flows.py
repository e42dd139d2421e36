"""The warehouse of a region, and how rows come and go (DB-5, DB-6)."""

from __future__ import annotations

import pulumi

from components.data import DatabaseEnd, LakeEnd, ReplicatedFlow, Replication, ReplicationArgs, Warehouse, WarehouseArgs
from components.network import Group
from components.security import DatabaseLogin, DatabaseLoginArgs
from components.storage.app_buckets import BucketRole, bucket_name
from contracts.settings import StackSettings, Tier
from contracts.settings.flows import LAKE, REGION, DataFlowsSettings, FlowKind
from contracts.settings.warehouse import WarehouseSettings
from stacks.region.data import Data
from stacks.region.foundation import Foundation
from stacks.region.operations import Operations
from stacks.region.rotation import rotate_logins, scope_of

READING = ("rds_replication", "pg_read_all_data")
"""Roles of a login that changes are read with."""
WRITING = ("pg_read_all_data", "pg_write_all_data")
"""Roles of a login that rows are written with."""


def make_warehouse(
    settings: StackSettings, warehouse: WarehouseSettings, foundation: Foundation, opts: pulumi.ResourceOptions
) -> Warehouse:
    """The warehouse, beside the tasks that ask it."""
    private = foundation.vpc.subnet_ids[Tier.PRIVATE]
    return Warehouse(
        settings.environment,
        args=WarehouseArgs(
            settings=warehouse,
            protection=settings.protection,
            scope=scope_of(settings),
            vpc_id=foundation.vpc.vpc_id,
            subnet_ids=private,
            client_group_ids={"ecs": foundation.groups.ids[Group.ECS]},
            storage_key_arn=foundation.key("database"),
            secrets_key_arn=foundation.key("secrets"),
            logs_key_arn=foundation.key("logs"),
            lake_bucket=bucket_name(BucketRole.BACKUPS, settings.environment, settings.account.id),
            lake_key_arn=foundation.key("storage"),
        ),
        opts=opts,
    )


def make_flows(
    settings: StackSettings,
    flows: DataFlowsSettings,
    foundation: Foundation,
    data: Data,
    operations: Operations,
    opts: pulumi.ResourceOptions,
) -> None:
    """Logins of the flows with what rotates them, and replication."""
    name = settings.environment
    uses = {
        "dms_source": any(f.source == REGION for f in flows.flows.values() if f.kind is FlowKind.REPLICATION),
        "dms_target": any(f.target == REGION for f in flows.flows.values() if f.kind is FlowKind.REPLICATION),
    }
    logins = {
        login: DatabaseLogin(
            f"{name}-login-{login.replace('_', '-')}",
            args=DatabaseLoginArgs(
                environment=name,
                login=login,
                roles=READING if login == "dms_source" else WRITING,
                host=data.database.address,
                port=data.database.port,
                database=settings.relational.database_name,
                master_secret_arn=data.database.master_secret_arn,
                key_arn=foundation.key("secrets"),
                settings=settings.secrets,
            ),
            opts=opts,
        )
        for login, used in uses.items()
        if used
    }
    rotator = rotate_logins(settings, foundation, data, logins, opts) if logins else None
    if flows.replication is None:
        return
    own = {
        key: DatabaseEnd(
            host=data.database.address,
            port=5432,
            database=settings.relational.database_name,
            secret_arn=login.arn,
            secret_key_arn=foundation.key("secrets"),
            group_id=foundation.groups.ids[Group.DATABASE],
        )
        for key, login in logins.items()
    }
    others = {
        key: DatabaseEnd(
            host=end.host,
            port=end.port,
            database=end.database,
            secret_arn=end.secret_arn,
            secret_key_arn=end.secret_key_arn,
            cidr=end.cidr,
        )
        for key, end in flows.endpoints.items()
        if any(key in (f.source, f.target) for f in flows.flows.values() if f.kind is FlowKind.REPLICATION)
    }
    backups = foundation.buckets.backups
    Replication(
        name,
        args=ReplicationArgs(
            settings=flows.replication,
            scope=scope_of(settings),
            vpc_id=foundation.vpc.vpc_id,
            subnet_ids=foundation.vpc.subnet_ids[Tier.PRIVATE],
            databases=own | others,
            lake=LakeEnd(bucket=backups.bucket_name, bucket_arn=backups.arn, key_arn=foundation.key("storage")),
            flows={
                key: ReplicatedFlow(
                    source="dms_source" if flow.source == REGION else flow.source or "",
                    target=None if flow.target == LAKE else "dms_target" if flow.target == REGION else flow.target,
                    tables=flow.tables,
                )
                for key, flow in flows.flows.items()
                if flow.kind is FlowKind.REPLICATION
            },
            key_arn=foundation.key("database"),
            logs_key_arn=foundation.key("logs"),
            topic_arn=operations.topic.arn,
        ),
        # The first rotation makes the logins that tasks begin with.
        opts=pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(depends_on=[rotator] if rotator else [])),
    )
