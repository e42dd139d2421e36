"""A plan without its changes: every question is asked, and what would be called is said."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum, unique

from console.dr.aws import AbsentError, CallError
from console.dr.perform import Asks
from contracts.recovery.actions import Approval, Wait
from contracts.recovery.calls import Demand, Listing, Move, Piece
from contracts.recovery.plan import RecoveryPlan
from contracts.recovery.procedures import procedure


@unique
class Would(StrEnum):
    """What a run would do now."""

    CALL = "would call"
    NOTHING = "so already"
    PASS = "would pass"
    REFUSE = "would refuse"
    WAIVE = "would accept"
    LIST = "would list"
    WAIT = "would wait"
    UNKNOWN = "cannot tell"


@dataclass(frozen=True)
class Line:
    """One piece of one step."""

    step: str
    would: Would
    what: str

    def __str__(self) -> str:
        return f"{self.step:<32} {self.would.value:<12} {self.what}"


def dry_run(plan: RecoveryPlan, asks: Asks, arguments: Mapping[str, str]) -> Iterator[Line]:
    """What each step would do if it ran now, before the steps in front of it have done anything."""
    for step in (step for wave in plan.waves() for step in wave):
        match step.action:
            case Wait(seconds=seconds):
                yield Line(step.id, Would.WAIT, f"{seconds} s")
            case Approval(approvers=approvers, question=question):
                yield Line(step.id, Would.WAIT, f"for {approvers}: {question}")
            case action:
                for piece in procedure(action):
                    yield _line(step.id, piece, asks, arguments)


def _line(step: str, piece: Piece, asks: Asks, arguments: Mapping[str, str]) -> Line:
    match piece:
        case Listing(call=call):
            return Line(step, Would.LIST, f"{call.service} {call.operation} in {call.region}")
        case Demand():
            return _demand(step, piece, asks, arguments)
        case Move():
            return _move(step, piece, asks, arguments)


def _demand(step: str, demand: Demand, asks: Asks, arguments: Mapping[str, str]) -> Line:
    try:
        if demand.read.holds(asks(demand.read.call, arguments)):
            return Line(step, Would.PASS, f"{demand.read.call.service} {demand.read.call.operation}")
        why = demand.otherwise
    except CallError as error:
        why = f"{demand.otherwise} ({error})"
    return Line(step, Would.WAIVE if demand.waived else Would.REFUSE, why)


def _move(step: str, move: Move, asks: Asks, arguments: Mapping[str, str]) -> Line:
    what = f"{move.call.service} {move.call.operation} in {move.call.region}"
    try:
        so = move.already is not None and move.already.holds(asks(move.already.call, arguments))
    except AbsentError:
        so = False
    except CallError as error:
        return Line(step, Would.UNKNOWN, f"{what}: {error}")
    return Line(step, Would.NOTHING if so else Would.CALL, what)
