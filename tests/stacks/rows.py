"""Requirement rows written as data beside the tests: what is asked of resources or settings, and what is there.

A path goes into lists by index and into JSON text as if it were an object. A value that is a list or a map must be
equal as a whole; ``"*"`` is anything but nothing.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from tests.conftest import PROJECT
from tests.kit.plain import plain

ANYTHING = "*"


def read(file: Path) -> dict[str, Any]:
    """A file of rows, or the map of rows to tests."""
    return YAML(typ="safe", pure=True).load(file)  # pyright: ignore[reportUnknownMemberType]


def resources(*files: Path) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Row and resource that it asks for, of files that list resources below each row."""
    for file in files:
        for row, wanted in read(file).items():
            yield from ((row, entry) for entry in wanted)


def value_at(value: Any, path: str) -> Any:
    """What stands at a dotted path; `None` where nothing does."""
    for step in path.split("."):
        if isinstance(value, str):
            value = json.loads(value)
        if isinstance(value, list | tuple):
            value = value[int(step)] if int(step) < len(value) else None  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]
        elif isinstance(value, Mapping):
            value = value.get(step)  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
        else:
            return None
    return plain(value)


def misfits(there: Any, asked: Mapping[str, Any]) -> dict[str, Any]:
    """Path → what is there, where it is not what is asked for."""
    found = {path: value_at(there, path) for path in asked}
    return {
        path: found[path]
        for path, value in asked.items()
        if (found[path] is None if value == ANYTHING else found[path] != value)
    }


def unmapped(rows: set[str], test: str) -> list[str]:
    """Rows that ``tests/requirements.yaml`` does not map to a test (``file::name``) that proves some of them."""
    mapped = read(PROJECT / "tests" / "requirements.yaml")
    return sorted(row for row in rows if test not in mapped.get(row, []))
