"""What Karpenter needs of AWS: a role for its nodes, and a queue that tells it of interruptions."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import pulumi
from pulumi_aws import cloudwatch, eks, iam, sqs

from components.eks.nodes import make_node_role
from contracts.services.naming import role_name

TOKEN = "atoll:eks:Karpenter"

EVENTS: dict[str, tuple[str, str]] = {
    "scheduled-change": ("aws.health", "AWS Health Event"),
    "spot-interruption": ("aws.ec2", "EC2 Spot Instance Interruption Warning"),
    "rebalance": ("aws.ec2", "EC2 Instance Rebalance Recommendation"),
    "state-change": ("aws.ec2", "EC2 Instance State-change Notification"),
    "capacity-reservation": ("aws.ec2", "EC2 Capacity Reservation Instance Interruption Warning"),
}
"""Key → source and type of the events after which Karpenter drains a node."""


@dataclass(frozen=True, kw_only=True)
class KarpenterArgs:
    """Wiring of Karpenter for one cluster."""

    environment: str
    region: str
    account_id: str
    cluster_name: str
    cluster: pulumi.Resource
    """To wait for."""
    key_arn: pulumi.Input[str]
    """Key of the queue, which EventBridge may use (`messaging`)."""


class Karpenter(pulumi.ComponentResource):
    """Role, instance profile and access entry of Karpenter's nodes; queue and event rules of interruptions (EKS-3).

    The controller's own role is among the pod identities. NodePools and node classes are declared in the cluster: they
    name the instance profile made here, and find subnets and security group by the tag `karpenter.sh/discovery`.
    Costs: nothing but the nodes; SQS and EventBridge stay within cents.
    Source: EKS-3; https://karpenter.sh/docs/reference/cloudformation/,
    https://docs.aws.amazon.com/eks/latest/userguide/access-entries.html
    """

    queue_name: str
    queue_arn: pulumi.Output[str]
    node_role_name: str
    node_role_arn: pulumi.Output[str]
    instance_profile_name: pulumi.Output[str]

    def __init__(self, name: str, *, args: KarpenterArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Make `{name}-karpenter-…`; names are known beforehand, for the controller's role is limited to them."""
        super().__init__(TOKEN, name, None, opts)
        self._name, self._args = name, args
        self._child = pulumi.ResourceOptions(parent=self)
        self.queue_name = queue_name(args.environment)
        self.node_role_name = node_role_name(args.environment, args.region)
        role, _ = make_node_role(f"{name}-karpenter-node", self.node_role_name, self._child)
        profile = iam.InstanceProfile(
            f"{name}-karpenter-profile",
            name=self.node_role_name,
            role=role.name,
            opts=self._child,
        )
        # EKS makes this entry for its own node groups; Karpenter's nodes join by themselves.
        eks.AccessEntry(
            f"{name}-karpenter-entry",
            cluster_name=args.cluster_name,
            principal_arn=role.arn,
            type="EC2_LINUX",
            opts=pulumi.ResourceOptions(parent=self, depends_on=[args.cluster]),
        )
        self.queue_arn = self._make_queue()
        self.node_role_arn, self.instance_profile_name = role.arn, profile.name
        self.register_outputs(
            {
                "queue_name": self.queue_name,
                "node_role_arn": self.node_role_arn,
                "instance_profile_name": self.instance_profile_name,
            }
        )

    def _make_queue(self) -> pulumi.Output[str]:
        queue = sqs.Queue(
            f"{self._name}-karpenter-queue",
            name=self.queue_name,
            message_retention_seconds=300,  # a warning is of no use later: a spot instance is gone after two minutes
            kms_master_key_id=self._args.key_arn,
            opts=self._child,
        )
        rules = [
            cloudwatch.EventRule(
                f"{self._name}-karpenter-{key}",
                name=f"{self.queue_name}-{key}",
                description=f"Tell Karpenter of {self._args.cluster_name}: {kind}",
                event_pattern=json.dumps({"source": [source], "detail-type": [kind]}),
                opts=self._child,
            )
            for key, (source, kind) in EVENTS.items()
        ]
        sqs.QueuePolicy(
            f"{self._name}-karpenter-queue-policy",
            queue_url=queue.url,
            policy=pulumi.Output.json_dumps(_queue_policy(queue.arn, [rule.arn for rule in rules])),
            opts=self._child,
        )
        for key, rule in zip(EVENTS, rules, strict=True):
            cloudwatch.EventTarget(
                f"{self._name}-karpenter-{key}-target",
                rule=rule.name,
                target_id="karpenter",
                arn=queue.arn,
                opts=self._child,
            )
        return queue.arn


def queue_name(environment: str) -> str:
    """Physical name of the queue of interruptions."""
    return f"{environment}-karpenter"


def node_role_name(environment: str, region: str) -> str:
    """Physical name of the role of Karpenter's nodes, and of its instance profile."""
    return role_name(f"{environment}-karpenter", "nodes", region)


def _queue_policy(queue_arn: pulumi.Input[str], rule_arns: list[pulumi.Output[str]]) -> dict[str, Any]:
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "InterruptionEvents",
                "Effect": "Allow",
                "Principal": {"Service": "events.amazonaws.com"},
                "Action": "sqs:SendMessage",
                "Resource": queue_arn,
                "Condition": {"ArnEquals": {"aws:SourceArn": rule_arns}},
            },
            {
                "Sid": "OnlyEncryptedTransport",
                "Effect": "Deny",
                "Principal": "*",
                "Action": "sqs:*",
                "Resource": queue_arn,
                "Condition": {"Bool": {"aws:SecureTransport": "false"}},
            },
        ],
    }
