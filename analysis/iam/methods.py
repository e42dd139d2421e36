"""Known ways from some rights to more of them, as data: `methods.yaml` beside this file."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml

FILE: Final = Path(__file__).parent / "methods.yaml"
FAMILIES: Final = ("pass", "change", "take", "rewrite", "administer")


@dataclass(frozen=True, slots=True, kw_only=True)
class Method:
    """One way. What a family means is said in the file."""

    family: str
    id: str
    what: str
    needs: tuple[tuple[str, ...], ...]
    """Actions: one of each group."""
    service: str = ""
    holder: str = ""
    asks: str = "holder"
    kind: str = ""


@cache
def methods(family: str) -> tuple[Method, ...]:
    """The ways of a family, in the file's order."""
    return tuple(_method(family, raw) for raw in _content()[family])


@cache
def _content() -> dict[str, list[dict[str, Any]]]:
    content = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    assert tuple(content) == FAMILIES, f"{FILE.name} has the families {tuple(content)}"
    return content


def _method(family: str, raw: dict[str, Any]) -> Method:
    needs = tuple(tuple(map(str, group)) for group in raw["needs"])
    return Method(family=family, needs=needs, **{key: value for key, value in raw.items() if key != "needs"})
