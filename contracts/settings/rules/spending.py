"""What the settings of spending must be to one another."""

from __future__ import annotations

from collections.abc import Iterator

from contracts.settings.operations import CostSettings
from contracts.settings.rules.engine import Finding, rule
from contracts.settings.spending import CommitmentKind


@rule("cost")
def _teams_within_the_budget(cost: CostSettings) -> Iterator[Finding]:
    if cost.management is None:
        return
    together = sum(cost.management.team_budgets_usd.values())
    if together > cost.monthly_budget_usd:
        fix = f"teams may spend ${together}, the stack ${cost.monthly_budget_usd}: raise the one or lower the others"
        yield Finding(
            ("cost", "management", "team_budgets_usd"), f"${together} together", "at most monthly_budget_usd", fix
        )


@rule("cost")
def _limit_has_somebody_to_stop(cost: CostSettings) -> Iterator[Finding]:
    limit = cost.management.limit if cost.management else None
    if limit is not None and not limit.roles:
        yield Finding(("cost", "management", "limit", "roles"), (), "at least one role", "name whom the limit stops")


@rule("cost")
def _plan_by_year(cost: CostSettings) -> Iterator[Finding]:
    if cost.management is None:
        return
    years = [each.year for each in cost.management.commitments]
    if years != sorted(set(years)):
        told = ", ".join(map(str, years))
        path = ("cost", "management", "commitments")
        yield Finding(path, told, "each year once, rising", "put the years in order")
    for index, each in enumerate(cost.management.commitments):
        path = ("cost", "management", "commitments", index, "coverage_percent")
        on_demand = each.kind is CommitmentKind.ON_DEMAND
        if on_demand and (each.coverage_percent or each.utilization_percent):
            yield Finding(path, each.coverage_percent, "0 for on-demand", "there is nothing to cover: write 0 twice")
        if not on_demand and not (each.coverage_percent and each.utilization_percent):
            fix = "say what share of the spending it should cover, and how much of it should be used"
            yield Finding(path, each.coverage_percent, f"1 to 100 percent for {each.kind}", fix)
