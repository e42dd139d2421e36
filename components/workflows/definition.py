"""From a contract's workflow to the Amazon States Language (WF-1); pure.

Source: https://states-language.net/spec.html; AWS Step Functions Developer Guide, "Discovering service integration
patterns", "Accessing resources in other AWS accounts in Step Functions".
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from contracts.services.workflows import Catch, Condition, Retry, State, StateKind, Workflow, WorkflowKind

TASK_SECONDS = 60
"""How long a task may take if its contract says nothing: a lost answer must not hold a workflow for a year."""
EXPRESS_SECONDS = 300
"""How long an express workflow can take at most."""
WAIT_FOR_TOKEN = "arn:aws:states:::lambda:invoke.waitForTaskToken"
ALL = "States.ALL"

_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")

Asl = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Callee:
    """What a task calls."""

    arn: str
    """ARN of the function, or of its alias."""
    role_arn: str | None = None
    """Role in the function's account that is assumed for the call; None in the workflow's own account."""


@dataclass(frozen=True, kw_only=True)
class Callees:
    """Everything that a workflow's tasks may call."""

    functions: Mapping[str, Callee]
    """Function of the contract → where it is."""
    operations: Mapping[str, Callee]
    """Operation of a consumed contract (`order/payment#capturePayment`) → the function that answers it."""

    def of(self, state: State) -> Callee | None:
        """What a state calls; None if it is not known."""
        if state.function is not None:
            return self.functions.get(state.function)
        return self.operations.get(state.operation or "")


def definition(workflow: Workflow, callees: Callees) -> Asl:
    """The state machine's definition.

    A task's resource is the function's plain ARN, so it gets the state's input as it is and its answer is the result;
    an exception's class name is the name of the error. An approval's function gets
    `{"task_token": …, "input": …}`, and the workflow waits until someone answers with that token. A choice by a field
    that is not there goes to the default.

    Raises:
        ValueError: naming every state that calls something unknown, and every rule of the language that the workflow
            breaks and its contract could not show: names used twice, `States.ALL` that hides what follows it, a
            longest delay below the first, a condition on a field of a list.
    """
    problems = list(_problems(workflow, callees))
    if problems:
        raise ValueError("this workflow cannot be compiled:\n" + "\n".join(f"  {problem}" for problem in problems))
    compiled: Asl = {"Comment": workflow.comment, **_machine(workflow.start_at, workflow.states, callees)}
    express = workflow.kind is WorkflowKind.EXPRESS
    if seconds := workflow.timeout_seconds or (EXPRESS_SECONDS if express else None):
        compiled["TimeoutSeconds"] = seconds
    return compiled


def states_of(states: Mapping[str, State]) -> Iterator[tuple[str, State]]:
    """Every state with its name, those in branches too."""
    for name, state in states.items():
        yield name, state
        for branch in state.branches:
            yield from states_of(branch.states)


def callees_of(workflow: Workflow, callees: Callees) -> list[Callee]:
    """What the workflow calls, each once, in the order of the contract."""
    found = [callees.of(state) for _, state in states_of(workflow.states)]
    return list(dict.fromkeys(callee for callee in found if callee is not None))


def _machine(start_at: str, states: Mapping[str, State], callees: Callees) -> Asl:
    return {"StartAt": start_at, "States": {name: _state(state, callees) for name, state in states.items()}}


def _state(state: State, callees: Callees) -> Asl:
    compiled: Asl = {"Type": "Task" if state.type is StateKind.APPROVAL else state.type.capitalize()}
    if state.comment:
        compiled["Comment"] = state.comment
    compiled |= _work(state, callees)
    if state.result_path is not None:
        compiled["ResultPath"] = _reference(state.result_path)
    if state.retry:
        compiled["Retry"] = [_retry(retry) for retry in state.retry]
    if state.catch:
        compiled["Catch"] = [_catch(catch) for catch in state.catch]
    if state.next is not None:
        compiled["Next"] = state.next
    if state.end:
        compiled["End"] = True
    return compiled


