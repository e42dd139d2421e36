"""What dev costs a month by list prices, from the graph of the program itself (COST-2; 004: $50 to $100)."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from analysis.cost import Estimate, estimate
from analysis.cost.prices import price_table
from analysis.cost.report import table
from analysis.cost.usage import Profile, usage_of
from contracts.settings import StackSettings, load
from graph.record import record
from graph.resource_graph import ResourceGraph
from stacks.provider import tags
from stacks.region import build

STACK_FILE = Path(__file__).parents[3] / "Pulumi.dev.yaml"
CENT = Decimal("0.01")
AWAKE = Decimal(730) * 55 / 168
"""Hours a month between 08:00 and 19:00 on five days a week."""


def recorded(settings: StackSettings) -> ResourceGraph:
    return record(lambda: build(settings), stack="dev", account=settings.account.id).graph


def cost(graph: ResourceGraph) -> Estimate:
    return estimate(graph, price_table(), usage_of(Profile.SMALL))


@pytest.fixture(scope="module")
def settings() -> StackSettings:
    """The settings of dev as they are deployed."""
    return load(STACK_FILE)


@pytest.fixture(scope="module")
def graph(settings: StackSettings) -> ResourceGraph:
    """The graph of dev; recorded once, read by many."""
    return recorded(settings)


@pytest.fixture(scope="module")
def dev(graph: ResourceGraph) -> Estimate:
    """The estimate of dev."""
    return cost(graph)


def test_dev_costs_between_fifty_and_a_hundred_dollars_when_estimated(dev: Estimate) -> None:
    assert Decimal(50) <= dev.total <= Decimal(100), "\n" + table(dev)


def test_nothing_in_dev_is_of_unknown_price_when_estimated(dev: Estimate) -> None:
    assert dev.unknown == (), "\n".join(f"{item.type} {item.resource}: {item.reason}" for item in dev.unknown)


@pytest.mark.parametrize(
    ("sku", "usd"),
    [
        ("NAT gateway", Decimal(730) * Decimal("0.045")),
        ("application load balancer", Decimal(730) * Decimal("0.0225")),
        # Two zones of the load balancer and the NAT gateway's own.
        ("public IPv4 address in use or idle", 3 * Decimal(730) * Decimal("0.005")),
        ("cache.t3.micro Redis OSS", Decimal(730) * Decimal("0.017")),
        ("db.t3.micro PostgreSQL single-AZ", AWAKE * Decimal("0.018")),
        ("gp3 storage single-AZ", 20 * Decimal("0.115")),
        # Five tasks of a quarter vCPU and half a GB.
        ("spot vCPU Linux ARM at half price", 5 * Decimal("0.25") * AWAKE * Decimal("0.01619")),
        ("spot memory Linux ARM at half price", 5 * Decimal("0.5") * AWAKE * Decimal("0.00178")),
        # One a purpose, and the contract registry's.
        ("customer-managed key", 6 * Decimal(1)),
        # The database's own and the cache's token.
        ("secret", 2 * Decimal("0.40")),
        ("standard-resolution alarm metric", 16 * Decimal("0.10")),
        ("custom metric (first 10 000)", Decimal("0.30")),
        ("hosted zone (first 25)", Decimal("0.50")),
    ],
)
def test_line_is_the_arithmetic_by_hand_when_summed(dev: Estimate, sku: str, usd: Decimal) -> None:
    found = sum((line.usd for line in dev.lines if line.sku == sku), Decimal(0))

    assert found.quantize(CENT) == usd.quantize(CENT)


def test_dashboards_are_free_when_dev_has_three(dev: Estimate) -> None:
    assert not [line for line in dev.lines if line.type.startswith("aws:cloudwatch/dashboard")]


def test_budget_covers_the_estimate_when_alarms_are_set(settings: StackSettings, dev: Estimate) -> None:
    assert dev.total <= settings.cost.monthly_budget_usd


def test_budget_counts_the_tag_that_every_resource_carries_when_filtered(
    settings: StackSettings, graph: ResourceGraph
) -> None:
    (budget,) = graph.of_type("aws:budgets/budget:Budget")
    tag = tags(settings, "dev")["Environment"]

    assert graph.property(budget, "costFilters[0].values") == [f"user:Environment${tag}"]
    assert graph.property(budget, "limitAmount") == str(settings.cost.monthly_budget_usd)


def test_dev_would_miss_its_target_when_it_never_slept(settings: StackSettings) -> None:
    awake = settings.model_copy(update={"cost": settings.cost.model_copy(update={"off_hours": None})})

    assert cost(recorded(awake)).total > Decimal(100)
