"""The shared-services VPC of a region: what serves every environment there, and the way out for all (NET-2)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

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
from pulumi_aws.ec2.security_group import SecurityGroup
from pulumi_aws.ec2.subnet import Subnet
from pulumi_aws.ec2.vpc import Vpc as AwsVpc
from pulumi_aws.vpc.security_group_egress_rule import SecurityGroupEgressRule
from pulumi_aws.vpc.security_group_ingress_rule import SecurityGroupIngressRule

from components.network import nacls
from components.network.endpoints import Endpoints, EndpointsArgs
from components.network.flow_logs import FlowLogs, FlowLogsArgs
from components.network.vpc import nat_zone_for, nat_zones
from contracts.addresses import SharedTier, block, shared_subnets
from contracts.settings.connectivity import SharedServicesSettings

TOKEN = "atoll:network:SharedServices"
SERVICE_TIERS = tuple(tier for tier in SharedTier if tier is not SharedTier.PUBLIC)
GROUPS: dict[SharedTier, str] = {
    SharedTier.MONITORING: "Dashboards, metrics and logs",
    SharedTier.DELIVERY: "Builds and deployments",
    SharedTier.SECURITY: "Security tools",
}
"""Tier → what its security group is around; endpoints of the network tier have one of their own."""


@dataclass(frozen=True, kw_only=True)
class SharedServicesArgs:
    """Wiring of the shared-services VPC of one region."""

    environment: str
    region: str
    account_id: str
    settings: SharedServicesSettings
    log_key_arn: pulumi.Input[str]
    """KMS key of the flow log group: the `logs` key."""
    connected: Sequence[str]
    """Networks that are joined to this one, and speak HTTPS with its services."""
    leaving: Sequence[str] = ()
    """Networks whose NAT gateways are the ones here."""
    organization_id: str | None = None
    """Organization that the interface endpoints trust; None: this account alone."""


class SharedServices(pulumi.ComponentResource):
    """A VPC with subnets for monitoring, delivery, security and network services, its own way out, and flow logs.

    Makes: public subnets with NAT gateways; four tiers of private subnets, one a zone each, with a route table a zone;
    an ACL for either; a security group for each kind of service, which admits HTTPS from the VPC and from the networks
    that are joined and lets HTTPS out; endpoints with policies; flow logs. What AWS makes by itself is closed.
    Costs: USD 36.50 a month for each NAT gateway with its address; interface endpoints USD 7.30 for each zone.
    Does not: join anything, which is `TransitAttachment`'s; put services into it, which is other stacks'.
    Raises: AddressPlanError where the address plan has no such block.
    Source: NET-2, NET-6; document 003, "Shared Services VPC (Each Region)".
    """

    vpc_id: pulumi.Output[str]
    cidr: str
    """IPv4 block, from the address plan."""
    subnet_ids: dict[SharedTier, dict[str, pulumi.Output[str]]]
    """Tier → zone → subnet id."""
    public_table_id: pulumi.Output[str]
    service_table_ids: dict[str, pulumi.Output[str]]
    """Zone → route table of its service subnets."""
    nat_ids: dict[str, pulumi.Output[str]]
    """Zone → NAT gateway that serves it; empty without NAT."""
    security_group_ids: dict[SharedTier, pulumi.Output[str]]
    """Tier → group of its services."""
    network_acl_ids: dict[str, pulumi.Output[str]]

    def __init__(self, name: str, *, args: SharedServicesArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Make the VPC `{name}-vpc` and everything inside it."""
        super().__init__(TOKEN, name, None, opts)
        self._name, self._args = name, args
        self._child = pulumi.ResourceOptions(parent=self)
        self.cidr = str(block(args.settings.address_block))
        self.plan = shared_subnets(args.settings.address_block, args.settings.availability_zones)
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
        self.nat_ids = self._make_nat()
        self.public_table_id = self._make_public_routes()
        self.service_table_ids = {zone: self._make_service_routes(zone) for zone in args.settings.availability_zones}
        self._close_defaults(vpc, self._make_acls())
        self.security_group_ids = {tier: self._make_group(tier, what) for tier, what in GROUPS.items()}
        self._make_endpoints()
        FlowLogs(
            f"{name}-flow-logs",
            args=FlowLogsArgs(
                environment=name,
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
                "security_group_ids": {tier.value: one for tier, one in self.security_group_ids.items()},
            }
        )

    def _tags(self, *parts: str) -> dict[str, str]:
        return {"Name": "-".join(("atoll", self._name, *parts))}

    def _make_subnets(self) -> dict[SharedTier, dict[str, pulumi.Output[str]]]:
        made: dict[SharedTier, dict[str, pulumi.Output[str]]] = {tier: {} for tier in SharedTier}
        for planned in self.plan:
            made[planned.tier][planned.zone] = Subnet(
                f"{self._name}-subnet-{planned.tier}-{planned.zone}",
                vpc_id=self.vpc_id,
                cidr_block=planned.cidr,
                availability_zone=planned.zone,
                map_public_ip_on_launch=False,
                tags=self._tags(planned.tier, planned.zone) | {"Tier": planned.tier},
                opts=self._child,
            ).id
        return made

    def _make_nat(self) -> dict[str, pulumi.Output[str]]:
        gateways: dict[str, pulumi.Output[str]] = {}
        for zone in nat_zones(self._args.settings):
            address = Eip(
                f"{self._name}-nat-address-{zone}", domain="vpc", tags=self._tags("nat", zone), opts=self._child
            )
            gateways[zone] = NatGateway(
                f"{self._name}-nat-{zone}",
                allocation_id=address.id,
                subnet_id=self.subnet_ids[SharedTier.PUBLIC][zone],
                tags=self._tags(zone),
                opts=self._child,
            ).id
        serving = {zone: nat_zone_for(zone, tuple(gateways)) for zone in self._args.settings.availability_zones}
        return {zone: gateways[by] for zone, by in serving.items() if by is not None}

    def _make_public_routes(self) -> pulumi.Output[str]:
        gateway = InternetGateway(
            f"{self._name}-internet-gateway", vpc_id=self.vpc_id, tags=self._tags(), opts=self._child
        )
        table = self._make_table(SharedTier.PUBLIC, (SharedTier.PUBLIC,), self._args.settings.availability_zones)
        Route(
            f"{self._name}-route-public-internet",
            route_table_id=table,
            destination_cidr_block=nacls.ANYWHERE,
            gateway_id=gateway.id,
            opts=self._child,
        )
        return table

    def _make_service_routes(self, zone: str) -> pulumi.Output[str]:
        table = self._make_table(f"services-{zone}", SERVICE_TIERS, (zone,))
        if zone in self.nat_ids:
            Route(
                f"{self._name}-route-services-nat-{zone}",
                route_table_id=table,
                destination_cidr_block=nacls.ANYWHERE,
                nat_gateway_id=self.nat_ids[zone],
                opts=self._child,
            )
        return table

    def _make_table(self, key: str, tiers: Sequence[SharedTier], zones: Sequence[str]) -> pulumi.Output[str]:
        table = RouteTable(
            f"{self._name}-route-table-{key}", vpc_id=self.vpc_id, tags=self._tags(key), opts=self._child
        )
        for tier in tiers:
            for zone in zones:
                RouteTableAssociation(
                    f"{self._name}-route-table-association-{tier}-{zone}",
                    route_table_id=table.id,
                    subnet_id=self.subnet_ids[tier][zone],
                    opts=self._child,
                )
        return table.id

    def _make_acls(self) -> list[NetworkAcl]:
        services = [self.cidr]
        connected, leaving = (
            nacls.summary(some, nacls.MOST_CONNECTED) for some in (self._args.connected, self._args.leaving)
        )
        rules = {
            "public": (nacls.shared_public(services, leaving), (SharedTier.PUBLIC,)),
            "services": (nacls.shared_services(services, connected), SERVICE_TIERS),
        }
        return [
            NetworkAcl(
                f"{self._name}-nacl-{key}",
                vpc_id=self.vpc_id,
                subnet_ids=[identifier for tier in tiers for identifier in self.subnet_ids[tier].values()],
                ingress=nacls.entries(found.ingress),
                egress=nacls.entries(found.egress),
                tags=self._tags(key),
                opts=self._child,
            )
            for key, (found, tiers) in rules.items()
        ]

    def _close_defaults(self, vpc: AwsVpc, acls: list[NetworkAcl]) -> None:
        DefaultSecurityGroup(
            f"{self._name}-default-security-group",
            vpc_id=vpc.id,
            ingress=[],
            egress=[],
            tags=self._tags("default-closed"),
            opts=self._child,
        )
        DefaultNetworkAcl(
            f"{self._name}-default-nacl",
            default_network_acl_id=vpc.default_network_acl_id,
            tags=self._tags("default-closed"),
            # As in `Vpc`: after the others have taken their subnets, and blind to those that pass through.
            opts=pulumi.ResourceOptions(parent=self, depends_on=acls, ignore_changes=["subnet_ids"]),
        )

    def _make_group(self, tier: SharedTier, what: str) -> pulumi.Output[str]:
        group = SecurityGroup(
            f"{self._name}-security-group-{tier}",
            description=f"{what}: HTTPS from the networks of the platform in, HTTPS out",
            vpc_id=self.vpc_id,
            tags=self._tags(tier),
            opts=self._child,
        )
        for cidr in (self.cidr, *self._args.connected):
            SecurityGroupIngressRule(
                f"{self._name}-ingress-{tier}-{cidr.replace('/', '-')}",
                security_group_id=group.id,
                cidr_ipv4=cidr,
                ip_protocol="tcp",
                from_port=nacls.HTTPS,
                to_port=nacls.HTTPS,
                description="HTTPS from a network of the platform",
                opts=self._child,
            )
        SecurityGroupEgressRule(
            f"{self._name}-egress-{tier}-https",
            security_group_id=group.id,
            cidr_ipv4=nacls.ANYWHERE,
            ip_protocol="tcp",
            from_port=nacls.HTTPS,
            to_port=nacls.HTTPS,
            description="HTTPS to what it watches, builds and asks",
            opts=self._child,
        )
        return group.id

    def _make_endpoints(self) -> None:
        args = self._args
        Endpoints(
            self._name,
            args=EndpointsArgs(
                environment=self._name,
                region=args.region,
                account_id=args.account_id,
                settings=args.settings,
                vpc_id=self.vpc_id,
                cidr=self.cidr,
                route_table_ids=list(self.service_table_ids.values()),
                subnet_ids=self.subnet_ids[SharedTier.NETWORK],
                organization_id=args.organization_id,
            ),
            opts=self._child,
        )
