"""Caches as they should be."""

from __future__ import annotations

from pulumi_aws import ec2, elasticache


def program() -> None:
    """A cache in private subnets."""
    network = ec2.Vpc.get("cache-vpc", "vpc-1")
    subnet = ec2.Subnet("cache-subnet", vpc_id=network.id, cidr_block="10.9.0.0/24", availability_zone="us-east-1a")
    table = ec2.RouteTable("cache-routes", vpc_id=network.id)
    ec2.Route("cache-route", route_table_id=table.id, destination_cidr_block="0.0.0.0/0", nat_gateway_id="nat-1")
    ec2.RouteTableAssociation("cache-route-association", route_table_id=table.id, subnet_id=subnet.id)
    group = elasticache.SubnetGroup("cache-subnets", subnet_ids=[subnet.id])
    elasticache.ReplicationGroup(
        "cache",
        description="Cache",
        engine="redis",
        engine_version="7.1",
        at_rest_encryption_enabled=True,
        transit_encryption_enabled=True,
        automatic_failover_enabled=True,
        multi_az_enabled=True,
        snapshot_retention_limit=15,
        subnet_group_name=group.name,
        user_group_ids=["users"],
    )
