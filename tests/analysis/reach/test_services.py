"""Edges of contracts: what a service's group opens is what its calls and stores need (CON-4, NET-4)."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
from pulumi_aws import ec2

from analysis.reach import Blocked, Reachable, check, drawn_ids, network_of, region_intents, service_intents
from components.network import ServiceSecurity, ServiceSecurityArgs
from console.offline import record_stack
from contracts.services import read
from contracts.services.bindings import Service
from contracts.services.naming import Place
from contracts.services.reach import Opening, Peer, openings
from contracts.settings import ServiceStackSettings, load_any
from graph import ResourceGraph
from graph.nodes import Node
from stacks.service.plan import checked_service
from tests.analysis.reach.kit import asked, network
from tests.contracts.services.kit import edit, sample

PROJECT = Path(__file__).parents[3]
STACKS = ("order-dev", "user-dev", "analytics-dev", "events-dev", "payment-dev", "inventory-dev")


def file(stack: str) -> Path:
    return PROJECT / f"Pulumi.{stack}.yaml"


@cache
def graph(stack: str) -> ResourceGraph:
    return record_stack(file(stack), drawn_ids).graph


def findings(stack: str, *, without: Callable[[Node], bool] = lambda _: False) -> list[str]:
    settings = load_any(file(stack))
    assert isinstance(settings, ServiceStackSettings)
    service = checked_service(settings, PROJECT / "services")
    whole = graph(stack)
    own = ResourceGraph((n for n in whole if not without(n)), project=whole.project, stack=whole.stack)
    graphs = [graph(settings.region_stack), own]
    return [str(one) for one in check(graphs, region_intents(settings.region_stack) + service_intents(service, stack))]


@pytest.mark.parametrize("stack", STACKS)
def test_exactly_the_edges_of_the_contract_are_reachable_when_a_service_stands_in_its_region(stack: str) -> None:
    assert findings(stack) == []


@pytest.mark.parametrize("rule", ["dev-order-ingress-database-5432", "dev-order-egress-cache-6379"])
def test_every_function_that_needs_it_is_named_when_one_half_of_a_rule_is_gone(rule: str) -> None:
    store = "database" if "database" in rule else "cache"
    found = findings("order-dev", without=lambda node: node.name == rule)
    assert found
    assert all(one.startswith("missing: order/order ") and f"→ {store} " in one for one in found)


def containers(admits: bool) -> Callable[[], None]:
    def program() -> None:
        net = ec2.Vpc("net", cidr_block="10.0.0.0/16")
        place = ec2.Subnet("inside", vpc_id=net.id, cidr_block="10.0.0.0/24")
        openings = {
            "caller": [Opening(Peer.CONTAINERS, 8080)],
            "called": [Opening(Peer.CONTAINERS, 8080, inbound=True)] if admits else [],
            "stranger": [Opening(Peer.AWS, 443)],
        }
        for name, wanted in openings.items():
            security = ServiceSecurity(
                f"{name}-group",
                args=ServiceSecurityArgs(
                    vpc_id=net.id, vpc_cidr="10.0.0.0/16", openings=wanted, groups={}, listener_ports={}
                ),
            )
            ec2.Instance(
                name, ami="ami-1", instance_type="t3.micro", subnet_id=place.id, vpc_security_group_ids=[security.id]
            )

    return program


def test_a_container_is_called_when_its_own_group_admits_calls() -> None:
    found = network(containers(admits=True))
    assert isinstance(asked(found, "caller", "called", 8080), Reachable)
    assert isinstance(asked(found, "stranger", "called", 8080), Blocked)
    assert isinstance(asked(network(containers(admits=False)), "caller", "called", 8080), Blocked)


def test_stacks_alone_are_unknown_when_their_region_is_left_out() -> None:
    settings = load_any(file("payment-dev"))
    assert isinstance(settings, ServiceStackSettings)
    service = checked_service(settings, PROJECT / "services")
    found = check(graph("payment-dev"), service_intents(service, "payment-dev"))
    assert found
    assert {one.problem.value for one in found} == {"unknown"}
    assert not network_of(graph("payment-dev")).subnets


def test_a_container_admits_calls_when_a_function_of_another_service_makes_them(tmp_path: Path) -> None:
    folder = sample(tmp_path)
    calls = "{version: ~1.4, calls: {Inventory.Reserve: {interaction: sync, timeout_ms: 500, sends: [sku, count]}}}"
    text = f"\nconsumes:\n  order/inventory: {calls}\n\nprovides:\n"
    edit(folder, "user/user/contract.yaml", "\nprovides:\n", text)
    estate = read(folder)
    place = Place("dev", "us-east-1", "222222222222")
    by_id = {name: Service(versions[max(versions)], estate, place, {}) for name, versions in estate.by_id.items()}
    port = next(o.port for o in openings(by_id["user/user"]) if o.peer is Peer.CONTAINERS)
    assert Opening(Peer.CONTAINERS, port, inbound=True) in openings(by_id["order/inventory"])
    elsewhere = Service(by_id["order/inventory"].loaded, estate, place, {"user/user": "333333333333"})
    assert Opening(Peer.CONTAINERS, port, inbound=True) not in openings(elsewhere)
