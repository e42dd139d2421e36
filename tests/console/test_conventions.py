"""Every command speaks alike: walked are all of them, so that a new one cannot be forgotten."""

from __future__ import annotations

import re
import shlex
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command
from typer.testing import CliRunner

from console.cli import EXIT_CODES, NOUNS, app
from console.exits import Exit
from tests.conftest import PROJECT

run = CliRunner()
SHORT = {"--stack": "-s", "--yes": "-y"}
"""Long option → its short form; no other option has one."""


def commands(command: Any, *path: str) -> Iterator[tuple[str, Any]]:
    """Each command below one, and itself, with the words that lead to it."""
    yield " ".join(path), command
    if hasattr(command, "list_commands"):
        for name in command.list_commands(None):
            yield from commands(command.get_command(None, name), *path, name)


EVERY = dict(commands(get_command(app), "atoll"))


def options() -> Iterator[tuple[str, Any]]:
    """Each option of each command."""
    for path, command in EVERY.items():
        yield from ((path, option) for option in command.params if option.opts[0].startswith("-"))


def test_every_noun_is_walked() -> None:
    assert {path.split()[1] for path in EVERY if " " in path} == set(NOUNS)
    assert len(EVERY) > 60


@pytest.mark.parametrize("path", EVERY)
def test_help_is_a_sentence(path: str) -> None:
    told = (EVERY[path].help or "").split("\n\n")[0]
    assert told.endswith((".", "``."))
    assert told[0].isupper()


def test_every_option_and_argument_says_what_it_is_when_help_is_asked() -> None:
    silent = [
        f"{path} {option.opts[0]}" for path, command in EVERY.items() for option in command.params if not option.help
    ]
    assert silent == []


def test_completion_is_offered_once() -> None:
    assert [path for path, option in options() if option.name == "install_completion"] == ["atoll"]


def test_a_short_option_means_one_thing_everywhere() -> None:
    forms: defaultdict[str, set[str | None]] = defaultdict(set)
    for _, option in options():
        long = next(name for name in option.opts if name.startswith("--"))
        forms[long] |= {next((name for name in option.opts if not name.startswith("--")), None)}
    assert {long: short for long, short in forms.items() if short != {None}} == {
        long: {short} for long, short in SHORT.items()
    }


def test_a_switch_is_written_in_one_way() -> None:
    assert [f"{path} {option.secondary_opts}" for path, option in options() if option.secondary_opts] == []


def test_json_is_asked_for_in_the_same_words_everywhere() -> None:
    asked = {path: option.help for path, option in options() if "--json" in option.opts}
    assert len(asked) > 30
    assert [
        path for path, told in asked.items() if not told.startswith(("Print JSON", "With --estate: print JSON"))
    ] == []


def test_exit_codes_are_told_when_help_is_asked() -> None:
    assert sorted(int(word) for word in EXIT_CODES.split() if word.isdigit()) == [status.value for status in Exit]
    assert "Exit codes of every command" in run.invoke(app, ["--help"]).stdout


def test_near_nouns_are_named_when_one_is_misspelt() -> None:
    answer = run.invoke(app, ["stak"])
    assert answer.exit_code == Exit.USAGE
    assert "Did you mean 'stack'?" in answer.stderr


@pytest.mark.parametrize(
    ("question", "told"),
    [
        (["stack", "preview", "nowhere"], "There is no stack `nowhere`"),
        (["graph", "show", "nowhere"], "There is no stack `nowhere`"),
        (["cost", "estimate", "nowhere"], "There is no stack `nowhere`"),
        (["policy", "check", "nowhere"], "There is no stack `nowhere`"),
        (["drift", "check", "nowhere"], "There is no stack `nowhere`"),
        (["iam", "can", "nowhere", "anyone"], "There is no stack `nowhere`"),
        (["dr", "plans", "--stack", "nowhere"], "There is no stack `nowhere`"),
        (["policy", "explain", "rds-storage-encrypt"], "did you mean rds-storage-encrypted?"),
        (["policy", "runtime", "--framework", "nothing"], "there is no pack nothing"),
        (["parity", "--environment", "nowhere"], "Environments: "),
        (["diagram", "dr", "--environment", "nowhere"], "Environments: "),
        (["recovery", "price", "--environment", "nowhere"], "Environments: "),
        (["dr", "rehearse", "region-loss", "--region", "mars"], "mars is no region of Pulumi.global.yaml"),
        (["dr", "rehearse", "zone-loss", "--zone", "us-west-2a"], "us-west-2a is no zone of us-east-1"),
        (["risk", "score", "nothing.json"], "nothing.json cannot be read (No such file or directory)"),
    ],
)
def test_a_name_that_nothing_has_is_wrong_usage_in_every_command(question: list[str], told: str) -> None:
    answer = run.invoke(app, question)
    assert answer.exit_code == Exit.USAGE, answer.output
    assert told in answer.stderr


def told_in(page: Path) -> Iterator[list[str]]:
    """The `atoll` commands in the code blocks of a page, as words; `…` and what stands behind a `#` are for people."""
    for block in re.findall(r"^```[a-z]*\n(.*?)^```", page.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE):
        for line in block.replace("\\\n", " ").splitlines():
            if line.removeprefix("$ ").startswith("atoll "):
                yield shlex.split(line.removeprefix("$ ").split("  #")[0].split(" > ")[0].split(" | ")[0])


@pytest.mark.parametrize(
    "page", sorted([PROJECT / "README.md", *(PROJECT / "docs").glob("*.md")]), ids=lambda p: p.name
)
def test_commands_of_a_page_are_there_when_somebody_types_them(page: Path) -> None:
    for words in told_in(page):
        path = max((path for path in EVERY if " ".join(words).startswith(path)), key=len)
        command = EVERY[path]
        assert not hasattr(command, "list_commands") or command.invoke_without_command, f"{words} goes on"
        known = {name for option in command.params for name in option.opts} | {"--help"}
        given = {word.partition("=")[0] for word in words if word.startswith("-") and word != "-"}
        assert given <= known, f"{' '.join(words)} has no {', '.join(sorted(given - known))}"
        required = [one for one in command.params if one.required and not one.opts[0].startswith("-")]
        assert len(words) - len(path.split()) >= len(required), f"{' '.join(words)} needs more"


def test_commands_are_found_in_the_first_page() -> None:
    assert ["atoll", "check", "prod"] in list(told_in(PROJECT / "README.md"))
    assert len(list(told_in(PROJECT / "README.md"))) > 20
