"""The end of a rehearsal: what was found, as one record, with what here is not as on AWS."""

from __future__ import annotations

import time
from datetime import UTC, datetime

from analysis.resolver import MODEL_NOTE
from console.dr.execute import Result
from console.dr.rehearsal.findings import Findings
from console.dr.rehearsal.record import PlanTime, Rehearsal, StepTime, StoreCount
from console.dr.rehearsal.stage import Stage
from contracts.recovery.plan import RecoveryPlan
from contracts.recovery.scenarios import Scenario
from embedded.emulators.gaps import gaps

_TOLD = ("SQL of Aurora", "how long a failover takes", "data of a cache", "availability zone", "alarms on expressions")
"""Gaps of the embedded cloud that a rehearsal is about."""


def concluded(
    stage: Stage, found: Findings, scenario: Scenario, place: str, stores: tuple[StoreCount, ...], hurry: float
) -> Rehearsal:
    """The record. `hurry` seconds of waiting took one."""
    machinery = [f"{emulator.name} {emulator.version}" for emulator in stage.cloud.status().emulators]
    return Rehearsal(
        scenario=scenario,
        place=place,
        environment=stage.facts.environment,
        began=datetime.fromtimestamp(found.began, UTC).strftime("%Y-%m-%d %H:%M:%S"),
        seconds=round(time.time() - found.began, 1),
        machinery=(*machinery, *stage.machinery),
        modelled=(
            MODEL_NOTE,
            f"Waiting is shortened: {hurry:g} seconds of it, and of an alarm's periods, take one here.",
            f"Copies in the other region lag {found.lag_seconds:g} s, because the rehearsal said so.",
            *(f"{gap.what}: {gap.why}." for gap in gaps() if any(words in gap.what for words in _TOLD)),
        ),
        claims=tuple(found.claims),
        stores=stores,
        plans=tuple(found.runs),
        writers=found.writers,
        traffic=tuple(found.traffic),
        unreplicated=found.unreplicated,
        previews=tuple(found.previews),
        moments=tuple(found.moments),
    )


def timed(plan: RecoveryPlan, result: Result, at: float) -> PlanTime:
    """A run of a plan; `at` is when it began, in seconds since the rehearsal did."""
    steps: list[StepTime] = []
    for one in result.steps:
        expected = plan.step(one.step).expected
        steps.append(
            StepTime(
                step=one.step,
                title=one.title,
                state=one.state,
                seconds=one.seconds,
                typical=expected.typical_seconds,
                bound=expected.bound_seconds,
                calls=one.calls,
                notes=one.notes,
            )
        )
    return PlanTime(
        plan=plan.name,
        title=plan.title,
        outcome=result.outcome.value,
        why=result.why,
        at=round(at, 3),
        seconds=round(result.seconds, 3),
        typical=plan.expected_seconds(),
        steps=tuple(steps),
    )
