"""What joins the region's networks: shared services, the transit gateway, and ways to other regions and sites."""

from __future__ import annotations

from collections.abc import Mapping

import pulumi

from components.network.direct_connect import (
    DirectConnect,
    DirectConnectArgs,
    DirectConnectTransitArgs,
    DirectConnectVpcArgs,
)
from components.network.shared_services import SharedServices, SharedServicesArgs
from components.network.site_vpn import SiteVpn, SiteVpnArgs
from components.network.transit_attachment import TransitAttachment, TransitAttachmentArgs
from components.network.transit_gateway import TransitGateway, TransitGatewayArgs
from components.network.transit_peering import TransitPeering, TransitPeeringArgs
from components.network.vpc_peering import VpcPeering, VpcPeeringArgs
from contracts.addresses import block
from contracts.settings import NatMode, StackSettings, Tier
from contracts.settings.connectivity import DirectConnectSettings, Segment, TransitGatewaySettings
from contracts.settings.joined import joined, outside
from stacks.region.foundation import Foundation

INTERNET = "0.0.0.0/0"
SHARED_SEGMENTS = (Segment.SHARED, Segment.EGRESS)
"""Segments in one of which the shared-services VPC is, depending on whether others leave through it."""


def make_connectivity(settings: StackSettings, foundation: Foundation, opts: pulumi.ResourceOptions) -> None:
    """Shared services and everything that leads out of the stack's VPC but for its internet gateway; its outputs."""
    _Joining(settings, foundation, opts).make()


