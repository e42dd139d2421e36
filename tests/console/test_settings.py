"""`atoll settings`: exit statuses, words and JSON."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from console.exits import Exit
from console.settings import app
from contracts.settings import schema
from tests.kit.settings import PROJECT


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project of its own with two stacks, one of them wrong, entered from a folder below."""
    (tmp_path / "Pulumi.yaml").write_text("name: atoll\n")
    (tmp_path / "Pulumi.prod.yaml").write_text((PROJECT / "Pulumi.prod.yaml").read_text())
    wrong = (PROJECT / "Pulumi.dev.yaml").read_text().replace("nat: single", "nat: singel")
    (tmp_path / "Pulumi.dev.yaml").write_text(wrong)
    (tmp_path / "below").mkdir()
    monkeypatch.chdir(tmp_path / "below")
    return tmp_path


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments))


def test_check_finds_problems_when_any_stack_has_them(project: Path) -> None:
    done = run("check")
    assert done.exit_code == Exit.FINDINGS
    assert "Pulumi.prod.yaml is fine" in done.stdout
    assert "did you mean single?" in done.stdout
    assert "atoll settings check" in done.stderr


@pytest.mark.parametrize("name", ["prod", "../Pulumi.prod.yaml"])
def test_check_looks_at_one_stack_when_it_is_named(project: Path, name: str) -> None:
    done = run("check", "-s", name)
    assert (done.exit_code, done.stdout) == (Exit.OK, "Pulumi.prod.yaml is fine\n")


def test_check_says_which_stacks_there_are_when_one_is_unknown(project: Path) -> None:
    done = run("check", "-s", "prd")
    assert done.exit_code == Exit.USAGE
    assert "dev, prod" in done.stderr
    assert done.stdout == ""


def test_check_prints_json_when_asked(project: Path) -> None:
    done = run("check", "--json")
    stacks = {stack["file"]: stack for stack in json.loads(done.stdout)["stacks"]}
    assert done.exit_code == Exit.FINDINGS
    assert stacks["Pulumi.prod.yaml"] == {"file": "Pulumi.prod.yaml", "ok": True, "problems": []}
    (problem,) = stacks["Pulumi.dev.yaml"]["problems"]
    assert set(problem) == {"file", "line", "path", "value", "allowed", "fix"}
    assert (problem["path"], problem["fix"]) == ("atoll:network.nat", "did you mean single?")


def test_schema_is_printed_written_and_checked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "schemas" / "stack-settings.schema.json"
    monkeypatch.setattr(schema, "FILE", file)
    assert run("schema", "--check").exit_code == Exit.FINDINGS
    assert run("schema", "--write").exit_code == Exit.OK
    assert run("schema", "--check").exit_code == Exit.OK
    assert json.loads(run("schema").stdout) == json.loads(file.read_text())


def test_schema_is_refused_when_both_options_are_given() -> None:
    assert run("schema", "--check", "--write").exit_code == Exit.USAGE


def test_addresses_show_the_plan_and_what_is_left() -> None:
    done = run("addresses")
    assert done.exit_code == Exit.OK
    assert ["prod", "10.0.0.0/16", "100.64.0.0/16"] in [line.split() for line in done.stdout.splitlines()]
    assert "512 on-demand environments" in done.stdout


def test_addresses_print_json_when_asked() -> None:
    plan = json.loads(run("addresses", "--json").stdout)
    assert {"name": "dev", "cidr": "10.3.0.0/16", "pods": None} in plan["blocks"]
    assert plan["capacity"]["on_demand"] == 512
