"""What keeps spending in bounds: a budget that warns and a schedule that switches off (COST-1, COST-3)."""

from components.cost.budget import Budget, BudgetArgs
from components.cost.off_hours import OffHours, OffHoursArgs, SleepingDatabase, SleepingService

__all__ = ["Budget", "BudgetArgs", "OffHours", "OffHoursArgs", "SleepingDatabase", "SleepingService"]
