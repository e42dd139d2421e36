"""Plans of recovery, executed: order, refusals, resumption, undoing."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from console.dr.execute import Execution, Outcome, Result
from console.dr.journal import Event, HeldError, Journal, JournalError, digest
from console.dr.perform import Performer
from contracts.recovery.actions import Action, Approval, Notify, Reconcile, Wait
from contracts.recovery.calls import Call
from contracts.recovery.plan import RecoveryPlan, Step
from tests.console.dr.world import EAST, FENCE, TOPIC, WEST, Time, World, failover, returning, step, switchover


def run(
    plan: RecoveryPlan,
    world: World,
    journal: Path,
    *,
    agrees: Callable[[Step, Approval], bool | None] = lambda _, __: True,
    undo: bool = False,
    stop: threading.Event | None = None,
    asks: Any = None,
) -> Result:
    performer = Performer(asks or world, {}, Time().timing, stop or threading.Event())
    with Journal(journal, plan, {}) as notes:
        return Execution(plan, performer, notes, agrees).run(undo=undo)


def states(result: Result) -> dict[str, str]:
    return {one.step: one.state for one in result.steps}


@pytest.fixture
def journal(tmp_path: Path) -> Path:
    return tmp_path / "run.jsonl"


def test_steps_follow_their_order_when_a_region_is_lost(journal: Path):
    world = World(lost={EAST})
    result = run(failover(), world, journal)
    assert result.outcome is Outcome.FINISHED, result.why
    assert (world.writer, world.primary) == (WEST, WEST)
    assert sorted(world.changes) == [f"FailoverGlobalCluster {WEST}", f"FailoverGlobalReplicationGroup {WEST}"]
    assert states(result) == {
        "target-healthy": "done",
        "lag": "done",
        "agree": "agreed",
        "fence": "failed",
        "database": "done",
        "cache": "done",
        "writer": "done",
    }
    ended = [one.step for one in result.steps]
    assert ended[:4] == ["target-healthy", "lag", "agree", "fence"]
    assert ended[-1] == "writer"


def test_nothing_is_called_when_a_finished_run_is_run_again(journal: Path):
    world = World(lost={EAST})
    run(failover(), world, journal)
    called = list(world.changes)
    again = run(failover(), world, journal)
    assert again.outcome is Outcome.FINISHED
    assert "nothing was called" in again.why
    assert world.changes == called


def test_nothing_is_changed_when_the_plan_is_run_a_second_time(tmp_path: Path):
    world = World()
    assert run(switchover(), world, tmp_path / "1").outcome is Outcome.FINISHED
    called = list(world.changes)
    second = run(switchover(), world, tmp_path / "2")
    assert second.outcome is Outcome.FINISHED
    moved = [change for change in world.changes[len(called) :] if "Failover" in change or "Switchover" in change]
    assert moved == []
    assert "so already" in " ".join(note for one in second.steps for note in one.notes)


def test_run_is_refused_and_explained_when_both_regions_are_impaired(journal: Path):
    world = World(lost={EAST, WEST})
    result = run(failover(), world, journal)
    assert result.outcome is Outcome.REFUSED
    assert result.why.startswith("both regions are impaired: neither us-east-1 nor us-west-2 answers.")
    assert world.changes == []


def test_failover_is_named_when_a_switchover_finds_a_region_lost(journal: Path):
    world = World(lost={EAST})
    result = run(switchover(), world, journal)
    assert result.outcome is Outcome.REFUSED
    assert "us-east-1 does not answer, and switchover-to-us-west-2 needs it" in result.why
    assert "run the failover plan" in result.why
    assert world.changes == []


def test_target_is_named_when_it_alone_does_not_answer(journal: Path):
    result = run(failover(), World(lost={WEST}), journal)
    assert result.outcome is Outcome.REFUSED
    assert result.why == "us-west-2, where the plan leads, does not answer; nothing was changed"


def test_switchover_is_refused_when_the_lag_is_above_the_recovery_point(journal: Path):
    world = World(alarms={(WEST, "lag"): "ALARM"})
    result = run(switchover(), world, journal)
    assert result.outcome is Outcome.REFUSED
    assert "lags more than 1 s" in result.why
    assert "accept the loss with the plan that says so" in result.why
    assert world.changes == []
    assert world.writer == EAST


def test_lag_is_told_and_passed_when_its_loss_is_accepted(journal: Path):
    world = World(lost={EAST}, alarms={(WEST, "lag"): "INSUFFICIENT_DATA"})
    result = run(failover(), world, journal)
    assert result.outcome is Outcome.FINISHED
    [told] = [one.notes for one in result.steps if one.step == "lag"]
    assert told[0].startswith("accepted: The database of us-west-2 lags more than 1 s, or its lag is unknown")


def test_plan_waits_and_goes_on_when_somebody_agrees_later(journal: Path):
    world = World(lost={EAST})
    result = run(failover(), world, journal, agrees=lambda _, __: None)
    assert result.outcome is Outcome.WAITING
    assert result.why == "agree waits for somebody who agrees (the officer on duty): Lose what is late?"
    assert world.changes == []
    later = run(failover(), world, journal)
    assert later.outcome is Outcome.FINISHED
    assert states(later)["target-healthy"] == "done before"


def test_nothing_is_changed_when_somebody_disagrees(journal: Path):
    world = World(lost={EAST})
    result = run(failover(), world, journal, agrees=lambda _, __: False)
    assert result.outcome is Outcome.REFUSED
    assert "agree: nobody agreed" in result.why
    assert world.changes == []


def test_everything_is_put_back_when_a_step_fails_before_the_point_of_no_return(journal: Path):
    world = World(refuses={"FailoverGlobalReplicationGroup"})
    result = run(switchover(), world, journal)
    assert result.outcome is Outcome.UNDONE
    assert "AccessDenied: not you" in result.why
    assert world.writer == EAST
    assert world.fences == {EAST: "open", WEST: "open"}
    undone = [one.step for one in result.steps if one.state == "undone"]
    assert undone == ["database", "freeze"], "the newest first, and nothing of what was refused"


def test_nothing_is_undone_when_a_step_fails_after_the_point_of_no_return(journal: Path):
    world = World(lost={EAST}, refuses={"Publish"})
    told = Notify(region=WEST, topic_arn=TOPIC, subject="Done", message="It is done.")
    result = run(failover(step("tell", told, "writer")), world, journal)
    assert result.outcome is Outcome.STOPPED
    assert "Nothing is undone after database. Run the plan again." in result.why
    assert (world.writer, world.primary) == (WEST, WEST)


def test_run_goes_on_after_the_point_of_no_return_when_what_failed_is_mended(journal: Path):
    world = World(lost={EAST}, refuses={"Publish"})
    told = Notify(region=WEST, topic_arn=TOPIC, subject="Done", message="It is done.")
    plan = failover(step("tell", told, "writer"))
    run(plan, world, journal)
    world.refuses.clear()
    again = run(plan, world, journal)
    assert again.outcome is Outcome.FINISHED
    assert world.changes.count(f"FailoverGlobalCluster {WEST}") == 1


def test_both_failures_are_told_when_putting_back_fails_too(journal: Path):
    world = World(refuses={"FailoverGlobalReplicationGroup", "SwitchoverGlobalCluster"})
    world.writer = WEST  # so that the first move is so already, and its undoing is refused
    result = run(switchover(), world, journal)
    assert result.outcome is Outcome.BROKEN
    assert "Putting it back failed as well: database: rds SwitchoverGlobalCluster in us-west-2" in result.why


def test_run_is_put_back_when_somebody_asks_for_it_later(journal: Path):
    world = World()
    plan = switchover()
    with pytest.raises(KeyboardInterrupt):
        run(plan, world, journal, asks=killed_at(world, "FailoverGlobalReplicationGroup"))
    assert world.writer == WEST
    result = run(plan, world, journal, undo=True)
    assert result.outcome is Outcome.UNDONE
    assert world.writer == EAST
    assert run(plan, world, journal).outcome is Outcome.REFUSED, "it has ended"


def test_run_stops_and_puts_back_when_somebody_stops_it(journal: Path):
    world, stop = World(), threading.Event()

    def asks(call: Call, arguments: Any = None, /) -> Any:
        if call.operation == "SwitchoverGlobalCluster" and not stop.is_set():
            stop.set()
        return world(call, arguments)

    result = run(switchover(), world, journal, stop=stop, asks=asks)
    assert result.outcome is Outcome.UNDONE
    assert (world.writer, world.fences[EAST]) == (EAST, "open")


def test_step_fails_when_its_time_is_over(journal: Path):
    world = World(slow=10_000)
    result = run(switchover(), world, journal)
    assert "was called, but what it should achieve has not come about (the time of the step is over)" in result.why


def test_step_is_patient_when_what_it_achieves_takes_a_while(journal: Path):
    world = World(slow=5)
    assert run(switchover(), world, journal).outcome is Outcome.FINISHED


def test_waiting_takes_its_time_and_calls_nothing(journal: Path):
    world, time = World(), Time()
    Performer(world, {}, time.timing).perform(Wait(seconds=90), 100)
    assert time.now == pytest.approx(90)
    assert world.changes == []


def test_unreplicated_volume_is_listed_when_it_is_reconciled(journal: Path):
    world = World(left_behind=("rds:unplanned-global-failover-orders",))
    record = Performer(world, {}, Time().timing).perform(Reconcile(region=EAST, cluster="orders"), 10)
    assert record.listed == [{"DBClusterSnapshotIdentifier": "rds:unplanned-global-failover-orders"}]


def killed_at(world: World, operation: str) -> Any:
    """Calls of a process that dies when it asks for a change, after the change was made."""

    def asks(call: Call, arguments: Any = None, /) -> Any:
        answer = world(call, arguments)
        if call.operation == operation:
            raise KeyboardInterrupt
        return answer

    return asks


@pytest.mark.parametrize("operation", ["FailoverGlobalCluster", "FailoverGlobalReplicationGroup"])
def test_every_change_is_made_once_when_the_run_dies_after_it(journal: Path, operation: str):
    world = World(lost={EAST})
    with pytest.raises(KeyboardInterrupt):
        run(failover(), world, journal, asks=killed_at(world, operation))
    result = run(failover(), world, journal)
    assert result.outcome is Outcome.FINISHED
    assert sorted(world.changes) == [f"FailoverGlobalCluster {WEST}", f"FailoverGlobalReplicationGroup {WEST}"]


def test_last_line_is_cut_off_when_the_machine_went_down_while_it_was_written(journal: Path):
    plan = switchover()
    with Journal(journal, plan, {}) as notes:
        notes.note(Event.BEGUN, "lag")
        notes.note(Event.DONE, "lag")
    whole = journal.read_bytes()
    journal.write_bytes(whole + b'{"event": "begun", "st')
    with Journal(journal, plan, {}) as notes:
        assert notes.steps(Event.DONE) == {"lag"}
    assert journal.read_bytes().startswith(whole)
    assert [json.loads(line)["event"] for line in journal.read_text().splitlines()][-1] == "resumed"


def test_journal_is_refused_when_it_is_held_or_belongs_to_another_run(journal: Path):
    with Journal(journal, switchover(), {}), pytest.raises(HeldError, match="held by a run that is going on"):
        Journal(journal, switchover(), {})
    with pytest.raises(JournalError, match="belongs to another run of switchover-to-us-west-2: its plan, digest"):
        Journal(journal, failover(), {})
    with pytest.raises(JournalError, match="its arguments differs"):
        Journal(journal, switchover(), {"restore_time": "2026-01-01T00:00:00Z"})


def test_journal_is_refused_when_it_is_another_file(journal: Path):
    journal.write_text("hello\n")
    with pytest.raises(JournalError, match="is no journal of a recovery plan"):
        Journal(journal, switchover(), {})


def test_digest_is_the_same_in_every_process():
    code = (
        "from tests.console.dr.world import failover; from console.dr.journal import digest; print(digest(failover()))"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert said.strip() == digest(failover())


KILLED = """
import os, signal, sys
from pathlib import Path
from console.dr.execute import Execution
from console.dr.journal import Journal
from console.dr.perform import Performer
from tests.console.dr.world import EAST, Time, World, failover

