"""The matrix of document 004: proved of the stacks of this project, and disproved of the document itself (NET-4)."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from analysis.reach import (
    Blocked,
    Edge,
    Finding,
    Intents,
    Partly,
    Problem,
    Reachable,
    Wall,
    check,
    matrix,
    network_of,
    region_intents,
)
from contracts.settings import StackSettings, load
from graph import Node, ResourceGraph
from graph.record import record
from graph.values import FrozenMap
from stacks.region import build
from tests.analysis.reach import document_004
from tests.analysis.reach.kit import asked, recorded

PROJECT = Path(__file__).parents[3]
REGIONS = ("dev", "staging", "prod")


@cache
def region(stack: str) -> ResourceGraph:
    settings = load(PROJECT / f"Pulumi.{stack}.yaml")
    assert isinstance(settings, StackSettings)
    return record(lambda: build(settings), stack=stack, account=settings.account.id).graph


def without(graph: ResourceGraph, name: str) -> ResourceGraph:
    graph.named(name)
    return ResourceGraph((n for n in graph if n.name != name), project=graph.project, stack=graph.stack)


def changed(graph: ResourceGraph, name: str, **inputs: object) -> ResourceGraph:
    def changed_node(node: Node) -> Node:
        return replace(node, inputs=FrozenMap({**node.inputs, **inputs})) if node.name == name else node

    graph.named(name)
    return ResourceGraph(map(changed_node, graph), project=graph.project, stack=graph.stack)


def short(findings: list[Finding]) -> set[tuple[Problem, str, str, str]]:
    return {(one.problem, one.source, one.target, one.ports) for one in findings}


@pytest.mark.parametrize("stack", REGIONS)
def test_matrix_holds_when_the_region_is_as_the_program_declares_it(stack: str) -> None:
    assert [str(one) for one in check(region(stack), region_intents(stack))] == []


@pytest.mark.parametrize("stack", REGIONS)
def test_every_role_of_the_matrix_is_there_when_it_is_proved(stack: str) -> None:
    found = matrix(network_of(region(stack)), region_intents(stack).roles)
    assert found["internet", "alb"] == ("80, 443", True)
    assert found["alb", "ecs"] == ("8080", True)
    assert found["ecs", "ecs"] == ("all", True)
    assert found["ecs", "database"] == ("5432", True)
    assert found["ecs", "cache"] == ("6379", True)
    assert not any(source in ("database", "cache") for source, _ in found)


def test_only_calls_among_services_are_blocked_when_the_matrix_is_as_document_004_has_it() -> None:
    found = check(recorded(document_004.build), region_intents("test"))
    assert short(found) == {(Problem.MISSING, "ecs", "ecs", "8080")}
    group = "production-ecs-group"
    wall = Wall("egress of " + group, f"no egress rule of {group} lets it")
    assert isinstance(found[0].answer, Blocked)
    assert found[0].answer.forward is not None
    assert found[0].answer.forward.why == wall.why
    assert found[0].answer.back is None


MISSING = {
    "dev-rule-ecs-egress-self-all": ("ecs", "ecs", "8080"),
    "dev-rule-ecs-ingress-alb-8080": ("alb", "ecs", "8080"),
    "dev-rule-database-ingress-ecs-5432": ("ecs", "database", "5432"),
    "dev-rule-alb-ingress-anywhere-443": ("internet", "alb", "443"),
    "dev-route-public-internet": ("internet", "alb", "443"),
    "dev-route-private-nat-us-east-1a": ("ecs", "internet", "443"),
    "dev-internet-gateway": ("internet", "alb", "80"),
}


@pytest.mark.parametrize("name", MISSING)
def test_the_edge_is_missing_when_one_rule_or_route_of_its_path_is_taken_away(name: str) -> None:
    found = short(check(without(region("dev"), name), region_intents("dev")))
    assert (Problem.MISSING, *MISSING[name]) in found


def test_the_edge_is_missing_both_ways_named_when_the_answer_has_no_entry() -> None:
    graph = changed(region("dev"), "dev-nacl-database", egress=[])
    answer = asked(network_of(graph), "dev-auth-service", "dev-database", 5432)
    assert answer == Blocked(None, Wall("network ACL dev-nacl-database, out", "no entry of dev-nacl-database (out)"))


def test_a_finding_shows_the_path_when_more_is_open_than_intended() -> None:
    graph = changed(region("dev"), "dev-rule-alb-ingress-anywhere-443", fromPort=1024, toPort=2048)
    found = [one for one in check(graph, region_intents("dev")) if one.problem is Problem.OPEN]
    assert {(one.source, one.target, one.ports) for one in found} == {("internet", "alb", "tcp 1024-2048")}
    assert isinstance(found[0].answer, Reachable)
    assert "dev-rule-alb-ingress-anywhere-443" in [hop.rule for hop in found[0].answer.path]


def test_something_is_unnamed_when_it_is_in_no_role() -> None:
    roles = tuple(role for role in region_intents("dev").roles if role.name != "cache")
    found = check(region("dev"), Intents(roles, region_intents("dev").edges))
    assert (Problem.UNNAMED, "dev-cache", "anything", "") in short(found)


def test_an_edge_is_no_proof_when_only_some_of_the_internet_is_admitted() -> None:
    graph = changed(region("dev"), "dev-rule-alb-ingress-anywhere-443", cidrIpv4="93.184.216.0/24")
    answer = asked(network_of(graph), "internet", "dev-alb", 443)
    assert isinstance(answer, Partly)
    assert answer.what == "only some addresses of the source (IPv4)"
    assert answer.open.example.source == "93.184.216.0"
    edges = (Edge("internet", "alb", "clients", must=(443,), may=((80, 80),)),)
    found = check(graph, replace(region_intents("dev"), edges=(*region_intents("dev").edges, *edges)))
    assert (Problem.MISSING, "internet", "alb", "443") in short(found)
