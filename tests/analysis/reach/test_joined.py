"""What is joined by a transit gateway reaches what it is meant to, and nothing else (NET-2, NET-5)."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from analysis.reach import Answer, Blocked, Network, Reachable, Undecided, check, network_of, region_intents
from contracts.settings import StackSettings, load
from contracts.settings.connectivity import Segment
from graph import ResourceGraph
from graph.record import record
from graph.values import FrozenMap
from stacks.region import build
from tests.analysis.reach.kit import asked

GOLDEN = Path(__file__).parents[2] / "stacks" / "region" / "Pulumi.all-enabled.yaml"
TASK, SHARED = "staging-user-service", "staging-shared-security-group-delivery"
OFFICE, ELSEWHERE = "192.168.10.0/24", "192.168.77.0/24"


@cache
def region(*, learns: bool = False, reaches: tuple[Segment, ...] = (Segment.SHARED, Segment.WORKLOAD)) -> ResourceGraph:
    """The golden stack; without what speaks BGP unless it is asked for."""
    settings = load(GOLDEN)
    assert isinstance(settings, StackSettings)
    assert settings.transit_gateway is not None
    assert settings.vpn is not None
    changes = {"transit_gateway": settings.transit_gateway.model_copy(update={"edge_reaches": reaches})}
    if not learns:
        sites = {"office": settings.vpn.sites["office"]}
        changes |= {"vpn": settings.vpn.model_copy(update={"sites": sites}), "direct_connect": None}
    changed = settings.model_copy(update=changes)
    return record(lambda: build(changed), stack="staging", account=settings.account.id).graph


def ask(source: str, target: str, port: int = 443, network: Network | None = None) -> Answer:
    return asked(network or network_of(region()), source, target, port)


def without(graph: ResourceGraph, name: str) -> ResourceGraph:
    graph.named(name)
    return ResourceGraph((n for n in graph if n.name != name), project=graph.project, stack=graph.stack)


def test_tasks_leave_by_the_shared_network_when_nat_is_central() -> None:
    answer = ask(TASK, "internet")
    assert isinstance(answer, Reachable)
    rules = " ".join(hop.rule for hop in answer.path)
    for name in (
        "staging-route-private-us-west-2a-internet",
        "staging-shared-transit-route-workload-internet",
        "staging-shared-route-transit-nat-us-west-2a",
        "staging-shared-route-public-internet",
        "staging-shared-route-public-staging",
        "staging-transit-attachment",
    ):
        assert name in rules
    assert isinstance(ask(TASK, "internet", 22), Blocked)


@pytest.mark.parametrize(
    "name",
    [
        "staging-route-private-us-west-2a-internet",
        "staging-shared-transit-route-workload-internet",
        "staging-shared-route-transit-nat-us-west-2a",
        "staging-shared-route-public-internet",
        "staging-shared-route-public-staging",
        "staging-transit-propagation-egress",
        "staging-transit-association",
        "staging-shared-transit-association",
    ],
)
def test_tasks_do_not_leave_from_every_zone_when_one_piece_of_the_way_is_missing(name: str) -> None:
    assert not isinstance(ask(TASK, "internet", network=network_of(without(region(), name))), Reachable)


def test_tasks_ask_shared_services_over_the_transit_gateway_when_they_are_joined() -> None:
    assert isinstance(ask(TASK, SHARED), Reachable)
    assert isinstance(ask(TASK, SHARED, 22), Blocked)
    assert isinstance(ask(SHARED, "internet"), Reachable)


@pytest.mark.parametrize("target", [TASK, "staging-cache"])
@pytest.mark.parametrize("port", [443, 8080, 5432, 6379])
def test_shared_services_do_not_reach_workloads_when_nothing_opens_to_them(target: str, port: int) -> None:
    assert isinstance(ask(SHARED, target, port), Blocked)


def test_what_is_behind_a_vpn_is_unknown_and_what_nobody_has_is_blocked() -> None:
    assert isinstance(ask(TASK, OFFICE), Undecided)
    assert isinstance(ask(OFFICE, SHARED), Undecided)
    assert isinstance(ask(TASK, ELSEWHERE), Blocked)
    assert isinstance(ask(OFFICE, TASK), Blocked)


def test_sites_and_workloads_do_not_meet_when_the_edge_reaches_shared_services_alone() -> None:
    network = network_of(region(reaches=(Segment.SHARED,)))
    assert isinstance(ask(TASK, OFFICE, network=network), Blocked)
    assert isinstance(ask(OFFICE, SHARED, network=network), Undecided)


def test_ways_depend_on_the_other_side_when_it_says_its_routes_by_bgp() -> None:
    answer = ask(TASK, SHARED, network=network_of(region(learns=True)))
    assert answer == Undecided(
        (
            "staging-line-association: what it learns by BGP",
            "staging-vpn-datacenter-connection: what it learns by BGP",
        )
    )


@pytest.mark.parametrize(
    ("rule", "changes", "pair"),
    [
        ("staging-shared-egress-delivery-https", {"fromPort": 22}, ("shared delivery", "internet")),
        ("staging-rule-ecs-egress-anywhere-443", {"fromPort": 22}, ("ecs", "internet")),
    ],
)
def test_network_acls_let_https_out_alone_when_a_group_lets_more_out(
    rule: str, changes: dict[str, int], pair: tuple[str, str]
) -> None:
    graph = region()
    assert graph.named(rule)
    nodes = (replace(n, inputs=FrozenMap({**n.inputs, **changes})) if n.name == rule else n for n in graph)
    found = check(ResourceGraph(nodes, project=graph.project, stack=graph.stack), region_intents("staging"))
    assert not [one for one in found if (one.source, one.target) == pair]


def test_every_edge_of_shared_services_holds_when_the_golden_stack_is_proved() -> None:
    found = check(region(), region_intents("staging"))
    assert [str(one) for one in found if "shared" in one.source or "shared" in one.target] == []
