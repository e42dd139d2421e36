"""Databases, caches, warehouses, search, files, objects and their backups."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, cast

from analysis.cost.charges import ONE, Charge, Context, NoPriceError, Rule, referred, required, value
from analysis.cost.sleep import awake, awake_warehouse
from analysis.office_hours import HOURS_OF_MONTH
from graph.nodes import Node

ENHANCED_MONITORING_GB = {
    60: Decimal("0.27"),
    30: Decimal("0.53"),
    15: Decimal("1.07"),
    10: Decimal("1.61"),
    5: Decimal("3.21"),
    1: Decimal("16.07"),
}
"""Interval in seconds → GB of logs a month and instance (Amazon RDS FAQ, "Enhanced Monitoring"), running all month."""
FREE_INSIGHTS_DAYS = 7


def _database(node: Node, context: Context) -> Iterable[Charge]:
    copies = 2 if value(node, "multiAz") is True else 1
    hours = awake(node, context, "rds:stopDBInstance", "rds:startDBInstance", value(node, "identifier"))
    yield Charge(f"rds:{required(node, 'instanceClass')}:{required(node, 'engine')}", hours * copies)
    yield Charge(f"rds-{required(node, 'storageType')}-gb-month", Decimal(required(node, "allocatedStorage")) * copies)
    yield from _secret_of(node, "manageMasterUserPassword")
    yield from _monitoring(node, hours * copies)


def _aurora(node: Node, context: Context) -> Iterable[Charge]:
    if value(node, "storageType") not in (None, "", "aurora"):
        raise NoPriceError("only standard storage is priced")
    yield context.charge("aurora-gb-month", "database-gb")
    yield context.charge("aurora-io-million", "database-io")
    yield from _secret_of(node, "manageMasterUserPassword")


def _aurora_instance(node: Node, context: Context) -> Iterable[Charge]:
    kind = str(required(node, "instanceClass"))
    if kind == "db.serverless":
        cluster = referred(node, "clusterIdentifier", context.graph, "cluster")
        scaling: Any = required(cluster, "serverlessv2ScalingConfiguration")
        least, most = Decimal(str(scaling["minCapacity"])), Decimal(str(scaling["maxCapacity"]))
        units = least + (most - least) * context.assumed("aurora-share")
        yield Charge("aurora-capacity-unit-hour", HOURS_OF_MONTH * units, ("aurora-share",))
    else:
        yield Charge(f"aurora:{kind}", HOURS_OF_MONTH)
    yield from _monitoring(node, HOURS_OF_MONTH)


def _secret_of(node: Node, flag: str) -> Iterable[Charge]:
    if value(node, flag) is True:
        yield Charge("secret-month", ONE)


def _monitoring(node: Node, hours: Decimal) -> Iterable[Charge]:
    interval = int(value(node, "monitoringInterval") or 0)
    if interval:
        yield Charge("logs-ingested-gb", ENHANCED_MONITORING_GB[interval] * hours / HOURS_OF_MONTH)
    if (value(node, "performanceInsightsRetentionPeriod") or FREE_INSIGHTS_DAYS) > FREE_INSIGHTS_DAYS:
        raise NoPriceError("only seven days of Performance Insights are free, longer retention is not priced")


def _cache(node: Node, context: Context) -> Iterable[Charge]:
    """A secondary of a Global Datastore says nothing of its size, which is the primary's; its component knows it."""
    sizes = ("numNodeGroups", "nodeType", "engine")
    if "globalReplicationGroupId" not in node.inputs:
        shards, kind, engine = (required(node, name) for name in sizes)
    else:
        component = context.graph.get(node.parent) if node.parent else None
        if component is None or any(name not in component.outputs for name in ("shards", "node_type", "engine")):
            raise NoPriceError("its size is that of the primary of its Global Datastore, which is in another stack")
        shards, kind, engine = (component.outputs[name] for name in ("shards", "node_type", "engine"))
    nodes = int(cast("int", shards)) * (1 + int(required(node, "replicasPerNodeGroup")))
    yield Charge(f"elasticache:{kind}:{engine}", HOURS_OF_MONTH * nodes)


def _global_database(node: Node, context: Context) -> Iterable[Charge]:
    yield context.charge("aurora-replicated-io-million", "database-writes")


