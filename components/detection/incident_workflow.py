"""The workflow of an incident, as a contract would say it; pure."""

from __future__ import annotations

from contracts.services.workflows import Catch, Condition, Retry, State, StateKind, Workflow, WorkflowKind
from contracts.settings.detection import IncidentSettings

KINDS = {
    "instance": "PreserveInstance",
    "task": "StopTask",
    "role": "DenyRole",
    "access-key": "DisableAccessKey",
    "bucket": "CloseBucket",
}
"""Kind of containment → first state of its branch."""
KNOWN = "AlreadyContainedError"
AGAIN = Retry(errors=("States.TaskFailed",), interval_seconds=2, max_attempts=3, backoff_rate=2)
HOUR_SECONDS = 3600


def workflow(settings: IncidentSettings) -> Workflow:
    """Classify, contain by kind, tell, ask, lift."""
    contain = {first if kind != "instance" else "IsolateInstance": _contain() for kind, first in KINDS.items()}
    states = {
        "Classify": State(type=StateKind.TASK, function="classify", next="WhichKind"),
        "WhichKind": State(
            type=StateKind.CHOICE,
            choices=tuple(Condition(field="kind", equals=kind, next=first) for kind, first in KINDS.items()),
            default="TellOnly",
        ),
        "PreserveInstance": State(
            type=StateKind.TASK,
            comment="Evidence first: what is cut off may be ended by its group",
            function="preserve",
            result_path="$.evidence",
            retry=_retry(),
            catch=_catch(),
            next="IsolateInstance",
        ),
        **contain,
        "AskToLift": State(
            type=StateKind.APPROVAL,
            comment="A person lifts it, or keeps it",
            function="ask",
            timeout_seconds=settings.approval_hours * HOUR_SECONDS,
            result_path="$.decision",
            catch=(Catch(errors=("States.ALL",), next="Kept", result_path="$.decision"),),
            next="Lift",
        ),
        "Lift": State(
            type=StateKind.TASK,
            function="lift",
            result_path="$.lift",
            retry=(AGAIN,),
            catch=(Catch(errors=("States.ALL",), next="TellFailure"),),
            next="TellLifted",
        ),
        "TellLifted": State(type=StateKind.TASK, function="tell", result_path="$.told", retry=(AGAIN,), next="Lifted"),
        "TellOnly": State(type=StateKind.TASK, function="tell", result_path="$.told", retry=(AGAIN,), next="Told"),
        "TellFailure": State(type=StateKind.TASK, function="tell", result_path="$.told", retry=(AGAIN,), next="Failed"),
        "Lifted": State(type=StateKind.SUCCEED),
        "Kept": State(type=StateKind.SUCCEED, comment="It stays contained until somebody lifts it by hand"),
        "Known": State(type=StateKind.SUCCEED, comment="An earlier finding has contained it"),
        "Told": State(type=StateKind.SUCCEED),
        "Failed": State(type=StateKind.FAIL, error="ContainmentFailed", cause="People were told to contain it by hand"),
    }
    return Workflow(
        kind=WorkflowKind.STANDARD,
        comment="Contain what GuardDuty has found, tell people, and wait for one to lift it",
        input="finding.json",
        start_at="Classify",
        states=states,
        log_days=settings.log_retention_days,
    )


def _contain() -> State:
    return State(
        type=StateKind.TASK,
        function="contain",
        result_path="$.containment",
        retry=_retry(),
        catch=_catch(),
        next="AskToLift",
    )


def _retry() -> tuple[Retry, ...]:
    """What AWS refuses for a moment is tried again; what is contained already is not."""
    never = Retry(errors=(KNOWN,), interval_seconds=1, max_attempts=0, backoff_rate=1)
    return (never, AGAIN)


def _catch() -> tuple[Catch, ...]:
    return (Catch(errors=(KNOWN,), next="Known"), Catch(errors=("States.ALL",), next="TellFailure"))
