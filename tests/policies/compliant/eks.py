"""Kubernetes clusters as they should be."""

from __future__ import annotations

import json

from pulumi_aws import ec2, eks

KINDS = ["api", "audit", "authenticator", "controllerManager", "scheduler"]
ROLE = "arn:aws:iam::111122223333:role/eks"


def program() -> None:
    """A cluster, its CNI, and nodes in a private subnet."""
    cluster = eks.Cluster(
        "kubernetes",
        role_arn=ROLE,
        version="1.35",
        vpc_config={"subnet_ids": ["subnet-1"], "endpoint_public_access": False, "endpoint_private_access": True},
        encryption_config={"resources": ["secrets"], "provider": {"key_arn": "arn:aws:kms:us-east-1:1:key/eks"}},
        enabled_cluster_log_types=KINDS,
        deletion_protection=True,
    )
    eks.Addon(
        "cni",
        cluster_name=cluster.name,
        addon_name="vpc-cni",
        configuration_values=json.dumps({"enableNetworkPolicy": "true"}),
    )
    subnet = ec2.Subnet("node-subnet", vpc_id="vpc-1", cidr_block="10.9.0.0/24", availability_zone="us-east-1a")
    table = ec2.RouteTable("node-routes", vpc_id="vpc-1")
    ec2.RouteTableAssociation("node-routes-used", subnet_id=subnet.id, route_table_id=table.id)
    ec2.Route("node-route", route_table_id=table.id, destination_cidr_block="0.0.0.0/0", nat_gateway_id="nat-1")
    eks.NodeGroup(
        "nodes",
        cluster_name=cluster.name,
        node_role_arn=ROLE,
        subnet_ids=[subnet.id],
        scaling_config={"desired_size": 3, "max_size": 6, "min_size": 3},
    )
