"""What every program has."""

from __future__ import annotations

import pulumi
from pulumi_aws import budgets


class Area(pulumi.ComponentResource):
    """A component of ours, which may have no children."""

    def __init__(self, name: str) -> None:
        """Make it."""
        super().__init__("atoll:network:Area", name)
        self.register_outputs({})


class Record(pulumi.ComponentResource):
    """The record that a service is deployed: this stack is a service's, too."""

    def __init__(self, name: str) -> None:
        """Make it."""
        super().__init__("atoll:registry:DeploymentRecord", name)
        self.register_outputs({})


def program() -> None:
    """Components, and a budget."""
    Area("area")
    Record("deployment-record")
    budgets.Budget(
        "budget",
        budget_type="COST",
        time_unit="MONTHLY",
        limit_amount="20000",
        limit_unit="USD",
        tags={"Name": "budget"},
    )