def _datastore(node: Node, context: Context) -> Iterable[Charge]:
    yield context.charge("cache-between-regions-gb", "cache-replicated-gb")


def _table_replica(node: Node, context: Context) -> Iterable[Charge]:
    """As if the table were paid by the request; its own writes and those that come from the other region are one."""
    yield context.charge("dynamodb-write-million", "table-writes")
    yield context.charge("dynamodb-read-million", "table-reads")
    yield context.charge("dynamodb-gb-month", "table-gb")
    if value(node, "pointInTimeRecovery"):
        yield context.charge("dynamodb-pitr-gb-month", "table-gb")


def _table(node: Node, context: Context) -> Iterable[Charge]:
    copies = 1 + len(value(node, "replicas") or ())
    witnesses = 0 if value(node, "globalTableWitness") is None else 1  # takes each write, and keeps nothing
    if value(node, "billingMode") == "PAY_PER_REQUEST":
        yield context.charge("dynamodb-write-million", "table-writes", times=copies + witnesses)
        yield context.charge("dynamodb-read-million", "table-reads")
    else:
        units = int(required(node, "writeCapacity")) * (copies + witnesses)
        yield Charge("dynamodb-write-unit-hour", HOURS_OF_MONTH * units)
        yield Charge("dynamodb-read-unit-hour", HOURS_OF_MONTH * int(required(node, "readCapacity")) * copies)
    yield context.charge("dynamodb-gb-month", "table-gb", times=copies)
    recovery: Any = value(node, "pointInTimeRecovery") or {}
    if recovery.get("enabled"):
        yield context.charge("dynamodb-pitr-gb-month", "table-gb", times=copies)


def _contributors(node: Node, context: Context) -> Iterable[Charge]:
    name = required(node, "tableName")
    tables = [item for item in context.graph.of_type("aws:dynamodb/table:Table") if item.inputs.get("name") == name]
    # Most accessed and most throttled, of partition keys and of whole keys; a table out of sight may have both.
    sorted_too = not tables or value(tables[0], "rangeKey") is not None
    yield Charge("contributor-rule-month", Decimal(4 if sorted_too else 2))
    yield context.charge("contributor-events-million", "contributor-events")


def _accelerator(node: Node, context: Context) -> Iterable[Charge]:
    nodes = int(required(node, "replicationFactor"))
    yield Charge(f"dax:{required(node, 'nodeType')}", HOURS_OF_MONTH * nodes)


def _search(node: Node, context: Context) -> Iterable[Charge]:
    cluster: Any = required(node, "clusterConfig")
    nodes = int(cluster.get("instanceCount", 1))
    yield Charge(f"opensearch:{cluster['instanceType']}", HOURS_OF_MONTH * nodes)
    if cluster.get("dedicatedMasterEnabled"):
        masters = int(cluster["dedicatedMasterCount"])
        yield Charge(f"opensearch:{cluster['dedicatedMasterType']}", HOURS_OF_MONTH * masters)
    if cluster.get("warmEnabled"):
        yield Charge(f"opensearch:{cluster['warmType']}", HOURS_OF_MONTH * int(cluster["warmCount"]))
        yield context.charge("opensearch-managed-gb-month", "search-cold-gb")
    disk: Any = value(node, "ebsOptions") or {}
    if disk.get("ebsEnabled"):
        yield Charge(f"opensearch-{disk['volumeType']}-gb-month", Decimal(nodes * int(disk["volumeSize"])))


def _warehouse(node: Node, context: Context) -> Iterable[Charge]:
    nodes = int(value(node, "numberOfNodes") or 1)
    hours = awake_warehouse(context, value(node, "clusterIdentifier"))
    yield Charge(f"redshift:{required(node, 'nodeType')}", hours * nodes)
    yield context.charge("redshift-managed-gb-month", "warehouse-gb")
    yield from _secret_of(node, "manageMasterPassword")


def _workgroup(node: Node, context: Context) -> Iterable[Charge]:
    units = context.assumed("warehouse-hours") * int(required(node, "baseCapacity"))
    for limit in context.graph.of_type("aws:redshiftserverless/usageLimit:UsageLimit"):
        about = [reference.urn for reference in context.graph.references_of(limit, "resourceArn")]
        ends = limit.inputs.get("breachAction") == "deactivate"
        if node.urn in about and ends and limit.inputs.get("period", "monthly") == "monthly":
            units = min(units, Decimal(str(required(limit, "amount"))))
    yield Charge("redshift-rpu-hour", units, ("warehouse-hours",))


