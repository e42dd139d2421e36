"""What alarms and dashboards of one environment are about, and the metrics it has."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pulumi

from components.observability.metrics import ERROR_COUNT, Metric, platform_namespace

CACHE_NODE_ID = "0001"
"""A Redis or Valkey cache cluster has one node, and this is its id."""


@dataclass(frozen=True, kw_only=True)
class Subjects:
    """The resources of an environment that are watched; what is absent is left out of alarms and dashboards."""

    environment: str
    region: str
    account_id: str
    cluster_name: pulumi.Input[str] | None = None
    service_names: Mapping[str, pulumi.Input[str]] = field(default_factory=dict[str, pulumi.Input[str]])
    """Service key → ECS service name."""
    load_balancer: pulumi.Input[str] | None = None
    """`arn_suffix` of the load balancer: `app/<name>/<id>`."""
    target_groups: Mapping[str, pulumi.Input[str]] = field(default_factory=dict[str, pulumi.Input[str]])
    """Service key → `arn_suffix` of its target group: `targetgroup/<name>/<id>`."""
    database: pulumi.Input[str] | None = None
    """Identifier of the RDS instance or Aurora cluster."""
    database_is_cluster: bool = False
    """Watch the writer of a cluster, whichever instance that is."""
    cache_nodes: Sequence[str] = ()
    """Cache cluster ids of all nodes."""
    tables: Mapping[str, pulumi.Input[str]] = field(default_factory=dict[str, pulumi.Input[str]])
    """Table key → DynamoDB table name."""
    log_groups: Mapping[str, pulumi.Input[str]] = field(default_factory=dict[str, pulumi.Input[str]])
    """Key → log group that is searched for errors."""

    def services(self, name: str) -> dict[str, Metric]:
        """Return an ECS metric of every service."""
        if self.cluster_name is None:
            return {}
        return {
            key: Metric("AWS/ECS", name, {"ClusterName": self.cluster_name, "ServiceName": service}, "Average", key)
            for key, service in self.service_names.items()
        }

    def balancer(self, name: str, statistic: str, label: str | None = None) -> list[Metric]:
        """Return a metric of the load balancer, if there is one."""
        if self.load_balancer is None:
            return []
        return [Metric("AWS/ApplicationELB", name, {"LoadBalancer": self.load_balancer}, statistic, label)]

    def targets(self, name: str, statistic: str) -> dict[str, Metric]:
        """Return a load balancer metric of every target group."""
        if self.load_balancer is None:
            return {}
        return {
            key: Metric(
                "AWS/ApplicationELB", name, {"LoadBalancer": self.load_balancer, "TargetGroup": group}, statistic, key
            )
            for key, group in self.target_groups.items()
        }

    def databases(self, name: str, label: str | None = None) -> list[Metric]:
        """Return a metric of the database, if there is one: of a cluster, its writer's."""
        if self.database is None:
            return []
        if not self.database_is_cluster:
            return [Metric("AWS/RDS", name, {"DBInstanceIdentifier": self.database}, "Average", label)]
        # Storage of a cluster has no end; what may run out is the writer's disk for temporary files and logs.
        name = "FreeLocalStorage" if name == "FreeStorageSpace" else name
        return [Metric("AWS/RDS", name, {"DBClusterIdentifier": self.database, "Role": "WRITER"}, "Average", label)]

    def replication(self) -> list[Metric]:
        """Return how far the readers of a cluster are behind, in milliseconds, if there is a cluster."""
        if self.database is None or not self.database_is_cluster:
            return []
        dimensions = {"DBClusterIdentifier": self.database, "Role": "WRITER"}
        return [Metric("AWS/RDS", "AuroraReplicaLagMaximum", dimensions, "Maximum", "lag")]

    def caches(self, name: str, statistic: str) -> dict[str, Metric]:
        """Return a metric of every cache node."""
        return {
            node: Metric(
                "AWS/ElastiCache", name, {"CacheClusterId": node, "CacheNodeId": CACHE_NODE_ID}, statistic, node
            )
            for node in self.cache_nodes
        }

    def table_metrics(self, name: str) -> list[Metric]:
        """Return a metric of every table."""
        return [Metric("AWS/DynamoDB", name, {"TableName": table}, "Sum", key) for key, table in self.tables.items()]

    def errors(self) -> list[Metric]:
        """Return the count of error lines, if any log group is searched."""
        if not self.log_groups:
            return []
        return [Metric(platform_namespace(self.environment), ERROR_COUNT, {}, "Sum", "error lines")]
