"""A Direct Connect gateway, what it joins, and the virtual interface of a dedicated line (NET-5)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pulumi
from pulumi_aws.directconnect.gateway import Gateway
from pulumi_aws.directconnect.gateway_association import GatewayAssociation
from pulumi_aws.directconnect.private_virtual_interface import PrivateVirtualInterface
from pulumi_aws.directconnect.transit_virtual_interface import TransitVirtualInterface
from pulumi_aws.ec2.vpn_gateway import VpnGateway
from pulumi_aws.ec2.vpn_gateway_route_propagation import VpnGatewayRoutePropagation

from components.network.edge_routes import Tables, associate, learn
from contracts.settings.connectivity import (
    DirectConnectSettings,
    Segment,
    VirtualInterfaceKind,
    VirtualInterfaceSettings,
)

TOKEN = "atoll:network:DirectConnect"
ORDINARY_MTU = 1500
JUMBO_MTU = {VirtualInterfaceKind.TRANSIT: 8500, VirtualInterfaceKind.PRIVATE: 9001}
"""Bytes. https://docs.aws.amazon.com/directconnect/latest/UserGuide/set-jumbo-frames-vif.html"""


@dataclass(frozen=True, kw_only=True)
class DirectConnectTransitArgs:
    """Where a transit virtual interface leads: to a transit gateway."""

    gateway_id: pulumi.Input[str]
    table_ids: Tables
    known_to: Sequence[Segment]
    """Segments that learn what is behind the line."""


@dataclass(frozen=True, kw_only=True)
class DirectConnectVpcArgs:
    """Where a private virtual interface leads: to one VPC."""

    vpc_id: pulumi.Input[str]
    route_table_ids: Mapping[str, pulumi.Input[str]] = field(default_factory=dict[str, pulumi.Input[str]])
    """Stable key → route table that learns what is behind the line."""


@dataclass(frozen=True, kw_only=True)
class DirectConnectArgs:
    """Wiring of a Direct Connect gateway."""

    settings: DirectConnectSettings
    ours: Sequence[str]
    """Networks that are announced to the other side, and no others."""
    to: DirectConnectTransitArgs | DirectConnectVpcArgs


class DirectConnect(pulumi.ComponentResource):
    """A Direct Connect gateway joined to the transit gateway or to one VPC, and the line's virtual interface.

    Makes: the gateway; its association, which announces our networks and no others; for `private` a virtual private
    gateway whose routes the tables learn; the virtual interface, once there is a connection.
    Costs: the gateway and the interface nothing; the port is the connection's (from about USD 220 a month), data out
    USD 0.02 a GB; for `transit` an attachment, USD 36.50 a month.
    Does not: order the connection, or encrypt: Direct Connect does neither; MACsec is a property of the connection, and
    everything inside speaks TLS.
    Source: NET-5; https://docs.aws.amazon.com/directconnect/latest/UserGuide/direct-connect-transit-gateways.html
    """

    id: pulumi.Output[str]
    """The Direct Connect gateway."""

    def __init__(self, name: str, *, args: DirectConnectArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Make the gateway `{name}-gateway` and what belongs to it."""
        super().__init__(TOKEN, name, None, opts)
        self._name, self._args = name, args
        self._child = pulumi.ResourceOptions(parent=self)
        self.id = Gateway(
            f"{name}-gateway", name=f"atoll-{name}", amazon_side_asn=str(args.settings.asn), opts=self._child
        ).id
        if isinstance(args.to, DirectConnectTransitArgs):
            self._join_transit(args.to)
        else:
            self._join_vpc(args.to)
        if args.settings.interface is not None:
            self._make_interface(args.settings.kind, args.settings.interface)
        self.register_outputs({"id": self.id})

    def _associate(self, gateway: pulumi.Input[str]) -> GatewayAssociation:
        return GatewayAssociation(
            f"{self._name}-association",
            dx_gateway_id=self.id,
            associated_gateway_id=gateway,
            allowed_prefixes=list(self._args.ours),
            opts=self._child,
        )

    def _join_transit(self, to: DirectConnectTransitArgs) -> None:
        attachment = self._associate(to.gateway_id).transit_gateway_attachment_id
        associate(self._name, attachment, to.table_ids, Segment.EDGE, self._child)
        learn(self._name, attachment, to.table_ids, to.known_to, self._child)

    def _join_vpc(self, to: DirectConnectVpcArgs) -> None:
        gateway = VpnGateway(
            f"{self._name}-vpc-gateway",
            vpc_id=to.vpc_id,
            tags={"Name": f"atoll-{self._name}"},
            opts=self._child,
        )
        self._associate(gateway.id)
        for key, table in to.route_table_ids.items():
            VpnGatewayRoutePropagation(
                f"{self._name}-propagation-{key}", vpn_gateway_id=gateway.id, route_table_id=table, opts=self._child
            )

    def _make_interface(self, kind: VirtualInterfaceKind, settings: VirtualInterfaceSettings) -> None:
        make = TransitVirtualInterface if kind is VirtualInterfaceKind.TRANSIT else PrivateVirtualInterface
        make(
            f"{self._name}-interface",
            connection_id=settings.connection,
            dx_gateway_id=self.id,
            name=f"atoll-{self._name}",
            vlan=settings.vlan,
            address_family="ipv4",
            bgp_asn=settings.asn,
            mtu=JUMBO_MTU[kind] if settings.jumbo_frames else ORDINARY_MTU,
            tags={"Name": f"atoll-{self._name}"},
            opts=self._child,
        )
