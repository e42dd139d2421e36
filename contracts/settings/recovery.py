"""Settings of the recovery plans that the global stack ships (DR-3)."""

from __future__ import annotations

from typing import Annotated

from contracts.settings.base import Settings
from contracts.settings.kind import between, shaped
from contracts.settings.kinds import Timezone

CronExpression = Annotated[
    str,
    shaped(
        r"cron\([^()]{9,80}\)",
        "an expression of EventBridge Scheduler, such as cron(0 10 ? * TUE#1 *)",
        "https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html#cron-based",
    ),
]


class DrillSettings(Settings):
    """The regular test of the plans (003: monthly). A dry run costs less than a cent."""

    schedule: CronExpression
    """When, such as `cron(0 10 ? * TUE#1 *)`: the first Tuesday of each month at 10."""
    timezone: Timezone
    """Time zone of the schedule, such as `UTC`."""
    evacuate: bool = False
    """Ask for a real evacuation of each region in turn, which somebody has to approve; left out, nothing is changed:
    health, lags and rights are tried."""


class RecoveryPlanSettings(Settings):
    """State machines, automations and experiments; cents a month until one is run (USD 25 a million steps)."""

    approvers: str
    """Who agrees to what cannot be taken back, in words: it stands in the question and in the runbooks."""
    approval_minutes: Annotated[int, between(1, 1440, "minutes")] = 30
    """How long they have; then the plan is aborted. Half an hour if left out."""
    drill: DrillSettings | None = None
    """The regular test; left out for none."""
    experiments: bool = False
    """Templates of Fault Injection Service: a zone, the other region, tasks, the writer; USD 0.10 a minute and action
    while one runs. None if left out."""
