"""The security groups of 004's matrix, with the correction that its services can call each other (NET-4)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum, unique

import pulumi
from pulumi_aws.ec2.security_group import SecurityGroup
from pulumi_aws.vpc.security_group_egress_rule import SecurityGroupEgressRule
from pulumi_aws.vpc.security_group_ingress_rule import SecurityGroupIngressRule

TOKEN = "atoll:network:SecurityGroups"
ANYWHERE = "0.0.0.0/0"


@unique
class Group(StrEnum):
    """What a group is around; also the key in logical names and outputs."""

    ALB = "alb"
    ECS = "ecs"
    DATABASE = "database"
    CACHE = "cache"
    BASTION = "bastion"


@unique
class Direction(StrEnum):
    """Whether a rule admits what comes in or what goes out. Security groups keep state: replies need no rule."""

    INGRESS = "ingress"
    EGRESS = "egress"


@dataclass(frozen=True)
class Rule:
    """One rule of the matrix."""

    group: Group
    """The group that has the rule."""
    direction: Direction
    peer: Group | str
    """The other end: a group, or an IPv4 CIDR."""
    port: int | None
    """TCP port; None for every protocol and port."""
    description: str
    """What the console shows; AWS allows letters, digits, spaces and `._-:/()#,@[]+=&;{}!$*`."""

    @property
    def key(self) -> str:
        """Stable part of the logical name, such as `ecs-ingress-alb-8080`."""
        peer = "anywhere" if self.peer == ANYWHERE else "self" if self.peer == self.group else str(self.peer)
        return "-".join((self.group, self.direction, peer.replace("/", "-"), str(self.port or "all")))


DESCRIPTIONS: dict[Group, str] = {
    Group.ALB: "Internet-facing load balancer: web in, application port out",
    Group.ECS: "Fargate tasks: load balancer and each other in; data, each other and HTTPS out",
    Group.DATABASE: "PostgreSQL: tasks in, nothing out",
    Group.CACHE: "Redis: tasks in, nothing out",
    Group.BASTION: "Session Manager host for database work: nothing in, database and HTTPS out",
}
"""Group → its description. AWS cannot change one in place: an edit replaces the group."""

MATRIX: tuple[Rule, ...] = (
    Rule(Group.ALB, Direction.INGRESS, ANYWHERE, 80, "HTTP from clients, answered by a redirect to HTTPS"),
    Rule(Group.ALB, Direction.INGRESS, ANYWHERE, 443, "HTTPS from clients"),
    Rule(Group.ALB, Direction.EGRESS, Group.ECS, 8080, "Requests and health checks to tasks"),
    Rule(Group.ECS, Direction.INGRESS, Group.ALB, 8080, "Requests and health checks from the load balancer"),
    Rule(Group.ECS, Direction.INGRESS, Group.ECS, None, "Service to service"),
    Rule(Group.ECS, Direction.EGRESS, Group.ECS, None, "Service to service (missing in document 004)"),
    Rule(Group.ECS, Direction.EGRESS, Group.DATABASE, 5432, "PostgreSQL"),
    Rule(Group.ECS, Direction.EGRESS, Group.CACHE, 6379, "Redis"),
    Rule(Group.ECS, Direction.EGRESS, ANYWHERE, 443, "AWS services and external APIs"),
    Rule(Group.DATABASE, Direction.INGRESS, Group.ECS, 5432, "PostgreSQL from tasks"),
    Rule(Group.CACHE, Direction.INGRESS, Group.ECS, 6379, "Redis from tasks"),
)
"""Document 004's matrix, plus egress from tasks to themselves, without which its service-to-service calls are blocked.

The database and the cache have no egress rule: they can answer and never call.
"""

BASTION_RULES: tuple[Rule, ...] = (
    Rule(Group.BASTION, Direction.EGRESS, Group.DATABASE, 5432, "PostgreSQL"),
    Rule(Group.BASTION, Direction.EGRESS, ANYWHERE, 443, "Session Manager"),
    Rule(Group.DATABASE, Direction.INGRESS, Group.BASTION, 5432, "PostgreSQL from the bastion"),
)
"""What `network.bastion` adds: 004's "bastion host (if needed)". Session Manager reaches it, so nothing comes in."""


@dataclass(frozen=True, kw_only=True)
class SecurityGroupsArgs:
    """Wiring of the security groups of one VPC."""

    environment: str
    vpc_id: pulumi.Input[str]
    bastion: bool = False
    """Also make the bastion's group and admit it to the database (`network.bastion`)."""


def matrix(*, bastion: bool) -> tuple[Rule, ...]:
    """The rules in force."""
    return MATRIX + BASTION_RULES if bastion else MATRIX


class SecurityGroups(pulumi.ComponentResource):
    """One security group for each party of the matrix, and one resource for each rule.

    Groups are made without inline rules. AWS gives a new group an allow-all egress rule; the provider revokes it on
    creation, so a group without egress rules here really has none. Mixing inline rules with these would make the two
    undo each other. IPv4 only, as the VPC is. Costs nothing.
    Source: NET-4; document 004, "Network Security";
    https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html
    """

    ids: dict[Group, pulumi.Output[str]]
    """Group → id. BASTION only where asked for."""

    def __init__(self, name: str, *, args: SecurityGroupsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Make the groups `{name}-security-group-<group>` and the rules `{name}-rule-<key>`."""
        super().__init__(TOKEN, name, None, opts)
        self._name = name
        self._child = pulumi.ResourceOptions(parent=self)
        rules = matrix(bastion=args.bastion)
        self.ids = {
            group: SecurityGroup(
                f"{name}-security-group-{group}",
                description=DESCRIPTIONS[group],
                vpc_id=args.vpc_id,
                tags={"Name": f"atoll-{args.environment}-{group}"},
                opts=self._child,
            ).id
            for group in Group
            if any(rule.group is group for rule in rules)
        }
        for rule in rules:
            self._make_rule(rule)
        self.register_outputs({"ids": {group.value: id_ for group, id_ in self.ids.items()}})

    def _make_rule(self, rule: Rule) -> None:
        kind = SecurityGroupIngressRule if rule.direction is Direction.INGRESS else SecurityGroupEgressRule
        kind(
            f"{self._name}-rule-{rule.key}",
            security_group_id=self.ids[rule.group],
            referenced_security_group_id=self.ids[rule.peer] if isinstance(rule.peer, Group) else None,
            cidr_ipv4=None if isinstance(rule.peer, Group) else rule.peer,
            ip_protocol="-1" if rule.port is None else "tcp",
            from_port=rule.port,
            to_port=rule.port,
            description=rule.description,
            opts=self._child,
        )
