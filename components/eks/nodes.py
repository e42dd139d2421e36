"""The managed node groups of a cluster."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
from pulumi_aws import autoscaling, ec2, eks, iam

from contracts.services.naming import role_name
from contracts.settings.kubernetes import CapacityType, NodeGroupSettings

TOKEN = "atoll:eks:EksNodes"
IMAGE = "AL2023_x86_64_STANDARD"
ROOT_DEVICE = "/dev/xvda"
SPOT_TAINT = "atoll/spot"
"""Pods run on spot nodes only if they tolerate it: they say so that they bear interruptions."""
NODE_POLICIES = ("AmazonEKSWorkerNodePolicy", "AmazonEC2ContainerRegistryPullOnly")
"""What a node itself does: join the cluster and pull images. The CNI has a role of its own, and so has every pod."""


@dataclass(frozen=True, kw_only=True)
class EksNodesArgs:
    """Wiring of the node groups of one cluster."""

    environment: str
    region: str
    cluster_name: str
    version: str
    groups: Mapping[str, NodeGroupSettings]
    subnet_ids: Sequence[pulumi.Input[str]]
    """Private subnets, one in each zone."""
    security_group_id: pulumi.Input[str]
    volume_key_arn: pulumi.Input[str]
    """Key of root volumes; its policy lets EC2 Auto Scaling use it."""
    autoscaler: bool
    """Tell the Cluster Autoscaler an empty group's labels and taints."""
    after: Sequence[pulumi.Resource]
    """To wait for: the add-ons without which no node becomes ready."""