def _namespace(node: Node, context: Context) -> Iterable[Charge]:
    yield context.charge("redshift-managed-gb-month", "warehouse-gb")
    yield from _secret_of(node, "manageAdminPassword")


def _replication(node: Node, context: Context) -> Iterable[Charge]:
    copies = 2 if value(node, "multiAz") is True else 1
    yield Charge(f"dms:{required(node, 'replicationInstanceClass')}", HOURS_OF_MONTH * copies)
    yield Charge("dms-gb-month", Decimal(required(node, "allocatedStorage")) * copies)


def _files(node: Node, context: Context) -> Iterable[Charge]:
    if value(node, "throughputMode") == "provisioned":
        raise NoPriceError("provisioned throughput is not priced")
    yield context.charge("efs-standard-gb-month", "file-gb")
    if value(node, "throughputMode") == "elastic":
        yield context.charge("efs-read-gb", "file-traffic-gb")
        yield context.charge("efs-write-gb", "file-traffic-gb")


def _files_copy(node: Node, context: Context) -> Iterable[Charge]:
    yield context.charge("efs-standard-gb-month", "file-gb")


def _bucket(node: Node, context: Context) -> Iterable[Charge]:
    yield context.charge("s3-standard-gb-month", "bucket-gb")
    yield context.charge("s3-write-thousand", "bucket-writes")


def _repository(node: Node, context: Context) -> Iterable[Charge]:
    yield context.charge("ecr-gb-month", "image-gb")


def _backup_plan(node: Node, context: Context) -> Iterable[Charge]:
    yield context.charge("backup-warm-gb-month", "backup-gb")
    rules: Iterable[Mapping[str, Any]] = required(node, "rules")
    if copies := sum(len(rule.get("copyActions") or ()) for rule in rules):
        yield context.charge("backup-copy-gb", "backup-copy-gb", times=copies)
        yield context.charge("backup-warm-gb-month", "backup-gb", times=copies)


def _restore_test(node: Node, context: Context) -> Iterable[Charge]:
    # A plan of the program runs once a month; what it restores lives for hours and is charged as what it is.
    yield Charge("backup-restore-test", ONE)


def _snapshots(node: Node, context: Context) -> Iterable[Charge]:
    yield context.charge("ebs-snapshot-gb-month", "snapshot-gb")


RULES: dict[str, Rule] = {
    "aws:backup/plan:Plan": _backup_plan,
    "aws:backup/restoreTestingSelection:RestoreTestingSelection": _restore_test,
    "aws:dax/cluster:Cluster": _accelerator,
    "aws:dlm/lifecyclePolicy:LifecyclePolicy": _snapshots,
    "aws:dms/replicationInstance:ReplicationInstance": _replication,
    "aws:dynamodb/contributorInsights:ContributorInsights": _contributors,
    "aws:dynamodb/table:Table": _table,
    "aws:dynamodb/tableReplica:TableReplica": _table_replica,
    "aws:ecr/repository:Repository": _repository,
    "aws:efs/fileSystem:FileSystem": _files,
    "aws:efs/replicationConfiguration:ReplicationConfiguration": _files_copy,
    "aws:elasticache/globalReplicationGroup:GlobalReplicationGroup": _datastore,
    "aws:elasticache/replicationGroup:ReplicationGroup": _cache,
    "aws:opensearch/domain:Domain": _search,
    "aws:rds/cluster:Cluster": _aurora,
    "aws:rds/clusterInstance:ClusterInstance": _aurora_instance,
    "aws:rds/globalCluster:GlobalCluster": _global_database,
    "aws:rds/instance:Instance": _database,
    "aws:redshift/cluster:Cluster": _warehouse,
    "aws:redshiftserverless/namespace:Namespace": _namespace,
    "aws:redshiftserverless/workgroup:Workgroup": _workgroup,
    "aws:s3/bucket:Bucket": _bucket,
}
"""Resource type → how it is charged."""
