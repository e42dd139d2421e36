"""What watches and limits the spending of an account, beside the budget."""

from __future__ import annotations

import pulumi

from components.cost import CostManagement, CostManagementArgs
from contracts.settings import StackSettings
from contracts.settings.spending import CostManagementSettings
from stacks.region.foundation import Foundation
from stacks.region.operations import Operations


def make_cost_management(
    settings: StackSettings,
    management: CostManagementSettings,
    foundation: Foundation,
    operations: Operations,
    opts: pulumi.ResourceOptions,
) -> CostManagement:
    """Anomalies, teams' budgets, the limit, commitments, recommendations and reports."""
    return CostManagement(
        settings.environment,
        args=CostManagementArgs(
            environment=settings.environment,
            region=settings.region,
            account_id=settings.account.id,
            settings=settings.cost,
            management=management,
            protection=settings.protection,
            storage_key_arn=foundation.key("storage"),
            log_bucket=foundation.buckets.logs.policed_name,
            budget_name=operations.budget.name,
        ),
        opts=opts,
    )
