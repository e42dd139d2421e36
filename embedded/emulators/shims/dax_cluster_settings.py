"""Remember what a DAX cluster stands on: subnet group, parameter group, security groups, maintenance window."""

# pyright: basic, reportAttributeAccessIssue=false, reportReturnType=false

from __future__ import annotations

import json
from typing import Any

from moto.dax.models import DaxCluster
from moto.dax.responses import DAXResponse

REASON = (
    "moto gives every DAX cluster the default subnet and parameter group, a made-up security group, its nodes one zone "
    "and its endpoint the port of a cluster in clear; every preview would replace the cluster."
)
TLS_PORT = 9111


def apply() -> None:
    """Keep them on creation and on every change."""
    create = DAXResponse.create_cluster

    def with_settings(self: DAXResponse) -> str:
        create(self)
        told = json.loads(self.body)
        cluster = self.dax_backend.clusters[told["ClusterName"]]
        settle(cluster, told)
        return json.dumps({"Cluster": cluster.to_json()})

    def with_changes(self: DAXResponse) -> str:
        told = json.loads(self.body)
        cluster = self.dax_backend.clusters[told["ClusterName"]]
        settle(cluster, told)
        return json.dumps({"Cluster": cluster.to_json()})

    DAXResponse.create_cluster = with_settings  # type: ignore[method-assign]
    DAXResponse.update_cluster = with_changes  # type: ignore[attr-defined]


def settle(cluster: DaxCluster, told: dict[str, Any]) -> None:
    """Give the cluster what it was told."""
    cluster.subnet_group = told.get("SubnetGroupName", cluster.subnet_group)
    cluster.parameter_group.name = told.get("ParameterGroupName", cluster.parameter_group.name)
    cluster.preferred_maintenance_window = told.get("PreferredMaintenanceWindow", cluster.preferred_maintenance_window)
    cluster.description = told.get("Description", cluster.description)
    if groups := told.get("SecurityGroupIds"):
        cluster.security_groups = [{"SecurityGroupIdentifier": group, "Status": "active"} for group in groups]
    if cluster.encryption_type == "TLS":
        cluster.endpoint.port = TLS_PORT
    for node, zone in zip(cluster.nodes, told.get("AvailabilityZones") or (), strict=False):
        node.availability_zone = zone
