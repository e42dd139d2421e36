"""Several stacks in one command: order, side by side, failure in the middle, interruption, and going on."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.exits import Exit
from console.fleet.command import DESTROY, UP, Fleet, to_deploy, to_destroy
from console.fleet.journal import Journal, fingerprints
from console.fleet.process import CommandWork, counted_interruptions
from console.fleet.walk import Outcome, duration, walk, waves

PROJECT = Path(__file__).parents[3]
ESTATE = {"prod": (), "dev": (), "prod-west": ("prod",), "global": ("prod", "prod-west"), "user-dev": ("dev",)}


@dataclass
class Stub:
    """The engine's place: each stack takes so many looks, and ends as it is told."""

    ends: dict[str, Exit] = field(default_factory=dict[str, Exit])
    looks: int = 2
    begun: list[str] = field(default_factory=list[str])
    at_work: set[str] = field(default_factory=set[str])
    most: int = 0
    interrupted: list[str] = field(default_factory=list[str])
    said: list[str] = field(default_factory=list[str])
    time: float = 0.0

    def start(self, stack: str) -> _Work:
        self.begun.append(stack)
        self.at_work.add(stack)
        self.most = max(self.most, len(self.at_work))
        return _Work(self, stack, self.looks)

    def rest(self, seconds: float) -> None:
        self.time += seconds

    def run(
        self,
        needs: dict[str, tuple[str, ...]],
        parallel: int = 2,
        earlier: Sequence[str] = (),
        interruptions: Callable[[], int] = lambda: 0,
    ) -> Outcome:
        return walk(
            needs,
            self.start,
            parallel=parallel,
            earlier=earlier,
            tell=self.said.append,
            interruptions=interruptions,
            clock=lambda: self.time,
            rest=self.rest,
        )


@dataclass
class _Work:
    stub: Stub
    stack: str
    looks: int

    def poll(self) -> Exit | None:
        self.looks -= 1
        if self.looks > 0:
            return None
        self.stub.at_work.discard(self.stack)
        return self.stub.ends.get(self.stack, Exit.OK)

    def interrupt(self) -> None:
        self.stub.interrupted.append(self.stack)
        self.stub.ends[self.stack] = Exit.FAILED

    def last_lines(self) -> Sequence[str]:
        return [f"{self.stack} said why"]


def test_each_stack_begins_after_what_it_needs_and_independent_ones_side_by_side() -> None:
    stub = Stub()
    outcome = stub.run(ESTATE)

    assert stub.begun == ["prod", "dev", "prod-west", "user-dev", "global"]
    assert stub.most == 2
    assert outcome.status is Exit.OK
    assert list(outcome.done) == stub.begun
    assert "prod-west  begins, after prod" in stub.said


@given(st.data(), st.integers(1, 4))
def test_no_order_and_no_number_at_a_time_breaks_a_dependency(data: st.DataObject, parallel: int) -> None:
    names = [f"s{number}" for number in range(data.draw(st.integers(1, 8)))]
    needs = {
        name: tuple(sorted(data.draw(st.sets(st.sampled_from(names[:index] or [names[0]]), max_size=3)) - {name}))
        for index, name in enumerate(names)
    }
    ends = dict.fromkeys(data.draw(st.sets(st.sampled_from(names), max_size=2)), Exit.FAILED)
    stub = Stub(ends=dict(ends))
    outcome = stub.run(needs, parallel)

    assert stub.most <= parallel
    for name in stub.begun:
        assert all(need in outcome.done for need in needs[name])
    assert {*outcome.done, *outcome.failed, *outcome.stopped} == set(names)
    assert not outcome.left
    assert (outcome.status is Exit.OK) == (not outcome.failed)


def test_what_needs_a_failed_stack_is_not_begun_and_the_rest_goes_on() -> None:
    stub = Stub(ends={"prod-west": Exit.FINDINGS})
    outcome = stub.run(ESTATE)

    assert outcome.status is Exit.FINDINGS
    assert set(outcome.done) == {"prod", "dev", "user-dev"}
    assert outcome.stopped == {"global": "prod-west"}
    assert "global" not in stub.begun
    assert any("│ prod-west said why" in line for line in stub.said)


def test_second_run_does_only_what_is_left() -> None:
    first = Stub(ends={"prod-west": Exit.FAILED}).run(ESTATE)
    second = Stub()
    outcome = second.run(ESTATE, earlier=list(first.done))

    assert second.begun == ["prod-west", "global"]
    assert outcome.status is Exit.OK
    assert set(outcome.earlier) == {"prod", "dev", "user-dev"}


def test_interruption_starts_nothing_more_and_asks_what_is_at_work_to_stop() -> None:
    stub = Stub(looks=5)
    outcome = stub.run(ESTATE, interruptions=lambda: int(stub.time > 0.3))

    assert stub.interrupted == ["prod", "dev"]
    assert outcome.interrupted
    assert outcome.status is Exit.FAILED
    assert set(outcome.failed) == {"prod", "dev"}
    assert {*outcome.left, *outcome.stopped} == {"prod-west", "global", "user-dev"}
    assert any("Ctrl-C again for at once" in line for line in stub.said)


def test_second_interruption_asks_again() -> None:
    stub = Stub(looks=9)
    stub.run(ESTATE, interruptions=lambda: int(stub.time > 0.3) + int(stub.time > 0.9))

    assert stub.interrupted == ["prod", "dev", "prod", "dev"]


def test_those_at_work_are_named_when_there_is_no_news_for_a_minute() -> None:
    stub = Stub(looks=400)
    stub.run({"prod": ()})

    assert stub.said[1] == "at work: prod (1 min 00 s)"


