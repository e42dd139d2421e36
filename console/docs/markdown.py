"""The little Markdown that the pages are made of."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

_CODE = re.compile(r"(`[^`]*`)")
_ANGLE = re.compile(r"<(?!!--)")
NOTE = "<!-- Written by `atoll docs --write`; a test compares it. -->"


def head(title: str) -> list[str]:
    """The beginning of a page."""
    return [f"# {title}", "", NOTE, ""]


def page(lines: Iterable[str]) -> str:
    """A page of lines, with one line end at its end; what stands between < and > is no HTML here."""
    text = "\n".join(lines).rstrip("\n") + "\n"
    return "".join(part if part.startswith("`") else _ANGLE.sub("&lt;", part) for part in _CODE.split(text))


def table(columns: Sequence[str], rows: Iterable[Sequence[str]], *, right: Iterable[int] = ()) -> list[str]:
    """A table and the empty line behind it; nothing if there are no rows. ``right`` are columns of numbers."""
    numbers = set(right)
    lines = [f"| {' | '.join(_cell(cell) for cell in row)} |" for row in rows]
    if not lines:
        return []
    rule = "|".join("---:" if at in numbers else "---" for at in range(len(columns)))
    return [f"| {' | '.join(columns)} |", f"|{rule}|", *lines, ""]


def code(text: str) -> str:
    """Text as code."""
    return f"`{text}`"


def link(text: str, target: str) -> str:
    """A link to another page or file, relative to this one."""
    return f"[{text}]({target})"


def words(text: str | None) -> str:
    """Text of a docstring on one line."""
    return " ".join((text or "").split())


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
