"""The transit gateway of a region: one hub whose segments know only what they need (NET-5)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
from pulumi_aws.ec2transitgateway.route import Route
from pulumi_aws.ec2transitgateway.route_table import RouteTable
from pulumi_aws.ec2transitgateway.transit_gateway import TransitGateway as AwsTransitGateway
from pulumi_aws.ram.principal_association import PrincipalAssociation
from pulumi_aws.ram.resource_association import ResourceAssociation
from pulumi_aws.ram.resource_share import ResourceShare

from components.network.flow_logs import FlowLogs, FlowLogsArgs
from contracts.settings.connectivity import Segment, TransitGatewaySettings
from contracts.settings.network_kinds import PRIVATE_RANGES

TOKEN = "atoll:network:TransitGateway"
APART = (Segment.WORKLOAD, Segment.REGION, Segment.EDGE)
"""Segments that reach what is named to them and nothing else: private addresses besides lead nowhere."""


@dataclass(frozen=True, kw_only=True)
class TransitGatewayArgs:
    """Wiring of the transit gateway of one region."""

    environment: str
    region: str
    account_id: str
    settings: TransitGatewaySettings
    log_key_arn: pulumi.Input[str]
    """KMS key of the flow log group: the `logs` key."""
    log_retention_days: int
    outside: Sequence[str] = ()
    """Networks of VPN and Direct Connect; one that is a whole range of private addresses takes its hole's place."""


def holes(outside: Sequence[str]) -> tuple[str, ...]:
    """Ranges of private addresses that lead nowhere but for what is narrower: all but those that are somewhere."""
    return tuple(cidr for cidr in map(str, PRIVATE_RANGES) if cidr not in outside)


class TransitGateway(pulumi.ComponentResource):
    """A transit gateway with a route table for each segment, and nothing associated or propagated by itself.

    Segments that must not meet have black holes for all private addresses, so that neither a default route nor a
    broad one leads from one to another; what they may reach is narrower. Attachments of other accounts wait for
    somebody, even where the gateway is shared with an organization (AWS RAM).

    Costs: USD 36.50 a month for each attachment, USD 0.02 a GB; flow logs USD 0.50 a GB. The gateway, its tables and
    the share are free.
    Does not: attach anything (`TransitAttachment`, `TransitPeering`, `SiteVpn`, `DirectConnect`).
    Source: NET-5; https://docs.aws.amazon.com/vpc/latest/tgw/transit-gateway-isolated-shared.html
    """

    id: pulumi.Output[str]
    arn: pulumi.Output[str]
    table_ids: dict[Segment, pulumi.Output[str]]
    """Segment → its route table."""

    def __init__(self, name: str, *, args: TransitGatewayArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Make the gateway `{name}-transit-gateway` and its tables."""
        super().__init__(TOKEN, name, None, opts)
        self._name, self._child = name, pulumi.ResourceOptions(parent=self)
        gateway = AwsTransitGateway(
            f"{name}-transit-gateway",
            description=f"Networks of {args.environment} in {args.region}",
            amazon_side_asn=args.settings.asn,
            auto_accept_shared_attachments="disable",
            default_route_table_association="disable",
            default_route_table_propagation="disable",
            dns_support="enable",
            multicast_support="disable",
            vpn_ecmp_support="enable",
            tags={"Name": f"atoll-{args.environment}"},
            opts=self._child,
        )
        self.id, self.arn = gateway.id, gateway.arn
        self.table_ids = {segment: self._make_table(segment, args) for segment in Segment}
        if args.settings.organization is not None:
            self._share(args.settings.organization, args.environment)
        if args.settings.flow_logs:
            FlowLogs(
                f"{name}-transit-flow-logs",
                args=FlowLogsArgs(
                    environment=f"{args.environment}-transit",
                    region=args.region,
                    account_id=args.account_id,
                    transit_gateway_id=gateway.id,
                    key_arn=args.log_key_arn,
                    retention_days=args.log_retention_days,
                ),
                opts=self._child,
            )
        self.register_outputs(
            {"id": self.id, "arn": self.arn, "table_ids": {key.value: one for key, one in self.table_ids.items()}}
        )

    def _make_table(self, segment: Segment, args: TransitGatewayArgs) -> pulumi.Output[str]:
        table = RouteTable(
            f"{self._name}-transit-table-{segment}",
            transit_gateway_id=self.id,
            tags={"Name": f"atoll-{args.environment}-{segment}", "Segment": segment},
            opts=self._child,
        )
        for cidr in holes(args.outside) if segment in APART else ():
            Route(
                f"{self._name}-transit-hole-{segment}-{cidr.replace('/', '-')}",
                transit_gateway_route_table_id=table.id,
                destination_cidr_block=cidr,
                blackhole=True,
                opts=self._child,
            )
        return table.id

    def _share(self, organization: str, environment: str) -> None:
        share = ResourceShare(
            f"{self._name}-transit-share",
            name=f"atoll-{environment}-transit-gateway",
            allow_external_principals=False,
            tags={"Name": f"atoll-{environment}-transit-gateway"},
            opts=self._child,
        )
        ResourceAssociation(
            f"{self._name}-transit-share-gateway",
            resource_share_arn=share.arn,
            resource_arn=self.arn,
            opts=self._child,
        )
        PrincipalAssociation(
            f"{self._name}-transit-share-organization",
            resource_share_arn=share.arn,
            principal=organization,
            opts=self._child,
        )
