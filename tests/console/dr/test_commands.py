"""`atoll dr run` and `rehearse`, as a user meets them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from console.dr import run
from console.dr.cli import app
from console.dr.deployed import global_settings
from console.dr.journal import Event, Journal, unfinished
from console.dr.trial import Would, dry_run
from console.exits import Exit
from console.project import ProjectError
from tests.console.dr.world import EAST, WEST, World, failover, switchover

PROJECT = Path(__file__).parents[3]


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> World:
    """A world in place of AWS, and a state folder of its own."""
    made = World(lost={EAST})
    monkeypatch.chdir(PROJECT)
    monkeypatch.setenv("ATOLL_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(run, "_aws", lambda *_: made)
    return made


@pytest.fixture
def plan(tmp_path: Path) -> str:
    file = tmp_path / "plan.json"
    file.write_text(failover().model_dump_json())
    return str(file)


def said(*arguments: str) -> tuple[int, str, str]:
    done = CliRunner().invoke(app, list(arguments))
    return done.exit_code, done.stdout, done.stderr


def test_plan_waits_without_a_terminal_and_goes_on_when_it_is_approved(world: World, plan: str):
    status, _, talk = said("run", plan)
    assert status == Exit.FINDINGS
    assert "Agree and go on: atoll dr run" in talk
    assert world.changes == []
    status, out, _ = said("run", plan, "--approve")
    assert status == Exit.OK
    assert "done before" in out
    assert "failover-us-east-1: finished" in out
    assert world.writer == WEST


def test_new_run_begins_when_the_last_one_has_ended(world: World, plan: str):
    for _ in range(2):
        status, out, _ = said("run", plan, "--approve")
        assert status == Exit.OK
        assert "done before" not in out
    assert world.changes.count(f"FailoverGlobalCluster {WEST}") == 1


def test_nothing_is_changed_when_the_run_is_dry(world: World, plan: str):
    status, out, _ = said("run", plan, "--dry-run")
    assert status == Exit.OK
    assert "would call   rds FailoverGlobalCluster in us-west-2" in out
    assert "would wait   for the officer on duty: Lose what is late?" in out
    assert "cannot tell  ssm PutParameter in us-east-1" in out
    assert world.changes == []


def test_every_answer_is_told_when_the_run_is_dry():
    world = World(alarms={(WEST, "lag"): "ALARM"}, writer=WEST)
    lines = {line.step: line.would for line in dry_run(switchover(), world, {})}
    assert lines == {
        "lag": Would.REFUSE,
        "freeze": Would.CALL,
        "database": Would.NOTHING,
        "cache": Would.CALL,
        "open": Would.NOTHING,
    }
    world.alarms.clear()
    assert next(dry_run(switchover(), world, {})).would is Would.PASS


def test_refusal_is_an_error_with_its_reason(world: World, plan: str):
    world.lost.add(WEST)
    status, _, talk = said("run", plan, "--approve")
    assert status == Exit.FINDINGS
    assert "both regions are impaired" in talk


def test_json_is_the_whole_result(world: World, plan: str):
    _, out, _ = said("run", plan, "--approve", "--json")
    told: dict[str, Any] = json.loads(out)
    assert told["outcome"] == "finished"
    assert {step["step"] for step in told["steps"]} == {step.id for step in failover().steps}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--argument", "when=now"], "failover-us-east-1 takes no arguments"),
        (["--stack", "nowhere"], "There is no stack `nowhere`"),
    ],
)
def test_usage_is_explained_when_it_is_wrong(world: World, plan: str, arguments: list[str], words: str):
    status, _, talk = said("run", plan, *arguments)
    assert status != Exit.OK
    assert words in talk


def test_stack_is_refused_when_it_spans_no_regions():
    with pytest.raises(ProjectError, match="is a stack of the layer region"):
        global_settings(PROJECT / "Pulumi.dev.yaml")


def test_file_is_refused_when_it_is_no_plan(world: World, tmp_path: Path):
    file = tmp_path / "other.json"
    file.write_text("{}")
    status, _, talk = said("run", str(file))
    assert status == Exit.USAGE
    assert "is no recovery plan" in talk


def test_scenario_is_refused_when_nothing_rehearses_it(world: World):
    status, _, talk = said("rehearse", "ransomware")
    assert status == Exit.USAGE
    assert "ransomware cannot be rehearsed; there are region-loss, database-failure, zone-loss" in talk


def test_journal_goes_on_when_its_run_was_killed(tmp_path: Path):
    plan = switchover()
    assert unfinished(tmp_path, plan) is None
    with Journal(tmp_path / f"{plan.name}-1.jsonl", plan, {}) as notes:
        notes.note(Event.FINISHED)
    assert unfinished(tmp_path, plan) is None
    with Journal(tmp_path / f"{plan.name}-2.jsonl", plan, {}):
        pass
    (tmp_path / f"{plan.name}-3.jsonl").write_text('{"event": "opened", "digest": "of another plan"}\n{"ev')
    assert unfinished(tmp_path, plan) == tmp_path / f"{plan.name}-2.jsonl"
