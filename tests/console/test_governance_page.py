"""docs/governance.md shows commands that there are, and tests that there are."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import typer.main
import yaml

from console.policy import app
from policies.catalogue import controls
from policies.waivers import parse
from tests.console.test_policy_report import PROJECT

PAGE = (PROJECT / "docs" / "governance.md").read_text(encoding="utf-8")
COMMANDS = sorted(set(re.findall(r"atoll policy ([a-z]+)((?: [^`\n#|]*)?)", PAGE)))


@pytest.mark.parametrize(("name", "rest"), COMMANDS)
def test_command_is_there_with_these_options(name: str, rest: str) -> None:
    group = typer.main.get_command(app)
    command = group.commands[name]  # type: ignore[attr-defined]
    known = {option for parameter in command.params for option in parameter.opts}
    assert set(re.findall(r"--[a-z-]+", rest.partition("&&")[0])) <= known


def test_tests_that_are_named_are_there() -> None:
    text = "".join(path.read_text(encoding="utf-8") for path in (PROJECT / "tests" / "policies").glob("test_*.py"))
    named = re.findall(r"`(test_\w+)(?:\[([^\]]+)\])?`", PAGE)
    assert len(named) >= 10
    assert [name for name, _ in named if f"def {name}" not in text] == []
    assert [case for _, case in named if case and case not in text] == []


def test_controls_that_are_named_are_there() -> None:
    named = set(re.findall(r"`(program-[a-z-]+)`", PAGE)) | {"rds-storage-encrypted"}
    assert named <= controls().keys()


def test_waiver_that_is_shown_is_a_waiver() -> None:
    [shown] = re.findall(r"```yaml\n(waivers:.*?)```", PAGE, re.DOTALL)
    raw = yaml.safe_load(shown)
    waivers = parse(raw, raw["waivers"][0]["granted"])
    assert (waivers.problems, len(waivers.valid)) == ((), 1)


def test_links_lead_somewhere() -> None:
    for link in re.findall(r"\]\(([^)#]+)", PAGE):
        assert (Path(PROJECT) / "docs" / link).is_file()
