"""Questions answered from the program alone: the graph of a stack, and what it costs."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from console.cli import app
from console.exits import Exit
from console.offline import engine_configuration
from tests.conftest import PROJECT

run = CliRunner()


@pytest.fixture(autouse=True)
def in_the_project(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(PROJECT)


def test_resources_are_listed_when_a_type_is_asked_for() -> None:
    answer = run.invoke(app, ["graph", "show", "dev", "--type", "aws:ec2/subnet:*"])
    assert answer.exit_code == Exit.OK, answer.stderr
    assert len(answer.stdout.splitlines()) == 6
    assert "aws:ec2/subnet:Subnet  dev-subnet-public-us-east-1a" in answer.stdout


def test_whole_graph_is_json_when_asked() -> None:
    answer = run.invoke(app, ["graph", "show", "dev", "--json"])
    document = json.loads(answer.stdout)
    assert document["schema"] == "atoll.graph/v1"
    assert len(document["nodes"]) > 200


def test_dev_is_priced_completely_and_within_its_target() -> None:
    answer = run.invoke(app, ["cost", "estimate", "dev", "--json"])
    found = json.loads(answer.stdout)
    assert answer.exit_code == Exit.OK
    assert found["complete"] is True
    assert 50 <= float(found["total_usd"]) <= 100


def test_estimate_is_a_finding_when_a_price_is_not_known() -> None:
    answer = run.invoke(app, ["cost", "estimate", "prod", "--json"])
    found = json.loads(answer.stdout)
    assert (answer.exit_code == Exit.FINDINGS) is bool(found["unknown"])


def test_every_stack_of_the_project_can_be_recorded() -> None:
    for stack in ("dev", "staging", "prod"):
        answer = run.invoke(app, ["graph", "show", stack, "--type", "aws:ec2/vpc:Vpc"])
        assert answer.exit_code == Exit.OK, answer.stderr
        assert f"{stack}-vpc" in answer.stdout


def test_encrypted_values_are_handed_out_as_empty_secrets() -> None:
    path = PROJECT / "Pulumi.dev.yaml"
    values, secret = engine_configuration(path)
    assert values["atoll:environment"] == "dev"
    assert json.loads(values["atoll:tags"])["owner"] == "platform-team"
    assert secret == set()


def test_where_to_look_is_told_when_no_resource_has_the_type() -> None:
    answer = run.invoke(app, ["graph", "show", "dev", "--type", "aws:nothing*"])
    assert (answer.exit_code, answer.stdout) == (Exit.OK, "")
    assert "No resource of dev has a type like aws:nothing*" in answer.stderr
