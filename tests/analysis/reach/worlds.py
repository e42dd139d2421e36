"""Small random networks, written down once and told twice: to the simulator as they are, to the product as a graph."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from hypothesis import strategies as st

from graph import Node, ResourceGraph
from graph.values import FrozenMap

PROTOCOLS = ("tcp", "udp", "-1")
PORTS = (22, 443, 1024, 8080, 40000, 65535)
CIDRS = (
    *("0.0.0.0/0", "10.0.0.0/8", "10.0.0.0/24", "10.0.0.0/28", "10.0.0.16/28", "10.0.0.0/29", "10.1.0.0/24"),
    *("10.1.0.0/28", "10.1.0.24/29", "93.0.0.0/8", "93.184.0.0/16"),
)
VPC_CIDRS = ("10.0.0.0/24", "10.1.0.0/24")
OUTSIDE = ("93.184.216.34", "93.7.7.7", "8.8.8.8")


@dataclass(frozen=True)
class SgRule:
    egress: bool
    protocol: str
    ports: tuple[int, int]
    cidr: str | None
    group: str | None


@dataclass(frozen=True)
class NaclEntry:
    number: int
    egress: bool
    allow: bool
    protocol: str
    ports: tuple[int, int]
    cidr: str


@dataclass(frozen=True)
class SimRoute:
    cidr: str
    target: str
    """`igw-<vpc>`, `nat`, `pcx`, `tgw`."""


@dataclass(frozen=True)
class SimSubnet:
    name: str
    vpc: int
    cidr: str
    zone: str
    routes: tuple[SimRoute, ...]
    nacl: tuple[NaclEntry, ...] | None
    """None: AWS's default, which lets everything through."""


@dataclass(frozen=True)
class SimHost:
    name: str
    subnet: str
    groups: tuple[str, ...]
    public: bool


@dataclass(frozen=True)
class World:
    subnets: dict[str, SimSubnet]
    hosts: dict[str, SimHost]
    groups: dict[str, tuple[SgRule, ...]]
    gateways: frozenset[int]
    """VPCs with an internet gateway."""
    nat: str
    """Subnet of the NAT gateway."""
    attachments: dict[int, str] = field(default_factory=dict[int, str])
    """VPC → subnet of its attachment to the transit gateway, whose zone alone it serves."""
    transit: dict[int, tuple[SimRoute, ...]] = field(default_factory=dict[int, tuple[SimRoute, ...]])
    """VPC that enters → routes of its table; targets are `vpc-<n>` or `hole`."""
    vpc_cidrs: tuple[str, ...] = VPC_CIDRS
    references: bool = False
    """Whether groups see those of the other VPC through the transit gateway, in rules for what comes in."""


ranges = st.one_of(
    st.sampled_from([(0, 65535), (1024, 65535), (443, 443), (8080, 8080)]),
    st.tuples(st.sampled_from(PORTS), st.sampled_from(PORTS)).map(lambda pair: (min(pair), max(pair))),
)
cidrs = st.sampled_from(CIDRS)


@st.composite
def sg_rules(draw: st.DrawFn) -> SgRule:
    to_group = draw(st.booleans())
    return SgRule(
        draw(st.booleans()),
        draw(st.sampled_from(PROTOCOLS)),
        draw(ranges),
        None if to_group else draw(cidrs),
        draw(st.sampled_from(["a", "b"])) if to_group else None,
    )