class Dies(World):
    def __call__(self, call, arguments=None, /):
        answer = super().__call__(call, arguments)
        if call.operation == "DescribeGlobalClusters":
            os.kill(os.getpid(), signal.SIGKILL)
        return answer

plan = failover()
with Journal(Path(sys.argv[1]), plan, {}) as notes:
    Execution(plan, Performer(Dies(lost={EAST}), {}, Time().timing), notes, lambda *_: True).run()
"""


def test_run_goes_on_where_it_was_when_its_process_is_killed(journal: Path):
    killed = subprocess.run(
        [sys.executable, "-c", KILLED, str(journal)], env={**os.environ}, capture_output=True, check=False
    )
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    world = World(lost={EAST})
    result = run(failover(), world, journal)
    assert result.outcome is Outcome.FINISHED
    assert states(result)["target-healthy"] == states(result)["agree"] == "done before"
    assert states(result)["database"] == "done"


def test_action_without_calls_asks_nothing(journal: Path):
    action: Action = Wait(seconds=1)
    assert Performer(World(lost={EAST, WEST}), {}, Time().timing).perform(action, 5).calls == []
    assert FENCE.startswith("/atoll")


def lost_at(world: World, operation: str, region: str) -> Any:
    """Calls of a world whose region is lost when it is asked for a change, before it answers."""

    def asks(call: Call, arguments: Any = None, /) -> Any:
        if call.operation == operation:
            world.lost.add(region)
        return world(call, arguments)

    return asks


def test_writer_stays_where_it_is_when_the_region_is_lost_again_during_the_return(journal: Path, tmp_path: Path):
    """us-east-1 was failed over and is back; while its writers return it is lost once more."""
    world = World(writer=WEST, primary=WEST, fences={EAST: "frozen", WEST: "open"})
    back = returning()
    result = run(back, world, journal, asks=lost_at(world, "SwitchoverGlobalCluster", EAST))
    assert result.outcome is Outcome.UNDONE
    assert "a switchover needs every region" in result.why
    assert world.writer == WEST
    assert world.fences[WEST] == "open", "the survivor takes writes again"
    again = run(failover(), world, tmp_path / "failover.jsonl")
    assert again.outcome is Outcome.FINISHED
    assert world.writer == WEST


def test_run_waits_for_the_region_when_it_comes_back_in_time(journal: Path):
    world = World()
    silent = iter(range(5))

    def asks(call: Call, arguments: Any = None, /) -> Any:
        if call.operation == "SwitchoverGlobalCluster":
            world.lost = {EAST} if next(silent, None) is not None else set()
        return world(call, arguments)

    assert run(switchover(), world, journal, asks=asks).outcome is Outcome.FINISHED
    assert world.writer == WEST
