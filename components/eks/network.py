"""Who speaks with the nodes of a cluster, and with whom they speak."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi
from pulumi_aws.ec2.security_group import SecurityGroup
from pulumi_aws.vpc.security_group_egress_rule import SecurityGroupEgressRule
from pulumi_aws.vpc.security_group_ingress_rule import SecurityGroupIngressRule

TOKEN = "atoll:eks:EksNetwork"
NODES = "nodes"
ANYWHERE = "0.0.0.0/0"
ALL = "-1"


@dataclass(frozen=True, kw_only=True)
class EksNetworkArgs:
    """Wiring of the nodes' security group."""

    environment: str
    cluster_name: str
    vpc_id: pulumi.Input[str]
    control_plane_group_id: pulumi.Input[str]
    """Group that EKS made."""
    load_balancer_group_id: pulumi.Input[str]
    database_group_id: pulumi.Input[str]
    cache_group_id: pulumi.Input[str]
    file_system_group_id: pulumi.Input[str] | None = None
    """Group of the EFS file system that pods mount; None without one."""
    fargate: bool
    """Pods on Fargate are in the control plane's group, and ask CoreDNS on the nodes."""


@dataclass(frozen=True)
class _Rule:
    """One rule, in two halves: what leaves one group has to enter the other."""

    source: str
    target: str
    ports: tuple[int, int]
    description: str
    protocol: str = "tcp"


_EVERY = (-1, -1)
_CONTROL_PLANE, _BALANCER, _DATABASE, _CACHE, _FILES = "control-plane", "alb", "database", "cache", "files"

_RULES = (
    _Rule(NODES, NODES, _EVERY, "Pods and nodes among themselves; network policies narrow it", ALL),
    _Rule(NODES, _CONTROL_PLANE, (443, 443), "API server"),
    _Rule(_CONTROL_PLANE, NODES, (443, 443), "Extension API servers"),
    _Rule(_CONTROL_PLANE, NODES, (1025, 65535), "Kubelets and admission webhooks"),
    _Rule(_BALANCER, NODES, (8080, 8080), "Requests and health checks to pods"),
    _Rule(NODES, _DATABASE, (5432, 5432), "PostgreSQL"),
    _Rule(NODES, _CACHE, (6379, 6379), "Redis"),
)
"""004's matrix for nodes in place of tasks. The control plane's group lets everything out by itself."""

_FARGATE_RULES = (
    _Rule(_CONTROL_PLANE, NODES, (53, 53), "CoreDNS for pods on Fargate", "udp"),
    _Rule(_CONTROL_PLANE, NODES, (53, 53), "CoreDNS for pods on Fargate, long answers"),
    _Rule(NODES, _CONTROL_PLANE, (8080, 8080), "Services on Fargate"),
)

_FILE_RULES = (_Rule(NODES, _FILES, (2049, 2049), "NFS to the file system"),)


class EksNetwork(pulumi.ComponentResource):
    """The security group of the nodes, and the rules between it and everything it has to do with (EKS-2, NET-4).

    The group carries the tag by which Karpenter finds it. Rules exist once for each side: what nodes may send is
    admitted at the database, the cache and the control plane, and nothing else. Out of the VPC only HTTPS is open.
    Costs nothing. Does not narrow traffic between pods (network policies do).
    Source: EKS-2; https://docs.aws.amazon.com/eks/latest/userguide/sec-group-reqs.html
    """

    node_group_id: pulumi.Output[str]
    """Security group of the nodes."""

    def __init__(self, name: str, *, args: EksNetworkArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Make the group `{name}-eks-nodes` and its rules."""
        super().__init__(TOKEN, name, None, opts)
        self._name = name
        self._child = pulumi.ResourceOptions(parent=self)
        group = SecurityGroup(
            f"{name}-eks-nodes",
            description="Kubernetes nodes: control plane, load balancer and each other in; data and HTTPS out",
            vpc_id=args.vpc_id,
            tags={
                "Name": f"atoll-{args.environment}-nodes",
                f"kubernetes.io/cluster/{args.cluster_name}": "owned",
                "karpenter.sh/discovery": args.cluster_name,
            },
            opts=self._child,
        )
        self.node_group_id = group.id
        groups: dict[str, pulumi.Input[str]] = {
            NODES: group.id,
            _CONTROL_PLANE: args.control_plane_group_id,
            _BALANCER: args.load_balancer_group_id,
            _DATABASE: args.database_group_id,
            _CACHE: args.cache_group_id,
        }
        rules = [*_RULES, *(_FARGATE_RULES if args.fargate else ())]
        if args.file_system_group_id is not None:
            groups[_FILES] = args.file_system_group_id
            rules += _FILE_RULES
        for rule in rules:
            self._make_rule(rule, groups)
        SecurityGroupEgressRule(
            f"{name}-eks-rule-{NODES}-egress-anywhere-443",
            security_group_id=group.id,
            cidr_ipv4=ANYWHERE,
            ip_protocol="tcp",
            from_port=443,
            to_port=443,
            description="AWS services, registries and external APIs",
            opts=self._child,
        )
        self.register_outputs({"node_group_id": self.node_group_id})

    def _make_rule(self, rule: _Rule, groups: dict[str, pulumi.Input[str]]) -> None:
        low, high = rule.ports
        key = "all" if rule.protocol == ALL else f"{rule.protocol}-{low}"
        every = rule.protocol == ALL
        from_port, to_port = (None, None) if every else (low, high)
        if rule.source != _CONTROL_PLANE:
            SecurityGroupEgressRule(
                f"{self._name}-eks-rule-{rule.source}-egress-{rule.target}-{key}",
                security_group_id=groups[rule.source],
                referenced_security_group_id=groups[rule.target],
                ip_protocol=rule.protocol,
                description=rule.description,
                from_port=from_port,
                to_port=to_port,
                opts=self._child,
            )
        SecurityGroupIngressRule(
            f"{self._name}-eks-rule-{rule.target}-ingress-{rule.source}-{key}",
            security_group_id=groups[rule.target],
            referenced_security_group_id=groups[rule.source],
            ip_protocol=rule.protocol,
            description=rule.description,
            from_port=from_port,
            to_port=to_port,
            opts=self._child,
        )
