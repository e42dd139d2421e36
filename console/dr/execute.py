"""Run a recovery plan: in order, at once where it may be, noted on disk, and undone or stopped when it fails (DR-3).

The same code runs on AWS and on the embedded cloud. A run that was killed goes on where it was: what ended well is not
done again, and what was under way asks first whether it is so already.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from enum import StrEnum, unique
from typing import Any

from console.dr.aws import CallError, UnreachableError
from console.dr.journal import Event, Journal
from console.dr.perform import AbortError, NotDoneError, Performer, Record, StepError
from contracts.recovery.actions import Action, Approval, regions_of
from contracts.recovery.calls import Call
from contracts.recovery.plan import OnFailure, RecoveryPlan, Step

WIDTH = 8
"""Steps at once, at most."""


@unique
class Outcome(StrEnum):
    """How a run ended."""

    FINISHED = "finished"
    REFUSED = "refused"
    """Nothing was changed."""
    WAITING = "waiting"
    """For somebody who agrees; run it again with the same journal."""
    UNDONE = "undone"
    """It failed or was stopped, and everything was put back."""
    STOPPED = "stopped"
    """It failed or was stopped where nothing is undone any more: going on is what heals."""
    BROKEN = "broken"
    """It failed, and so did what should have undone it."""


@dataclass(frozen=True)
class StepResult:
    """What became of one step. `seconds` is how long it took, 0 for one that an earlier run had done."""

    step: str
    title: str
    state: str
    seconds: float
    began: float
    """Seconds since the epoch."""
    calls: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    listed: tuple[Any, ...] = ()


@dataclass(frozen=True)
class Result:
    """How a run ended, why, and what its steps did, in the order in which they ended."""

    plan: str
    outcome: Outcome
    why: str
    seconds: float
    steps: tuple[StepResult, ...]

    @property
    def calls(self) -> tuple[str, ...]:
        """Every change that was asked for."""
        return tuple(call for step in self.steps for call in step.calls)


Agrees = Callable[[Step, Approval], bool | None]
"""Whether somebody agrees; None when there is nobody to ask now."""


@dataclass
class Execution:
    """One run of a plan."""

    plan: RecoveryPlan
    performer: Performer
    journal: Journal
    agrees: Agrees
    talk: Callable[[str], None] = lambda _: None
    wall: Callable[[], float] = time.time
    _results: list[StepResult] = field(default_factory=list[StepResult])
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def run(self, *, undo: bool = False) -> Result:
        """Go through the plan; with `undo`, put back what earlier runs of the journal did instead."""
        began = self.wall()
        if self.journal.noted(Event.FINISHED) or self.journal.noted(Event.ABORTED):
            outcome, why = Outcome.REFUSED, "this run has ended already; a new run needs a new journal"
            if self.journal.noted(Event.FINISHED) and not undo:
                outcome, why = Outcome.FINISHED, "this run had finished already: nothing was called"
        elif undo or self.journal.noted(Event.UNDOING):
            outcome, why = self._back("somebody asked to put it back" if undo else "an earlier run was putting it back")
        elif refusal := self.refusal():
            outcome, why = Outcome.REFUSED, refusal
        else:
            outcome, why = self._forward()
        return Result(self.plan.name, outcome, why, self.wall() - began, tuple(self._results))

    def refusal(self) -> str | None:
        """Why the plan must not even begin: a region that it needs does not answer. None for a run that goes on."""
        if self.journal.steps(Event.BEGUN):
            return None
        plan = self.plan
        musts = [step.action for step in plan.steps if step.on_failure is OnFailure.ABORT]
        needed = {region for action in musts for region in regions_of(action)}
        asked = needed | {region for region in (plan.target_region, plan.source_region) if region}
        silent = sorted(region for region in asked if not self._answers(region))
        if plan.target_region in silent and plan.source_region in silent:
            return (
                f"both regions are impaired: neither {plan.source_region} nor {plan.target_region} answers. Moving "
                "from one to the other would help nobody and nothing was changed. Look at this machine's network and "
                "credentials first; then wait for either region, and run the plan that leads to it"
            )
        if plan.target_region in silent:
            return f"{plan.target_region}, where the plan leads, does not answer; nothing was changed"
        missing = [region for region in silent if region in needed]
        if missing:
            return (
                f"{', '.join(missing)} does not answer, and {plan.name} needs it; nothing was changed. If the region "
                "is lost, run the failover plan, which accepts that what was not replicated is gone"
            )
        return None

    def _answers(self, region: str) -> bool:
        try:
            self.performer.asks(Call(service="sts", operation="GetCallerIdentity", region=region))
        except UnreachableError:
            return False
        except CallError:
            return True  # it said something
        return True

    def _forward(self) -> tuple[Outcome, str]:
        done = set(self.journal.steps(Event.DONE))
        for step in self.plan.steps:
            if step.id in done:
                self._results.append(StepResult(step.id, step.title, "done before", 0.0, self.wall()))
        todo = {step.id: step for step in self.plan.steps if step.id not in done}
        running: dict[Future[None], Step] = {}
        failure: StepError | None = None
        with ThreadPoolExecutor(WIDTH, thread_name_prefix="step") as pool:
            while True:
                if failure is None and not self.performer.stop.is_set():
                    for step in [step for step in todo.values() if done.issuperset(step.after)]:
                        running[pool.submit(self._do, todo.pop(step.id))] = step
                if not running:
                    break
                for future in wait(running, timeout=0.5, return_when=FIRST_COMPLETED).done:
                    step = running.pop(future)
                    error = future.exception()
                    if error is None:
                        done.add(step.id)
                    elif not isinstance(error, StepError):
                        raise error
                    elif step.on_failure is OnFailure.GO_ON and not isinstance(error, AbortError | NobodyError):
                        done.add(step.id)
                    else:
                        failure = failure or error
        if isinstance(failure, NobodyError):
            return Outcome.WAITING, str(failure)
        if failure is not None:
            return self._back(str(failure))
        if self.performer.stop.is_set():
            return self._back("somebody asked to stop")
        self.journal.note(Event.FINISHED)
        return Outcome.FINISHED, f"every step of {self.plan.name} has ended"

    def _do(self, step: Step) -> None:
        if isinstance(step.action, Approval):
            self._ask(step, step.action)
            return
        self._note(Event.BEGUN, step.id)
        self._work(step, step.action, "done", Event.DONE)

    def _ask(self, step: Step, approval: Approval) -> None:
        began = self.wall()
        agreed = self.agrees(step, approval)
        if agreed is None:
            self._note(Event.WAITING, step.id)
            self._end(step, "waiting", began, Record(notes=[approval.question]))
            raise NobodyError(f"{step.id} waits for somebody who agrees ({approval.approvers}): {approval.question}")
        if not agreed:
            self._end(step, "refused", began, Record())
            raise StepError(f"{step.id}: nobody agreed")
        self._note(Event.DONE, step.id)
        self._end(step, "agreed", began, Record())

    def _work(self, step: Step, action: Action, state: str, event: Event) -> None:
        self.talk(f"{step.id}: {step.title}")
        began = self.wall()
        try:
            record = self.performer.perform(action, step.timeout_seconds)
        except StepError as error:
            told = Record(notes=[str(error)])
            event = Event.REFUSED if isinstance(error, NotDoneError) else Event.FAILED
            self._note(event, step.id, why=str(error))
            self._end(step, "failed", began, told)
            raise type(error)(f"{step.id}: {error}") from None
        self._note(event, step.id, seconds=round(self.wall() - began, 3), calls=record.calls, notes=record.notes)
        self._end(step, state, began, record)

    def _back(self, why: str) -> tuple[Outcome, str]:
        """End by the plan's abort policy."""
        begun = self.journal.steps(Event.BEGUN) - self._refused()
        policy = self.plan.abort
        if policy.point_of_no_return in begun:
            self._note(Event.FAILED, why=why)
            return Outcome.STOPPED, f"{why}\nNothing is undone after {policy.point_of_no_return}. {policy.advice}"
        self.performer.stop.clear()
        undone = self.journal.steps(Event.UNDONE)
        failed: list[str] = []
        for step, action in self.plan.undo(begun):
            if step.id in undone:
                continue
            self._note(Event.UNDOING, step.id)
            try:
                self._work(step, action, "undone", Event.UNDONE)
            except StepError as error:
                failed.append(str(error))
        if failed:
            return Outcome.BROKEN, f"{why}\nPutting it back failed as well: " + "; ".join(failed) + f"\n{policy.advice}"
        self._note(Event.ABORTED, why=why)
        changed = any(step.rollback for step in self.plan.steps if step.id in begun)
        return (Outcome.UNDONE if changed else Outcome.REFUSED), f"{why}\n{policy.advice}"

    def _refused(self) -> frozenset[str]:
        """Steps whose one attempt the service refused: they changed nothing. Of a second attempt, who knows."""
        events: dict[str, list[str]] = {}
        for line in self.journal.lines:
            if "step" in line:
                events.setdefault(line["step"], []).append(line["event"])
        return frozenset(step for step, found in events.items() if found == [Event.BEGUN, Event.REFUSED])

    def _note(self, event: Event, step: str | None = None, **more: Any) -> None:
        """Note an event, from whatever thread."""
        with self._lock:
            self.journal.note(event, step, **more)

    def _end(self, step: Step, state: str, began: float, record: Record) -> None:
        with self._lock:
            self._results.append(
                StepResult(
                    step=step.id,
                    title=step.title,
                    state=state,
                    seconds=round(self.wall() - began, 3),
                    began=began,
                    calls=tuple(record.calls),
                    notes=tuple(record.notes),
                    listed=tuple(record.listed),
                )
            )


class NobodyError(StepError):
    """An approval that nobody could be asked for."""
