"""`atoll drift check`: which questions it asks the engine, and what it makes of the answers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from typer.testing import CliRunner

from console.cli import app
from console.engine import Runner
from console.exits import Exit
from contracts.published import DRIFT_REPORT
from tests.analysis.change.test_drift import SAME, document, state, step
from tests.conftest import PROJECT


class Engine:
    """Answers as the engine would, and notes what it was asked."""

    def __init__(self, refreshed: str, previewed: str | None = None) -> None:
        self.refreshed = refreshed
        self.previewed = previewed or document(SAME)
        self.asked: list[tuple[str, ...]] = []

    def select(self, _stack: str) -> None:
        """The stack is there."""

    def quietly(self, *arguments: str) -> str:
        self.asked.append(arguments)
        return self.refreshed if arguments[0] == "refresh" else self.previewed


def check(monkeypatch: pytest.MonkeyPatch, engine: Engine, *arguments: str) -> Any:
    def opened(_cloud: object) -> Engine:
        return engine

    monkeypatch.chdir(PROJECT)
    monkeypatch.setattr(Runner, "open", opened)
    return CliRunner().invoke(app, ["drift", "check", "dev", *arguments])


def test_drift_is_told_and_written_down_and_nothing_is_changed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    was, now = state("jobs", delaySeconds=1), state("jobs", delaySeconds=9)
    engine = Engine(document(step("update", was, now, "delaySeconds")))
    done = check(monkeypatch, engine, "--output", str(tmp_path / "drift.json"))
    assert done.exit_code == Exit.DRIFT
    assert done.stdout == "changed  Queue jobs was changed outside the program: delaySeconds 1 → 9.\n"
    assert "atoll stack up dev" in done.stderr
    told = json.loads((tmp_path / "drift.json").read_text())
    assert told["drifted"][0]["kind"] == "changed"
    jsonschema.validate(told, json.loads(DRIFT_REPORT.render()))
    assert engine.asked == [
        ("refresh", "--stack", "dev", "--preview-only", "--json"),
        ("preview", "--stack", "dev", "--json"),
    ]


def test_all_is_well_when_nothing_drifted(monkeypatch: pytest.MonkeyPatch) -> None:
    done = check(monkeypatch, Engine(document(step("refresh", state("still"), state("still")))), "--json")
    assert done.exit_code == Exit.OK
    assert json.loads(done.stdout) == {"schema_version": 1, "stack": "dev", "looked_at": 1, "drifted": []}


def test_one_line_is_told_when_the_stack_was_never_deployed(monkeypatch: pytest.MonkeyPatch) -> None:
    program = document(*(step("create", None, state(name)) for name in ("orders", "jobs")))
    done = check(monkeypatch, Engine(document(), program))
    assert done.exit_code == Exit.DRIFT
    assert done.stdout == "Nothing of dev is deployed.\n"
    assert "atoll stack up dev" in done.stderr


def test_answer_that_is_none_is_told_without_a_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    done = check(monkeypatch, Engine("the backend is gone"))
    assert done.exit_code == Exit.FAILED
    assert "the refresh" in done.stderr
    assert "Traceback" not in done.stderr
