"""The states of one step of a plan; pure.

A step looks whether it is so already, changes it, and looks again until it is so. What fails marks the run as failed,
so that steps beside it can end in order; see `components.recovery.definition`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from components.recovery.words import Asl, holds, jsonpath, parameters, quoted, resource, selector
from contracts.recovery import names
from contracts.recovery.actions import Action, Approval, Wait
from contracts.recovery.calls import Call, Demand, Listing, Move, Piece, Read
from contracts.recovery.plan import OnFailure, RecoveryPlan, Step
from contracts.recovery.procedures import procedure

POLL_SECONDS = 10
"""Seconds between two looks."""
CALL_SECONDS = 60
"""How long one call may take."""
GLOBAL_SERVICES = frozenset({"route53"})
"""Services with one endpoint, that every region can ask."""
AGAIN: list[Asl] = [
    {
        "ErrorEquals": ["States.TaskFailed"],
        "IntervalSeconds": 2,
        "MaxAttempts": 2,
        "BackoffRate": 2,
        "JitterStrategy": "FULL",
    }
]
"""AWS refuses some calls for a moment; all of them may be repeated."""
ANYTHING = ["States.ALL"]


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a plan's machine is."""

    environment: str
    region: str
    account_id: str
    automation_role_arn: str
    """Role of the automation that acts in other regions."""


@dataclass
class Machine:
    """States by name, as they are written."""

    place: Place
    states: dict[str, Asl] = field(default_factory=dict[str, Asl])

    def add(self, name: str, state: Asl) -> str:
        """Write a state; answers its name."""
        if name in self.states:
            raise ValueError(f"two states are called {name}")
        self.states[name] = state
        return name


def foreign(call: Call, place: Place) -> bool:
    """Whether a call has to be made in another region: Step Functions makes its calls in its own."""
    return call.region != place.region and call.service not in GLOBAL_SERVICES


def calls_of(pieces: Iterable[Piece]) -> list[Call]:
    """Every call of pieces."""
    found: list[Call] = []
    for piece in pieces:
        match piece:
            case Demand():
                found.append(piece.read.call)
            case Listing():
                found.append(piece.call)
            case Move():
                found += [read.call for read in (piece.already, piece.until) if read is not None] + [piece.call]
    return found


def step_states(machine: Machine, plan: RecoveryPlan, step: Step, then: str, failed: str) -> str:
    """Write the states of a step; answers the first.

    Args:
        machine: that they are written into.
        plan: that the step is of.
        step: what is written.
        then: state that follows when it has ended well, or its failure stops nothing.
        failed: state that follows when it has failed.
    """
    fails = then if step.on_failure is OnFailure.GO_ON else _failed(machine, step, failed)
    first = _action(machine, step.id, step.action, step.timeout_seconds, then, fails)
    if step.id != plan.abort.point_of_no_return:
        return first
    run = {"failed.$": "$.run.failed", "at.$": "$.run.at", "committed": True}
    committed = {"Type": "Pass", "Comment": "From here on nothing is undone", "Parameters": run, "ResultPath": "$.run"}
    return machine.add(f"{step.id}: no return", {**committed, "Next": first})


def undo_states(machine: Machine, step: Step, action: Action, then: str, failed: str) -> str:
    """Write the states that undo a step; answers the first."""
    return _action(machine, f"undo {step.id}", action, step.timeout_seconds, then, failed)


def _failed(machine: Machine, step: Step, then: str) -> str:
    run = {"failed": True, "at": step.id, "committed.$": "$.run.committed"}
    return machine.add(f"{step.id}: failed", {"Type": "Pass", "Parameters": run, "ResultPath": "$.run", "Next": then})


