"""The recovery plan: steps with typed actions, in an order that is checked (DR-3).

The same plan is compiled to what ships to AWS (`components.recovery`), executed by `atoll dr run`, and written out
as a runbook: nothing that happens in an emergency is written down twice.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum, unique
from graphlib import CycleError, TopologicalSorter
from typing import Annotated

from pydantic import Field, model_validator

from contracts.recovery.actions import (
    Action,
    Approval,
    Part,
    RestoreBackup,
    RestoreDatabase,
    RestoreTable,
    Seconds,
    SetTraffic,
    ShiftZone,
    Words,
    changes,
    regions_of,
)

StepId = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*$", max_length=60)]


@unique
class PlanKind(StrEnum):
    """What a plan is for."""

    EVACUATE = "evacuate"
    """Take traffic and writers out of a region that still works: nothing is lost."""
    FAILOVER = "failover"
    """A region is lost: go on without it, and accept that what was not replicated is gone."""
    SWITCHOVER = "switchover"
    """Move the writers alone, planned; traffic stays as it is."""
    FAILBACK = "failback"
    """The lost region is back: take its unreplicated writes into account, then return."""
    RESTORE = "restore"
    """Data is wrong in every region: restore a moment before, beside the present."""
    RESTORE_VAULT = "restore-vault"
    """Data and backups of the account were tampered with: restore copies of the locked vault, beside the present."""
    LEAVE_ZONE = "leave-zone"
    """A zone is impaired: lead traffic away from it, and let the database's writer be in another one."""
    DATABASE = "database"
    """The database's writer is impaired: let a reader of the same region take over."""


@unique
class OnFailure(StrEnum):
    """What a failed step does to the plan."""

    ABORT = "abort"
    """End the plan by its abort policy: what was done is undone, unless there is no return any more."""
    GO_ON = "go-on"
    """Tell it and go on: the step only makes better what holds without it."""


class Expected(Part):
    """How long a step takes, as published."""

    best_seconds: Seconds
    """When everything goes well."""
    typical_seconds: Seconds
    """What is usual."""
    bound_seconds: Seconds | None
    """What it never exceeds; None where nobody promises a bound."""
    source: Words
    """Who says so: a term of the recovery budget, or how it is computed."""

    @model_validator(mode="after")
    def _ascend(self) -> Expected:
        if self.best_seconds > self.typical_seconds or self.typical_seconds > (self.bound_seconds or 604_800):
            raise ValueError("best, typical and bound must not descend")
        return self


class Step(Part):
    """One step of a plan."""

    id: StepId
    """Its name, unique in the plan; what a run has finished is remembered by it."""
    title: Words
    """What it does, for people."""
    action: Action
    """What it does."""
    after: tuple[StepId, ...] = ()
    """Steps that must have ended well before; steps that do not wait for each other run at once."""
    timeout_seconds: Annotated[int, Field(ge=1, le=604_800)]
    """How long it may take before it has failed."""
    expected: Expected
    """How long it should take."""
    rollback: Action | None = None
    """What undoes it; None where there is nothing to undo, or no way back."""
    on_failure: OnFailure = OnFailure.ABORT
    """What its failure does."""


class AbortPolicy(Part):
    """How a plan ends before its end, by a failure or by a person."""

    point_of_no_return: StepId | None = None
    """Once this step has begun, an abort stops where it is and nothing is undone: going forward is what heals. None if
    the plan can always be undone."""
    advice: Words
    """What people do then."""


