"""Every resource of the real stacks is priced, free for a reason, or assumed: nothing is missing silently (COST-2)."""

from __future__ import annotations

from decimal import Decimal
from functools import cache

import pytest

from analysis.cost import Estimate, estimate
from analysis.cost.budget import Verdict, check
from analysis.cost.free import FREE
from analysis.cost.prices import price_table
from analysis.cost.report import data, summary
from analysis.cost.rules import rule_of
from analysis.cost.usage import profile_of, usage_of
from console.offline import record_stack
from contracts.settings import load, load_any
from graph.resource_graph import ResourceGraph
from stacks.provider import tags
from tests.conftest import PROJECT
from tests.stacks.region import golden, production

SERVICES = ("analytics-dev", "events-dev", "inventory-dev", "order-dev", "payment-dev", "user-dev")
PRODUCTION = (production.PRIMARY, production.SECONDARY)
PROD_SHARE = Decimal("0.30")


@cache
def graph(stack: str) -> ResourceGraph:
    if stack in PRODUCTION:
        return production.estate()[stack]
    return golden.graph() if stack == "golden" else record_stack(PROJECT / f"Pulumi.{stack}.yaml").graph


@cache
def cost(stack: str) -> Estimate:
    settings = load_any(golden.SETTINGS if stack == "golden" else PROJECT / f"Pulumi.{stack}.yaml")
    used = usage_of(profile_of(settings.environment))
    return estimate(graph(stack), price_table(), used, tags=tags(settings, stack), region=settings.region)


@pytest.mark.parametrize("stack", ["golden", "staging", "staging-kubernetes", *PRODUCTION, *SERVICES])
def test_nothing_is_of_unknown_price_when_a_stack_is_estimated(stack: str) -> None:
    found = cost(stack)

    assert found.unknown == (), "\n".join(f"{item.type} {item.resource}: {item.reason}" for item in found.unknown)
    assert found.total > 0


def test_type_is_priced_or_free_and_not_both_when_the_golden_stack_has_it() -> None:
    types = {node.type for node in graph("golden") if node.package == "aws" and not node.is_provider}

    assert len(types) > 150
    assert [kind for kind in sorted(types) if (rule_of(kind) is not None) == (kind in FREE)] == []


def test_staging_and_its_cluster_stay_within_their_budget() -> None:
    limit = Decimal(load(PROJECT / "Pulumi.staging.yaml").cost.monthly_budget_usd)
    both = cost("staging").total + cost("staging-kubernetes").total

    assert check(cost("staging"), "staging", limit).verdict is Verdict.WITHIN
    assert both <= limit, summary(cost("staging"))


def test_staging_costs_at_most_thirty_percent_of_production_in_one_region() -> None:
    assert cost("staging").total + cost("staging-kubernetes").total <= cost(production.PRIMARY).total * PROD_SHARE


@pytest.mark.parametrize("stack", PRODUCTION)
def test_production_stays_within_its_budget_and_uses_most_of_it(stack: str) -> None:
    limit = Decimal(load(PROJECT / f"Pulumi.{stack}.yaml").cost.monthly_budget_usd)

    assert limit * Decimal("0.8") <= cost(stack).total <= limit


def test_everything_belongs_to_a_team_and_an_environment_when_the_program_tags_it() -> None:
    assert set(cost("staging-kubernetes").by_environment()) == {"staging"}
    assert set(cost("order-dev").by_team()) == {"order-team"}
    assert set(cost("staging").by_team()) == {"platform-team"}


def test_sums_are_those_of_the_lines_when_told_to_a_program() -> None:
    found = cost("golden")
    told = data(found, [check(found, "staging", Decimal(1))])

    cents = Decimal(len(found.lines)) / 100
    for name in ("by_component", "by_service", "by_team", "by_environment"):
        assert abs(sum(told[name].values(), Decimal(0)) - told["total_usd"]) < cents
    assert told["budgets"][0]["verdict"] == "over"
    assert {name for line in told["lines"] for name in line["assumes"]} == {
        item["name"] for item in told["assumptions"]
    }
    assert told["complete"] is True


def test_contract_has_its_own_assumptions_when_it_differs() -> None:
    general, order = usage_of(profile_of("dev")), usage_of(profile_of("dev"), "order/order")

    calls = [used.assumptions["api-calls"].quantity for used in (general, order)]
    assert calls == [Decimal("0.05"), Decimal("0.1")]