def _work(state: State, callees: Callees) -> Asl:
    """The fields of one type of state."""
    match state.type:
        case StateKind.TASK:
            return _task(state, callees)
        case StateKind.APPROVAL:
            return _approval(state, callees)
        case StateKind.CHOICE:
            return {"Choices": [_choice(each) for each in state.choices], "Default": state.default}
        case StateKind.PARALLEL:
            return {"Branches": [_machine(branch.start_at, branch.states, callees) for branch in state.branches]}
        case StateKind.WAIT:
            return {"Seconds": state.timeout_seconds}
        case StateKind.FAIL:
            return {"Error": state.error, **({"Cause": state.cause} if state.cause else {})}
        case StateKind.SUCCEED:
            return {}


def _task(state: State, callees: Callees) -> Asl:
    callee = _known(state, callees)
    task: Asl = {"Resource": callee.arn}
    if callee.role_arn is not None:
        task["Credentials"] = {"RoleArn": callee.role_arn}
    return task | {"TimeoutSeconds": state.timeout_seconds or TASK_SECONDS}


def _approval(state: State, callees: Callees) -> Asl:
    payload = {"task_token.$": "$$.Task.Token", "input.$": "$"}
    return {
        "Resource": WAIT_FOR_TOKEN,
        "Parameters": {"FunctionName": _known(state, callees).arn, "Payload": payload},
        "TimeoutSeconds": state.timeout_seconds,
    }


def _known(state: State, callees: Callees) -> Callee:
    callee = callees.of(state)
    if callee is None:
        raise LookupError("a state's callee is checked before it is compiled")
    return callee


def _choice(condition: Condition) -> Asl:
    variable = _reference(f"$.{condition.field}")
    return {
        # Comparing a field that is not there would end the workflow with an error.
        "And": [
            {"Variable": variable, "IsPresent": True},
            {"Variable": variable, "StringEquals": condition.equals},
        ],
        "Next": condition.next,
    }


def _retry(retry: Retry) -> Asl:
    compiled: Asl = {
        "ErrorEquals": list(retry.errors),
        "IntervalSeconds": retry.interval_seconds,
        "MaxAttempts": retry.max_attempts,
        "BackoffRate": retry.backoff_rate,
    }
    if retry.max_delay_seconds is not None:
        compiled["MaxDelaySeconds"] = retry.max_delay_seconds
    return compiled


def _catch(catch: Catch) -> Asl:
    return {"ErrorEquals": list(catch.errors), "ResultPath": _reference(catch.result_path), "Next": catch.next}


def _reference(path: str) -> str:
    """A reference path; names with a hyphen or a dollar sign in brackets, as JSONPath wants them."""
    root, *fields = path.split(".")
    return root + "".join(f".{field}" if _PLAIN.fullmatch(field) else f"['{field}']" for field in fields)


def _problems(workflow: Workflow, callees: Callees) -> Iterator[str]:
    everything = list(states_of(workflow.states))
    for name, count in Counter(name for name, _ in everything).items():
        if count > 1:
            yield f"{name}: {count} states have this name; branches share the names of their workflow, rename one"
    for name, state in everything:
        if state.type in {StateKind.TASK, StateKind.APPROVAL}:
            callee = callees.of(state)
            if callee is None:
                yield f"{name}: {_unknown(state)}"
            elif state.type is StateKind.APPROVAL and callee.role_arn is not None:
                yield f"{name}: {state.function} is in another account; an approval is asked for in its own"
        for field, clauses in (("retry", state.retry), ("catch", state.catch)):
            yield from _hidden(name, field, [clause.errors for clause in clauses])
        for retry in state.retry:
            if retry.max_delay_seconds is not None and retry.max_delay_seconds <= retry.interval_seconds:
                yield f"{name}: max_delay_seconds {retry.max_delay_seconds} is not above interval_seconds"
        for condition in state.choices:
            if "[]" in condition.field:
                yield f"{name}: {condition.field} is a field of a list; a choice compares one value"


def _unknown(state: State) -> str:
    if state.function is not None:
        return f"the function {state.function} is not known here; add it to compute.functions"
    return (
        f"the operation {state.operation} is answered by no function; a workflow calls functions only, so let the "
        "provider route it to one"
    )


def _hidden(name: str, field: str, clauses: list[tuple[str, ...]]) -> Iterator[str]:
    for index, errors in enumerate(clauses):
        if not errors:
            yield f"{name}: {field} {index + 1} names no error"
        if ALL in errors and (len(errors) > 1 or index + 1 < len(clauses)):
            yield f"{name}: {ALL} in {field} {index + 1} must stand alone and come last"
