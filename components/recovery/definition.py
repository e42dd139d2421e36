"""From a recovery plan to the Amazon States Language; pure.

Chains are written one after the other, forks as parallel states. A run is given
`{"arguments": {…}, "dry_run": false}`, both optional, and carries `$.run`: whether a step has failed, which one, and
whether the point of no return is behind it. A branch that fails ends in order, with the others; then the plan's abort
policy decides. Everything may be run again: each change looks first whether it is so already.

Source: https://states-language.net/spec.html
"""

from __future__ import annotations

from components.recovery.step_states import AGAIN, Machine, Place, step_states, undo_states
from components.recovery.words import Asl, quoted
from contracts.recovery.order import Chain, Fork, Order, order, steps_of
from contracts.recovery.plan import OnFailure, RecoveryPlan, Step

DEFAULTS: Asl = {
    "arguments": {},
    "dry_run": False,
    "broken": False,
    "run": {"failed": False, "at": "", "committed": False},
}
ENDED = "Ended"
_READY = "A dry run has found nothing that would keep the plan from running. Nothing was changed."


def definition(plan: RecoveryPlan, place: Place, topic_arn: str) -> Asl:
    """The state machine of a plan.

    Args:
        plan: what is compiled.
        place: where the machine is.
        topic_arn: SNS topic, in its region, that is told how a failed run ended.
    """
    machine = Machine(place)
    stopped = _told(machine, "Stopped", plan, topic_arn, "Nothing was undone.")
    aborted = _told(machine, "Aborted", plan, topic_arn, "What was done has been undone.")
    broken = _told(machine, "Broken", plan, topic_arn, "Not everything could be undone: look at each step.")
    machine.add("Done", {"Type": "Succeed"})
    committed: Asl = {"Variable": "$.run.committed", "BooleanEquals": True, "Next": stopped}
    undoing = _undo(machine, plan, aborted, broken)
    machine.add("Undo?", {"Type": "Choice", "Choices": [committed], "Default": undoing})
    failed: Asl = {"Variable": "$.run.failed", "BooleanEquals": True, "Next": "Undo?"}
    drilled = _publish(topic_arn, f"Recovery drill: {plan.name} is ready", _READY, "Done")
    dry: Asl = {"Variable": "$.dry_run", "BooleanEquals": True, "Next": machine.add("Tell: Drilled", drilled)}
    machine.add(ENDED, {"Type": "Choice", "Choices": [failed, dry], "Default": "Done"})
    first = _Writer(plan, machine).write(order(plan), ENDED, ENDED)
    begin: Asl = {"Type": "Pass", "Result": DEFAULTS, "ResultPath": "$.defaults", "Next": "Given"}
    merged = {"given.$": "States.JsonMerge($.defaults, $, false)"}
    given: Asl = {"Type": "Pass", "Parameters": merged, "OutputPath": "$.given", "Next": first}
    whole: Asl = {
        "Comment": plan.title,
        "StartAt": "Begin",
        "TimeoutSeconds": sum(step.timeout_seconds for step in plan.steps) * 2,
        "States": {"Begin": begin, "Given": given, **machine.states},
    }
    return reachable(whole)


