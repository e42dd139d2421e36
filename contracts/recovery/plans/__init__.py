"""Every recovery plan of an environment, from what is deployed; pure."""

from __future__ import annotations

from collections.abc import Mapping

from contracts.recovery.facts import RecoveryFacts
from contracts.recovery.plan import PlanKind, RecoveryPlan
from contracts.recovery.plans.leaving import evacuate, failover
from contracts.recovery.plans.returning import failback, switchover
from contracts.recovery.plans.within import database, leave_zone, restore, restore_vault
from contracts.recovery.scenarios import Scenario

__all__ = [
    "ANSWERS",
    "database",
    "evacuate",
    "failback",
    "failover",
    "leave_zone",
    "plans",
    "restore",
    "restore_vault",
    "switchover",
]

ANSWERS: Mapping[Scenario, tuple[PlanKind, ...]] = {
    Scenario.ZONE_LOSS: (PlanKind.LEAVE_ZONE, PlanKind.DATABASE),
    Scenario.REGION_LOSS: (PlanKind.FAILOVER, PlanKind.FAILBACK),
    Scenario.DATABASE_FAILURE: (PlanKind.DATABASE, PlanKind.SWITCHOVER),
    Scenario.DNS: (PlanKind.EVACUATE, PlanKind.FAILBACK),
    Scenario.ACCIDENTAL_DELETE: (PlanKind.RESTORE,),
    Scenario.RANSOMWARE: (PlanKind.RESTORE_VAULT,),
}
"""Scenario → what is done about it, in this order."""


def plans(facts: RecoveryFacts) -> dict[str, RecoveryPlan]:
    """Name → plan, for both regions; plans for what an environment does not have are left out."""
    makers = (failover, evacuate, switchover, failback, leave_zone, database, restore, restore_vault)
    found = [plan for make in makers for region in sorted(facts.regions) if (plan := make(facts, region)) is not None]
    return {plan.name: plan for plan in found}