class RecoveryPlan(Part):
    """A plan for one scenario, in one direction."""

    name: StepId
    """Such as `failover-us-east-1`."""
    kind: PlanKind
    """What it is for."""
    title: Words
    """The same, for people."""
    source_region: str | None
    """Region that is left; None where no region is."""
    target_region: str
    """Region that carries the load afterwards, and where the plan runs."""
    loses_data: bool
    """Whether writes that were acknowledged may be lost."""
    lost_regions: frozenset[str] = frozenset()
    """Regions of which nothing may be expected: no step that must succeed asks them for anything."""
    arguments: dict[str, Words] = Field(default_factory=dict[str, str])
    """What a run is given → what it means."""
    steps: Annotated[tuple[Step, ...], Field(min_length=1)]
    """Steps, in the order in which people read them."""
    abort: AbortPolicy
    """How it ends before its end."""

    @model_validator(mode="after")
    def _hold_together(self) -> RecoveryPlan:
        problems = list(_problems(self))
        if problems:
            raise ValueError(f"the plan {self.name} does not hold together:\n" + "\n".join(f"  {p}" for p in problems))
        return self

    def step(self, step_id: str) -> Step:
        """A step by its name.

        Raises:
            KeyError: there is no such step.
        """
        for step in self.steps:
            if step.id == step_id:
                return step
        raise KeyError(step_id)

    def waves(self) -> tuple[tuple[Step, ...], ...]:
        """The steps in the order in which they run: those of one wave at once, in the plan's order."""
        sorter = TopologicalSorter({step.id: step.after for step in self.steps})
        sorter.prepare()
        found: list[tuple[Step, ...]] = []
        while sorter.is_active():
            ready = set(sorter.get_ready())
            found.append(tuple(step for step in self.steps if step.id in ready))
            sorter.done(*ready)
        return tuple(found)

    def undo(self, begun: frozenset[str]) -> tuple[tuple[Step, Action], ...]:
        """What undoes the steps that have begun, newest wave first; empty from the point of no return on.

        A step that failed half way is undone like one that ended well: an undoing may be repeated, too.
        """
        if self.abort.point_of_no_return in begun:
            return ()
        backwards = [step for wave in reversed(self.waves()) for step in reversed(wave)]
        return tuple((step, step.rollback) for step in backwards if step.id in begun and step.rollback is not None)

    def expected_seconds(self) -> int:
        """How long the plan typically takes: its longest way, approvals not counted (people are no term)."""
        ends: dict[str, int] = {}
        for step in (step for wave in self.waves() for step in wave):
            own = 0 if isinstance(step.action, Approval) else step.expected.typical_seconds
            ends[step.id] = max((ends[before] for before in step.after), default=0) + own
        return max(ends.values())


def _problems(plan: RecoveryPlan) -> Iterator[str]:
    by_id = {step.id: step for step in plan.steps}
    if len(by_id) != len(plan.steps):
        yield "two steps have the same id"
        return
    unknown = [
        f"{step.id}.after: there is no step {name}" for step in plan.steps for name in step.after if name not in by_id
    ]
    yield from unknown
    if plan.abort.point_of_no_return not in (None, *by_id):
        yield f"abort.point_of_no_return: there is no step {plan.abort.point_of_no_return}"
    if unknown:
        return
    try:
        TopologicalSorter({step.id: step.after for step in plan.steps}).prepare()
    except CycleError as error:
        yield "these steps wait for each other: " + " → ".join(error.args[1])
        return
    for step in plan.steps:
        yield from _problems_of(plan, step)
    yield from _ways_back(plan, by_id)


def _problems_of(plan: RecoveryPlan, step: Step) -> Iterator[str]:
    needed = regions_of(step.action) & plan.lost_regions
    if needed and step.on_failure is OnFailure.ABORT:
        yield f"{step.id}: needs {', '.join(sorted(needed))}, which is lost; it must not stop the plan"
    if step.rollback is not None and not changes(step.rollback):
        yield f"{step.id}.rollback: {step.rollback.kind} changes nothing, so it undoes nothing"
    if step.rollback is not None and not changes(step.action):
        yield f"{step.id}.rollback: the step changes nothing, so there is nothing to undo"
    match step.action:
        case SetTraffic(shares=shares) if sum(shares.values()) != 100:
            yield f"{step.id}: the shares are {sum(shares.values())} % together, not 100 %"
        case RestoreDatabase(source_cluster=old, target_cluster=new) if old == new:
            yield f"{step.id}: would restore {old} over itself"
        case RestoreTable(source_table=old, target_table=new) if old == new:
            yield f"{step.id}: would restore {old} over itself"
        case _:
            pass
    yield from (
        f"{step.id}: the plan has no argument {name}" for name in _needed(step.action) if name not in plan.arguments
    )


def _needed(action: Action) -> tuple[str, ...]:
    """Arguments of a run that an action takes."""
    match action:
        case RestoreDatabase() | RestoreTable():
            return (action.moment,)
        case RestoreBackup():
            return (action.recovery_point,)
        case ShiftZone():
            return (action.zone,)
        case _:
            return ()


def _ways_back(plan: RecoveryPlan, by_id: Mapping[str, Step]) -> Iterator[str]:
    """Every change has a way back, or comes with the point of no return or after it."""
    last = plan.abort.point_of_no_return
    for step in plan.steps:
        if not changes(step.action) or step.rollback is not None or step.id == last:
            continue
        if step.on_failure is OnFailure.GO_ON or (last is not None and last in _before(step, by_id)):
            continue
        yield f"{step.id}: changes {step.action.kind} without a rollback, before the point of no return"


def _before(step: Step, by_id: Mapping[str, Step]) -> set[str]:
    """Everything that has ended before a step begins."""
    found: set[str] = set()
    waiting = list(step.after)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting.extend(by_id[name].after)
    return found
