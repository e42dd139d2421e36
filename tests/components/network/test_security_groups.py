"""Security groups are document 004's matrix with one correction (NET-4)."""

from __future__ import annotations

import pytest

from components.network.security_groups import ANYWHERE, BASTION_RULES, MATRIX, Direction, Group, Rule, matrix
from tests.components.network.samples import dev, inputs_of, record_network
from tests.kit import GraphView

IN, OUT = Direction.INGRESS, Direction.EGRESS
DOCUMENT_004 = {
    (Group.ALB, IN, ANYWHERE, 80),
    (Group.ALB, IN, ANYWHERE, 443),
    (Group.ALB, OUT, Group.ECS, 8080),
    (Group.ECS, IN, Group.ALB, 8080),
    (Group.ECS, IN, Group.ECS, None),
    (Group.ECS, OUT, Group.DATABASE, 5432),
    (Group.ECS, OUT, Group.CACHE, 6379),
    (Group.ECS, OUT, ANYWHERE, 443),
    (Group.DATABASE, IN, Group.ECS, 5432),
    (Group.CACHE, IN, Group.ECS, 6379),
}
"""The document's matrix as it stands, "Network Security", without the optional bastion."""
INGRESS = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
EGRESS = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"


def essence(rules: tuple[Rule, ...]) -> set[tuple[Group, Direction, Group | str, int | None]]:
    return {(rule.group, rule.direction, rule.peer, rule.port) for rule in rules}


@pytest.fixture(scope="module")
def view() -> GraphView:
    return record_network(dev())


def test_matrix_differs_from_document_004_only_by_egress_of_tasks_to_themselves() -> None:
    assert essence(MATRIX) - DOCUMENT_004 == {(Group.ECS, OUT, Group.ECS, None)}
    assert DOCUMENT_004 - essence(MATRIX) == set()


def test_every_rule_between_groups_has_its_other_half_when_listed() -> None:
    rules = essence(matrix(bastion=True))
    for group, direction, peer, port in rules:
        if isinstance(peer, Group):
            assert (peer, IN if direction is OUT else OUT, group, port) in rules


def test_rules_are_recorded_one_by_one_when_the_matrix_is_applied(view: GraphView) -> None:
    made = {
        (node.name, node.type, node.inputs["ipProtocol"], node.inputs.get("fromPort"), node.inputs.get("toPort"))
        for kind in (INGRESS, EGRESS)
        for node in view.graph.of_type(kind)
    }
    assert made == {
        ("test-rule-alb-ingress-anywhere-80", INGRESS, "tcp", 80, 80),
        ("test-rule-alb-ingress-anywhere-443", INGRESS, "tcp", 443, 443),
        ("test-rule-alb-egress-ecs-8080", EGRESS, "tcp", 8080, 8080),
        ("test-rule-ecs-ingress-alb-8080", INGRESS, "tcp", 8080, 8080),
        ("test-rule-ecs-ingress-self-all", INGRESS, "-1", None, None),
        ("test-rule-ecs-egress-self-all", EGRESS, "-1", None, None),
        ("test-rule-ecs-egress-database-5432", EGRESS, "tcp", 5432, 5432),
        ("test-rule-ecs-egress-cache-6379", EGRESS, "tcp", 6379, 6379),
        ("test-rule-ecs-egress-anywhere-443", EGRESS, "tcp", 443, 443),
        ("test-rule-database-ingress-ecs-5432", INGRESS, "tcp", 5432, 5432),
        ("test-rule-cache-ingress-ecs-6379", INGRESS, "tcp", 6379, 6379),
    }


@pytest.mark.parametrize("rule", MATRIX, ids=lambda rule: rule.key)
def test_rule_is_wired_to_its_group_and_peer_when_recorded(view: GraphView, rule: Rule) -> None:
    name = f"test-rule-{rule.key}"
    view.assert_wired(name, "securityGroupId", f"test-security-group-{rule.group}.id")
    if isinstance(rule.peer, Group):
        view.assert_wired(name, "referencedSecurityGroupId", f"test-security-group-{rule.peer}.id")
        assert "cidrIpv4" not in inputs_of(view, name)
    else:
        assert view.value(name, "cidrIpv4") == "0.0.0.0/0"
        assert "referencedSecurityGroupId" not in inputs_of(view, name)
    assert view.value(name, "description") == rule.description
    assert "cidrIpv6" not in inputs_of(view, name)


@pytest.mark.parametrize("group", ["alb", "ecs", "database", "cache"])
def test_groups_have_no_inline_rules_when_rules_are_resources(view: GraphView, group: str) -> None:
    inputs = inputs_of(view, f"test-security-group-{group}")
    assert "ingress" not in inputs
    assert "egress" not in inputs
    view.assert_wired(f"test-security-group-{group}", "vpcId", "test-vpc.id")


@pytest.mark.parametrize("group", ["database", "cache"])
def test_data_tier_has_no_egress_when_the_matrix_is_applied(view: GraphView, group: str) -> None:
    owners = [view.wiring(node.name, "securityGroupId") for node in view.graph.of_type(EGRESS)]
    assert owners
    assert {f"test-security-group-{group}.id"} not in owners


def test_bastion_exists_only_when_the_setting_asks_for_it(view: GraphView) -> None:
    with_bastion = record_network(dev(bastion=True))
    extra = {node.name for kind in (INGRESS, EGRESS) for node in with_bastion.graph.of_type(kind)} - {
        node.name for kind in (INGRESS, EGRESS) for node in view.graph.of_type(kind)
    }
    assert extra == {f"test-rule-{rule.key}" for rule in BASTION_RULES}
    assert not [node for node in view.graph.of_type("aws:ec2/securityGroup:SecurityGroup") if "bastion" in node.name]
    assert not [rule for rule in BASTION_RULES if rule.group is Group.BASTION and rule.direction is IN]


def test_descriptions_are_what_ec2_accepts_when_sent() -> None:
    allowed = set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 ._-:/()#,@[]+=&;{}!$*")
    for rule in matrix(bastion=True):
        assert 0 < len(rule.description) <= 255
        assert set(rule.description) <= allowed


def test_group_descriptions_are_what_ec2_accepts_when_sent(view: GraphView) -> None:
    allowed = set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 ._-:/()#,@[]+=&;{}!$*")
    for node in record_network(dev(bastion=True)).graph.of_type("aws:ec2/securityGroup:SecurityGroup"):
        assert set(str(node.inputs["description"])) <= allowed
