"""The security group of one service, open for exactly what its edges and stores need (CON-4, NET-4)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
from pulumi_aws.ec2.security_group import SecurityGroup
from pulumi_aws.vpc.security_group_egress_rule import SecurityGroupEgressRule
from pulumi_aws.vpc.security_group_ingress_rule import SecurityGroupIngressRule

from contracts.services.reach import Opening, Peer

TOKEN = "atoll:network:ServiceSecurity"
ANYWHERE = "0.0.0.0/0"
_PURPOSE = {
    Peer.DATABASE: "PostgreSQL",
    Peer.CACHE: "Redis",
    Peer.CONTAINERS: "Containers of other services",
    Peer.AWS: "AWS services",
    Peer.SEARCH: "Search domain of the service",
    Peer.BALANCER: "Requests and health checks",
}


@dataclass(frozen=True, kw_only=True)
class ServiceSecurityArgs:
    """Wiring of a service's group."""

    vpc_id: pulumi.Input[str]
    vpc_cidr: pulumi.Input[str]
    openings: Sequence[Opening]
    """What has to be open; nothing else is."""
    groups: Mapping[Peer, pulumi.Input[str]]
    """Peer → its group, for the database and the cache of the region."""
    listener_ports: Mapping[str, int]
    """Container behind the service's internal load balancer → port of its listener; empty without one."""


class ServiceSecurity(pulumi.ComponentResource):
    """The group `<name>` around a service's functions and containers, and one rule for each opening.

    Where the region's database or cache is used, the other half of the rule is added to their group: ingress from this
    group alone. Containers behind a load balancer get a second group `<name>-entrance` around the VPC link and the
    balancer, which reach each other and the containers and nothing else. AWS's endpoints are reached over HTTPS
    anywhere, for they have no group (an interface endpoint's addresses are the VPC's own). Groups are made without
    inline rules, so that nothing is undone. Costs nothing.
    Source: NET-4, CON-4; https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html
    """

    id: pulumi.Output[str]
    entrance_id: pulumi.Output[str] | None
    """None without a load balancer."""

    def __init__(self, name: str, *, args: ServiceSecurityArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(TOKEN, name, None, opts)
        self._name, self._child = name, pulumi.ResourceOptions(parent=self)
        group = self._group("security-group", name, f"Functions and containers of {name}", args)
        self.id, self.entrance_id = group, None
        if args.listener_ports:
            self.entrance_id = self._group("security-group-entrance", f"{name}-entrance", f"In front of {name}", args)
            for port in args.listener_ports.values():
                self._rule("entrance", self.entrance_id, self.entrance_id, port, "VPC link to load balancer")
        for opening in args.openings:
            self._open(group, opening, args)
        self.register_outputs({"id": self.id, "entrance_id": self.entrance_id})

    def _open(self, group: pulumi.Output[str], opening: Opening, args: ServiceSecurityArgs) -> None:
        words = _PURPOSE[opening.peer]
        if opening.peer is Peer.SEARCH:
            self._rule("search", group, group, opening.port, words)
        elif opening.inbound and opening.peer is Peer.CONTAINERS:
            self._from_services(group, opening.port, args)
        elif opening.inbound:
            if self.entrance_id is not None:
                self._rule("balancer", self.entrance_id, group, opening.port, words)
        elif (peer := args.groups.get(opening.peer)) is not None:
            self._rule(opening.peer, group, peer, opening.port, words)
        else:
            cidr = args.vpc_cidr if opening.peer is Peer.CONTAINERS else ANYWHERE
            self._egress(opening.peer, group, opening.port, words, cidr=cidr)

    def _from_services(self, group: pulumi.Input[str], port: int, args: ServiceSecurityArgs) -> None:
        """Admit callers by the VPC's addresses: their groups are of other stacks, and open the port to call alone."""
        SecurityGroupIngressRule(
            f"{self._name}-ingress-services-{port}",
            security_group_id=group,
            cidr_ipv4=args.vpc_cidr,
            ip_protocol="tcp",
            from_port=port,
            to_port=port,
            description=f"Other services that call {self._name}",
            opts=self._child,
        )

    def _group(self, key: str, label: str, description: str, args: ServiceSecurityArgs) -> pulumi.Output[str]:
        return SecurityGroup(
            f"{self._name}-{key}",
            name=label,
            description=description,
            vpc_id=args.vpc_id,
            tags={"Name": label},
            opts=self._child,
        ).id

    def _rule(
        self, key: str, source: pulumi.Input[str], target: pulumi.Input[str], port: int, description: str
    ) -> None:
        """Both halves of one way: out of the source's group, into the target's."""
        self._egress(key, source, port, description, group=target)
        SecurityGroupIngressRule(
            f"{self._name}-ingress-{key}-{port}",
            security_group_id=target,
            referenced_security_group_id=source,
            ip_protocol="tcp",
            from_port=port,
            to_port=port,
            description=f"{description} for {self._name}",
            opts=self._child,
        )

    def _egress(
        self,
        key: str,
        source: pulumi.Input[str],
        port: int,
        description: str,
        *,
        group: pulumi.Input[str] | None = None,
        cidr: pulumi.Input[str] | None = None,
    ) -> None:
        SecurityGroupEgressRule(
            f"{self._name}-egress-{key}-{port}",
            security_group_id=source,
            referenced_security_group_id=group,
            cidr_ipv4=cidr,
            ip_protocol="tcp",
            from_port=port,
            to_port=port,
            description=description,
            opts=self._child,
        )
