"""Each environment has what the documents give it by name: the settings of its own stack file, row by row.

That a setting becomes the resource is proved on the golden stack (tests/stacks/region/test_rows.py), where every
switch is on; here the switches of the stacks that are deployed are held.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from contracts.settings import load_any
from tests.conftest import PROJECT
from tests.stacks.rows import misfits, read, unmapped

ASKED = Path(__file__).with_name("shipped.yaml")


@cache
def settings(stack: str) -> Mapping[str, Any]:
    return load_any(PROJECT / f"Pulumi.{stack}.yaml").model_dump(mode="json")


def entries() -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    for row, stacks in read(ASKED).items():
        yield from ((row, stack, asked) for stack, asked in stacks.items())


@pytest.mark.parametrize(
    ("stack", "asked"), [pytest.param(stack, asked, id=f"{row}-{stack}") for row, stack, asked in entries()]
)
def test_environment_has_what_the_row_gives_it(stack: str, asked: Mapping[str, Any]) -> None:
    assert misfits(settings(stack), asked) == {}


def test_every_row_of_the_file_is_mapped_to_this_file() -> None:
    name = "tests/stacks/test_shipped.py::test_environment_has_what_the_row_gives_it"
    assert unmapped({row for row, _, _ in entries()}, name) == []
