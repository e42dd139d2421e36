"""`atoll blast-radius`: a resource of dev as text and as JSON of the published form."""

from __future__ import annotations

import json

import pytest
from jsonschema import Draft202012Validator
from typer.testing import CliRunner, Result

from console.cli import app
from console.exits import Exit
from contracts.published import BLAST_RADIUS
from tests.conftest import PROJECT


@pytest.fixture(autouse=True)
def in_the_project(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(PROJECT)


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["blast-radius", *arguments])


def test_answer_is_text_or_json_of_the_published_form_when_the_resource_is_there() -> None:
    told = json.loads(run("dev-table-sessions", "--stack", "dev", "--json").stdout)
    Draft202012Validator(json.loads(BLAST_RADIUS.render())).validate(told)
    assert told["holds"] == "its items"
    text = run(told["urn"]).stdout
    assert text.startswith(told["urn"])
    assert "! dev-table-sessions holds its items, and nothing copies them to another region." in text


def test_answer_is_the_same_when_the_stack_is_left_out() -> None:
    assert run("dev-table-sessions").stdout == run("dev-table-sessions", "--stack", "dev").stdout


def test_question_is_refused_when_nothing_is_called_so() -> None:
    answer = run("moon", "--stack", "dev")
    assert answer.exit_code == Exit.USAGE
    assert "Traceback" not in answer.output


def test_answer_is_that_of_explain_when_another_stack_reads_a_drawn_id() -> None:
    subnet = "prod-subnet-private-us-east-1a"
    radius = json.loads(run(subnet, "--stack", "prod", "--json").stdout)
    told = json.loads(CliRunner().invoke(app, ["explain", subnet, "--stack", "prod", "--json"]).stdout)
    assert "global" in {touch["urn"].split(":")[2] for touch in radius["replacement"]}
    assert sum(told["blast"].values()) == len(radius["fails"])
    assert told["readers"] == radius["readers"]