def _action(machine: Machine, name: str, action: Action, seconds: int, then: str, failed: str) -> str:
    if isinstance(action, Wait):
        waits = machine.add(f"{name}: wait", {"Type": "Wait", "Seconds": action.seconds, "Next": then})
        return _unless_dry(machine, name, waits, then)
    if isinstance(action, Approval):
        return _unless_dry(machine, name, _approval(machine, name, action, seconds, then, failed), then)
    pieces = procedure(action)
    if any(foreign(call, machine.place) for call in calls_of(pieces)):
        return _elsewhere(machine, name, pieces, seconds, then, failed)
    for number, piece in reversed(list(enumerate(pieces, start=1))):
        part = name if len(pieces) == 1 else f"{name} {number}"
        then = _piece(machine, part, piece, seconds, then, failed)
    return then


def _piece(machine: Machine, name: str, piece: Piece, seconds: int, then: str, failed: str) -> str:
    match piece:
        case Demand():
            return _demand(machine, name, piece, seconds, then, failed)
        case Listing():
            selected = {"found.$": jsonpath(piece.at)}
            return machine.add(f"{name}: list", _task(piece.call, selected, "$.listed", then, failed))
        case Move():
            return _move(machine, name, piece, seconds, then, failed)


def _demand(machine: Machine, name: str, demand: Demand, seconds: int, then: str, failed: str) -> str:
    if demand.patient:
        return _unless_dry(machine, name, _watch(machine, name, demand.read, seconds, then, failed), then)
    refused = then if demand.waived else failed
    so = {"Type": "Choice", "Comment": demand.otherwise, "Choices": [{**holds(demand.read), "Next": then}]}
    asked = machine.add(f"{name}: so?", {**so, "Default": refused})
    return machine.add(f"{name}: look", _task(demand.read.call, selector(demand.read), "$.look", asked, refused))


def _move(machine: Machine, name: str, move: Move, seconds: int, then: str, failed: str) -> str:
    after = then if move.until is None else _watch(machine, name, move.until, seconds, then, failed)
    change = machine.add(f"{name}: change", _task(move.call, None, None, after, failed))
    change = _unless_dry(machine, name, change, then)
    if move.already is None:
        return change
    so: Asl = {"Type": "Choice", "Choices": [{**holds(move.already), "Next": then}], "Default": change}
    asked = machine.add(f"{name}: already?", so)
    # What cannot be told is not so: the change may be repeated.
    return machine.add(f"{name}: look", _task(move.already.call, selector(move.already), "$.look", asked, change))


