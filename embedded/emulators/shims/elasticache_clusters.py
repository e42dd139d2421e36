"""Let replication groups have nodes, a cluster mode and an end."""

# pyright: basic, reportAttributeAccessIssue=false, reportReturnType=false

from __future__ import annotations

from typing import Any

from moto.elasticache.exceptions import CacheClusterNotFound
from moto.elasticache.models import CacheCluster, ElastiCacheBackend, ReplicationGroup

REASON = (
    "moto names the nodes of a replication group without making them, so DescribeCacheClusters does not know them; it "
    "reads cluster mode from the ClusterMode parameter alone, where AWS also derives it from the parameter group; and "
    "a deleted group stays 'deleting' for ever. The Terraform provider asks for all three."
)


def _node(backend: ElastiCacheBackend, group: ReplicationGroup, identifier: str) -> CacheCluster:
    """A node of `group`, with the group's own properties."""
    given: dict[str, Any] = dict.fromkeys(CacheCluster.__init__.__annotations__)
    given.pop("return", None)
    given |= {
        "account_id": backend.account_id,
        "region_name": backend.region_name,
        "cache_cluster_id": identifier,
        "cache_node_type": group.cache_node_type,
        "replication_group_id": group.replication_group_id,
        "num_cache_nodes": 1,
        "engine": group.engine,
        "engine_version": group.engine_version,
        "cache_parameter_group_name": group.cache_parameter_group_name,
        "cache_subnet_group_name": group.cache_subnet_group_name,
        "transit_encryption_enabled": group.transit_encryption_enabled,
        "preferred_maintenance_window": group.preferred_maintenance_window,
        "port": group.port,
        "notification_topic_arn": group.notification_topic_arn,
        "auto_minor_version_upgrade": group.auto_minor_version_upgrade,
        "snapshot_retention_limit": group.snapshot_retention_limit,
        "snapshot_window": group.snapshot_window,
        "security_group_ids": group.security_group_ids,
        "log_delivery_configurations": group.log_delivery_configurations,
    }
    node = CacheCluster(**given)
    node.at_rest_encryption_enabled = group.at_rest_encryption_enabled
    node.auth_token_enabled = group.auth_token_enabled
    node.security_groups = [{"SecurityGroupId": one, "Status": "active"} for one in group.security_group_ids or []]
    return node


def apply() -> None:
    """Replace the three methods."""
    construct = ReplicationGroup.__init__
    describe = ElastiCacheBackend.describe_cache_clusters
    delete = ElastiCacheBackend.delete_replication_group

    def with_mode(self: ReplicationGroup, *args: Any, **given: Any) -> None:
        if not given.get("cluster_mode") and given.get("num_node_groups"):
            given["cluster_mode"] = "enabled"  # only cluster mode has node groups to number
        construct(self, *args, **given)
        for name in ("preferred_maintenance_window", "notification_topic_arn", "engine_version", "security_group_ids"):
            setattr(self, name, given.get(name))

    def with_nodes(self: ElastiCacheBackend, cache_cluster_id: str | None = None) -> list[CacheCluster]:
        nodes = {
            identifier: _node(self, group, identifier)
            for group in self.replication_groups.values()
            for identifier in group.member_clusters
            if cache_cluster_id in (None, identifier)
        }
        if cache_cluster_id in nodes:
            return [nodes[cache_cluster_id]]
        if cache_cluster_id and cache_cluster_id not in self.cache_clusters:
            raise CacheClusterNotFound(cache_cluster_id)
        return [*describe(self, cache_cluster_id), *nodes.values()]

    def to_the_end(self: ElastiCacheBackend, replication_group_id: str, *args: Any, **given: Any) -> ReplicationGroup:
        group = delete(self, replication_group_id, *args, **given)
        self.replication_groups.pop(replication_group_id, None)
        return group

    ReplicationGroup.__init__ = with_mode  # type: ignore[method-assign]
    ElastiCacheBackend.describe_cache_clusters = with_nodes  # type: ignore[method-assign]
    ElastiCacheBackend.delete_replication_group = to_the_end  # type: ignore[method-assign]
