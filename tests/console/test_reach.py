"""`atoll reach`: questions, the matrix and the gate, from the program alone (NET-4)."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from analysis.reach import Edge, Intents, region_intents
from console import reach
from console.cli import app
from console.exits import Exit
from console.graph import GraphSource
from tests.conftest import PROJECT

run = CliRunner()


@pytest.fixture(autouse=True)
def in_the_project(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(PROJECT)


def test_path_is_shown_when_one_reaches_the_other() -> None:
    answer = run.invoke(app, ["reach", "dev", "auth", "dev-database", "--port", "5432"])
    assert answer.exit_code == Exit.OK, answer.stderr
    assert answer.stdout.splitlines()[0] == "reachable, for example tcp 10.3.10.0:32768 → 10.3.20.0:5432"
    assert "ingress of dev-security-group-database: dev-rule-database-ingress-ecs-5432" in answer.stdout


def test_wall_is_named_in_json_when_it_is_blocked() -> None:
    answer = run.invoke(app, ["reach", "dev", "dev-database", "internet", "--port", "443", "--json"])
    assert answer.exit_code == Exit.FINDINGS
    told = json.loads(answer.stdout)
    assert told["answer"] == "blocked"
    assert told["forward"]["why"] == "no egress rule of dev-security-group-database lets it"


def test_matrix_is_all_pairs_that_are_open_when_asked() -> None:
    answer = run.invoke(app, ["reach", "dev", "--matrix", "--json"])
    pairs = {(one["from"], one["to"]): one["ports"] for one in json.loads(answer.stdout)}
    assert pairs == {
        ("internet", "alb"): "80, 443",
        ("alb", "ecs"): "8080",
        ("ecs", "ecs"): "all",
        ("ecs", "database"): "5432",
        ("ecs", "cache"): "6379",
        ("ecs", "internet"): "443",
        ("ecs", "alb"): "443",
    }


def test_gate_opens_when_a_service_is_as_its_contract_says() -> None:
    answer = run.invoke(app, ["reach", "payment-dev", "--check", "--json"])
    assert answer.exit_code == Exit.OK, answer.stderr
    assert json.loads(answer.stdout) == []


def test_gate_stays_shut_when_something_is_intended_that_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    graphs, _ = reach.joined("dev", GraphSource.OFFLINE)
    matrix = region_intents("dev")
    wanted = Intents(matrix.roles, (*matrix.edges, Edge("cache", "database", "never", must=(5432,))))
    monkeypatch.setattr(reach, "joined", lambda *_: (graphs, wanted))
    answer = run.invoke(app, ["reach", "dev", "--check"])
    assert answer.exit_code == Exit.FINDINGS
    assert answer.stdout.splitlines()[0] == "missing: cache → database 5432 (never)"


@pytest.mark.parametrize("arguments", [[], ["auth"], ["--matrix", "--check"], ["auth", "internet", "--protocol", "x"]])
def test_usage_is_refused_when_the_question_is_not_one(arguments: list[str]) -> None:
    assert run.invoke(app, ["reach", "dev", *arguments]).exit_code == Exit.USAGE


def test_names_near_are_told_when_nothing_has_the_name() -> None:
    answer = run.invoke(app, ["reach", "dev", "dev-databse", "internet"])
    assert answer.exit_code == Exit.USAGE
    assert "dev-database" in answer.stderr
