"""The VPC of one environment in one region."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pulumi
from pulumi_aws.ec2.default_network_acl import DefaultNetworkAcl
from pulumi_aws.ec2.default_security_group import DefaultSecurityGroup
from pulumi_aws.ec2.eip import Eip
from pulumi_aws.ec2.internet_gateway import InternetGateway
from pulumi_aws.ec2.nat_gateway import NatGateway
from pulumi_aws.ec2.network_acl import NetworkAcl
from pulumi_aws.ec2.route import Route
from pulumi_aws.ec2.route_table import RouteTable
from pulumi_aws.ec2.route_table_association import RouteTableAssociation
from pulumi_aws.ec2.subnet import Subnet
from pulumi_aws.ec2.vpc import Vpc as AwsVpc

from components.network.flow_logs import FlowLogs, FlowLogsArgs
from components.network.nacls import ANYWHERE, entries, nacl_rules
from contracts.addresses import SubnetPlan, Tier, block, subnets
from contracts.settings import NatMode
from contracts.settings.connectivity import SharedServicesSettings
from contracts.settings.network import NetworkSettings

TOKEN = "atoll:network:Vpc"


@dataclass(frozen=True, kw_only=True)
class VpcArgs:
    """Wiring of one VPC."""

    environment: str
    region: str
    account_id: str
    settings: NetworkSettings
    log_key_arn: pulumi.Input[str]
    """KMS key of the flow log group: the `logs` key."""
    connected: Sequence[str] = ()
    """Networks joined to this one by a transit gateway or a peering, which speak HTTPS with its private subnets."""
    subnet_tags: Mapping[Tier, Mapping[str, str]] = field(default_factory=dict[Tier, Mapping[str, str]])
    """Tier → further tags of its subnets, by which Kubernetes finds where nodes and load balancers go."""


def nat_zones(settings: NetworkSettings | SharedServicesSettings) -> tuple[str, ...]:
    """The zones that get a NAT gateway; only zones where something runs ever do."""
    match settings.nat:
        case NatMode.PER_ZONE:
            return settings.workload_zones
        case NatMode.SINGLE:
            return settings.workload_zones[:1]
        case NatMode.CENTRAL | NatMode.NONE:
            return ()


def nat_zone_for(zone: str, zones: Sequence[str]) -> str | None:
    """The zone whose NAT gateway serves `zone`: its own, else the first, else none."""
    if zone in zones:
        return zone
    return zones[0] if zones else None


class Vpc(pulumi.ComponentResource):
    """A VPC with public, private and database subnets, NAT, route tables and NACLs per tier, and flow logs.

    Routes: public → internet gateway; private → NAT of its zone (or the single one, or none: where NAT is central,
    `TransitAttachment` adds the way there); database → nothing but
    the VPC itself, and gateway endpoints where `Endpoints` attaches them. No subnet hands out public addresses. What
    AWS makes by itself is adopted and emptied, so that a resource which forgets its own is cut off rather than let
    in: the default security group has no rules, the default NACL denies everything, the main route table stays with
    its local route only and no subnet uses it (it is left as AWS made it: adopting it could only add what must not be
    there). IPv4 only. Does not make endpoints (`Endpoints`), security groups (`SecurityGroups`) or transit gateways.

    Costs: USD 32.85 a month for each NAT gateway and USD 3.65 for its address, plus USD 0.045 per GB; the rest is free.
    Raises: AddressPlanError where the address plan has no such block or the preset wants another number of zones.
    Source: NET-1, NET-4, NET-6; https://docs.aws.amazon.com/vpc/latest/userguide/how-it-works.html
    """

    vpc_id: pulumi.Output[str]
    cidr: str
    """IPv4 block, from the address plan."""
    plan: tuple[SubnetPlan, ...]
    """The subnets as planned, with their CIDRs."""
    subnet_ids: dict[Tier, dict[str, pulumi.Output[str]]]
    """Tier → zone → subnet id."""
    route_table_ids: dict[Tier, tuple[pulumi.Output[str], ...]]
    """Tier → its route tables: one for public and database, one per zone for private."""
    network_acl_ids: dict[Tier, pulumi.Output[str]]
    nat_public_ips: dict[str, pulumi.Output[str]]
    """Zone → address from which its tasks appear on the internet, for allow-lists of partners."""
    flow_logs: FlowLogs

    def __init__(self, name: str, *, args: VpcArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Make the VPC `{name}-vpc` and everything inside it."""
        super().__init__(TOKEN, name, None, opts)
        self._name, self._args = name, args
        self._child = pulumi.ResourceOptions(parent=self)
        self.cidr = str(block(args.settings.address_block))
        self.plan = subnets(args.settings.address_block, args.settings.preset, args.settings.availability_zones)

        vpc = AwsVpc(
            f"{name}-vpc",
            cidr_block=self.cidr,
            enable_dns_hostnames=True,
            enable_dns_support=True,
            tags=self._tags(),
            opts=self._child,
        )
        self.vpc_id = vpc.id
        self.subnet_ids = self._make_subnets()
        self.nat_public_ips, nat_ids = self._make_nat()
        self.route_table_ids = self._make_routes(nat_ids)
        self.network_acl_ids = self._make_nacls(vpc)
        DefaultSecurityGroup(
            f"{name}-default-security-group",
            vpc_id=vpc.id,
            ingress=[],
            egress=[],
            tags=self._tags("default-closed"),
            opts=self._child,
        )
        self.flow_logs = FlowLogs(
            f"{name}-flow-logs",
            args=FlowLogsArgs(
                environment=args.environment,
                region=args.region,
                account_id=args.account_id,
                vpc_id=vpc.id,
                key_arn=args.log_key_arn,
                retention_days=args.settings.flow_log_retention_days,
            ),
            opts=self._child,
        )
        self.register_outputs(
            {
                "vpc_id": self.vpc_id,
                "cidr": self.cidr,
                "subnet_ids": {tier.value: ids for tier, ids in self.subnet_ids.items()},
                "route_table_ids": {tier.value: list(ids) for tier, ids in self.route_table_ids.items()},
                "nat_public_ips": self.nat_public_ips,
            }
        )

    def workload_subnet_ids(self, tier: Tier) -> list[pulumi.Output[str]]:
        """Subnets of `tier` in the zones where things run, in the order of the settings.

        A load balancer and a subnet group need two zones even where everything runs in one: they take all of
        `subnet_ids[tier]`.
        """
        return [self.subnet_ids[tier][zone] for zone in self._args.settings.workload_zones]

    def _tags(self, *parts: str) -> dict[str, str]:
        return {"Name": "-".join(("atoll", self._args.environment, *parts))}

    def _make_subnets(self) -> dict[Tier, dict[str, pulumi.Output[str]]]:
        made: dict[Tier, dict[str, pulumi.Output[str]]] = {tier: {} for tier in Tier}
        for planned in self.plan:
            subnet = Subnet(
                f"{self._name}-subnet-{planned.tier}-{planned.zone}",
                vpc_id=self.vpc_id,
                cidr_block=planned.cidr,
                availability_zone=planned.zone,
                map_public_ip_on_launch=False,
                tags={
                    **self._tags(planned.tier, planned.zone),
                    "Tier": planned.tier,
                    **self._args.subnet_tags.get(planned.tier, {}),
                },
                opts=self._child,
            )
            made[planned.tier][planned.zone] = subnet.id
        return made

    def _make_nat(self) -> tuple[dict[str, pulumi.Output[str]], dict[str, pulumi.Output[str]]]:
        """NAT gateways: zone → public address, and zone → gateway id."""
        addresses: dict[str, pulumi.Output[str]] = {}
        gateways: dict[str, pulumi.Output[str]] = {}
        for zone in nat_zones(self._args.settings):
            address = Eip(
                f"{self._name}-nat-address-{zone}", domain="vpc", tags=self._tags("nat", zone), opts=self._child
            )
            gateway = NatGateway(
                f"{self._name}-nat-{zone}",
                allocation_id=address.id,
                subnet_id=self.subnet_ids[Tier.PUBLIC][zone],
                tags=self._tags(zone),
                opts=self._child,
            )
            addresses[zone], gateways[zone] = address.public_ip, gateway.id
        return addresses, gateways

    def _make_routes(self, nat_ids: dict[str, pulumi.Output[str]]) -> dict[Tier, tuple[pulumi.Output[str], ...]]:
        internet_gateway = InternetGateway(
            f"{self._name}-internet-gateway", vpc_id=self.vpc_id, tags=self._tags(), opts=self._child
        )
        public = self._make_route_table(Tier.PUBLIC, None, tuple(self.subnet_ids[Tier.PUBLIC]))
        Route(
            f"{self._name}-route-public-internet",
            route_table_id=public,
            destination_cidr_block=ANYWHERE,
            gateway_id=internet_gateway.id,
            opts=self._child,
        )
        private: list[pulumi.Output[str]] = []
        for zone in self.subnet_ids[Tier.PRIVATE]:
            table = self._make_route_table(Tier.PRIVATE, zone, (zone,))
            private.append(table)
            nat_zone = nat_zone_for(zone, tuple(nat_ids))
            if nat_zone is not None:
                Route(
                    f"{self._name}-route-private-nat-{zone}",
                    route_table_id=table,
                    destination_cidr_block=ANYWHERE,
                    nat_gateway_id=nat_ids[nat_zone],
                    opts=self._child,
                )
        database = self._make_route_table(Tier.DATABASE, None, tuple(self.subnet_ids[Tier.DATABASE]))
        return {Tier.PUBLIC: (public,), Tier.PRIVATE: tuple(private), Tier.DATABASE: (database,)}

    def _make_route_table(self, tier: Tier, zone: str | None, zones: Sequence[str]) -> pulumi.Output[str]:
        """A route table for `tier` (of one zone, or of all) with its subnets in `zones` associated."""
        key = (tier.value,) if zone is None else (tier.value, zone)
        table = RouteTable(
            "-".join((self._name, "route-table", *key)), vpc_id=self.vpc_id, tags=self._tags(*key), opts=self._child
        )
        for each in zones:
            RouteTableAssociation(
                f"{self._name}-route-table-association-{tier}-{each}",
                route_table_id=table.id,
                subnet_id=self.subnet_ids[tier][each],
                opts=self._child,
            )
        return table.id

    def _make_nacls(self, vpc: AwsVpc) -> dict[Tier, pulumi.Output[str]]:
        acls: dict[Tier, NetworkAcl] = {}
        for tier in Tier:
            rules = nacl_rules(self.plan, tier, self._args.connected)
            acls[tier] = NetworkAcl(
                f"{self._name}-nacl-{tier}",
                vpc_id=self.vpc_id,
                subnet_ids=list(self.subnet_ids[tier].values()),
                ingress=entries(rules.ingress),
                egress=entries(rules.egress),
                tags=self._tags(tier),
                opts=self._child,
            )
        DefaultNetworkAcl(
            f"{self._name}-default-nacl",
            default_network_acl_id=vpc.default_network_acl_id,
            tags=self._tags("default-closed"),
            # After the tiers' own NACLs have taken their subnets. A subnet that another layer adds passes through
            # this one for a moment, which is no change of ours: hence its list of subnets is not compared.
            opts=pulumi.ResourceOptions(parent=self, depends_on=list(acls.values()), ignore_changes=["subnet_ids"]),
        )
        return {tier: acl.id for tier, acl in acls.items()}
