"""VPCs, subnets and route tables of resource graphs."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from analysis.reach.network import Acl, Block, Route, RouteTable, Subnet, Via, Vpc, block
from analysis.reach.read_groups import ACL, DEFAULT_ACL, PREFIX_LIST, open_acl, prefix_list, read_acls
from analysis.reach.resolve import OUTSIDE, Resources, flag, items
from graph import MISSING, Node
from graph.values import FrozenMap

VPC: Final = "aws:ec2/vpc:Vpc"
SUBNET: Final = "aws:ec2/subnet:Subnet"
TABLE: Final = "aws:ec2/routeTable:RouteTable"
DEFAULT_TABLE: Final = "aws:ec2/defaultRouteTable:DefaultRouteTable"
ROUTE: Final = "aws:ec2/route:Route"
ASSOCIATION: Final = "aws:ec2/routeTableAssociation:RouteTableAssociation"
MAIN: Final = "aws:ec2/mainRouteTableAssociation:MainRouteTableAssociation"
ACL_ASSOCIATION: Final = "aws:ec2/networkAclAssociation:NetworkAclAssociation"
GATEWAY: Final = "aws:ec2/internetGateway:InternetGateway"
GATEWAY_ATTACHMENT: Final = "aws:ec2/internetGatewayAttachment:InternetGatewayAttachment"
ENDPOINT: Final = "aws:ec2/vpcEndpoint:VpcEndpoint"
ENDPOINT_TABLE: Final = "aws:ec2/vpcEndpointRouteTableAssociation:VpcEndpointRouteTableAssociation"
MORE_IPV4: Final = "aws:ec2/vpcIpv4CidrBlockAssociation:VpcIpv4CidrBlockAssociation"

TARGETS: Final[Mapping[str, Via]] = {
    "gatewayId": Via.INTERNET,
    "natGatewayId": Via.NAT,
    "egressOnlyGatewayId": Via.EGRESS_ONLY,
    "vpcPeeringConnectionId": Via.PEERING,
    "transitGatewayId": Via.TRANSIT,
    "networkInterfaceId": Via.OPAQUE,
    "instanceId": Via.OPAQUE,
    "vpcEndpointId": Via.OPAQUE,
    "carrierGatewayId": Via.OPAQUE,
    "localGatewayId": Via.OPAQUE,
    "coreNetworkArn": Via.OPAQUE,
}
"""Property of a route → what it leads to. A gateway that is no internet gateway is opaque as well."""


@dataclass
class Routing:
    """Reads VPCs with their subnets."""

    resources: Resources
    loose: list[str] = field(default_factory=list[str])

    def read(self) -> tuple[dict[str, Vpc], dict[str, Subnet]]:
        """Every VPC, and every subnet with the table and the ACL that it has in the end."""
        vpcs = self._vpcs()
        acls, loose = read_acls(self.resources)
        self.loose += loose
        owned = self._acl_of_subnets()
        defaults = self._default_acls(vpcs, acls)
        tables, main = self._tables(vpcs)
        chosen = self._table_of_subnets()
        subnets: dict[str, Subnet] = {}
        for count, node in enumerate(self.resources.of(SUBNET)):
            key = self.resources.resolve(node, "vpcId").only
            vpc = vpcs.get(key or "")
            if vpc is None:
                continue  # whoever stands in it is told so
            blocks, unknown = self._blocks_of_subnet(node, vpc, count)
            table = tables.get(chosen[node.urn]) if node.urn in chosen else main[vpc.key]
            acl = acls.get(owned[node.urn]) if node.urn in owned else defaults[vpc.key]
            zone = self.resources.read(node, "availabilityZone")
            maps = flag(self.resources.read(node, "mapPublicIpOnLaunch"), default=False)
            subnets[node.urn] = Subnet(
                node.urn,
                node.name,
                vpc,
                zone if isinstance(zone, str) else None,
                blocks,
                table or RouteTable("a route table of another stack", unknown=(f"routes of {node.name}",)),
                acl or Acl("a network ACL of another stack", unknown=(f"network ACL of {node.name}",)),
                bool(maps),
                (*unknown, *((f"{node.name}.mapPublicIpOnLaunch",) if maps is None else ())),
            )
        return vpcs, subnets

    # -- addresses ---------------------------------------------------------------------------------------------

    def _vpcs(self) -> dict[str, Vpc]:
        gateways: dict[str, str] = {}
        for node in self.resources.of(GATEWAY):
            if (owner := self.resources.resolve(node, "vpcId").only) is not None:
                gateways[owner] = node.urn
        for node in self.resources.of(GATEWAY_ATTACHMENT):
            owner = self.resources.resolve(node, "vpcId").only
            gateway = self.resources.resolve(node, "internetGatewayId").only
            if owner is not None and gateway is not None:
                gateways[owner] = gateway
        found: dict[str, Vpc] = {}
        for count, node in enumerate(self.resources.of(VPC)):
            blocks, unknown = self.resources.blocks(
                node, f"{node.name}.cidrBlock", self.resources.read(node, "cidrBlock")
            )
            if not blocks and not unknown:
                unknown = (f"{node.name}.cidrBlock",)  # from an address pool
            found[node.urn] = Vpc(
                node.urn, node.name, (*blocks, *self._ipv6(node, count)), gateways.get(node.urn), unknown
            )
        for node in self.resources.of(MORE_IPV4):
            owner = found.get(self.resources.resolve(node, "vpcId").only or "")
            more, unknown = self.resources.blocks(
                node, f"{node.name}.cidrBlock", self.resources.read(node, "cidrBlock")
            )
            if owner is None or unknown:
                self.loose.append(f"{node.name}.{'vpcId' if owner is None else 'cidrBlock'}")
            else:
                found[owner.key] = Vpc(owner.key, owner.name, (*owner.blocks, *more), owner.gateway, owner.unknown)
        return found

    def _ipv6(self, node: Node, count: int) -> tuple[Block, ...]:
        """The VPC's IPv6 block. One that AWS will draw gets a stand-in, to which the program's references lead."""
        plain, _ = self.resources.blocks(node, "", self.resources.read(node, "ipv6CidrBlock"))
        asked = self.resources.read(node, "assignGeneratedIpv6CidrBlock") is True
        pool = self.resources.read(node, "ipv6IpamPoolId") is not MISSING
        if not plain and (asked or pool):
            plain = (block(f"{ipaddress.IPv6Address((0x2001_0DB8 << 96) + (count << 72))}/56"),)
            self.resources.assumed[node.urn] = plain[0]
        return plain

    def _blocks_of_subnet(self, node: Node, vpc: Vpc, count: int) -> tuple[tuple[Block, ...], tuple[str, ...]]:
        blocks, unknown = self.resources.blocks(node, f"{node.name}.cidrBlock", self.resources.read(node, "cidrBlock"))
        value = self.resources.read(node, "ipv6CidrBlock")
        six: tuple[Block, ...] = ()
        if value is not MISSING:
            six, _ = self.resources.blocks(node, "", value)
            whole = next((one for one in vpc.blocks if one.version == 6), None)
            if six and whole is not None and six[0] == whole:
                six = ()  # the VPC's own block came through: a part of it is meant
            if not six and whole is not None:
                first = whole.first + ((count % 256) << 64)
                six = (Block(6, first, first + (1 << 64) - 1),)
                self.resources.assumed[node.urn] = six[0]
        if not blocks and not six and not unknown:
            unknown = (f"{node.name}.cidrBlock",)
        return (*blocks, *six), unknown

    # -- ACLs --------------------------------------------------------------------------------------------------

    def _acl_of_subnets(self) -> dict[str, str]:
        found: dict[str, str] = {}
        for node in self.resources.of(ACL, DEFAULT_ACL):
            subnets = self.resources.resolve(node, "subnetIds")
            self.loose += subnets.unknown if node.type == ACL else ()
            found.update(dict.fromkeys(subnets.keys, node.urn))
        for node in self.resources.of(ACL_ASSOCIATION):
            acl, subnet = (self.resources.resolve(node, path).only for path in ("networkAclId", "subnetId"))
            if acl is None or subnet is None:
                self.loose.append(f"{node.name}.{'networkAclId' if acl is None else 'subnetId'}")
            else:
                found[subnet] = acl
        return found

    def _default_acls(self, vpcs: Mapping[str, Vpc], acls: Mapping[str, Acl]) -> dict[str, Acl]:
        found = {key: open_acl(f"{vpc.name}'s default") for key, vpc in vpcs.items()}
        for node in self.resources.of(DEFAULT_ACL):
            owner = self.resources.resolve(node, "defaultNetworkAclId").only
            if owner is None:
                self.loose.append(f"{node.name}.defaultNetworkAclId")
            elif owner in found:
                found[owner] = acls[node.urn]
            elif owner.startswith(OUTSIDE):  # an id drawn for some VPC here: its outputs say which
                of = self._vpc_with("defaultNetworkAclId", owner.removeprefix(OUTSIDE))
                if of in found:
                    found[of] = acls[node.urn]
        return found

    def _vpc_with(self, output: str, value: str) -> str:
        return next((node.urn for node in self.resources.of(VPC) if node.outputs.get(output) == value), "")

    # -- routes ------------------------------------------------------------------------------------------------

    def _table_of_subnets(self) -> dict[str, str]:
        found: dict[str, str] = {}
        for node in self.resources.of(ASSOCIATION):
            if self.resources.read(node, "gatewayId") is not MISSING:
                continue  # of an internet gateway: for appliances on the way in
            table, subnet = (self.resources.resolve(node, path).only for path in ("routeTableId", "subnetId"))
            if table is None or subnet is None:
                self.loose.append(f"{node.name}.{'routeTableId' if table is None else 'subnetId'}")
            else:
                found[subnet] = table
        return found

    def _tables(self, vpcs: Mapping[str, Vpc]) -> tuple[dict[str, RouteTable], dict[str, RouteTable]]:
        """Tables by key, and the main table of each VPC."""
        more: dict[str, list[Route]] = {}
        for node in self.resources.of(ROUTE):
            owner = self.resources.resolve(node, "routeTableId").only
            if owner is None:
                self.loose.append(f"{node.name}.routeTableId")
            else:
                more.setdefault(owner, []).extend(self._routes(node, node.name, node.inputs, "destinationCidrBlock"))
        services = self._services()
        tables: dict[str, RouteTable] = {}
        main = {key: RouteTable(f"{vpc.name}'s main table", _local(vpc)) for key, vpc in vpcs.items()}
        for node in self.resources.of(TABLE, DEFAULT_TABLE):
            default = node.type == DEFAULT_TABLE
            owner = self.resources.resolve(node, "defaultRouteTableId" if default else "vpcId").only
            if default and owner not in vpcs and owner is not None:
                owner = self._vpc_with("defaultRouteTableId", owner.removeprefix(OUTSIDE))
            vpc = vpcs.get(owner or "")
            inline = items(self.resources.read(node, "routes"))
            routes = [r for one in inline or () for r in self._routes(node, f"{node.name}.routes", one, "cidrBlock")]
            tables[node.urn] = RouteTable(
                node.name,
                (*(_local(vpc) if vpc is not None else ()), *routes, *more.get(node.urn, ())),
                services.get(node.urn, {}),
                (f"{node.name}.routes",) if inline is None else (),
            )
            if default and vpc is not None:
                main[vpc.key] = tables[node.urn]
        for node in self.resources.of(MAIN):
            owner, table = (self.resources.resolve(node, path).only for path in ("vpcId", "routeTableId"))
            if owner in main and table in tables:
                main[owner] = tables[table]
            else:
                self.loose.append(f"{node.name}.routeTableId")
        return tables, main

    def _routes(self, node: Node, name: str, one: FrozenMap, cidr: str) -> list[Route]:
        six = "destinationIpv6CidrBlock" if cidr == "destinationCidrBlock" else "ipv6CidrBlock"
        blocks: list[Block] = []
        unknown: list[str] = []
        for path in (cidr, six):
            if one.get(path) != "":
                some, missing = self.resources.blocks(node, f"{name}.{path}", one.get(path, MISSING))
                blocks += some
                unknown += missing
        listed = self.resources.means(node, f"{name}.prefixList", one.get("destinationPrefixListId", MISSING))
        unknown += listed.unknown
        for key in listed.keys:
            target = self.resources.nodes.get(key)
            if target is not None and target.type == PREFIX_LIST:
                some, missing = prefix_list(self.resources, target)
                blocks += some
                unknown += missing
            else:
                unknown.append(f"entries of {self.resources.name(key)}")
        via, target_key, unknown_target = self._target(node, name, one)
        found = [Route(each, via, target_key, name, unknown_target) for each in blocks]
        return found if not unknown else [*found, Route(None, via, target_key, name, (*unknown, *unknown_target))]

    def _target(self, node: Node, name: str, one: FrozenMap) -> tuple[Via, str, tuple[str, ...]]:
        for path, via in TARGETS.items():
            value = one.get(path, MISSING)
            if value in (MISSING, None, ""):
                continue
            if value == "local":
                return Via.LOCAL, "", ()
            target = self.resources.means(node, f"{name}.{path}", value)
            if target.only is None:
                return Via.OPAQUE, "", (f"{name}.{path}",)
            known = self.resources.nodes.get(target.only)
            if via is Via.INTERNET and (known is None or known.type != GATEWAY):
                return Via.OPAQUE, target.only, ()
            return via, target.only, ()
        return Via.OPAQUE, "", (f"{name}: what it leads to",)

    def _services(self) -> dict[str, dict[str, str]]:
        """Table → AWS service → gateway endpoint."""
        found: dict[str, dict[str, str]] = {}
        for node in self.resources.of(ENDPOINT):
            service = self.resources.read(node, "serviceName")
            if self.resources.read(node, "vpcEndpointType") in (MISSING, "Gateway") and isinstance(service, str):
                tables = self.resources.resolve(node, "routeTableIds")
                self.loose += tables.unknown
                for table in tables.keys:
                    found.setdefault(table, {})[service.rsplit(".", 1)[-1]] = node.name
        for node in self.resources.of(ENDPOINT_TABLE):
            endpoint, table = (self.resources.resolve(node, path).only for path in ("vpcEndpointId", "routeTableId"))
            target = self.resources.nodes.get(endpoint or "")
            service = self.resources.read(target, "serviceName") if target is not None else None
            if table is None or target is None or not isinstance(service, str):
                self.loose.append(f"{node.name}.routeTableId")
            else:
                found.setdefault(table, {})[service.rsplit(".", 1)[-1]] = target.name
        return found


def _local(vpc: Vpc) -> tuple[Route, ...]:
    if vpc.unknown:
        return (Route(None, Via.LOCAL, "", "local", vpc.unknown),)
    return tuple(Route(one, Via.LOCAL, "", "local") for one in vpc.blocks)