@pytest.mark.parametrize(("seconds", "text"), [(0.4, "0 s"), (59.4, "59 s"), (60, "1 min 00 s"), (185, "3 min 05 s")])
def test_durations_read_well(seconds: float, text: str) -> None:
    assert duration(seconds) == text


def test_waves_hold_what_can_go_side_by_side() -> None:
    assert waves(ESTATE) == [["prod", "dev"], ["prod-west", "user-dev"], ["global"]]


def test_summary_says_what_was_and_was_not_done_and_the_next_command() -> None:
    outcome = Outcome(
        done={"prod": 61}, failed={"prod-west": Exit.LOCKED}, stopped={"global": "prod-west"}, earlier=("dev",)
    )
    needs = {name: ESTATE[name] for name in ("prod", "dev", "prod-west", "global")}

    assert list(Fleet(UP, "global", needs).summary(outcome)) == [
        "  prod       done, 1 min 01 s",
        "  dev        done by the earlier run",
        "  prod-west  failed, exit 4",
        "  global     not begun: prod-west is not there",
        "",
        "prod-west is locked, or an update of it was killed: atoll stack recover prod-west",
        "Then run this again; it goes on with what is left: atoll stack up global --with-dependencies",
    ]


def test_order_is_that_of_the_settings_and_contracts() -> None:
    fleet = to_deploy(PROJECT, "order-dev")

    assert set(fleet.needs["order-dev"]) >= {"dev", "payment-dev", "inventory-dev"}
    assert next(iter(fleet.needs)) == "dev"
    assert list(fleet.needs)[-1] == "order-dev"
    assert fleet.needs["user-dev"] == ("dev", "events-dev"), "the bus of the events that it hears comes before it"
    assert list(to_deploy(PROJECT, "global").needs) == ["prod", "prod-west", "global"]


def test_dependents_go_first_when_a_stack_is_destroyed() -> None:
    fleet = to_destroy(PROJECT, "prod-west")

    assert list(fleet.needs)[-1] == "prod-west"
    assert "global" in fleet.needs["prod-west"]
    assert "prod" not in fleet.needs
    assert fleet.among({"prod-west"}).needs == {"prod-west": ()}
    assert fleet.verb == DESTROY


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "stacks").mkdir()
    (tmp_path / "stacks" / "one.py").write_text("a = 1\n")
    for stack in ("prod", "dev"):
        (tmp_path / f"Pulumi.{stack}.yaml").write_text(f"config: {{atoll:environment: {stack}}}\n")
    return tmp_path


def test_journal_counts_a_stack_as_done_until_its_settings_or_the_program_change(project: Path) -> None:
    folder = project / "state"
    marks = fingerprints(project, ["prod", "dev"])
    Journal.open(folder, "up-prod").note("prod", marks["prod"])

    assert Journal.open(folder, "up-prod").earlier(marks) == ("prod",)
    assert Journal.open(folder, "up-dev").earlier(marks) == ()
    (project / "Pulumi.prod.yaml").write_text("config: {}\n")
    assert Journal.open(folder, "up-prod").earlier(fingerprints(project, ["prod", "dev"])) == ()
    Journal.open(folder, "up-prod").note("dev", fingerprints(project, ["dev"])["dev"])
    (project / "stacks" / "one.py").write_text("a = 2\n")
    assert Journal.open(folder, "up-prod").earlier(fingerprints(project, ["prod", "dev"])) == ()


def test_journal_is_empty_when_it_is_closed_or_damaged(project: Path) -> None:
    journal = Journal.open(project, "up-prod")
    journal.note("prod", "mark")
    journal.close()
    assert Journal.open(project, "up-prod").done == {}
    journal.file.write_text('{"done": []}')
    assert Journal.open(project, "up-prod").done == {}


@pytest.mark.parametrize(
    ("script", "status", "told"),
    [
        ("print('fine')", Exit.OK, ["fine"]),
        ("print('  error: why'); print('Duration: 1 s'); raise SystemExit(4)", Exit.LOCKED, ["  error: why"]),
        ("import os; os.kill(os.getpid(), 9)", Exit.FAILED, []),
        ("raise SystemExit(77)", Exit.FAILED, []),
    ],
)
def test_command_ends_with_a_status_and_tells_its_errors(
    script: str, status: Exit, told: list[str], tmp_path: Path
) -> None:
    work = CommandWork([sys.executable, "-c", script], tmp_path / "log", tmp_path)
    while (found := work.poll()) is None:
        time.sleep(0.01)

    assert found is status
    assert work.last_lines() == [*told, f"all of it: {tmp_path / 'log'}"]


def test_interruption_reaches_the_command_once_and_not_this_process(tmp_path: Path) -> None:
    script = (
        "import signal, sys, time\n"
        "signal.signal(signal.SIGINT, lambda *_: (print('asked'), sys.exit(0)))\n"
        "print('ready', flush=True)\ntime.sleep(60)\n"
    )
    with counted_interruptions() as interruptions:
        work = CommandWork([sys.executable, "-c", script], tmp_path / "log", tmp_path)
        while "ready" not in work.log.read_text():
            time.sleep(0.01)
        os.kill(os.getpid(), signal.SIGINT)
        assert interruptions() == 1
        work.interrupt()
        while (found := work.poll()) is None:
            time.sleep(0.01)

    assert found is Exit.OK
    assert work.log.read_text().split() == ["ready", "asked"]
    work.interrupt()  # nobody is there any more
