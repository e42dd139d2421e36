"""The network of one stack, or of several that belong together: a region's and those of the services in it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from analysis.reach.network import Attachment, Block, Network, Peering, TransitRoute, Vpc
from analysis.reach.read_groups import Groups
from analysis.reach.read_interfaces import Interfaces, read_listeners, read_services
from analysis.reach.read_routes import Routing
from analysis.reach.resolve import Resources, flag
from analysis.reach.transit import FAR_SIDE
from graph import Node, ResourceGraph

PEERING: Final = "aws:ec2/vpcPeeringConnection:VpcPeeringConnection"
TRANSIT: Final = "aws:ec2transitgateway/transitGateway:TransitGateway"
ATTACHMENT: Final = "aws:ec2transitgateway/vpcAttachment:VpcAttachment"
ACCEPTED: Final = "aws:ec2transitgateway/peeringAttachmentAccepter:PeeringAttachmentAccepter"
TRANSIT_PEERING: Final = "aws:ec2transitgateway/peeringAttachment:PeeringAttachment"
TRANSIT_TABLE: Final = "aws:ec2transitgateway/routeTable:RouteTable"
TRANSIT_ROUTE: Final = "aws:ec2transitgateway/route:Route"
TRANSIT_ASSOCIATION: Final = "aws:ec2transitgateway/routeTableAssociation:RouteTableAssociation"
VPN: Final = "aws:ec2/vpnConnection:VpnConnection"
LINE: Final = "aws:directconnect/gatewayAssociation:GatewayAssociation"
PROPAGATION: Final = "aws:ec2transitgateway/routeTablePropagation:RouteTablePropagation"


def network_of(*graphs: ResourceGraph) -> Network:
    """The network that resource graphs describe; ids of one that another holds as text join them."""
    resources = Resources(graphs)
    routing = Routing(resources)
    vpcs, subnets = routing.read()
    groups, loose_rules = Groups(resources).read()
    interfaces = Interfaces(resources, subnets, groups)
    interfaces.read()
    transit = _Transit(resources, vpcs)
    attachments, tables = transit.read()
    return Network(
        vpcs=vpcs,
        subnets=subnets,
        groups=groups,
        interfaces=interfaces.found,
        nats=interfaces.nats,
        peerings={one.key: one for one in _peerings(resources)},
        attachments=attachments,
        transit_tables=tables,
        endpoints=interfaces.endpoints,
        endpoint_services={one.key: one for one in read_services(resources)},
        listeners=read_listeners(resources),
        loose=tuple(sorted({*routing.loose, *loose_rules, *transit.loose})),
    )


def _peerings(resources: Resources) -> Iterator[Peering]:
    for node in resources.of(PEERING):
        ends = [resources.resolve(node, path) for path in ("vpcId", "peerVpcId")]
        unknown = tuple(name for end in ends for name in end.unknown)
        yield Peering(node.urn, node.name, frozenset(key for end in ends for key in end.keys), unknown)


class _Transit:
    """Reads transit gateways."""

    def __init__(self, resources: Resources, vpcs: Mapping[str, Vpc]) -> None:
        self._resources, self._vpcs = resources, vpcs
        self.loose: list[str] = []

    def read(self) -> tuple[dict[str, Attachment], dict[str, tuple[TransitRoute, ...]]]:
        """Attachments with the table that each is associated with, and the routes of each table."""
        read = self._resources
        every = (*self._vpc_attachments(), *self._peering_attachments(), *self._outside_attachments())
        attachments = {one.key: one for one in every}
        gateways = {n.urn: read.resolve(n, "transitGatewayId").only or "" for n in read.of(TRANSIT_TABLE)}
        gateways |= {_default(node.urn): node.urn for node in read.of(TRANSIT)}
        static: dict[str, list[TransitRoute]] = {key: [] for key in gateways}
        learned: dict[str, list[TransitRoute]] = {key: [] for key in gateways}
        for node in read.of(TRANSIT_ASSOCIATION, PROPAGATION, TRANSIT_ROUTE):
            table = self._table(read.resolve(node, "transitGatewayRouteTableId").only)
            named = read.resolve(node, "transitGatewayAttachmentId")
            hole = node.type == TRANSIT_ROUTE and flag(read.read(node, "blackhole"), default=False)
            if table not in gateways or (named.only is None and not hole):
                self.loose.append(f"{node.name}.transitGatewayAttachmentId")
                continue
            key = self._side(named.only or "", gateways[table], attachments)
            if node.type == TRANSIT_ASSOCIATION and key in attachments:
                attachments[key] = replace(attachments[key], table=table)
            elif node.type == PROPAGATION and key in attachments:
                learned[table] += self._learned(attachments[key])
            elif node.type == TRANSIT_ROUTE:
                blocks, unknown = read.blocks(
                    node, f"{node.name}.destinationCidrBlock", read.read(node, "destinationCidrBlock")
                )
                each: Sequence[Block | None] = blocks or (None,)
                static[table] += [TransitRoute(one, None if hole else key, node.name, unknown) for one in each]
        for node in read.of(ATTACHMENT):  # by default each VPC says its blocks to the gateway's default table
            owner = attachments[node.urn].gateway
            table = _default(owner)
            if table in learned and self._by_default(node.urn, owner, "Propagation"):
                learned[table] += self._learned(attachments[node.urn])
        return attachments, {key: (*static[key], *learned[key]) for key in gateways}

    def _learned(self, attachment: Attachment) -> list[TransitRoute]:
        if attachment.outside:
            unknown = (f"{attachment.name}: what it learns by BGP",)
            return [TransitRoute(None, attachment.key, attachment.name, unknown)]
        vpc = self._vpcs.get(attachment.vpc or "")
        blocks: Iterable[Block] = vpc.blocks if vpc is not None else ()
        return [TransitRoute(one, attachment.key, attachment.name) for one in blocks]

    def _table(self, key: str | None) -> str:
        """The key of a table, a gateway's own default one included, which the program names by the gateway."""
        node = self._resources.nodes.get(key or "")
        return _default(node.urn) if node is not None and node.type == TRANSIT else key or ""

    def _by_default(self, attachment: str, gateway: str, what: str) -> bool:
        node, owner = self._resources.nodes[attachment], self._resources.nodes.get(gateway)
        own = flag(self._resources.read(node, f"transitGatewayDefaultRouteTable{what}"), default=True)
        if owner is None:
            return False
        return bool(own and flag(self._resources.read(owner, f"defaultRouteTable{what}"), default=True))

    def _vpc_attachments(self) -> Iterator[Attachment]:
        for node in self._resources.of(ATTACHMENT):
            gateway = self._resources.resolve(node, "transitGatewayId")
            vpc, subnets = (self._resources.resolve(node, path) for path in ("vpcId", "subnetIds"))
            unknown = (*gateway.unknown, *vpc.unknown, *subnets.unknown)
            self.loose += unknown
            owner = gateway.only or ""
            table = _default(owner) if self._by_default(node.urn, owner, "Association") else None
            yield Attachment(
                node.urn,
                node.name,
                owner,
                vpc.only,
                subnets.keys,
                table=table,
                references=self._references(node, owner),
                unknown=unknown,
            )

    def _references(self, attachment: Node, gateway: str) -> bool:
        """Whether groups see those of other VPCs: off at a gateway, on at an attachment, unless somebody says so."""
        owner, asked = self._resources.nodes.get(gateway), "securityGroupReferencingSupport"
        if owner is None or self._resources.read(owner, asked) != "enable":
            return False
        return self._resources.read(attachment, asked) != "disable"

    def _outside_attachments(self) -> Iterator[Attachment]:
        for node in self._resources.of(VPN):
            gateway = self._resources.resolve(node, "transitGatewayId").only
            if gateway is not None:
                yield Attachment(node.urn, node.name, gateway, outside=True)
        for node in self._resources.of(LINE):
            gateway = self._resources.resolve(node, "associatedGatewayId").only
            owner = self._resources.nodes.get(gateway or "")
            if owner is not None and owner.type == TRANSIT:
                yield Attachment(node.urn, node.name, owner.urn, outside=True)

    def _peering_attachments(self) -> Iterator[Attachment]:
        for node in self._resources.of(TRANSIT_PEERING):
            near, far = (self._resources.resolve(node, p) for p in ("transitGatewayId", "peerTransitGatewayId"))
            if near.only is None or far.only is None:
                self.loose += (*near.unknown, *far.unknown)
                continue
            yield Attachment(node.urn, node.name, near.only, peer_gateway=far.only)
            yield Attachment(node.urn + FAR_SIDE, node.name, far.only, peer_gateway=near.only)

    def _side(self, key: str, gateway: str, attachments: Mapping[str, Attachment]) -> str:
        """The attachment as the gateway sees it to which a table belongs; an accepter stands for the peering."""
        node = self._resources.nodes.get(key)
        if node is not None and node.type == ACCEPTED:
            key = self._resources.resolve(node, "transitGatewayAttachmentId").only or key
        found = attachments.get(key)
        return key + FAR_SIDE if found is not None and found.gateway != gateway else key


def _default(gateway: str) -> str:
    return f"{gateway}#default"