class _Joining:
    """Makes one after another, each wired to the one before."""

    def __init__(self, settings: StackSettings, foundation: Foundation, opts: pulumi.ResourceOptions) -> None:
        self._settings, self._foundation, self._opts = settings, foundation, opts
        self._name = settings.environment
        self._private = dict(
            zip(
                (f"private-{zone}" for zone in foundation.vpc.subnet_ids[Tier.PRIVATE]),
                foundation.vpc.route_table_ids[Tier.PRIVATE],
                strict=True,
            )
        )
        self._central = settings.network.nat is NatMode.CENTRAL

    def make(self) -> None:
        settings = self._settings
        shared = self._make_shared() if settings.shared_services is not None else None
        transit: TransitGateway | None = None
        if settings.transit_gateway is not None:
            transit = self._make_gateway(settings.transit_gateway)
            self._attach_workload(transit, settings.transit_gateway)
            if shared is not None:
                self._attach_shared(transit, settings.transit_gateway, shared)
            self._make_vpn(transit)
            self._export(transit, self._peer_regions(transit, settings.transit_gateway), shared)
        if settings.direct_connect is not None:
            self._make_line(settings.direct_connect, transit)
        pulumi.export("vpc_peering_ids", self._peer_vpcs())

    def _export(
        self, transit: TransitGateway, asked: Mapping[str, pulumi.Output[str]], shared: SharedServices | None
    ) -> None:
        tables = {segment.value: table for segment, table in transit.table_ids.items()}
        pulumi.export(
            "transit_gateway", {"id": transit.id, "arn": transit.arn, "table_ids": tables, "peering_ids": asked}
        )
        if shared is not None:
            pulumi.export(
                "shared_services",
                {
                    "vpc_id": shared.vpc_id,
                    "vpc_cidr": shared.cidr,
                    "subnet_ids": {tier.value: zones for tier, zones in shared.subnet_ids.items()},
                    "security_group_ids": {tier.value: one for tier, one in shared.security_group_ids.items()},
                },
            )

    def _make_shared(self) -> SharedServices:
        settings = self._settings
        assert settings.shared_services is not None
        return SharedServices(
            f"{self._name}-shared",
            args=SharedServicesArgs(
                environment=self._name,
                region=settings.region,
                account_id=settings.account.id,
                settings=settings.shared_services,
                log_key_arn=self._foundation.key("logs"),
                connected=tuple(joined(settings, Segment.SHARED).values()),
                leaving=(self._foundation.vpc.cidr,) if self._central else (),
                organization_id=settings.registry.organization_id,
            ),
            opts=self._opts,
        )

    def _make_gateway(self, transit: TransitGatewaySettings) -> TransitGateway:
        settings = self._settings
        return TransitGateway(
            self._name,
            args=TransitGatewayArgs(
                environment=self._name,
                region=settings.region,
                account_id=settings.account.id,
                settings=transit,
                log_key_arn=self._foundation.key("logs"),
                log_retention_days=settings.network.flow_log_retention_days,
                outside=tuple(outside(settings).values()),
            ),
            opts=self._opts,
        )

    def _attach_workload(self, gateway: TransitGateway, transit: TransitGatewaySettings) -> None:
        edge = (Segment.EDGE,) if Segment.WORKLOAD in transit.edge_reaches else ()
        way_out = {"internet": INTERNET} if self._central else {}
        TransitAttachment(
            self._name,
            args=TransitAttachmentArgs(
                gateway_id=gateway.id,
                table_ids=gateway.table_ids,
                vpc_id=self._foundation.vpc.vpc_id,
                address_block=self._settings.network.address_block,
                zones=transit.zones,
                segment=Segment.WORKLOAD,
                known_to=(*SHARED_SEGMENTS, Segment.REGION, *edge),
                route_table_ids=self._private,
                destinations={**joined(self._settings, Segment.WORKLOAD), **way_out},
            ),
            opts=self._opts,
        )

    def _attach_shared(self, gateway: TransitGateway, transit: TransitGatewaySettings, shared: SharedServices) -> None:
        settings = self._settings
        assert settings.shared_services is not None
        edge = (Segment.EDGE,) if Segment.SHARED in transit.edge_reaches else ()
        tables = {f"services-{zone}": table for zone, table in shared.service_table_ids.items()}
        if self._central:
            tables["public"] = shared.public_table_id  # answers, from the NAT gateways
        TransitAttachment(
            f"{self._name}-shared",
            args=TransitAttachmentArgs(
                gateway_id=gateway.id,
                table_ids=gateway.table_ids,
                vpc_id=shared.vpc_id,
                address_block=settings.shared_services.address_block,
                zones=transit.zones,
                segment=Segment.EGRESS if self._central else Segment.SHARED,
                known_to=(Segment.WORKLOAD, Segment.REGION, *edge),
                route_table_ids=tables,
                destinations=joined(settings, Segment.SHARED),
                way_out_for=(Segment.WORKLOAD,) if self._central else (),
                nat_ids=shared.nat_ids if self._central else {},
            ),
            opts=self._opts,
        )

    def _peer_regions(self, gateway: TransitGateway, transit: TransitGatewaySettings) -> dict[str, pulumi.Output[str]]:
        """Attachments that were asked for here."""
        made = {
            name: TransitPeering(
                f"{self._name}-region-{name}",
                args=TransitPeeringArgs(
                    gateway_id=gateway.id,
                    table_ids=gateway.table_ids,
                    settings=peering,
                    known_to=(Segment.WORKLOAD, *SHARED_SEGMENTS),
                ),
                opts=self._opts,
            ).id
            for name, peering in {**transit.asks, **transit.accepts}.items()
        }
        return {name: made[name] for name in transit.asks}

    def _edge_known_to(self, transit: TransitGatewaySettings) -> tuple[Segment, ...]:
        reached = transit.edge_reaches
        return (
            *(SHARED_SEGMENTS if Segment.SHARED in reached else ()),
            *((Segment.WORKLOAD,) if Segment.WORKLOAD in reached else ()),
        )

    def _make_vpn(self, gateway: TransitGateway) -> None:
        settings, transit = self._settings.vpn, self._settings.transit_gateway
        if settings is None or transit is None:
            return
        for name, site in settings.sites.items():
            SiteVpn(
                f"{self._name}-vpn-{name}",
                args=SiteVpnArgs(
                    gateway_id=gateway.id,
                    table_ids=gateway.table_ids,
                    settings=site,
                    log_key_arn=self._foundation.key("logs"),
                    log_retention_days=settings.log_retention_days,
                    known_to=self._edge_known_to(transit),
                ),
                opts=self._opts,
            )

    def _make_line(self, settings: DirectConnectSettings, gateway: TransitGateway | None) -> None:
        vpc, shared = self._foundation.vpc, self._settings.shared_services
        ours = [vpc.cidr]
        to: DirectConnectTransitArgs | DirectConnectVpcArgs
        if settings.kind == "transit":
            transit = self._settings.transit_gateway
            assert gateway is not None
            assert transit is not None, "the rules let no such line without a transit gateway through"
            reached = transit.edge_reaches
            ours = [vpc.cidr] if Segment.WORKLOAD in reached else []
            if shared is not None and Segment.SHARED in reached:
                ours.append(str(block(shared.address_block)))
            to = DirectConnectTransitArgs(
                gateway_id=gateway.id, table_ids=gateway.table_ids, known_to=self._edge_known_to(transit)
            )
        else:
            to = DirectConnectVpcArgs(vpc_id=vpc.vpc_id, route_table_ids=self._private)
        DirectConnect(
            f"{self._name}-line", args=DirectConnectArgs(settings=settings, ours=ours, to=to), opts=self._opts
        )

    def _peer_vpcs(self) -> dict[str, pulumi.Output[str]]:
        """Peerings that were asked for here."""
        peerings = self._settings.vpc_peerings or {}
        made = {
            name: VpcPeering(
                f"{self._name}-peer-{name}",
                args=VpcPeeringArgs(
                    settings=peering,
                    region=self._settings.region,
                    account_id=self._settings.account.id,
                    vpc_id=self._foundation.vpc.vpc_id,
                    route_table_ids=self._private,
                ),
                opts=self._opts,
            ).id
            for name, peering in peerings.items()
        }
        return {name: identifier for name, identifier in made.items() if peerings[name].connection is None}
