"""What keeps spending in bounds: budgets that warn and limit, and a schedule that switches off (COST-1, COST-3)."""

from components.cost.budget import Budget, BudgetArgs
from components.cost.cost_management import CostManagement, CostManagementArgs
from components.cost.off_hours import OffHours, OffHoursArgs, SleepingDatabase, SleepingService

__all__ = [
    "Budget",
    "BudgetArgs",
    "CostManagement",
    "CostManagementArgs",
    "OffHours",
    "OffHoursArgs",
    "SleepingDatabase",
    "SleepingService",
]
