"""One action of a recovery plan, performed: its procedure's calls, made until what they shall achieve is so."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from console.dr.aws import AbsentError, BusyError, CallError, RefusedError, UnreachableError
from contracts.recovery.actions import Action, Wait
from contracts.recovery.calls import Call, Demand, Listing, Move, Read, lookup
from contracts.recovery.procedures import procedure

PAUSE = 2.0
"""Seconds between two questions."""


class Asks(Protocol):
    """What makes calls; see `console.dr.aws.Aws`."""

    def __call__(self, call: Call, arguments: Mapping[str, str] | None = None, /) -> Mapping[str, Any]:
        """Make a call; raises the errors of `console.dr.aws`."""
        ...


class StepError(Exception):
    """A step did not achieve what it should; the message is for people."""


class NotDoneError(StepError):
    """The service refused the step's first change: nothing was changed, so there is nothing to undo."""


class AbortError(StepError):
    """Somebody asked to stop."""


@dataclass(frozen=True)
class Timing:
    """Clocks, to be replaced in tests. `clock` counts seconds from anywhere."""

    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    pause: float = PAUSE


@dataclass
class Record:
    """What a step did."""

    calls: list[str] = field(default_factory=list[str])
    """Changes that were asked for: service, operation and region."""
    notes: list[str] = field(default_factory=list[str])
    """What was so already, was waived, or has to be known."""
    listed: list[Any] = field(default_factory=list[Any])
    """What people have to see."""


@dataclass
class Performer:
    """Performs actions with one set of clients, arguments and clocks; `stop` ends it between two calls."""

    asks: Asks
    arguments: Mapping[str, str]
    timing: Timing = field(default_factory=Timing)
    stop: threading.Event = field(default_factory=threading.Event)

    def perform(self, action: Action, timeout_seconds: float) -> Record:
        """Achieve what the action says, or raise `StepError` when the time is over or the answer is no."""
        record = Record()
        deadline = self.timing.clock() + timeout_seconds
        if isinstance(action, Wait):
            self._let_pass(action.seconds)
        for piece in procedure(action):
            match piece:
                case Move():
                    self._move(piece, deadline, record)
                case Demand():
                    self._demand(piece, deadline, record)
                case Listing():
                    found: list[Any] = lookup(piece.at, self._patiently(piece.call, deadline)) or []
                    record.listed.extend(found)
        return record

    def is_so(self, read: Read) -> bool:
        """Ask once; what does not exist is not so. Raises the errors of a call that got no answer."""
        try:
            return read.holds(self.asks(read.call, self.arguments))
        except AbsentError:
            return False

    def _move(self, move: Move, deadline: float, record: Record) -> None:
        name = f"{move.call.service} {move.call.operation} in {move.call.region}"
        if move.already is not None and self._answered(move.already, deadline):
            record.notes.append(f"{name}: so already")
            return
        self._change(move.call, deadline, record)
        record.calls.append(name)
        while move.until is not None and not self._answered(move.until, deadline):
            self._pause(deadline, f"{name} was called, but what it should achieve has not come about")

    def _change(self, call: Call, deadline: float, record: Record) -> None:
        asked_before = False
        while True:
            try:
                self.asks(call, self.arguments)
            except (UnreachableError, BusyError) as error:
                asked_before = True  # and who knows whether it was heard
                self._pause(deadline, str(error))
            except CallError as error:
                nothing = not record.calls and not asked_before
                raise (NotDoneError if nothing else StepError)(str(error)) from None
            else:
                return

    def _demand(self, demand: Demand, deadline: float, record: Record) -> None:
        while True:
            try:
                if self.is_so(demand.read):
                    return
                why = demand.otherwise
            except CallError as error:
                why = f"{demand.otherwise} ({error})"
            if demand.waived:
                record.notes.append(f"accepted: {why}")
                return
            if not demand.patient:
                raise StepError(why)
            self._pause(deadline, why)

    def _answered(self, read: Read, deadline: float) -> bool:
        """Ask until there is an answer."""
        while True:
            try:
                return self.is_so(read)
            except (UnreachableError, BusyError) as error:
                self._pause(deadline, str(error))
            except RefusedError as error:
                raise StepError(str(error)) from None

    def _patiently(self, call: Call, deadline: float) -> Mapping[str, Any]:
        """Call until there is an answer; what the service refuses is refused."""
        while True:
            try:
                return self.asks(call, self.arguments)
            except (UnreachableError, BusyError) as error:
                self._pause(deadline, str(error))
            except CallError as error:
                raise StepError(str(error)) from None

    def _pause(self, deadline: float, why: str) -> None:
        if self.timing.clock() + self.timing.pause > deadline:
            raise StepError(f"{why} (the time of the step is over)")
        self._let_pass(self.timing.pause)

    def _let_pass(self, seconds: float) -> None:
        """Sleep in small pieces, so that a stop is noticed."""
        end = self.timing.clock() + seconds
        while (left := end - self.timing.clock()) > 0:
            if self.stop.is_set():
                raise AbortError("stopped while it waited")
            self.timing.sleep(min(left, self.timing.pause))
