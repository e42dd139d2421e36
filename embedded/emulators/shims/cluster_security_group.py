"""Give an EKS cluster the security group that EKS makes for its control plane."""

# pyright: basic, reportAttributeAccessIssue=false, reportArgumentType=false

from __future__ import annotations

from typing import Any

from moto.ec2.models import ec2_backends
from moto.eks.models import Cluster, EKSBackend

REASON = "moto makes no security group with a cluster, so that rules which name it, as those of nodes do, are refused."


def apply() -> None:
    """Make the group with the cluster, in the VPC of its subnets, and delete it with it."""
    create, delete = EKSBackend.create_cluster, EKSBackend.delete_cluster

    def create_with_group(self: EKSBackend, name: str, **settings: Any) -> Cluster:
        cluster = create(self, name=name, **settings)
        network = cluster.resources_vpc_config
        ec2 = ec2_backends[self.account_id][self.region_name]
        subnets = ec2.describe_subnets(subnet_ids=network.get("subnetIds") or [])
        if subnets:
            vpc = subnets[0].vpc_id
            group = ec2.create_security_group(
                f"eks-cluster-sg-{name}",
                "EKS created security group applied to ENI that is attached to EKS Control Plane master nodes",
                vpc_id=vpc,
                tags={"aws:eks:cluster-name": name, f"kubernetes.io/cluster/{name}": "owned"},
            )
            network.update(clusterSecurityGroupId=group.id, vpcId=vpc)
        return cluster

    def delete_with_group(self: EKSBackend, name: str) -> Cluster:
        cluster = delete(self, name=name)
        group = cluster.resources_vpc_config.get("clusterSecurityGroupId")
        if group:
            ec2_backends[self.account_id][self.region_name].delete_security_group(group_id=group)
        return cluster

    EKSBackend.create_cluster = create_with_group  # type: ignore[method-assign]
    EKSBackend.delete_cluster = delete_with_group  # type: ignore[method-assign]
