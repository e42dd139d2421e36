from __future__ import annotations

from typing import Any

import pytest

from components.cost import Budget, BudgetArgs
from contracts.settings.operations import CostSettings
from tests.kit import ACCOUNT, REGION, GraphView, record_component

TOPIC = f"arn:aws:sns:{REGION}:{ACCOUNT}:atoll-test-alarms"


def settings(**changes: Any) -> CostSettings:
    values: dict[str, Any] = {
        "monthly_budget_usd": 100,
        "alert_percents": (50, 80, 100),
        "alert_emails": ("team@atoll.example",),
        "off_hours": None,
    }
    return CostSettings(**(values | changes))


def record(chosen: CostSettings, topic: str | None = None) -> GraphView:
    args = BudgetArgs(settings=chosen, environment="test", topic_arn=topic)
    return record_component(lambda: Budget("test", args=args))


def test_budget_counts_what_carries_the_environments_tag_when_recorded() -> None:
    view = record(settings())
    inputs = dict(view.node("test-budget").inputs)

    view.assert_children("test", [("aws:budgets/budget:Budget", "test-budget")])
    inputs.pop("notifications")
    assert inputs == {
        "name": "atoll-test-monthly",
        "budgetType": "COST",
        "timeUnit": "MONTHLY",
        "limitAmount": "100",
        "limitUnit": "USD",
        "costFilters": [{"name": "TagKeyValue", "values": ["user:Environment$test"]}],
    }


def test_people_are_warned_of_spent_and_foreseen_costs_when_a_percentage_is_passed() -> None:
    assert record(settings()).value("test-budget", "notifications") == [
        {
            "notificationType": kind,
            "comparisonOperator": "GREATER_THAN",
            "threshold": percent,
            "thresholdType": "PERCENTAGE",
            "subscriberEmailAddresses": ["team@atoll.example"],
        }
        for percent in (50, 80, 100)
        for kind in ("ACTUAL", "FORECASTED")
    ]


def test_topic_is_told_too_when_given() -> None:
    view = record(settings(alert_emails=(), alert_percents=(100,)), TOPIC)

    assert view.value("test-budget", "notifications[0].subscriberSnsTopicArns") == [TOPIC]
    assert "subscriberEmailAddresses" not in dict(view.value("test-budget", "notifications[0]"))  # type: ignore[arg-type, call-overload]


def test_budget_is_refused_when_aws_would_refuse_its_warnings() -> None:
    with pytest.raises(
        ValueError, match=r"budget of test: 6 percentages make 12 warnings, AWS allows 10; .*alert_percents"
    ):
        record(settings(alert_percents=(10, 20, 40, 60, 80, 100)))


def test_budget_is_refused_when_nobody_listens() -> None:
    with pytest.raises(ValueError, match=r"budget of test: nobody to warn; .*cost\.alert_emails"):
        record(settings(alert_emails=()))
