"""Settings of what watches and limits spending (COST-1, COST-3)."""

from __future__ import annotations

from enum import StrEnum, unique
from typing import Annotated

from contracts.settings.base import Settings
from contracts.settings.kind import between
from contracts.settings.kinds import LogicalName, RoleName

Dollars = Annotated[int, between(1, 10_000_000, "US dollars")]
Percent = Annotated[int, between(1, 100, "percent")]


@unique
class CommitmentKind(StrEnum):
    """How capacity is paid for (004, "Commitment Strategy")."""

    ON_DEMAND = "on-demand"
    COMPUTE_SAVINGS_PLAN = "compute-savings-plan"
    RESERVED_INSTANCES = "reserved-instances"


class CommitmentSettings(Settings):
    """What one year commits to. Nothing is bought by the program: it watches what people have bought."""

    year: Annotated[int, between(1, 10, "as the year of the platform")]
    """Which year of the platform it is about."""
    kind: CommitmentKind
    """How most of the capacity is paid for in that year."""
    coverage_percent: Annotated[int, between(0, 100, "percent")]
    """Share of the spending that commitments should cover; 0 for on-demand."""
    utilization_percent: Annotated[int, between(0, 100, "percent")]
    """Share of the commitments that should be used: what is not used is paid for nothing; 0 for on-demand."""


class AnomalySettings(Settings):
    """When spending that nobody expected is told."""

    least_impact_usd: Dollars
    """Anomalies of a smaller impact, in US dollars, are not told."""
    least_impact_percent: Annotated[int, between(1, 1000, "percent")]
    """Nor are those that are a smaller share of what was expected."""


class SpendingLimitSettings(Settings):
    """What happens when the budget is spent."""

    percent: Annotated[int, between(50, 300, "percent")]
    """Share of the monthly budget at which the limit takes hold."""
    roles: tuple[RoleName, ...]
    """Roles that may then make nothing that costs by the hour; what runs goes on."""
    automatic: bool
    """Whether it takes hold by itself; otherwise somebody approves it in the console."""


class CostManagementSettings(Settings):
    """Anomalies, teams' budgets, limits, commitments, recommendations and reports."""

    pays: bool
    """Whether this account pays for the organization. It alone activates cost allocation tags and categories, and
    exports the cost and usage report."""
    anomalies: AnomalySettings | None
    """Cost Anomaly Detection, free; null for none."""
    team_budgets_usd: dict[LogicalName, Dollars]
    """Value of the tag Owner → what that team may spend a month. Budgets without actions are free."""
    limit: SpendingLimitSettings | None
    """What is refused when the budget is spent; null to warn alone. About $3 a month for the action."""
    year: Annotated[int, between(1, 10, "as the year of the platform")]
    """Which year of the platform this is, for `commitments`."""
    commitments: tuple[CommitmentSettings, ...]
    """The plan, year by year (004: on demand, then half reserved for a year, then for three)."""
    compute_optimizer: bool
    """Recommendations for sizes, free."""

    @property
    def commitment(self) -> CommitmentSettings | None:
        """What this year commits to; None where the plan says nothing or on demand."""
        found = next((each for each in self.commitments if each.year == self.year), None)
        return None if found is None or found.kind is CommitmentKind.ON_DEMAND else found
