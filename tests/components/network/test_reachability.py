"""Security groups, NACLs and routes together: what must flow flows, what must not does not (NET-1, NET-4)."""

from __future__ import annotations

import pytest

from contracts.settings.base import NatMode, Tier
from tests.components.network.packet_walk import INTERNET, Host, Network
from tests.components.network.samples import dev, inputs_of, production, record_network

CLIENT = Host(INTERNET)


@pytest.fixture(scope="module", params=["dev", "production"])
def network(request: pytest.FixtureRequest) -> Network:
    return Network(record_network(dev() if request.param == "dev" else production()))


def tier(network: Network, name: str, zone: str = "us-east-1a") -> str:
    return f"test-subnet-{name}-{zone}"


@pytest.mark.parametrize("port", [80, 443])
def test_clients_reach_the_load_balancer_when_they_speak_http_or_https(network: Network, port: int) -> None:
    assert network.blocked(CLIENT, network.host(tier(network, "public"), "alb"), port) == []


@pytest.mark.parametrize("zone", ["us-east-1a", "us-east-1b"])
def test_load_balancer_reaches_tasks_when_port_is_8080(network: Network, zone: str) -> None:
    balancer = network.host(tier(network, "public", zone), "alb")
    assert network.blocked(balancer, network.host(tier(network, "private"), "ecs"), 8080) == []


@pytest.mark.parametrize(("group", "port"), [("database", 5432), ("cache", 6379)])
@pytest.mark.parametrize("zone", ["us-east-1a", "us-east-1b"])
def test_tasks_reach_the_data_tier_when_port_is_its_own(network: Network, group: str, port: int, zone: str) -> None:
    data = network.host(tier(network, "database", zone), group)
    assert network.blocked(network.host(tier(network, "private"), "ecs"), data, port) == []


def test_tasks_reach_the_internet_through_nat_when_port_is_443(network: Network) -> None:
    assert network.blocked(network.host(tier(network, "private"), "ecs"), CLIENT, 443) == []


@pytest.mark.parametrize("zone", ["us-east-1a", "us-east-1b"])
@pytest.mark.parametrize("port", [8080, 50051])
def test_tasks_reach_each_other_when_zones_are_equal_or_differ(network: Network, zone: str, port: int) -> None:
    other = network.host(tier(network, "private", zone), "ecs", last=99)
    assert network.blocked(network.host(tier(network, "private"), "ecs"), other, port) == []


@pytest.mark.parametrize("zone", ["us-east-1a", "us-east-1b"])
def test_service_calls_are_blocked_when_document_004_is_taken_literally(zone: str) -> None:
    literal = Network(record_network(dev()), without=frozenset({"test-rule-ecs-egress-self-all"}))
    caller = literal.host(tier(literal, "private"), "ecs")
    other = literal.host(tier(literal, "private", zone), "ecs", last=99)
    assert literal.blocked(caller, other, 8080) == ["no egress rule of test-security-group-ecs for port 8080"]


@pytest.mark.parametrize("group", ["database", "cache"])
def test_data_tier_cannot_call_anyone_when_it_opens_the_connection(network: Network, group: str) -> None:
    data = network.host(tier(network, "database"), group)
    task = network.host(tier(network, "private"), "ecs")
    for target, port in ((CLIENT, 443), (task, 8080), (task, 443)):
        assert f"no egress rule of test-security-group-{group} for port {port}" in network.blocked(data, target, port)


def test_data_tier_has_no_way_out_when_its_security_group_is_replaced_by_an_open_one(network: Network) -> None:
    careless = network.host(tier(network, "database"), "ecs")  # may call 443 anywhere
    assert f"no route from {tier(network, 'database')} to the internet" in network.blocked(careless, CLIENT, 443)


def test_database_refuses_public_subnets_when_security_groups_would_admit_them(network: Network) -> None:
    intruder = network.host(tier(network, "public"), "ecs")
    reasons = network.blocked(intruder, network.host(tier(network, "database"), "database"), 5432)
    assert any(why.startswith(f"NACL of {tier(network, 'database')} has no ingress rule") for why in reasons)


@pytest.mark.parametrize("port", [22, 3389, 5432, 6379, 8080])
def test_internet_reaches_nothing_private_when_it_tries(network: Network, port: int) -> None:
    for name, group in (("private", "ecs"), ("database", "database")):
        assert network.blocked(CLIENT, network.host(tier(network, name), group), port)


@pytest.mark.parametrize("port", [22, 3389])
def test_public_subnets_refuse_remote_administration_when_the_internet_tries(network: Network, port: int) -> None:
    target = network.host(tier(network, "public"), "alb")
    assert any(why.startswith("NACL of") for why in network.blocked(CLIENT, target, port))


def test_load_balancer_cannot_reach_data_when_it_tries(network: Network) -> None:
    balancer = network.host(tier(network, "public"), "alb")
    assert network.blocked(balancer, network.host(tier(network, "database"), "database"), 5432)


def test_tasks_have_no_internet_when_there_is_no_nat() -> None:
    isolated = Network(record_network(dev(nat=NatMode.NONE)))
    task = isolated.host(tier(isolated, "private"), "ecs")
    assert isolated.blocked(task, CLIENT, 443)[0] == "no route from test-subnet-private-us-east-1a to the internet"


INCLUDED_IN_EPHEMERAL = {
    ("test-nacl-public", "egress", "10.3.10.0/24", 8080),
    ("test-nacl-public", "egress", "10.3.11.0/24", 8080),
    ("test-nacl-private", "ingress", "10.3.1.0/24", 8080),
    ("test-nacl-private", "ingress", "10.3.2.0/24", 8080),
}
"""Entries that the reply ports already include; they stand so that narrowing those cannot cut the application off."""


def every_needed_flow_stands(network: Network) -> bool:
    public, private, database = ([tier(network, name, f"us-east-1{zone}") for zone in "ab"] for name in Tier)
    flows = [
        *((CLIENT, network.host(subnet, "alb"), port) for subnet in public for port in (80, 443)),
        *((network.host(a, "alb"), network.host(b, "ecs"), 8080) for a in public for b in private),
        *(
            (network.host(a, "ecs"), network.host(b, "ecs", last=9), port)
            for a in private
            for b in private
            for port in (443, 8080)
        ),
        *((network.host(a, "ecs"), network.host(b, "database"), 5432) for a in private for b in database),
        *((network.host(a, "ecs"), network.host(b, "cache"), 6379) for a in private for b in database),
        *((network.host(subnet, "ecs"), CLIENT, 443) for subnet in private),
    ]
    return not any(network.blocked(*flow) for flow in flows)


def test_every_nacl_entry_is_needed_when_any_is_left_out() -> None:
    view = record_network(dev())
    assert every_needed_flow_stands(Network(view))
    idle: set[tuple[str, str, str, int]] = set()
    for name in (f"test-nacl-{each}" for each in Tier):
        for side in ("ingress", "egress"):
            for entry in inputs_of(view, name)[side]:
                left_out = (name, side, int(entry["ruleNo"]))
                if entry["protocol"] != "icmp" and every_needed_flow_stands(Network(view, without_entry=left_out)):
                    idle.add((name, side, entry["cidrBlock"], int(entry["fromPort"])))
    assert idle == INCLUDED_IN_EPHEMERAL