@st.composite
def nacls(draw: st.DrawFn, mostly: st.SearchStrategy[bool]) -> tuple[NaclEntry, ...] | None:
    if draw(st.booleans()):
        return None
    numbers = draw(st.lists(st.integers(1, 99), unique=True, max_size=5))
    entries = [
        NaclEntry(
            n,
            draw(st.booleans()),
            draw(st.sampled_from([True, True, False])),
            draw(st.sampled_from(PROTOCOLS)),
            draw(ranges),
            draw(cidrs),
        )
        for n in numbers
    ]
    if draw(mostly):
        entries += [NaclEntry(100, side, True, "-1", (0, 65535), "0.0.0.0/0") for side in (True, False)]
    return tuple(entries)


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """Hostile worlds, where hardly anything passes, and friendly ones, where one thing or another is shut."""
    friendly = draw(st.sampled_from([True, True, False]))
    mostly = st.sampled_from([True, True, True, False]) if friendly else st.booleans()
    subnets: dict[str, SimSubnet] = {}
    for name, vpc, cidr in (("s0", 0, "10.0.0.0/28"), ("s1", 0, "10.0.0.16/28"), ("t0", 1, "10.1.0.0/28")):
        targets = [f"igw-{vpc}", "pcx", "tgw", *(["nat"] if vpc == 0 else [])]
        found = {draw(cidrs): draw(st.sampled_from(targets)) for _ in range(draw(st.integers(0, 4)))}
        if draw(mostly):
            out = [f"igw-{vpc}", *(["nat"] * 4 if vpc == 0 else ["tgw"] * 4)]
            found["0.0.0.0/0"] = draw(st.sampled_from(out))
        if draw(mostly):
            found[VPC_CIDRS[1 - vpc]] = draw(st.sampled_from(["pcx", "tgw", "tgw", "tgw"]))
        if friendly:  # nothing narrower than the VPC's own route leads elsewhere
            found = {cidr: target for cidr, target in found.items() if not cidr.startswith("10.0.0.0/2")}
        routes = tuple(SimRoute(cidr, target) for cidr, target in found.items() if cidr != VPC_CIDRS[vpc])
        subnets[name] = SimSubnet(name, vpc, cidr, draw(st.sampled_from("xxxxxy")), routes, draw(nacls(mostly)))
    rules = st.lists(sg_rules(), max_size=4)
    open_ = [SgRule(side, "-1", (0, 65535), "0.0.0.0/0", None) for side in (True, False)]
    groups = {name: tuple(open_ if draw(mostly) else draw(rules)) for name in "ab"}
    hosts = {
        f"h{n}": SimHost(
            f"h{n}",
            subnet,
            tuple(draw(st.lists(st.sampled_from("ab"), min_size=1, unique=True))),
            draw(mostly),
        )
        for n, subnet in enumerate([*subnets, draw(st.sampled_from(sorted(subnets)))])
    }
    transit: dict[int, tuple[SimRoute, ...]] = {}
    for vpc in [number for number in (0, 1) if draw(mostly)]:
        found = {
            draw(cidrs): draw(st.sampled_from(["vpc-0", "vpc-1", "hole"]))
            for _ in range(draw(st.integers(0, 1 if friendly else 3)))
        }
        if draw(mostly):
            found[VPC_CIDRS[1 - vpc]] = f"vpc-{1 - vpc}"
        if vpc == 1 and draw(mostly):  # out over the NAT gateway of the other
            found["0.0.0.0/0"] = "vpc-0"
        transit[vpc] = tuple(SimRoute(cidr, target) for cidr, target in found.items())
    return World(
        subnets,
        hosts,
        groups,
        frozenset(number for number in (0, 1) if draw(mostly)),
        draw(st.sampled_from(["s0", "s1"])),
        {0: draw(st.sampled_from(["s0", "s1"])), 1: "t0"},
        transit,
        references=draw(st.booleans()),
    )


# -- as a resource graph ---------------------------------------------------------------------------------------


def node(type_: str, name: str, **inputs: Any) -> Node:
    """A deployed resource whose id is its name; inputs may be nested."""
    urn = f"urn:pulumi:test::atoll::{type_}::{name}"
    return Node(urn=urn, type=type_, name=name, custom=True, id=name, inputs=FrozenMap(inputs))


def as_graph(world: World, *, stack: str = "test") -> ResourceGraph:
    """The same world as the engine would keep it."""
    nodes: list[Node] = []
    for number, cidr in enumerate(world.vpc_cidrs):
        nodes.append(node("aws:ec2/vpc:Vpc", f"vpc-{number}", cidrBlock=cidr))
        attached = {"vpcId": f"vpc-{number}"} if number in world.gateways else {}
        nodes.append(node("aws:ec2/internetGateway:InternetGateway", f"igw-{number}", **attached))
        if len(world.vpc_cidrs) > 1:
            nodes += _transit(world, number)
    nodes.append(node("aws:ec2/natGateway:NatGateway", "nat", subnetId=world.nat))
    nodes.append(node("aws:ec2/vpcPeeringConnection:VpcPeeringConnection", "pcx", vpcId="vpc-0", peerVpcId="vpc-1"))
    nodes.append(
        node(
            "aws:ec2transitgateway/transitGateway:TransitGateway",
            "tgw",
            defaultRouteTableAssociation="disable",
            defaultRouteTablePropagation="disable",
            securityGroupReferencingSupport="enable" if world.references else "disable",
        )
    )
    for subnet in world.subnets.values():
        nodes += _subnet(subnet)
    for name, rules in world.groups.items():
        nodes += _group(name, rules)
    for host in world.hosts.values():
        nodes.append(
            node(
                "aws:ec2/instance:Instance",
                host.name,
                subnetId=host.subnet,
                vpcSecurityGroupIds=[f"sg-{name}" for name in host.groups],
                associatePublicIpAddress=host.public,
            )
        )
    return ResourceGraph(nodes, project="atoll", stack=stack)


