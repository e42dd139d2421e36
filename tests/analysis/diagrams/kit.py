"""Pages and estates for the tests of diagrams: random ones, and one of two small regions made by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from analysis.diagrams import Page
from analysis.diagrams.catalogue import SERVICES
from analysis.diagrams.model import Box, Flow, Group, GroupKind, Layer, Link, Member, Space, walk
from graph import Node, PropertyReference, Reference, ResourceGraph, Source
from graph.values import FrozenMap

PROJECT = Path(__file__).parents[3]
WORDS = st.sampled_from(
    ["Load balancer", "TCP 5432", "sessions, events, orders, customers", "x", "Replication, 15 min SLA", "70 %"]
)
FRAMES = [kind for kind in GroupKind if kind is not GroupKind.PAGE]


@st.composite
def pages(draw: st.DrawFn) -> Page:
    """Pages of up to three levels, some fifteen boxes and as many links: about half of what a real one has."""
    numbers = iter(range(1000))

    def member(level: int) -> Member:
        key = f"k{next(numbers)}"
        kind = draw(st.sampled_from(["box", "box", "box", "space"] if level == 0 else ["box", "group", "group"]))
        if kind == "space":
            return Space(key)
        if kind == "box":
            return Box(key=key, service=draw(st.sampled_from(sorted(SERVICES))), label=draw(WORDS), detail=draw(WORDS),
                       count=draw(st.integers(1, 120)), wide=draw(st.booleans()))  # fmt: skip
        inner = tuple(member(level - 1) for _ in range(draw(st.integers(1, 3))))
        return Group(key=key, kind=draw(st.sampled_from(FRAMES)), label=draw(WORDS), members=inner,
                     flow=draw(st.sampled_from(Flow)), columns=draw(st.integers(1, 3)),
                     align=draw(st.sampled_from([None, f"level {level}"])))  # fmt: skip

    members = tuple(member(2) for _ in range(draw(st.integers(1, 3))))
    root = Group(key="page", kind=GroupKind.PAGE, label="", members=members, flow=draw(st.sampled_from(Flow)))
    boxes = [one.key for one in walk(root) if isinstance(one, Box)]
    links: list[Link] = []
    for number in range(draw(st.integers(0, 12)) if len(boxes) > 1 else 0):
        ends = draw(st.lists(st.sampled_from(boxes), min_size=2, max_size=2, unique=True))
        links.append(
            Link(key=f"l{number}", source=ends[0], target=ends[1], layer=draw(st.sampled_from(Layer)),
                 label=draw(st.just("") | WORDS), both=draw(st.booleans()),
                 bundle=draw(st.sampled_from([None, None, f"{ends[0]}-together"])))
        )  # fmt: skip
    return Page(key="random", title="Random", subtitle="made up", root=root, links=tuple(links))


def node(stack: str, kind: str, name: str, region: str | None, /, **inputs: Any) -> Node:
    """A resource with known inputs; those that are nodes are read as references to their id."""
    references = tuple(
        PropertyReference(path, Reference(value.urn, "id")) for path, value in inputs.items() if isinstance(value, Node)
    )
    plain = {path: value for path, value in inputs.items() if not isinstance(value, Node)}
    return Node(urn=f"urn:pulumi:{stack}::atoll::{kind}::{name}", type=kind, name=name, custom=True, region=region,
                inputs=FrozenMap(plain), references=references, source=Source("components/made/up.py", 7))  # fmt: skip


def region_stack(stack: str, region: str, block: str) -> list[Node]:
    """A network of two zones, with a load balancer, services, a database and a table."""
    vpc = node(stack, "aws:ec2/vpc:Vpc", f"{stack}-vpc", region, cidrBlock=block)
    subnets = [
        node(stack, "aws:ec2/subnet:Subnet", f"{stack}-{tier}-{zone}", region, vpcId=vpc, tags={"Tier": tier},
             availabilityZone=region + zone, cidrBlock=f"{block[:-7]}.{index}.0/24")
        for index, (tier, zone) in enumerate((tier, zone) for tier in ("private", "database") for zone in "ab")
    ]  # fmt: skip
    groups = [node(stack, "aws:ec2/securityGroup:SecurityGroup", f"{stack}-{name}", region, vpcId=vpc)
              for name in ("alb", "ecs", "database")]  # fmt: skip
    alb, ecs, database = groups
    rule = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
    subnet_group = node(stack, "aws:rds/subnetGroup:SubnetGroup", f"{stack}-subnets", region,
                        **{"subnetIds[0]": subnets[2], "subnetIds[1]": subnets[3]})  # fmt: skip
    key = node(stack, "aws:kms/key:Key", f"{stack}-key-database", region, multiRegion=True)
    cluster = node(stack, "aws:rds/cluster:Cluster", f"{stack}-database", region, engineVersion="17.6", kmsKeyId=key,
                   dbSubnetGroupName=subnet_group, globalClusterIdentifier="atoll",
                   vpcSecurityGroupIds=database)  # fmt: skip
    return [
        vpc, *subnets, *groups, subnet_group, key, cluster,
        node(stack, "aws:rds/clusterInstance:ClusterInstance", f"{stack}-a", region, availabilityZone=f"{region}a",
             clusterIdentifier=cluster, promotionTier=0),
        node(stack, "aws:lb/loadBalancer:LoadBalancer", f"{stack}-alb", region, securityGroups=alb),
        node(stack, "aws:ecs/service:Service", f"{stack}-orders-service", region, networkConfiguration=ecs,
             **{"networkConfiguration.subnets[0]": subnets[0], "networkConfiguration.subnets[1]": subnets[1]}),
        node(stack, rule, f"{stack}-in", region, cidrIpv4="0.0.0.0/0", fromPort=443, toPort=443, securityGroupId=alb),
        node(stack, rule, f"{stack}-8080", region, fromPort=8080, toPort=8080, securityGroupId=ecs,
             referencedSecurityGroupId=alb),
        node(stack, rule, f"{stack}-5432", region, fromPort=5432, toPort=5432, securityGroupId=database,
             referencedSecurityGroupId=ecs),
    ]  # fmt: skip


def two_regions(*more: Node, without: str = "nothing") -> dict[str, ResourceGraph]:
    """An estate of two regions and what spans them; resources of ``more`` belong to the stack `global`."""
    zone = node("global", "aws:route53/zone:Zone", "global-zone", None, name="atoll.example")
    spanning = [
        zone,
        node("global", "aws:route53/healthCheck:HealthCheck", "health", None, requestInterval=10),
        node("global", "aws:route53/record:Record", "one", None, zoneId=zone, setIdentifier="prod",
             weightedRoutingPolicies=[{"weight": 70}]),
        node("global", "aws:route53/record:Record", "two", None, zoneId=zone, setIdentifier="prod-west",
             weightedRoutingPolicies=[{"weight": 30}]),
        *more,
    ]  # fmt: skip
    east, west = region_stack("prod", "us-east-1", "10.0.0.0/16"), region_stack("prod-west", "us-west-2", "10.1.0.0/16")
    nodes = {"prod": east, "prod-west": [one for one in west if without not in one.type], "global": spanning}
    return {stack: ResourceGraph(members, project="atoll", stack=stack) for stack, members in nodes.items()}