def _watch(machine: Machine, name: str, read: Read, seconds: int, then: str, failed: str) -> str:
    """Look until it is so, at most so long."""
    look, so, late = f"{name}: watch", f"{name}: there?", f"{name}: too late?"
    pause, count = f"{name}: pause", f"{name}: count"
    begin = {"Type": "Pass", "Result": {"count": 0}, "ResultPath": "$.looks", "Next": look}
    first = machine.add(f"{name}: begin", begin)
    machine.add(look, _task(read.call, selector(read), "$.look", so, late))
    machine.add(so, {"Type": "Choice", "Choices": [{**holds(read), "Next": then}], "Default": late})
    most = max(1, seconds // POLL_SECONDS)
    too_late = {"Variable": "$.looks.count", "NumericGreaterThanEquals": most, "Next": failed}
    machine.add(late, {"Type": "Choice", "Choices": [too_late], "Default": pause})
    machine.add(pause, {"Type": "Wait", "Seconds": POLL_SECONDS, "Next": count})
    counted = {"count.$": "States.MathAdd($.looks.count, 1)"}
    machine.add(count, {"Type": "Pass", "Parameters": counted, "ResultPath": "$.looks", "Next": look})
    return first


def _approval(machine: Machine, name: str, action: Approval, seconds: int, then: str, failed: str) -> str:
    answer = (
        f"{action.question}\n\nWho agrees ({action.approvers}):\n"
        f"aws stepfunctions send-task-success --region {machine.place.region} --task-output true --task-token "
    )
    refuse = f"\n\nWho refuses:\naws stepfunctions send-task-failure --region {machine.place.region} --task-token "
    message = f"States.Format('{quoted(answer)}{{}}{quoted(refuse)}{{}}', $$.Task.Token, $$.Task.Token)"
    return machine.add(
        f"{name}: ask",
        {
            "Type": "Task",
            "Resource": "arn:aws:states:::sns:publish.waitForTaskToken",
            "Parameters": {
                "TopicArn": action.topic_arn,
                "Subject": "Recovery: your agreement is needed",
                "Message.$": message,
            },
            "TimeoutSeconds": seconds,
            "ResultPath": "$.agreed",
            "Catch": [_catch(failed)],
            "Next": then,
        },
    )


def _elsewhere(machine: Machine, name: str, pieces: Iterable[Piece], seconds: int, then: str, failed: str) -> str:
    """Let an automation do it, which may call any region."""
    place = machine.place
    look, ended = f"{name}: look elsewhere", f"{name}: ended?"
    started: Asl = {
        "Type": "Task",
        "Resource": "arn:aws:states:::aws-sdk:ssm:startAutomationExecution",
        "Parameters": {
            "DocumentName": names.step_document(place.environment),
            "Parameters": {
                "AutomationAssumeRole": [place.automation_role_arn],
                "Pieces": [written(pieces)],
                "Seconds": [str(seconds)],
                "Arguments.$": "States.Array(States.JsonToString($.arguments))",
                "DryRun.$": "States.Array(States.JsonToString($.dry_run))",
            },
        },
        "ResultSelector": {"id.$": "$.AutomationExecutionId"},
        "ResultPath": "$.started",
        "TimeoutSeconds": CALL_SECONDS,
        "Retry": AGAIN,
        "Catch": [_catch(failed)],
        "Next": look,
    }
    first = machine.add(f"{name}: begin elsewhere", started)
    asked: Asl = {
        "Type": "Task",
        "Resource": "arn:aws:states:::aws-sdk:ssm:getAutomationExecution",
        "Parameters": {"AutomationExecutionId.$": "$.started.id"},
        "ResultSelector": {"found.$": "$.AutomationExecution.AutomationExecutionStatus"},
        "ResultPath": "$.look",
        "TimeoutSeconds": CALL_SECONDS,
        "Retry": AGAIN,
        "Catch": [_catch(failed)],
        "Next": ended,
    }
    machine.add(look, asked)
    going = [{"Variable": "$.look.found", "StringEquals": state} for state in ("Pending", "InProgress", "Waiting")]
    choices: list[Asl] = [
        {"Variable": "$.look.found", "StringEquals": "Success", "Next": then},
        {"Or": going, "Next": f"{name}: pause elsewhere"},
    ]
    machine.add(ended, {"Type": "Choice", "Choices": choices, "Default": failed})
    machine.add(f"{name}: pause elsewhere", {"Type": "Wait", "Seconds": POLL_SECONDS, "Next": look})
    return first


def written(pieces: Iterable[Piece]) -> str:
    """Pieces as the automation's script reads them."""
    return json.dumps([{"kind": type(piece).__name__, **piece.model_dump(mode="json")} for piece in pieces])


def _unless_dry(machine: Machine, name: str, change: str, then: str) -> str:
    dry = {"Variable": "$.dry_run", "BooleanEquals": True, "Next": then}
    return machine.add(f"{name}: dry run?", {"Type": "Choice", "Choices": [dry], "Default": change})


def _task(call: Call, selected: Asl | None, path: str | None, then: str, failed: str) -> Asl:
    state: dict[str, Any] = {
        "Type": "Task",
        "Resource": resource(call),
        "Parameters": parameters(call),
        "ResultPath": path,
        "TimeoutSeconds": CALL_SECONDS,
        "Retry": AGAIN,
        "Catch": [_catch(failed)],
        "Next": then,
    }
    return state | ({"ResultSelector": selected} if selected is not None else {})


def _catch(then: str) -> Asl:
    return {"ErrorEquals": ANYTHING, "ResultPath": "$.error", "Next": then}
