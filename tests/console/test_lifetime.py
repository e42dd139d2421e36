"""Short commands leave garbage to the operating system; long ones tidy up as always."""

from __future__ import annotations

import atexit
import gc
from collections.abc import Callable, Generator
from typing import Any

import pytest

from console import lifetime
from console.cli import NOUNS


@pytest.fixture
def at_end(monkeypatch: pytest.MonkeyPatch) -> Generator[list[Callable[[], Any]]]:
    """What would be called at the end of this process; garbage is looked for as before in the end."""
    registered: list[Callable[[], Any]] = []
    monkeypatch.setattr(atexit, "register", registered.append)
    was_enabled = gc.isenabled()
    gc.enable()
    yield registered
    (gc.enable if was_enabled else gc.disable)()


@pytest.mark.parametrize("noun", sorted(set(NOUNS) - lifetime.LASTING))
def test_garbage_is_not_looked_for_when_a_command_answers_one_question(
    at_end: list[Callable[[], Any]], noun: str
) -> None:
    lifetime.prepare([noun, "show"])
    assert not gc.isenabled()
    assert at_end == [gc.freeze]


@pytest.mark.parametrize("arguments", [*([noun, "up"] for noun in sorted(lifetime.LASTING)), []])
def test_garbage_is_looked_for_when_a_command_may_run_long(
    at_end: list[Callable[[], Any]], arguments: list[str]
) -> None:
    lifetime.prepare(arguments)
    assert gc.isenabled()
    assert at_end == [gc.freeze]


def test_garbage_is_not_looked_for_when_the_whole_estate_is_asked_about(at_end: list[Callable[[], Any]]) -> None:
    lifetime.prepare(["stack", "preview", "--estate"])
    assert not gc.isenabled()
    assert at_end == [gc.freeze]


def test_every_command_that_lasts_is_a_noun_when_nouns_are_listed() -> None:
    assert set(NOUNS) >= lifetime.LASTING