def _transit(world: World, vpc: int) -> list[Node]:
    made = [
        node(
            "aws:ec2transitgateway/vpcAttachment:VpcAttachment",
            f"attach-{vpc}",
            vpcId=f"vpc-{vpc}",
            transitGatewayId="tgw",
            subnetIds=[world.attachments[vpc]],
        )
    ]
    if vpc in world.transit:
        made.append(node("aws:ec2transitgateway/routeTable:RouteTable", f"table-{vpc}", transitGatewayId="tgw"))
        made.append(
            node(
                "aws:ec2transitgateway/routeTableAssociation:RouteTableAssociation",
                f"association-{vpc}",
                transitGatewayAttachmentId=f"attach-{vpc}",
                transitGatewayRouteTableId=f"table-{vpc}",
            )
        )
        for index, route in enumerate(world.transit[vpc]):
            target = {"blackhole": True} if route.target == "hole" else {}
            if not target:
                target = {"transitGatewayAttachmentId": route.target.replace("vpc", "attach")}
            made.append(
                node(
                    "aws:ec2transitgateway/route:Route",
                    f"transit-{vpc}-{index}",
                    transitGatewayRouteTableId=f"table-{vpc}",
                    destinationCidrBlock=route.cidr,
                    **target,
                )
            )
    return made


def _subnet(subnet: SimSubnet) -> list[Node]:
    keys = {"nat": "natGatewayId", "pcx": "vpcPeeringConnectionId", "tgw": "transitGatewayId"}
    made = [
        node(
            "aws:ec2/subnet:Subnet",
            subnet.name,
            vpcId=f"vpc-{subnet.vpc}",
            cidrBlock=subnet.cidr,
            availabilityZone=subnet.zone,
        ),
        node("aws:ec2/routeTable:RouteTable", f"rt-{subnet.name}", vpcId=f"vpc-{subnet.vpc}"),
        node(
            "aws:ec2/routeTableAssociation:RouteTableAssociation",
            f"rta-{subnet.name}",
            subnetId=subnet.name,
            routeTableId=f"rt-{subnet.name}",
        ),
    ]
    for index, route in enumerate(subnet.routes):
        made.append(
            node(
                "aws:ec2/route:Route",
                f"route-{subnet.name}-{index}",
                routeTableId=f"rt-{subnet.name}",
                destinationCidrBlock=route.cidr,
                **{keys.get(route.target, "gatewayId"): route.target},
            )
        )
    if subnet.nacl is not None:
        sides: dict[str, list[dict[str, Any]]] = {"ingress": [], "egress": []}
        for entry in subnet.nacl:
            sides["egress" if entry.egress else "ingress"].append(
                {
                    "ruleNo": entry.number,
                    "action": "allow" if entry.allow else "deny",
                    "protocol": entry.protocol,
                    "cidrBlock": entry.cidr,
                    "fromPort": 0 if entry.protocol == "-1" else entry.ports[0],
                    "toPort": 0 if entry.protocol == "-1" else entry.ports[1],
                }
            )
        made.append(
            node(
                "aws:ec2/networkAcl:NetworkAcl",
                f"acl-{subnet.name}",
                vpcId=f"vpc-{subnet.vpc}",
                subnetIds=[subnet.name],
                **sides,
            )
        )
    return made


def _group(name: str, rules: tuple[SgRule, ...]) -> list[Node]:
    """The even rules in the group itself, the odd ones as resources of their own."""
    inline: dict[str, list[dict[str, Any]]] = {"ingress": [], "egress": []}
    made: list[Node] = []
    for index, rule in enumerate(rules):
        ports = (0, 0) if rule.protocol == "-1" else rule.ports
        side = "egress" if rule.egress else "ingress"
        if index % 2 == 0:
            peer: dict[str, Any] = (
                {"cidrBlocks": [rule.cidr]} if rule.cidr else {"securityGroups": [f"sg-{rule.group}"]}
            )
            inline[side].append({"protocol": rule.protocol, "fromPort": ports[0], "toPort": ports[1], **peer})
        else:
            peer = {"cidrIpv4": rule.cidr} if rule.cidr else {"referencedSecurityGroupId": f"sg-{rule.group}"}
            kind = "SecurityGroupEgressRule" if rule.egress else "SecurityGroupIngressRule"
            made.append(
                node(
                    f"aws:vpc/{kind[0].lower()}{kind[1:]}:{kind}",
                    f"rule-{name}-{index}",
                    securityGroupId=f"sg-{name}",
                    ipProtocol=rule.protocol,
                    fromPort=ports[0],
                    toPort=ports[1],
                    **peer,
                )
            )
    return [node("aws:ec2/securityGroup:SecurityGroup", f"sg-{name}", vpcId="vpc-0", **inline), *made]
