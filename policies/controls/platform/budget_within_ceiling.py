"""The stack's budget is there and not above what its kind of environment may spend (COST-1)."""

from __future__ import annotations

from policies.control import ControlSettings, Pillar, Remediation, Severity, StackControl, settings_of
from policies.subject import Subject, View
from policies.verdicts import Fail, Verdict, all_of, any_of

BUDGET = "aws:budgets/budget:Budget"


class Settings(ControlSettings):
    """What an environment may cost."""

    ceiling_usd: int = 20_000
    """USD a month."""


def check(stack: View) -> Verdict:
    """A monthly cost budget in USD whose limit is within the ceiling."""
    budgets = stack.of_type(BUDGET)
    if not budgets:
        return Fail("the stack has no budget: nobody would be told of what it costs")
    ceiling = settings_of(stack, CONTROL).ceiling_usd
    return any_of(*(_within(budget, ceiling) for budget in budgets))


def _within(budget: Subject, ceiling: int) -> Verdict:
    return all_of(
        budget.read("budgetType").must_be("COST"),
        budget.read("timeUnit").must_be("MONTHLY"),
        budget.read("limitUnit").must_be("USD"),
        budget.read("limitAmount").must_be_at_most(ceiling, " USD a month"),
    )


CONTROL = StackControl(
    id="budget-within-ceiling",
    title="Every environment has a budget within its ceiling",
    severity=Severity.MEDIUM,
    rationale="What is not watched is paid at the end of the month; what may grow without end does.",
    remediation=Remediation(
        summary="Lower cost.monthly_budget_usd, or have the ceiling of the environment's profile raised",
        snippet='budgets.Budget(name, budget_type="COST", time_unit="MONTHLY", limit_amount="100", limit_unit="USD")',
    ),
    catalogue=(),
    pillar=Pillar.COST,
    settings=Settings,
    check=check,
)
