"""What has addresses in subnets: containers, functions, databases, caches, load balancers, endpoints …"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from analysis.reach.network import (
    EPHEMERAL,
    EPHEMERAL_LINUX,
    Block,
    Endpoint,
    EndpointService,
    Group,
    Interface,
    NatGateway,
    Subnet,
)
from analysis.reach.read_groups import DEFAULT_GROUP, open_group
from analysis.reach.read_routes import ENDPOINT
from analysis.reach.resolve import Resources, flag, items, number, texts
from analysis.reach.spaces import Range
from graph import MISSING, Node
from graph.values import Presence, Value

NAT: Final = "aws:ec2/natGateway:NatGateway"
SERVICE: Final = "aws:ec2/vpcEndpointService:VpcEndpointService"
UNJUDGED: Final = "unjudged load balancer"
"""A network load balancer whose groups do not judge what comes through PrivateLink."""


@dataclass(frozen=True, slots=True)
class Kind:
    """Where a type of resource says in which subnets and groups it is."""

    name: str
    subnets: str
    groups: str
    group_of_subnets: str | None = None
    """Type of the subnet group that `subnets` names, which holds them in `subnetIds`."""
    public: str | None = None
    """Property that gives it a public address."""
    source_ports: Range = EPHEMERAL
    address: str | None = None


_RDS = "aws:rds/subnetGroup:SubnetGroup"
_CACHE = "aws:elasticache/subnetGroup:SubnetGroup"
KINDS: Final[Mapping[str, Kind]] = {
    "aws:ecs/service:Service": Kind(
        "ecs service",
        "networkConfiguration.subnets",
        "networkConfiguration.securityGroups",
        public="networkConfiguration.assignPublicIp",
        source_ports=EPHEMERAL_LINUX,
    ),
    "aws:lambda/function:Function": Kind("function", "vpcConfig.subnetIds", "vpcConfig.securityGroupIds"),
    "aws:rds/instance:Instance": Kind(
        "database", "dbSubnetGroupName", "vpcSecurityGroupIds", _RDS, "publiclyAccessible"
    ),
    "aws:rds/cluster:Cluster": Kind("database", "dbSubnetGroupName", "vpcSecurityGroupIds", _RDS),
    "aws:elasticache/replicationGroup:ReplicationGroup": Kind("cache", "subnetGroupName", "securityGroupIds", _CACHE),
    "aws:elasticache/cluster:Cluster": Kind("cache", "subnetGroupName", "securityGroupIds", _CACHE),
    "aws:elasticache/serverlessCache:ServerlessCache": Kind("cache", "subnetIds", "securityGroupIds"),
    "aws:lb/loadBalancer:LoadBalancer": Kind("load balancer", "subnets", "securityGroups"),
    "aws:alb/loadBalancer:LoadBalancer": Kind("load balancer", "subnets", "securityGroups"),
    ENDPOINT: Kind("endpoint", "subnetIds", "securityGroupIds"),
    "aws:ec2/instance:Instance": Kind(
        "instance",
        "subnetId",
        "vpcSecurityGroupIds",
        public="associatePublicIpAddress",
        source_ports=EPHEMERAL_LINUX,
        address="privateIp",
    ),
    NAT: Kind("nat gateway", "subnetId", "", address="privateIp"),
    "aws:apigatewayv2/vpcLink:VpcLink": Kind("vpc link", "subnetIds", "securityGroupIds"),
    "aws:apprunner/vpcConnector:VpcConnector": Kind("vpc connector", "subnets", "securityGroups"),
    "aws:opensearch/domain:Domain": Kind("search domain", "vpcOptions.subnetIds", "vpcOptions.securityGroupIds"),
    "aws:efs/mountTarget:MountTarget": Kind("mount target", "subnetId", "securityGroups"),
    "aws:codebuild/project:Project": Kind("build", "vpcConfig.subnets", "vpcConfig.securityGroupIds"),
    "aws:redshift/cluster:Cluster": Kind(
        "warehouse",
        "clusterSubnetGroupName",
        "vpcSecurityGroupIds",
        "aws:redshift/subnetGroup:SubnetGroup",
        "publiclyAccessible",
    ),
}


@dataclass
class Interfaces:
    """Reads everything that has addresses in subnets."""

    resources: Resources
    subnets: Mapping[str, Subnet]
    groups: dict[str, Group]
    """A VPC's default group is added when something falls back to it."""
    found: dict[str, Interface] = field(default_factory=dict[str, Interface])
    endpoints: dict[str, Endpoint] = field(default_factory=dict[str, Endpoint])
    nats: dict[str, NatGateway] = field(default_factory=dict[str, NatGateway])

    def read(self) -> None:
        """Fill the mappings."""
        for type_, kind in KINDS.items():
            for node in self.resources.of(type_):
                if type_ == ENDPOINT and not self._endpoint(node):
                    continue
                if (one := self._interface(node, kind)) is not None:
                    self.found[node.urn] = one
        for node in self.resources.of(NAT):
            subnet = self.resources.resolve(node, "subnetId").only
            public = self.resources.read(node, "connectivityType") in (MISSING, "public")
            self.nats[node.urn] = NatGateway(node.urn, node.name, subnet or "", public)

    def _interface(self, node: Node, kind: Kind) -> Interface | None:
        balancer = kind.name == "load balancer"
        keys, unknown = self._subnets(node, kind, balancer=balancer)
        if not keys and not unknown:
            return None  # a function without a VPC
        missing = tuple(
            f"{self.resources.name(key)}, which is in none of the graphs" for key in keys if key not in self.subnets
        )
        for key in keys:
            unknown += self.subnets[key].unknown if key in self.subnets else ()
        groups, unknown_groups = self._groups(node, kind, keys)
        public, unknown_public = self._public(node, kind, keys)
        address, unknown_address = self._address(node, kind)
        name = kind.name
        judged = "enforceSecurityGroupInboundRulesOnPrivateLinkTraffic"
        if balancer and self.resources.read(node, judged) == "off":
            name = UNJUDGED
        return Interface(
            key=node.urn,
            name=node.name,
            kind=name,
            subnets=keys,
            groups=groups,
            public=public,
            source_ports=kind.source_ports,
            address=address,
            stack=self.resources.stack_of(node),
            account=node.account if isinstance(node.account, str) else None,
            unknown=(*unknown, *missing, *unknown_groups, *unknown_public, *unknown_address),
        )

    def _subnets(self, node: Node, kind: Kind, *, balancer: bool) -> tuple[tuple[str, ...], tuple[str, ...]]:
        if kind.group_of_subnets is None:
            found = self.resources.resolve(node, kind.subnets)
            keys, unknown = found.keys, found.unknown
            for mapping in (items(self.resources.read(node, "subnetMappings")) or ()) if balancer else ():
                one = self.resources.means(node, f"{node.name}.subnetMappings", mapping.get("subnetId", MISSING))
                keys, unknown = (*keys, *one.keys), (*unknown, *one.unknown)
            return keys, unknown
        group = self.resources.resolve(node, kind.subnets, kind.group_of_subnets)
        holder = self.resources.nodes.get(group.only or "")
        if holder is None:
            return (), (f"{node.name}.{kind.subnets}",)
        found = self.resources.resolve(holder, "subnetIds")
        return found.keys, found.unknown

    def _groups(
        self, node: Node, kind: Kind, subnets: tuple[str, ...]
    ) -> tuple[frozenset[str] | None, tuple[str, ...]]:
        if not kind.groups:
            return None, ()
        found = self.resources.resolve(node, kind.groups)
        if found.keys or found.unknown:
            return frozenset(found.keys), found.unknown
        if self.resources.read(node, "loadBalancerType") == "network":
            return None, ()  # such a one may be without
        vpcs = {self.subnets[key].vpc for key in subnets if key in self.subnets}
        return frozenset(self._default_group(vpc.key, vpc.name) for vpc in vpcs), ()

    def _default_group(self, vpc: str, name: str) -> str:
        for node in self.resources.of(DEFAULT_GROUP):
            if self.resources.resolve(node, "vpcId").only == vpc:
                return node.urn
        key = f"{vpc}#default"
        self.groups.setdefault(key, open_group(key, f"{name}'s default group"))
        return key

    def _public(self, node: Node, kind: Kind, subnets: tuple[str, ...]) -> tuple[bool, tuple[str, ...]]:
        if kind.name == "load balancer":
            internal = flag(self.resources.read(node, "internal"), default=False)
            return internal is False, (f"{node.name}.internal",) if internal is None else ()
        if kind.public is None:
            return False, ()
        value: Value | Presence = self.resources.read(node, kind.public)
        default = kind.name == "instance" and any(
            self.subnets[key].public_addresses for key in subnets if key in self.subnets
        )
        answer = flag(value, default=default)
        if kind.name == "instance" and answer is False and self._has_address(node):
            answer = True
        return bool(answer), (f"{node.name}.{kind.public}",) if answer is None else ()

    def _has_address(self, instance: Node) -> bool:
        for path, types in (
            ("instance", ("aws:ec2/eip:Eip",)),
            ("instanceId", ("aws:ec2/eipAssociation:EipAssociation",)),
        ):
            if any(instance.urn in self.resources.resolve(node, path).keys for node in self.resources.of(*types)):
                return True
        return False

    def _address(self, node: Node, kind: Kind) -> tuple[Block | None, tuple[str, ...]]:
        if kind.address is None:
            return None, ()
        blocks, _ = self.resources.blocks(node, "", self.resources.read(node, kind.address))
        return (blocks[0] if blocks else None), ()

    def _endpoint(self, node: Node) -> bool:
        """Note an interface endpoint; False for other kinds of endpoint."""
        if self.resources.read(node, "vpcEndpointType") in (MISSING, "Gateway", "GatewayLoadBalancer"):
            return False
        vpc = self.resources.resolve(node, "vpcId").only
        name = self.resources.read(node, "serviceName")
        provider = self.resources.resolve(node, "serviceName", SERVICE).only
        own = self.resources.nodes.get(provider or "")
        if own is None and isinstance(name, str):
            own = next((s for s in self.resources.of(SERVICE) if s.outputs.get("serviceName") == name), None)
        aws = isinstance(name, str) and ".vpce-svc-" not in name and own is None
        self.endpoints[node.urn] = Endpoint(
            node.urn,
            vpc or "",
            service=str(name).rsplit(".", 1)[-1] if aws else None,
            provider=own.urn if own is not None else None,
            private_dns=bool(flag(self.resources.read(node, "privateDnsEnabled"), default=False)),
        )
        return True


def read_services(resources: Resources) -> Iterator[EndpointService]:
    """Endpoint services, by URN."""
    for node in resources.of(SERVICE):
        balancers = resources.resolve(node, "networkLoadBalancerArns")
        principals = texts(resources.read(node, "allowedPrincipals"))
        acceptance = flag(resources.read(node, "acceptanceRequired"), default=True)
        yield EndpointService(
            node.urn,
            node.name,
            frozenset(balancers.keys),
            principals or (),
            acceptance is not False,
            balancers.unknown,
        )


def read_listeners(resources: Resources) -> Mapping[str, tuple[int, ...]]:
    """Load balancer → ports on which it listens."""
    found: dict[str, list[int]] = {}
    for node in resources.of("aws:lb/listener:Listener", "aws:alb/listener:Listener"):
        owner, port = resources.resolve(node, "loadBalancerArn").only, number(resources.read(node, "port"))
        if owner is not None and port is not None:
            found.setdefault(owner, []).append(port)
    return {key: tuple(sorted(ports)) for key, ports in found.items()}
