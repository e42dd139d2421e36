"""`atoll check`: one verdict about an environment."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner, Result

from console.check import SHOWN, Answer, lines
from console.cli import app
from console.exits import Exit
from graph.resource_graph import ResourceGraph
from tests.conftest import PROJECT

STACKS = {"dev": ResourceGraph([], project="atoll", stack="dev")}
GOOD = Answer(question="reach", ok=True, summary="12 ways are open as meant", command="atoll reach --check")
BAD = Answer(
    question="cost",
    ok=False,
    summary="$120 a month",
    findings=tuple(f"dev: finding {number}" for number in range(SHOWN + 3)),
    command="atoll cost estimate dev",
)


@pytest.fixture(autouse=True)
def project(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(PROJECT)


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["check", *arguments])


def test_verdict_comes_first_when_nothing_is_against_it() -> None:
    told = list(lines("dev", STACKS, (GOOD,)))
    assert told[0] == "dev: nothing against it"
    assert "ok    reach     12 ways are open as meant" in told


def test_every_question_is_told_and_what_is_wrong_after_it_when_one_is_open() -> None:
    told = list(lines("dev", STACKS, (GOOD, BAD)))
    assert told[0] == "dev: 1 of 2 questions stand against it"
    assert told.index("open  cost      $120 a month") < told.index("cost, more by `atoll cost estimate dev`:")
    assert "  dev: finding 0" in told
    assert "  and 3 more" in told


def test_status_is_findings_when_a_question_is_open(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("console.check._answers", lambda _asked: (GOOD, BAD))  # pyright: ignore[reportUnknownLambdaType]
    monkeypatch.setattr("console.check._recorded", lambda _name: type("Asked", (), {"plain": STACKS}))  # pyright: ignore[reportUnknownLambdaType]
    done = run("dev", "--json")
    assert done.exit_code == Exit.FINDINGS
    assert [one["ok"] for one in json.loads(done.stdout)["answers"]] == [True, False]


def test_environment_is_named_with_what_there_is_when_it_has_no_stack() -> None:
    done = run("nowhere")
    assert done.exit_code == Exit.USAGE
    assert "There is no stack of the environment nowhere. Environments: dev, prod, staging" in done.stderr


def test_staging_answers_every_question_when_asked() -> None:
    done = run("staging", "--json")
    assert done.exit_code == Exit.OK, done.stdout
    told = json.loads(done.stdout)
    assert set(told["stacks"]) == {"staging", "staging-kubernetes"}
    assert [one["question"] for one in told["answers"]] == ["policies", "reach", "recovery", "cost"]
    assert not any(one["findings"] for one in told["answers"])