class _Writer:
    """Writes chains and forks; numbers the forks."""

    def __init__(self, plan: RecoveryPlan, machine: Machine) -> None:
        self._plan, self._machine, self._forks = plan, machine, 0

    def write(self, part: Order, then: str, failed: str) -> str:
        """Write a part; answers its first state. `failed` follows when one of its steps has failed."""
        if isinstance(part, Step):
            return step_states(self._machine, self._plan, part, then, failed)
        if isinstance(part, Chain):
            for each in reversed(part.parts):
                then = self.write(each, then, failed)
            return then
        return self._fork(part, then, failed)

    def _fork(self, fork: Fork, then: str, failed: str) -> str:
        self._forks += 1
        name, machine = f"All of {self._forks}", self._machine
        after = self._merged(name, fork, then, failed)
        branches: list[Asl] = []
        for number, part in enumerate(fork.parts, start=1):
            inner = _Writer(self._plan, Machine(machine.place))
            inner._forks = self._forks
            end = f"{name}: end of {number}"
            inner._machine.add(end, {"Type": "Pass", "Parameters": {"run.$": "$.run"}, "End": True})
            start = inner.write(part, end, end)
            self._forks = inner._forks
            branches.append({"StartAt": start, "States": inner._machine.states})
        return machine.add(name, {"Type": "Parallel", "Branches": branches, "ResultPath": "$.parts", "Next": after})

    def _merged(self, name: str, fork: Fork, then: str, failed: str) -> str:
        """Take over what the branches say of themselves."""
        machine = self._machine
        choices: list[Asl] = []
        for number, part in enumerate(fork.parts):
            if all(step.on_failure is OnFailure.GO_ON for step in steps_of(part)):
                continue
            at, state = f"$.parts[{number}].run", f"{name}: branch {number + 1} failed"
            run = {"failed": True, "at.$": f"{at}.at", "committed.$": "$.run.committed"}
            machine.add(state, {"Type": "Pass", "Parameters": run, "ResultPath": "$.run", "Next": failed})
            choices.append({"Variable": f"{at}.failed", "BooleanEquals": True, "Next": state})
        after = then
        if choices:
            after = machine.add(f"{name}: failed?", {"Type": "Choice", "Choices": choices, "Default": then})
        last = self._plan.abort.point_of_no_return
        for number, part in enumerate(fork.parts):
            if last in {step.id for step in steps_of(part)}:
                run = {
                    "failed.$": "$.run.failed",
                    "at.$": "$.run.at",
                    "committed.$": f"$.parts[{number}].run.committed",
                }
                passed: Asl = {"Type": "Pass", "Parameters": run, "ResultPath": "$.run", "Next": after}
                after = machine.add(f"{name}: no return", passed)
        return after


def _undo(machine: Machine, plan: RecoveryPlan, then: str, broken: str) -> str:
    """Write what undoes the plan, last step first; what was not done looks undone already.

    What cannot be undone keeps nothing else from being undone, and is told at the end.
    """
    everything = frozenset(step.id for step in plan.steps) - {plan.abort.point_of_no_return or ""}
    back = plan.undo(everything)
    if not back:
        return then
    some: Asl = {"Variable": "$.broken", "BooleanEquals": True, "Next": broken}
    then = machine.add("All undone?", {"Type": "Choice", "Choices": [some], "Default": then})
    for step, action in reversed(back):
        failed = then
        if step.on_failure is OnFailure.ABORT:
            noted: Asl = {"Type": "Pass", "Result": True, "ResultPath": "$.broken", "Next": then}
            failed = machine.add(f"undo {step.id}: failed", noted)
        then = undo_states(machine, step, action, then, failed)
    return then


def reachable(machine: Asl) -> Asl:
    """The machine without states that nothing leads to, which Step Functions refuses."""
    states: dict[str, Asl] = machine["States"]
    found: dict[str, Asl] = {}
    waiting: list[str] = [machine["StartAt"]]
    while waiting:
        name = waiting.pop()
        if name in found:
            continue
        found[name] = states[name]
        waiting += targets(states[name])
    kept = {name: _inner(state) for name, state in states.items() if name in found}
    return {**machine, "States": kept}


def _inner(state: Asl) -> Asl:
    if "Branches" not in state:
        return state
    return {**state, "Branches": [reachable(branch) for branch in state["Branches"]]}


def targets(state: Asl) -> list[str]:
    """Names of the states that may follow one."""
    found: list[str] = [state[key] for key in ("Next", "Default") if key in state]
    return found + [each["Next"] for key in ("Catch", "Choices") for each in state.get(key, [])]


def _told(machine: Machine, name: str, plan: RecoveryPlan, topic_arn: str, what: str) -> str:
    cause = f"{plan.name} has failed. {what} {plan.abort.advice}"
    machine.add(name, {"Type": "Fail", "Error": f"Recovery{name}", "Cause": cause})
    tell = _publish(topic_arn, f"Recovery failed: {plan.name}", f"{cause} Failed step: ", name, "$.run.at")
    return machine.add(f"Tell: {name}", tell)


def _publish(topic_arn: str, subject: str, text: str, then: str, more: str | None = None) -> Asl:
    """Tell people; that they cannot be told stops nothing."""
    said: Asl = {"Message": text} if more is None else {"Message.$": f"States.Format('{quoted(text)}{{}}', {more})"}
    return {
        "Type": "Task",
        "Resource": "arn:aws:states:::sns:publish",
        "Parameters": {"TopicArn": topic_arn, "Subject": subject[:99], **said},
        "ResultPath": None,
        "Retry": AGAIN,
        "Catch": [{"ErrorEquals": ["States.ALL"], "ResultPath": "$.error", "Next": then}],
        "Next": then,
    }
