"""Say who is told when a budget is exceeded."""

# pyright: basic, reportAttributeAccessIssue=false, reportReturnType=false

from __future__ import annotations

import json
from typing import Any

from moto.budgets.models import Budget
from moto.budgets.responses import BudgetsResponse

REASON = (
    "moto keeps the subscribers of a budget's notifications and has no DescribeSubscribersForNotification, so a "
    "refresh finds nobody subscribed."
)


def subscribers(budget: Budget, asked: dict[str, Any]) -> list[dict[str, Any]]:
    """Who listens to the notification that has the members of `asked`."""
    for notification in budget.notifications:
        if all(notification.details.get(name) == value for name, value in asked.items()):
            return list(notification.subscribers)
    return []


def apply() -> None:
    """Add the operation."""

    def describe_subscribers_for_notification(self: BudgetsResponse) -> str:
        budgets = self.backend.budgets[self._get_param("AccountId")]
        found = subscribers(budgets[self._get_param("BudgetName")], self._get_param("Notification"))
        return json.dumps({"Subscribers": found})

    BudgetsResponse.describe_subscribers_for_notification = describe_subscribers_for_notification  # type: ignore[attr-defined]