class EksNodes(pulumi.ComponentResource):
    """Managed node groups over all zones, their role, and a launch template for each (EKS-2).

    Root volumes are gp3 and encrypted. The metadata service wants tokens and answers one hop only: a pod, which is a
    second hop, cannot take the node's role (IAM-3). Nodes have no public address and no SSH key. Of a group at most a
    third is replaced at a time. Spot groups are tainted `atoll/spot`. The groups carry the tags of the Cluster
    Autoscaler by themselves (`k8s.io/cluster-autoscaler/…`), which EKS sets on managed groups; only what it has to know
    of an empty group is added. A change of the desired size is left to it.
    Costs: the instances (an m5.large about USD 70 a month on demand, a third of it on spot) and volumes.
    Does not: wait for the CNI; nodes only become ready once it is there, so it has to be made before.
    Source: EKS-2; document 002, "Node Group Configuration";
    https://docs.aws.amazon.com/eks/latest/userguide/launch-templates.html,
    https://docs.aws.amazon.com/eks/latest/best-practices/identity-and-access-management.html
    """

    role_arn: pulumi.Output[str]
    resources: list[pulumi.Resource]
    """The groups, to wait for."""

    def __init__(self, name: str, *, args: EksNodesArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Make `{name}-eks-node-role`, and `{name}-eks-nodes-<group>` with its template for each group."""
        super().__init__(TOKEN, name, None, opts)
        self._name, self._args = name, args
        self._child = pulumi.ResourceOptions(parent=self)
        role, policies = make_node_role(
            f"{name}-eks-node", role_name(f"{args.environment}-eks", "nodes", args.region), self._child
        )
        self.role_arn = role.arn
        self.resources = [self._make_group(group, settings, role, policies) for group, settings in args.groups.items()]
        self.register_outputs({"role_arn": self.role_arn})

    def _make_group(
        self, group: str, settings: NodeGroupSettings, role: iam.Role, policies: Sequence[pulumi.Resource]
    ) -> eks.NodeGroup:
        args = self._args
        template = self._make_template(group, settings)
        spot = settings.capacity is CapacityType.SPOT
        made = eks.NodeGroup(
            f"{self._name}-eks-nodes-{group}",
            cluster_name=args.cluster_name,
            node_group_name=group,
            node_role_arn=role.arn,
            subnet_ids=list(args.subnet_ids),
            version=args.version,
            ami_type=IMAGE,
            capacity_type=settings.capacity.value,
            instance_types=list(settings.instance_types),
            scaling_config=eks.NodeGroupScalingConfigArgs(
                min_size=settings.minimum, max_size=settings.maximum, desired_size=settings.desired
            ),
            update_config=eks.NodeGroupUpdateConfigArgs(max_unavailable_percentage=33),
            launch_template=eks.NodeGroupLaunchTemplateArgs(id=template.id, version=template.latest_version.apply(str)),
            labels={"atoll/node-group": group},
            taints=[eks.NodeGroupTaintArgs(key=SPOT_TAINT, value="true", effect="NO_SCHEDULE")] if spot else None,
            opts=pulumi.ResourceOptions(
                parent=self, depends_on=[*policies, *args.after], ignore_changes=["scalingConfig.desiredSize"]
            ),
        )
        if args.autoscaler:
            self._tag_for_autoscaler(group, made, spot=spot)
        return made

    def _make_template(self, group: str, settings: NodeGroupSettings) -> ec2.LaunchTemplate:
        args = self._args
        tags = {"Name": f"atoll-{args.environment}-{group}"}
        return ec2.LaunchTemplate(
            f"{self._name}-eks-template-{group}",
            description=f"Nodes of {args.cluster_name}: {group}",
            update_default_version=True,
            vpc_security_group_ids=[args.security_group_id],
            metadata_options=ec2.LaunchTemplateMetadataOptionsArgs(
                http_endpoint="enabled", http_tokens="required", http_put_response_hop_limit=1
            ),
            monitoring=ec2.LaunchTemplateMonitoringArgs(enabled=True),
            block_device_mappings=[
                ec2.LaunchTemplateBlockDeviceMappingArgs(
                    device_name=ROOT_DEVICE,
                    ebs=ec2.LaunchTemplateBlockDeviceMappingEbsArgs(
                        volume_type="gp3",
                        volume_size=settings.disk_gib,
                        encrypted="true",
                        kms_key_id=args.volume_key_arn,
                        delete_on_termination="true",
                    ),
                )
            ],
            tag_specifications=[
                ec2.LaunchTemplateTagSpecificationArgs(resource_type=kind, tags=tags)
                for kind in ("instance", "volume", "network-interface")
            ],
            opts=self._child,
        )

    def _tag_for_autoscaler(self, group: str, made: eks.NodeGroup, *, spot: bool) -> None:
        """Tell what a node of the group would be: without nodes the autoscaler cannot see it."""
        scaling_group = made.resources[0].autoscaling_groups[0].name  # pyright: ignore[reportOptionalSubscript]
        prefix = "k8s.io/cluster-autoscaler/node-template"
        told = {"label": (f"{prefix}/label/atoll/node-group", group)}
        if spot:
            told["taint"] = (f"{prefix}/taint/{SPOT_TAINT}", "true:NoSchedule")
        for key, (tag, value) in told.items():
            autoscaling.Tag(
                f"{self._name}-eks-nodes-{group}-{key}",
                autoscaling_group_name=scaling_group,
                tag=autoscaling.TagTagArgs(key=tag, value=value, propagate_at_launch=False),
                opts=self._child,
            )


def make_node_role(
    name: str, physical_name: str, opts: pulumi.ResourceOptions
) -> tuple[iam.Role, list[pulumi.Resource]]:
    """A role for nodes: they join the cluster and pull images, and nothing else."""
    trust = {"Sid": "Ec2", "Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}
    role = iam.Role(
        f"{name}-role",
        name=physical_name,
        description="Kubernetes nodes join their cluster and pull images",
        assume_role_policy=json.dumps({"Version": "2012-10-17", "Statement": [trust]}),
        opts=opts,
    )
    attachments: list[pulumi.Resource] = [
        iam.RolePolicyAttachment(
            f"{name}-attachment-{policy}", role=role.name, policy_arn=f"arn:aws:iam::aws:policy/{policy}", opts=opts
        )
        for policy in NODE_POLICIES
    ]
    return role, attachments
