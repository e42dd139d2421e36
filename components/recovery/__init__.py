"""What ships to AWS for recovery: plans as state machines and automations, experiments, drills (DR-3)."""

from components.recovery.plan_machine import PlanMachine, PlanMachineArgs
from components.recovery.recovery_automation import RecoveryAutomation, RecoveryAutomationArgs
from components.recovery.recovery_drill import RecoveryDrill, RecoveryDrillArgs
from components.recovery.recovery_signals import RecoverySignals, RecoverySignalsArgs
from components.recovery.region_experiments import RegionExperiments, RegionExperimentsArgs

__all__ = [
    "PlanMachine",
    "PlanMachineArgs",
    "RecoveryAutomation",
    "RecoveryAutomationArgs",
    "RecoveryDrill",
    "RecoveryDrillArgs",
    "RecoverySignals",
    "RecoverySignalsArgs",
    "RegionExperiments",
    "RegionExperimentsArgs",
]
