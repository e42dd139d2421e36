"""The warehouse of a region, and how rows come and go (DB-5, DB-6)."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pulumi

from components.data import (
    Copied,
    DatabaseEnd,
    DataCopies,
    DataCopiesArgs,
    LakeEnd,
    ReplicatedFlow,
    Replication,
    ReplicationArgs,
    Warehouse,
    WarehouseArgs,
)
from components.network import Group
from components.security import DatabaseLogin, DatabaseLoginArgs
from components.storage import Bucket, BucketArgs
from contracts.services.masking import Rules, masking_rules
from contracts.services.naming import postgres_role
from contracts.services.reading import NAME, load
from contracts.settings import StackSettings, Tier
from contracts.settings.data import BucketSettings
from contracts.settings.flows import LAKE, REGION, DataFlowSettings, DataFlowsSettings, FlowKind
from contracts.settings.warehouse import WarehouseSettings
from stacks.region.data import Data
from stacks.region.foundation import Foundation, scope_of
from stacks.region.operations import Operations
from stacks.region.pair import replica_keys
from stacks.region.rotation import rotate_logins

SERVICES = Path(__file__).resolve().parents[2] / "services"
READING = ("rds_replication", "pg_read_all_data")
"""Roles of a login that changes are read with."""
WRITING = ("pg_read_all_data", "pg_write_all_data")
"""Roles of a login that rows are written with."""


def make_lake(settings: StackSettings, foundation: Foundation, opts: pulumi.ResourceOptions) -> Bucket:
    """The bucket that rows of flows pass through, that the warehouse looks into, and that holds the copying code."""
    name = settings.environment
    return Bucket(
        f"{name}-bucket-lake",
        args=BucketArgs(
            settings=BucketSettings(
                versioning=True,
                intelligent_tiering=True,
                glacier_ir_after_days=None,
                expire_after_days=None,
                noncurrent_expire_after_days=30,
                event_notifications=True,
            ),
            protection=settings.protection,
            bucket=lake_name(settings),
            key_arn=foundation.key("storage"),
            log_bucket=foundation.buckets.logs.policed_name,
        ),
        opts=opts,
    )


def lake_name(settings: StackSettings) -> str:
    """Physical name of the lake."""
    return f"app-lake-{settings.account_name}-{settings.account.id}"


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
            lake_bucket=lake_name(settings),
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
    lake: Bucket,
    opts: pulumi.ResourceOptions,
) -> None:
    """Logins of the flows with what rotates them, replication, and the machine that copies and invents."""
    rules = {name: _rules(flow) for name, flow in flows.flows.items() if flow.kind is not FlowKind.REPLICATION}
    logins = {
        login: DatabaseLogin(
            f"{settings.environment}-login-{login.replace('_', '-')}",
            args=DatabaseLoginArgs(
                environment=settings.environment,
                login=login,
                roles=roles,
                host=data.database.address,
                port=data.database.port,
                database=settings.relational.database_name,
                master_secret_arn=data.database.master_secret_arn,
                key_arn=foundation.key("secrets"),
                settings=settings.secrets,
                replica_key_arns=replica_keys(foundation.pair, "secrets", foundation.keys, "secrets"),
            ),
            opts=opts,
        )
        for login, roles in _logins(flows, rules).items()
    }
    rotator = rotate_logins(settings, foundation, data, logins, opts) if logins else None
    databases = _own(settings, foundation, data, logins) | _others(flows)
    # The first rotation makes the logins that tasks begin with.
    after = pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(depends_on=[rotator] if rotator else []))
    if flows.replication is not None:
        replicated = {
            key: ReplicatedFlow(
                source=_end(flow.source or "", "dms_source"),
                target=None if flow.target == LAKE else _end(flow.target, "dms_target"),
                tables=flow.tables,
            )
            for key, flow in flows.flows.items()
            if flow.kind is FlowKind.REPLICATION
        }
        used = {end for flow in replicated.values() for end in (flow.source, flow.target)}
        Replication(
            settings.environment,
            args=ReplicationArgs(
                settings=flows.replication,
                scope=scope_of(settings),
                vpc_id=foundation.vpc.vpc_id,
                subnet_ids=foundation.vpc.subnet_ids[Tier.PRIVATE],
                databases={key: end for key, end in databases.items() if key in used},
                lake=LakeEnd(bucket=lake.bucket_name, bucket_arn=lake.arn, key_arn=foundation.key("storage")),
                flows=replicated,
                key_arn=foundation.key("database"),
                logs_key_arn=foundation.key("logs"),
                topic_arn=operations.topic.arn,
            ),
            opts=after,
        )
    if rules:
        private = foundation.vpc.subnet_ids[Tier.PRIVATE]
        DataCopies(
            settings.environment,
            args=DataCopiesArgs(
                scope=scope_of(settings),
                protection=settings.protection,
                build_type=flows.build_type,
                vpc_id=foundation.vpc.vpc_id,
                subnet_ids=[private[zone] for zone in settings.network.workload_zones],
                databases=databases,
                flows={
                    key: Copied(
                        kind=flow.kind,
                        source=None if flow.source is None else _end(flow.source, "copy_source"),
                        target=_end(flow.target, "copy_target"),
                        rules=rules[key],
                        rows=flow.rows,
                        schedule=flow.schedule,
                    )
                    for key, flow in flows.flows.items()
                    if key in rules
                },
                bucket=lake.bucket_name,
                bucket_arn=lake.arn,
                storage_key_arn=foundation.key("storage"),
                logs_key_arn=foundation.key("logs"),
                log_retention_days=settings.observability.database_log_retention_days,
            ),
            opts=after,
        )


def _rules(flow: DataFlowSettings) -> Rules:
    """What the contracts of a flow's services say of every column."""
    return masking_rules(load(SERVICES / contract / NAME).contract for contract in flow.contracts)


def _end(name: str, own: str) -> str:
    """Key of an end: of the region's own database, the login that is used there."""
    return own if name == REGION else name


def _logins(flows: DataFlowsSettings, rules: Mapping[str, Rules]) -> dict[str, list[str]]:
    """Login of the region's own database → its roles, as far as flows need one.

    Whoever replaces the rows of a service's tables is in the role that owns them.
    """
    found: dict[str, list[str]] = {}
    for name, flow in flows.flows.items():
        replicates = flow.kind is FlowKind.REPLICATION
        if flow.source == REGION:
            found["dms_source" if replicates else "copy_source"] = [*READING] if replicates else ["pg_read_all_data"]
        if flow.target == REGION:
            owners = [] if replicates else [postgres_role(database) for database in rules[name]]
            login = "dms_target" if replicates else "copy_target"
            found[login] = sorted({*found.get(login, WRITING), *owners})
    return found


def _own(
    settings: StackSettings, foundation: Foundation, data: Data, logins: Mapping[str, DatabaseLogin]
) -> dict[str, DatabaseEnd]:
    return {
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


def _others(flows: DataFlowsSettings) -> dict[str, DatabaseEnd]:
    return {
        key: DatabaseEnd(
            host=end.host,
            port=end.port,
            database=end.database,
            secret_arn=end.login_arn,
            secret_key_arn=end.login_kms_arn,
            cidr=end.cidr,
        )
        for key, end in flows.endpoints.items()
    }
