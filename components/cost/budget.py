"""A monthly budget for one environment (COST-1)."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi
from pulumi_aws import budgets

from contracts.settings.operations import CostSettings

TOKEN = "atoll:cost:Budget"
ENVIRONMENT_TAG = "Environment"
STACK_TAG = "Stack"
MAXIMUM_NOTIFICATIONS = 10
"""What AWS Budgets allows a budget."""


@dataclass(frozen=True, kw_only=True)
class BudgetArgs:
    """How much, for what, and who is told."""

    settings: CostSettings
    environment: str
    """Value of the `Environment` tag whose costs are counted, and part of the budget's name."""
    stack: str | None = None
    """Value of the `Stack` tag that is counted in its place, where an environment has several stacks with budgets."""
    topic_arn: pulumi.Input[str] | None = None
    """SNS topic that is told too; its policy and key must admit `budgets.amazonaws.com`."""


class Budget(pulumi.ComponentResource):
    """A monthly budget over all that carries the environment's tag; warns of what is spent and of what will be.

    Counts what carries the tag `Environment`; AWS sees the tag once it is activated as a cost allocation tag in the
    paying account (the organization stack does that), and only from then on. It warns, it stops nothing. The first
    alert of a forecast needs about five weeks of history. Costs nothing: budgets without actions are free.

    Raises:
        ValueError: more warnings than AWS allows, or nobody to warn.

    Source: COST-1; AWS Cost Management User Guide, "Managing your costs with AWS Budgets".
    """

    name: pulumi.Output[str]
    """Name of the budget, known once it is there: for actions that are tied to it."""

    def __init__(self, name: str, *, args: BudgetArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Make the budget."""
        super().__init__(TOKEN, name, None, opts)
        made = budgets.Budget(
            f"{name}-budget",
            name=f"atoll-{args.environment}-monthly",
            budget_type="COST",
            time_unit="MONTHLY",
            limit_amount=str(args.settings.monthly_budget_usd),
            limit_unit="USD",
            cost_filters=[budgets.BudgetCostFilterArgs(name="TagKeyValue", values=[_counted(args)])],
            notifications=_notifications(args),
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.name = made.name
        self.register_outputs({"name": self.name})


def _counted(args: BudgetArgs) -> str:
    tag, value = (ENVIRONMENT_TAG, args.environment) if args.stack is None else (STACK_TAG, args.stack)
    return f"user:{tag}${value}"


def _notifications(args: BudgetArgs) -> list[budgets.BudgetNotificationArgs]:
    """Return a warning for each percentage, once when it is reached and once when it is foreseen."""
    settings = args.settings
    kinds = ("ACTUAL", "FORECASTED")
    wanted = len(kinds) * len(settings.alert_percents)
    if wanted > MAXIMUM_NOTIFICATIONS:
        raise ValueError(
            f"budget of {args.environment}: {len(settings.alert_percents)} percentages make {wanted} warnings, "
            f"AWS allows {MAXIMUM_NOTIFICATIONS}; shorten cost.alert_percents"
        )
    if not settings.alert_emails and args.topic_arn is None:
        raise ValueError(f"budget of {args.environment}: nobody to warn; add an address to cost.alert_emails")
    return [
        budgets.BudgetNotificationArgs(
            notification_type=kind,
            comparison_operator="GREATER_THAN",
            threshold=percent,
            threshold_type="PERCENTAGE",
            subscriber_email_addresses=list(settings.alert_emails) or None,
            subscriber_sns_topic_arns=None if args.topic_arn is None else [args.topic_arn],
        )
        for percent in settings.alert_percents
        for kind in kinds
    ]
