"""`--with-dependencies` and `--with-dependents`: what is asked, in which order, and what is said at the end."""

from __future__ import annotations

import itertools
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from console import estate
from console.engine import CloudChoice, Runner
from console.exits import Exit
from console.fleet.journal import Journal, fingerprints
from console.fleet.process import CommandWork, counted_interruptions
from console.fleet.walk import Outcome, duration, walk, waves
from console.talk import result, say
from embedded.home import state_dir

UP: Final = "up"
DESTROY: Final = "destroy"


@dataclass(frozen=True)
class Fleet:
    """Stacks that one command is about, and what each needs done before."""

    verb: str
    """`up` or `destroy`."""
    stack: str
    """The stack that was named."""
    needs: Mapping[str, tuple[str, ...]]
    """Stack → stacks before it."""

    @property
    def option(self) -> str:
        """The option by which it was asked."""
        return "--with-dependencies" if self.verb == UP else "--with-dependents"

    def among(self, known: set[str]) -> Fleet:
        """The same without stacks that the backend has never heard of."""
        needs = {one: tuple(o for o in before if o in known) for one, before in self.needs.items() if one in known}
        return replace(self, needs=needs)

    def plan(self) -> Iterator[str]:
        """The order for a person."""
        done = {UP: "deployed", DESTROY: "destroyed"}[self.verb]
        yield f"{len(self.needs)} stacks would be {done}, those of one line side by side:"
        for number, wave in enumerate(waves(self.needs), 1):
            yield f"  {number}. {', '.join(wave)}"

    def summary(self, outcome: Outcome) -> Iterator[str]:
        """What was and was not done, and the next command."""
        width = max(map(len, self.needs), default=0)
        for one in self.needs:
            yield f"  {one:<{width}}  {_fate(one, outcome)}"
        if outcome.status is Exit.OK:
            return
        yield ""
        for one, status in outcome.failed.items():
            if status is Exit.LOCKED:
                yield f"{one} is locked, or an update of it was killed: atoll stack recover {one}"
        yield f"Then run this again; it goes on with what is left: atoll stack {self.verb} {self.stack} {self.option}"


def _fate(stack: str, outcome: Outcome) -> str:
    if stack in outcome.done:
        return f"done, {duration(outcome.done[stack])}"
    if stack in outcome.earlier:
        return "done by the earlier run"
    if stack in outcome.failed:
        return f"failed, exit {outcome.failed[stack].value}" + (", was interrupted" if outcome.interrupted else "")
    if stack in outcome.stopped:
        return f"not begun: {outcome.stopped[stack]} is not there"
    return "not begun: interrupted"


def to_deploy(project: Path, stack: str) -> Fleet:
    """A stack and everything it depends on.

    Raises:
        SettingsError, EstateError: the settings are wrong, or go in a circle.
    """
    order = estate.order(project, [stack], providers=True)
    return Fleet(UP, stack, {one: order.needs(one) for one in order})


def to_destroy(project: Path, stack: str) -> Fleet:
    """A stack and everything that depends on it, those first."""
    order = estate.order(project, estate.stacks_of(project), providers=True)
    wanted = {stack}
    while more := {one for one in order if one not in wanted and wanted.intersection(order.needs(one))}:
        wanted |= more
    ordered = [one for one in reversed(list(order)) if one in wanted]
    return Fleet(DESTROY, stack, {one: tuple(o for o in ordered if one in order.needs(o)) for one in ordered})


def run(fleet: Fleet, cloud: CloudChoice, *, parallel: int, project: Path) -> Exit:
    """Do it, and say what was done; each stack is a command of its own, with its own checks.

    Raises:
        EngineCommandError: the engine cannot be had.
    """
    runner = Runner.open(cloud)  # once, before several want to start the cloud
    if fleet.verb == DESTROY:
        fleet = fleet.among({entry["name"].rsplit("/", 1)[-1] for entry in runner.ask("stack", "ls", "--json")})
    folder = _folder(cloud)
    journal = Journal.open(folder, f"{fleet.verb}-{fleet.stack}")
    marks = fingerprints(project, fleet.needs)
    logs = folder / f"{fleet.verb}-{fleet.stack}"
    logs.mkdir(parents=True, exist_ok=True)

    def start(stack: str) -> CommandWork:
        atoll = [sys.executable, "-m", "console"]
        command = [*atoll, "stack", fleet.verb, stack, "--cloud", cloud.value, "--yes"]
        return CommandWork(command, logs / f"{stack}.log", project)

    with counted_interruptions() as interruptions:
        outcome = walk(
            fleet.needs,
            start,
            parallel=parallel,
            earlier=journal.earlier(marks),
            tell=say,
            finished=lambda stack: journal.note(stack, marks[stack]),
            interruptions=interruptions,
        )
    if outcome.status is Exit.OK and not outcome.left:
        journal.close()
    say("")
    result("\n".join(itertools.chain([f"{fleet.verb} {fleet.stack} {fleet.option}:"], fleet.summary(outcome))))
    return outcome.status


def _folder(cloud: CloudChoice) -> Path:
    """Where journals and logs are: with the state of the embedded cloud, so that they are put aside with it."""
    return state_dir() / "pulumi" / "fleet" if cloud is CloudChoice.EMBEDDED else state_dir() / "fleet-aws"


def told(stacks: Sequence[str]) -> str:
    """Names in a sentence."""
    return stacks[0] if len(stacks) == 1 else f"{', '.join(stacks[:-1])} and {stacks[-1]}"
