"""Give an EKS node group its Auto Scaling group, and no SSH key that nobody asked for."""

# pyright: basic, reportAttributeAccessIssue=false, reportArgumentType=false

from __future__ import annotations

from typing import Any

from moto.autoscaling.models import autoscaling_backends
from moto.ec2.models import ec2_backends
from moto.eks.models import EKSBackend, Nodegroup

REASON = (
    "moto names an Auto Scaling group with each node group and does not make it, so that it cannot be tagged for the "
    "Cluster Autoscaler. It is made here without instances: nothing runs on an embedded cluster. And moto invents an "
    "SSH key, so that every preview would replace the group."
)


def apply() -> None:
    """Make the group with EKS's own tags, and delete it with the node group."""
    create, delete = EKSBackend.create_nodegroup, EKSBackend.delete_nodegroup

    def create_with_group(self: EKSBackend, **settings: Any) -> Nodegroup:
        made = create(self, **settings)
        made.remote_access = settings.get("remote_access")
        template = made.launch_template
        if template:
            zones = ec2_backends[self.account_id][self.region_name].describe_subnets(subnet_ids=made.subnets)
            autoscaling_backends[self.account_id][self.region_name].create_auto_scaling_group(
                name=_name(made),
                availability_zones=[subnet.availability_zone for subnet in zones],
                desired_capacity=0,
                max_size=made.scaling_config.get("maxSize", 0),
                min_size=0,
                launch_config_name=None,
                launch_template={"LaunchTemplateId": template["id"], "Version": template.get("version", "$Default")},
                vpc_zone_identifier=",".join(made.subnets),
                default_cooldown=None,
                health_check_period=15,
                health_check_type="EC2",
                load_balancers=[],
                target_group_arns=[],
                placement_group=None,
                termination_policies=[],
                tags=[_tag(made, key, value) for key, value in _tags(made).items()],
            )
        return made

    def delete_with_group(self: EKSBackend, cluster_name: str, nodegroup_name: str) -> Nodegroup:
        gone = delete(self, cluster_name, nodegroup_name)
        groups = autoscaling_backends[self.account_id][self.region_name]
        if _name(gone) in groups.autoscaling_groups:
            groups.delete_auto_scaling_group(_name(gone))
        return gone

    EKSBackend.create_nodegroup = create_with_group  # type: ignore[method-assign]
    EKSBackend.delete_nodegroup = delete_with_group  # type: ignore[method-assign]


def _name(group: Nodegroup) -> str:
    return group.resources["autoScalingGroups"][0]["name"]


def _tags(group: Nodegroup) -> dict[str, str]:
    return {
        "eks:cluster-name": group.cluster_name,
        "eks:nodegroup-name": group.nodegroup_name,
        f"kubernetes.io/cluster/{group.cluster_name}": "owned",
        f"k8s.io/cluster-autoscaler/{group.cluster_name}": "owned",
        "k8s.io/cluster-autoscaler/enabled": "true",
    }


def _tag(group: Nodegroup, key: str, value: str) -> dict[str, str]:
    return {
        "ResourceId": _name(group),
        "ResourceType": "auto-scaling-group",
        "Key": key,
        "Value": value,
        "PropagateAtLaunch": "true",
    }
