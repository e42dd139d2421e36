"""The requirements that a framework has, whether or not there is a control for them: data/requirements.yaml."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import cast

import yaml

from policies.catalogue import FRAMEWORK_COLUMNS, rows

RANGE = re.compile(r"(.*?)(\d+)-(\d+)")


@dataclass(frozen=True, slots=True)
class Framework:
    """One framework."""

    id: str
    title: str
    requirements: tuple[str, ...]
    """Ids of all its requirements that a report lists, in their natural order."""
    sections: frozenset[str]
    """Those that are whole sections, listed because the catalogue has no requirement in them."""


@cache
def frameworks() -> Mapping[str, Framework]:
    """Framework → what it wants; those that the catalogue maps to."""
    text = resources.files("policies").joinpath("data/requirements.yaml").read_text(encoding="utf-8")
    data = yaml.safe_load(text)
    return {name: _framework(name, data[name]) for name in FRAMEWORK_COLUMNS}


def _framework(name: str, raw: Mapping[str, object]) -> Framework:
    mapped = {r.id for row in rows().values() for r in row.requirements if r.framework == name}
    listed = set(_spread(map(str, _list(raw.get("requirements")))))
    sections = {
        section
        for section in _spread(map(str, _list(raw.get("sections"))))
        if not any(name == section or name.startswith(f"{section}.") for name in mapped)
    }
    ordered = sorted(mapped | listed | sections, key=natural)
    return Framework(name, str(raw["title"]), tuple(ordered), frozenset(sections))


def _list(value: object) -> Iterable[object]:
    return cast("list[object]", value) if isinstance(value, list) else ()


def _spread(items: Iterable[str]) -> Iterator[str]:
    """`A1.1-3` → A1.1, A1.2, A1.3."""
    for item in items:
        found = RANGE.fullmatch(item)
        if found is None:
            yield item
        else:
            yield from (f"{found[1]}{number}" for number in range(int(found[2]), int(found[3]) + 1))


def natural(name: str) -> tuple[tuple[int, int, str], ...]:
    """Sort key under which 8.10 follows 8.9, and letters follow numbers."""
    return tuple(
        (0, int(part), "") if part.isdigit() else (1, 0, part) for part in re.split(r"(\d+)|[.]", name) if part
    )
