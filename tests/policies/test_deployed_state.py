"""A deployed state names other resources literally, and knows what a property depends on but not which output it is."""

from __future__ import annotations

from typing import Any

from graph.nodes import Node
from graph.resource_graph import ResourceGraph
from graph.values import FrozenMap
from policies.internet import addresses
from policies.subject import Subject, View

STACK = "urn:pulumi:dev::atoll"
GROUP, RULE = "aws:ec2/securityGroup:SecurityGroup", "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"


def urn(kind: str, name: str) -> str:
    return f"{STACK}::{kind}::{name}"


def node(kind: str, name: str, identifier: str, needs: dict[str, tuple[str, ...]] | None = None, **inputs: Any) -> Node:
    return Node(
        urn=urn(kind, name),
        type=kind,
        name=name,
        custom=True,
        id=identifier,
        inputs=FrozenMap(inputs),
        outputs=FrozenMap(inputs),
        property_dependencies=tuple(sorted((needs or {}).items())),
    )


def subject(*nodes: Node) -> Subject:
    """The last of some resources of a state."""
    view = View(ResourceGraph(nodes, project="atoll", stack="dev"))
    return Subject(view, nodes[-1])


def test_the_resource_named_is_the_one_referred_to_when_a_property_depends_on_two() -> None:
    groups = node(GROUP, "one", "sg-1"), node(GROUP, "two", "sg-2")
    both = {"securityGroupId": tuple(group.urn for group in groups)}
    rule = subject(*groups, node(RULE, "rule", "sgr-1", both, securityGroupId="sg-2"))
    assert [str(found) for found in rule.referred("securityGroupId")] == ["two"]


def test_nothing_is_referred_to_when_the_resource_named_is_another_stacks() -> None:
    group = node(GROUP, "one", "sg-1")
    rule = subject(group, node(RULE, "rule", "sgr-1", {"securityGroupId": (group.urn,)}, securityGroupId="sg-9"))
    assert rule.referred("securityGroupId") == ()


def test_an_empty_address_is_none_when_a_deployed_entry_says_so() -> None:
    rule = subject(node(RULE, "rule", "sgr-1", cidrIpv4="10.0.0.0/24", cidrIpv6=""))
    assert addresses(rule.read("cidrIpv4"), rule.read("cidrIpv6")).internet() is False


def test_a_property_is_not_set_when_a_deployed_resource_has_empty_text_there() -> None:
    service = subject(node("aws:ecs/service:Service", "api", "arn", platformVersion=""))
    assert service.read("platformVersion", default="LATEST").value == "LATEST"
