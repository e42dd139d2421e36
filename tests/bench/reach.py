"""How long the proof takes that every contract edge is reachable, in a generated estate, and how that grows (NET-4)."""

from __future__ import annotations

import gc
import time
from collections.abc import Iterator
from typing import Any

from analysis.reach import Evaluator, Places, Reachable, network_of
from graph import Node, ResourceGraph
from graph.values import FrozenMap
from tests.bench.figures import Figure, ratios
from tests.bench.processes import BenchmarkError

RESOURCES = 10_000
SECONDS = 2.0
GROWTH = 2.16
"""Twice n log n at 10,000: 2 · ln 10,000 / ln 5,000."""
FUNCTIONS = 8
ZONES = "abc"
Question = tuple[str, str, int]


def _node(type_: str, name: str, **inputs: Any) -> Node:
    module, _, kind = type_.partition("/")
    token = f"aws:{module}/{kind[0].lower()}{kind[1:]}:{kind}"
    urn = f"urn:pulumi:estate::atoll::{token}::{name}"
    return Node(urn=urn, type=token, name=name, custom=True, id=name, inputs=FrozenMap(inputs))


def estate(resources: int) -> tuple[ResourceGraph, list[Question]]:
    """A region and as many services in it as make up the number; and the edges of all their contracts."""
    nodes = list(_region())
    questions: list[Question] = []
    number = 0
    while len(nodes) < resources:
        nodes += _service(f"service-{number:04}", questions)
        number += 1
    return ResourceGraph(nodes, project="atoll", stack="estate"), questions


def _region() -> Iterator[Node]:
    yield _node("ec2/Vpc", "vpc", cidrBlock="10.0.0.0/16")
    yield _node("ec2/InternetGateway", "igw", vpcId="vpc")
    anywhere = {"protocol": "-1", "fromPort": 0, "toPort": 0, "cidrBlock": "0.0.0.0/0", "action": "allow"}
    for index, tier in enumerate(("public", "private", "database")):
        ids = [f"{tier}-{zone}" for zone in ZONES]
        yield _node("ec2/RouteTable", f"table-{tier}", vpcId="vpc")
        entries = [{**anywhere, "ruleNo": 100}]
        yield _node("ec2/NetworkAcl", f"acl-{tier}", vpcId="vpc", subnetIds=ids, ingress=entries, egress=entries)
        for offset, zone in enumerate(ZONES):
            cidr = f"10.0.{index * 16 + offset}.0/24"
            yield _node("ec2/Subnet", f"{tier}-{zone}", vpcId="vpc", cidrBlock=cidr, availabilityZone=zone)
            yield _node(
                "ec2/RouteTableAssociation",
                f"of-{tier}-{zone}",
                subnetId=f"{tier}-{zone}",
                routeTableId=f"table-{tier}",
            )
    yield _node("ec2/NatGateway", "nat", subnetId="public-a")
    yield _node("ec2/Route", "out", routeTableId="table-public", destinationCidrBlock="0.0.0.0/0", gatewayId="igw")
    yield _node(
        "ec2/Route", "nat-out", routeTableId="table-private", destinationCidrBlock="0.0.0.0/0", natGatewayId="nat"
    )
    service = "com.amazonaws.us-east-1.dynamodb"
    yield _node("ec2/VpcEndpoint", "dynamodb", vpcId="vpc", serviceName=service, routeTableIds=["table-private"])
    data = [f"database-{zone}" for zone in ZONES]
    yield _node("rds/SubnetGroup", "databases", subnetIds=data)
    yield _node("elasticache/SubnetGroup", "caches", subnetIds=data)
    for name in ("database", "cache"):
        yield _node("ec2/SecurityGroup", f"group-{name}", vpcId="vpc")
    yield _node("rds/Instance", "database", dbSubnetGroupName="databases", vpcSecurityGroupIds=["group-database"])
    yield _node("elasticache/ReplicationGroup", "cache", subnetGroupName="caches", securityGroupIds=["group-cache"])


def _service(name: str, questions: list[Question]) -> Iterator[Node]:
    subnets = [f"private-{zone}" for zone in ZONES]
    for group in (name, f"{name}-entrance"):
        yield _node("ec2/SecurityGroup", group, vpcId="vpc")

    def rule(kind: str, key: str, group: str, port: int, **peer: str) -> Node:
        type_ = f"vpc/SecurityGroup{kind}Rule"
        return _node(
            type_, f"{name}-{key}", securityGroupId=group, ipProtocol="tcp", fromPort=port, toPort=port, **peer
        )

    for key, port in (("database", 5432), ("cache", 6379)):
        yield rule("Egress", f"to-{key}", name, port, referencedSecurityGroupId=f"group-{key}")
        yield rule("Ingress", f"from-{key}", f"group-{key}", port, referencedSecurityGroupId=name)
    yield rule("Egress", "to-aws", name, 443, cidrIpv4="0.0.0.0/0")
    yield rule("Egress", "to-tasks", f"{name}-entrance", 8080, referencedSecurityGroupId=name)
    yield rule("Ingress", "from-front", name, 8080, referencedSecurityGroupId=f"{name}-entrance")
    yield _node("lb/LoadBalancer", f"{name}-front", internal=True, subnets=subnets, securityGroups=[f"{name}-entrance"])
    network = {"subnets": subnets, "securityGroups": [name]}
    yield _node("ecs/Service", f"{name}-tasks", networkConfiguration=network)
    questions.append((f"{name}-front", f"{name}-tasks", 8080))
    for index in range(FUNCTIONS):
        function = f"{name}-function-{index}"
        yield _node("lambda/Function", function, vpcConfig={"subnetIds": subnets, "securityGroupIds": [name]})
        yield _node("iam/Role", f"{function}-role", path="/")
        for target, port in (("database", 5432), ("cache", 6379), ("aws:dynamodb", 443), ("internet", 443)):
            questions.append((function, target, port))


def prove(graph: ResourceGraph, questions: list[Question]) -> float:
    """Seconds from a loaded graph to the answer of every question, each of which must be yes."""
    gc.collect()
    begun = time.perf_counter()
    network = network_of(graph)
    places, evaluator = Places(network), Evaluator(network)
    wrong = [
        question
        for question in questions
        if not isinstance(evaluator.ask(places(question[0]), places(question[1]), question[2]), Reachable)
    ]
    seconds = time.perf_counter() - begun
    if wrong:
        raise BenchmarkError(f"{len(wrong)} of {len(questions)} edges are not reachable, such as {wrong[0]}")
    return seconds


def measure(rounds: int) -> list[Figure]:
    """The whole and half of it in turns."""
    whole, half = estate(RESOURCES), estate(RESOURCES // 2)
    prove(*half)  # not counted: warms up
    pairs = [(prove(*whole), prove(*half)) for _ in range(rounds)]
    of, to = [one for one, _ in pairs], [other for _, other in pairs]
    return [
        Figure(
            name=f"reach: every contract edge of {RESOURCES} resources",
            unit="s",
            values=tuple(of),
            target=SECONDS,
            note=f"{len(whole[0])} resources, {len(whole[1])} edges",
        ),
        Figure(name=f"reach: every contract edge of {RESOURCES // 2}", unit="s", values=tuple(to)),
        ratios("reach: twice as many", of, to, target=GROWTH),
    ]
