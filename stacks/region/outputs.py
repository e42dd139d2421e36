"""What a region stack exports; `contracts.outputs.region.RegionOutputs` is the record that its readers use."""

from __future__ import annotations

from typing import Any

import pulumi

from components.cluster import EcsCluster
from components.data import Table, TableReplica
from components.observability.dashboards import DashboardKind, dashboard_name
from components.storage import Bucket
from contracts.outputs.region import RegionOutputs
from contracts.settings import StackSettings
from stacks.region.compute import Compute
from stacks.region.data import Data
from stacks.region.foundation import Foundation
from stacks.region.operations import Operations
from stacks.region.pair import joined, vault_arn
from stacks.region.recovery import recovery_outputs


def export(
    settings: StackSettings, foundation: Foundation, data: Data, compute: Compute, operations: Operations
) -> None:
    """Export one stack output for each field of `RegionOutputs`."""
    vpc, balancer, buckets = foundation.vpc, foundation.balancer, foundation.buckets
    outputs: dict[str, Any] = {
        "schema_version": RegionOutputs.VERSION,
        "environment": settings.environment,
        "region": settings.region,
        "account_id": settings.account.id,
        "vpc_id": vpc.vpc_id,
        "vpc_cidr": vpc.cidr,
        "subnet_ids": {tier.value: zones for tier, zones in vpc.subnet_ids.items()},
        "security_group_ids": {group.value: identifier for group, identifier in foundation.groups.ids.items()},
        "load_balancer": {
            "arn": balancer.arn,
            "dns_name": balancer.dns_name,
            "zone_id": balancer.zone_id,
            "listener_arn": balancer.https_listener_arn,
        },
        "cluster": _cluster(compute.cluster) if compute.cluster else None,
        "database": {
            "arn": data.database.arn,
            "resource_id": data.database.resource_id,
            "endpoint": data.database.address,
            "reader_endpoint": data.database.reader_address,
            "port": data.database.port,
            "name": settings.relational.database_name,
            "secret_arn": data.database.master_secret_arn,
        },
        "cache": {
            "id": data.cache.replication_group_id,
            "arn": data.cache.arn,
            "endpoint": data.cache.configuration_endpoint,
            "port": data.cache.port,
            "secret_arn": data.cache_token.arn,
        },
        "tables": {key: _table(table) for key, table in data.tables.items()},
        "buckets": {
            "assets": _bucket(buckets.assets),
            "uploads": _bucket(buckets.uploads),
            "backups": _bucket(buckets.backups),
            "logs": _bucket(buckets.logs),
        },
        "key_arns": dict(foundation.keys.here),
        "log_groups": {
            "flow": vpc.flow_logs.log_group_name,
            **{f"database-{log}": group for log, group in data.database.log_group_names.items()},
            **operations.watched_log_groups,
        },
        "dashboards": _dashboards(settings.account_name) if operations.dashboards else {},
        "alarm_topic_arn": operations.topic.arn,
        "web_acl_arn": balancer.web_acl_arn,
        "recovery": recovery_outputs(settings, foundation, data, compute),
        "pair": _pair(settings, foundation, data) if foundation.pair else None,
    }
    for name, value in outputs.items():
        pulumi.export(name, value)


def _cluster(cluster: EcsCluster) -> dict[str, Any]:
    return {
        "arn": cluster.arn,
        "name": cluster.name,
        "namespace_id": cluster.namespace_id,
        "namespace_name": cluster.namespace_name,
        "log_group": cluster.log_group_name,
    }


def _table(table: Table | TableReplica) -> dict[str, Any]:
    return {"name": table.table_name, "arn": table.arn, "stream_arn": table.stream_arn}


def _pair(settings: StackSettings, foundation: Foundation, data: Data) -> dict[str, Any]:
    pair = foundation.pair
    assert pair is not None
    secrets = {"database": data.database_secret, "cache": data.cache_token}
    frame, datastore = data.global_database, data.global_datastore
    return {
        "role": pair.settings.role.value,
        "peer_region": pair.settings.peer_region,
        "global_database_id": frame.id if frame else joined(pair, "database", "global_database_id"),
        "global_datastore_id": datastore.id if datastore else joined(pair, "cache", "global_datastore_id"),
        "replica_key_arns": dict(foundation.keys.there),
        "replica_secret_arns": {
            what: secret.replica_arn for what, secret in secrets.items() if secret and secret.replica_arn
        },
        "backup_vault_arn": vault_arn(settings, settings.region) if settings.backup else None,
    }


def _dashboards(environment: str) -> dict[str, str]:
    return {kind.value: dashboard_name(environment, kind) for kind in DashboardKind}


def _bucket(bucket: Bucket) -> dict[str, Any]:
    return {"name": bucket.bucket_name, "arn": bucket.arn}
