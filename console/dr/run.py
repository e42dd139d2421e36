"""`atoll dr run`: execute a recovery plan."""

from __future__ import annotations

import json
import signal
import sys
import threading
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import ValidationError

from console import project
from console.dr import deployed
from console.dr.aws import Aws
from console.dr.execute import Execution, Outcome, Result
from console.dr.journal import HeldError, Journal, JournalError, unfinished
from console.dr.perform import Performer
from console.dr.plans import Stack
from console.dr.trial import dry_run
from console.engine import CloudChoice, Runner
from console.errors import EngineCommandError
from console.exits import Exit
from console.project import ProjectError
from console.talk import expects, fail, result, result_json, say, talk
from contracts.recovery.actions import Approval
from contracts.recovery.plan import RecoveryPlan, Step
from contracts.recovery.plans import plans
from contracts.settings import SettingsError
from embedded.home import state_dir

KNOWN = (SettingsError, ProjectError, EngineCommandError, JournalError)
_EXITS = {
    Outcome.FINISHED: Exit.OK,
    Outcome.REFUSED: Exit.FINDINGS,
    Outcome.WAITING: Exit.FINDINGS,
    Outcome.UNDONE: Exit.FAILED,
    Outcome.STOPPED: Exit.FAILED,
    Outcome.BROKEN: Exit.FAILED,
}


def register(app: typer.Typer) -> None:
    """Add the command to `atoll dr`."""
    app.command()(run)


@expects(*KNOWN)
@expects(HeldError, status=Exit.LOCKED)
def run(
    plan: Annotated[str, typer.Argument(help="Name of a plan, such as failover-us-east-1, or a JSON file with one.")],
    stack: Stack = "global",
    cloud: Annotated[
        CloudChoice, typer.Option("--cloud", envvar="ATOLL_CLOUD", help="Where: the embedded cloud, or AWS.")
    ] = CloudChoice.EMBEDDED,
    approve: Annotated[bool, typer.Option("--approve", help="Agree to every approval of the plan, unasked.")] = False,
    dry: Annotated[bool, typer.Option("--dry-run", help="Ask everything and change nothing.")] = False,
    undo: Annotated[bool, typer.Option("--undo", help="Put back what the journal's run has done.")] = False,
    journal: Annotated[
        Path | None, typer.Option(help="Its journal; left out, the plan's newest run without an end goes on.")
    ] = None,
    argument: Annotated[
        list[str] | None, typer.Option(help="NAME=VALUE, for plans that take arguments; may be given again.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Execute a recovery plan; a second run, or one after a kill, does only what is left.

    Interrupt it once to stop and put back what can be put back. Exit code 1: it failed, and the last lines say what was
    undone. 3: it was refused, or waits for somebody who agrees. 4: another run holds the journal.
    """
    chosen, account_file = _chosen(plan, stack, cloud)
    arguments = _arguments(chosen, argument or [])
    aws = _aws(chosen, account_file, cloud)
    if dry:
        lines = list(dry_run(chosen, aws, arguments))
        result_json([asdict(line) for line in lines]) if as_json else result("\n".join(map(str, lines)))
        return
    path = journal or unfinished(state_dir() / "recovery", chosen) or _new(chosen)
    performer = Performer(aws, arguments)
    with Journal(path, chosen, arguments) as notes, _stopped_by_interrupt(performer.stop):
        say(f"{chosen.title}. Journal: {path}")
        done = Execution(chosen, performer, notes, _agreement(approve), say).run(undo=undo)
    _show(done, as_json)
    if done.outcome is Outcome.WAITING:
        say(f"Agree and go on: atoll dr run {plan} --approve --journal {path}")
    if done.outcome is not Outcome.FINISHED:
        fail(done.why, _EXITS[done.outcome])


def _new(plan: RecoveryPlan) -> Path:
    return state_dir() / "recovery" / f"{plan.name}-{time.strftime('%Y%m%d-%H%M%S')}.jsonl"


def _chosen(name: str, stack: str, cloud: CloudChoice) -> tuple[RecoveryPlan, Path]:
    """The plan, and the settings file that says whose account it is."""
    file = project.stack_file(stack)
    if name.endswith(".json"):
        try:
            return RecoveryPlan.model_validate_json(Path(name).read_bytes()), file
        except (OSError, ValidationError) as error:
            fail(f"{name} is no recovery plan: {error}", Exit.USAGE)
    found = plans(deployed.read(Runner.open(cloud), stack, file).facts)
    if name not in found:
        fail(f"there is no plan {name}. Plans of {stack}: {', '.join(sorted(found))}", Exit.USAGE)
    return found[name], file


def _aws(plan: RecoveryPlan, file: Path, cloud: CloudChoice) -> Aws:
    """Calls as the account's deployment role, taken where the plan leads."""
    settings = deployed.global_settings(file)
    account, role = settings.account.id, settings.account.deploy_role
    if cloud is CloudChoice.EMBEDDED:
        session = Runner.open(cloud).session
        assert session is not None, "the embedded cloud has a session"
        return Aws(session.cloud.environment(account, plan.target_region))
    arn = f"arn:aws:iam::{account}:role/{role}" if role else None
    return Aws({}, role_arn=arn, home_region=plan.target_region)


def _arguments(plan: RecoveryPlan, given: list[str]) -> dict[str, str]:
    """NAME=VALUE, all of those that the plan takes and no other."""
    found: dict[str, str] = {}
    for one in given:
        name, equals, value = one.partition("=")
        if not equals or name not in plan.arguments:
            fail(f"--argument {one}: give NAME=VALUE; {plan.name} takes {_told(plan.arguments)}", Exit.USAGE)
        found[name] = value
    missing = {name: means for name, means in plan.arguments.items() if name not in found}
    if missing:
        fail(f"{plan.name} needs --argument {_told(missing)}", Exit.USAGE)
    return found


def _told(arguments: dict[str, str]) -> str:
    return "; ".join(f"{name}= ({means})" for name, means in arguments.items()) or "no arguments"


def _agreement(approve: bool) -> Any:
    def agrees(step: Step, approval: Approval) -> bool | None:
        if approve:
            say(f"{step.id}: agreed by --approve: {approval.question}")
            return True
        if not (talk.is_terminal and sys.stdin.isatty()):
            return None
        return typer.confirm(f"{approval.question} ({approval.approvers})", err=True)

    return agrees


@contextmanager
def _stopped_by_interrupt(stop: threading.Event) -> Generator[None]:
    """The first interrupt asks the run to stop; a second one ends the process, and the journal knows."""

    def once(*_: object) -> None:
        say("stopping; what can be put back is put back. Interrupt again to leave it as it is.")
        stop.set()
        signal.signal(signal.SIGINT, before)

    before = signal.signal(signal.SIGINT, once)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _show(done: Result, as_json: bool) -> None:
    if as_json:
        result_json(json.loads(json.dumps(asdict(done), default=str)))
        return
    width = max((len(step.step) for step in done.steps), default=0)
    for step in done.steps:
        result(f"{step.step:<{width}}  {step.state:<12} {step.seconds:7.1f} s  {'; '.join((*step.calls, *step.notes))}")
        for found in step.listed:
            result(f"{'':<{width}}  {json.dumps(found, default=str)}")
    result(f"{done.plan}: {done.outcome.value}, {done.seconds:.1f} s")
