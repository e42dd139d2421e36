"""Plans from the stack files alone: what is drawn by a deployment stands in them as a variable of the shell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from components.edge.region_health import METRIC, NAMESPACE, switch_alarm, switch_dimensions
from console.dr.deployed import global_settings
from console.offline import exported, record_estate
from contracts.recovery.actions import TrafficDials
from contracts.recovery.facts import RecoveryFacts, Switch
from contracts.recovery.plan import RecoveryPlan
from contracts.recovery.plans import plans
from contracts.recovery.reading import facts_of
from contracts.settings import GlobalStackSettings


@dataclass(frozen=True)
class Variable:
    """A value that a deployed stack has."""

    name: str
    """Variable of the shell, without `$`."""
    stack: str
    path: tuple[str, ...]
    """Where it is in the stack's outputs."""


@dataclass(frozen=True)
class Planned:
    """The plans of an environment."""

    settings: GlobalStackSettings
    facts: RecoveryFacts
    plans: Mapping[str, RecoveryPlan]
    variables: Mapping[str, Variable]
    """Variable as it stands in the plans, such as `$PROD_ALARM_TOPIC_ARN` → what it is."""


def planned(file: Path) -> Planned:
    """The plans of a global stack, from its file and those of its region stacks.

    Raises:
        SettingsError, ProjectError, EstateError, RecordingError: the files are wrong, or of another layer.
    """
    settings = global_settings(file)
    recorded = record_estate(file.parent, settings.regions)
    return from_exports(settings, {stack: exported(recorded[stack]) for stack in settings.regions}, file.stem)


def from_exports(settings: GlobalStackSettings, exports: Mapping[str, Mapping[str, Any]], file: str) -> Planned:
    """The plans of a global stack whose region stacks export this, as far as it is known."""
    variables: dict[str, Variable] = {}
    stack_name = file.removeprefix("Pulumi.")

    def says(stack: str, *path: str) -> str:
        name = "_".join((stack, *path)).upper().replace("-", "_")
        variables.setdefault(f"${name}", Variable(name, stack, path))
        return f"${name}"

    dials = None
    if settings.accelerator is not None:
        groups = {
            share.region: says(stack_name, "accelerator", "endpoint_group_arns", stack)
            for stack, share in settings.regions.items()
        }
        dials = TrafficDials(endpoint_groups=groups)
    elsewhere = {stack: next(o.region for n, o in settings.regions.items() if n != stack) for stack in settings.regions}
    switches = {
        stack: Switch(
            region=elsewhere[stack],
            namespace=NAMESPACE,
            metric=METRIC,
            dimensions=switch_dimensions(settings.environment, stack),
            alarm=switch_alarm(settings.environment, stack),
        )
        for stack in settings.regions
    }
    facts = facts_of(settings, exports, says, switches=switches, dials=dials)
    if (chosen := settings.recovery_plans) is not None:
        facts = facts.model_copy(update={"approvers": chosen.approvers, "approval_minutes": chosen.approval_minutes})
    return Planned(settings, facts, plans(facts), variables)
