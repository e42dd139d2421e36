"""Settings of what joins networks: shared services, transit gateway, VPN, Direct Connect, peering (NET-2, NET-5)."""

from __future__ import annotations

from enum import StrEnum, unique

from pydantic import Field

from contracts.settings.base import NatMode, Settings, SubnetPreset
from contracts.settings.kinds import (
    AccountId,
    AddressBlock,
    GatewayEndpoint,
    InterfaceEndpoint,
    LogicalName,
    LogRetention,
    Region,
    Zone,
)
from contracts.settings.network_kinds import (
    AmazonAsn,
    CustomerAsn,
    DirectConnectId,
    OrganizationArn,
    PeeringId,
    PrivateNetwork,
    PublicAddress,
    TransitAttachmentId,
    TransitGatewayId,
    Vlan,
    VpcId,
)


@unique
class Segment(StrEnum):
    """Parts of a transit gateway that know of one another only what they need, each with a route table of its own."""

    WORKLOAD = "workload"
    """VPCs of environments. They never see one another."""
    SHARED = "shared"
    """The shared-services VPC."""
    EGRESS = "egress"
    """The way to the internet: the shared-services VPC where NAT is central, or an inspection VPC."""
    REGION = "region"
    """Transit gateways of our other regions."""
    EDGE = "edge"
    """What is not ours: VPN and Direct Connect."""


@unique
class TunnelRouting(StrEnum):
    """How a VPN learns routes: told by hand, or by BGP, which moves to another way by itself."""

    STATIC = "static"
    BGP = "bgp"


@unique
class VirtualInterfaceKind(StrEnum):
    """Where a Direct Connect virtual interface leads: to transit gateways, or to one VPC's private gateway."""

    TRANSIT = "transit"
    PRIVATE = "private"


class SharedServicesSettings(Settings):
    """A VPC beside the workload's for monitoring, delivery, security and network services (NET-2)."""

    address_block: AddressBlock
    """Key of the VPC in the address plan, such as `shared-services-staging`."""
    availability_zones: tuple[Zone, ...]
    """Zones that have subnets, two or three of the region's."""
    workload_zones: tuple[Zone, ...]
    """Zones in which its NAT gateways and interface endpoints stand; a subset of `availability_zones`."""
    nat: NatMode
    """How it reaches the internet, and others through it: about $36 a month for each NAT gateway and its address."""
    gateway_endpoints: tuple[GatewayEndpoint, ...]
    """Gateway endpoints (free): `s3`, `dynamodb`."""
    interface_endpoints: tuple[InterfaceEndpoint, ...]
    """Interface endpoints: about $7.30 a month for each and each of `workload_zones`."""
    flow_log_retention_days: LogRetention
    """Retention of its flow log group."""


class RequestedPeeringSettings(Settings):
    """A peering that this region's transit gateway asks another region's for."""

    gateway: TransitGatewayId
    """Transit gateway of the other region."""
    region: Region
    """Its region, another one than the stack's."""
    account: AccountId
    """Its account."""
    blocks: tuple[AddressBlock, ...]
    """Blocks of the address plan that lie there."""
    accepted: bool
    """Whether the other region has accepted: AWS takes no route to a peering before. Deploy with `false`, deploy the
    other region with its `accepts`, then deploy with `true`."""


class AcceptedPeeringSettings(Settings):
    """A peering that another region's transit gateway has asked for."""

    attachment: TransitAttachmentId
    """Attachment that the other region's stack exports."""
    blocks: tuple[AddressBlock, ...]
    """Blocks of the address plan that lie there."""


class TransitGatewaySettings(Settings):
    """The hub of a region's networks: about $36 a month for each attachment, and $0.02 a GB (NET-5)."""

    asn: AmazonAsn
    """AS number of its side of BGP; every gateway of the estate has its own."""
    zones: tuple[Zone, ...]
    """Zones in which VPCs are attached, all of those in which something runs; further ones cost nothing."""
    edge_reaches: tuple[Segment, ...] = (Segment.SHARED,)
    """What VPN and Direct Connect may reach: `shared`, `workload`; `shared` alone if left out."""
    flow_logs: bool = True
    """Log who talks to whom over it, also if left out: about $0.50 a GB of log."""
    organization: OrganizationArn | None = None
    """Organization whose accounts may ask to attach VPCs (AWS RAM, free); nobody if left out."""
    asks: dict[LogicalName, RequestedPeeringSettings] = Field(default_factory=dict[str, RequestedPeeringSettings])
    """Name → peering that this region asks for, about $36 a month each; none if left out."""
    accepts: dict[LogicalName, AcceptedPeeringSettings] = Field(default_factory=dict[str, AcceptedPeeringSettings])
    """Name → peering that another region asks for, which pays for its own side as well; none if left out."""


class VpnSiteSettings(Settings):
    """One site: two tunnels to one device, about $36 a month, beside the attachment's $36."""

    address: PublicAddress
    """Public address of the device."""
    asn: CustomerAsn
    """AS number of the other side; any, where routes are static."""
    routing: TunnelRouting
    """`static` routes to `networks` alone; with `bgp` the site says what it has."""
    networks: tuple[PrivateNetwork, ...]
    """Networks behind it."""


class VpnSettings(Settings):
    """Site-to-site VPN over the internet: IKEv2 with AES-256-GCM, logged (NET-5)."""

    sites: dict[LogicalName, VpnSiteSettings]
    """Name → site."""
    log_retention_days: LogRetention
    """Retention of the tunnels' log group."""


class VirtualInterfaceSettings(Settings):
    """A virtual interface on a connection that somebody ordered; its hours and data are the connection's."""

    connection: DirectConnectId
    """The connection."""
    vlan: Vlan
    """VLAN on it."""
    asn: CustomerAsn
    """AS number of the other side."""
    jumbo_frames: bool = False
    """Packets of 8,500 (transit) or 9,001 (private) bytes rather than 1,500, which holds if left out."""


class DirectConnectSettings(Settings):
    """A dedicated line to a data centre: ports from about $220 a month, data $0.02 a GB (NET-5)."""

    asn: AmazonAsn
    """AS number of the Direct Connect gateway; another one than the transit gateway's."""
    kind: VirtualInterfaceKind
    """`transit` leads to the transit gateway, `private` to this VPC alone, by a virtual private gateway."""
    networks: tuple[PrivateNetwork, ...]
    """Networks behind it, to which our route tables lead."""
    interface: VirtualInterfaceSettings | None = None
    """Its virtual interface; none if left out, while the line is being built."""


class VpcPeeringSettings(Settings):
    """A peering with one VPC, from subnets to subnets; data between zones and regions is priced, the peering is not."""

    block: AddressBlock
    """Block of the other VPC in the address plan."""
    preset: SubnetPreset
    """Its subnet layout: routes lead to its private subnets alone."""
    connection: PeeringId | None = None
    """Peering that the other stack has asked for and this one accepts; left out to ask for it here."""
    vpc: VpcId | None = None
    """The other VPC, to ask it; left out to accept."""
    region: Region | None = None
    """Its region; this stack's if left out."""
    account: AccountId | None = None
    """Its account; this stack's if left out."""
