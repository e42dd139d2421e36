"""Whether an IAM pattern covers a text, where either may hold what is known only after deployment.

A placeholder (`${urn…#output}`) stands for a text that nobody knows yet. So there are three answers: it covers the
text whatever the placeholders turn out to be, it never does, or (None) it depends on them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from graph.documents import OPEN

_PIECE: Final = re.compile(OPEN.pattern + r"|.", re.DOTALL)
_IDENTITY: Final = re.compile(r"#(arn|id|keyId|name|uniqueId|urn)\}$")
_INNER: Final = re.compile(r"#(?:id|keyId|name|uniqueId)\}$")
"""Outputs that are one part of an ARN: there is no colon and no slash in them."""


@dataclass(frozen=True, slots=True)
class _Hole:
    text: str

    @property
    def tells_apart(self) -> bool:
        """Whether another resource's output of the same name is surely another text."""
        return _IDENTITY.search(self.text) is not None and "StackReference" not in self.text

    def may_hold(self, character: str) -> bool:
        return character not in ":/" or _INNER.search(self.text) is None


@lru_cache(maxsize=65536)
def covers(pattern: str, text: str) -> bool | None:
    """Whether a pattern covers a text or, if the text is itself a pattern, all of it; None: it depends on placeholders.

    Case counts, as it does in ARNs.
    """
    if _surely(pattern, text):
        return True
    if OPEN.search(pattern) is None and OPEN.search(text) is None:
        return False
    return None if _may_meet(_pieces(pattern), _pieces(text, literal=True)) else False


@lru_cache(maxsize=65536)
def meets(one: str, other: str) -> bool | None:
    """Whether some text is covered by both patterns; None: it depends on placeholders."""
    if _may_meet(_pieces(one), _pieces(other)):
        return True if (OPEN.search(one) is None and OPEN.search(other) is None) or one == other else None
    return False


def _surely(pattern: str, text: str) -> bool:
    """Whether a pattern covers a text whatever placeholders turn out to be: only `*` or the same one covers one."""
    if pattern == "*" or pattern == text:
        return True
    if "*" not in pattern and "?" not in pattern:
        return False
    return _matcher(_coded(pattern)).fullmatch(_coded(text)) is not None


_PRIVATE: Final = 0xF0000
"""First of the characters that Unicode leaves to private use, and that no ARN holds."""


@lru_cache(maxsize=65536)
def _coded(text: str) -> str:
    """A text with one private character in place of each placeholder."""
    return OPEN.sub(lambda match: chr(_PRIVATE + _number(match.group())), text) if "${" in text else text


_NUMBERS: Final[dict[str, int]] = {}
"""Placeholder → its number, for as long as the process lives."""


def _number(placeholder: str) -> int:
    return _NUMBERS.setdefault(placeholder, len(_NUMBERS))


@lru_cache(maxsize=8192)
def _matcher(pattern: str) -> re.Pattern[str]:
    one = f"[^{chr(_PRIVATE)}-{chr(0x10FFFF)}]"
    parts = (".*" if c == "*" else one if c == "?" else re.escape(c) for c in pattern)
    return re.compile("".join(parts), re.DOTALL)


Piece = str | _Hole


@lru_cache(maxsize=8192)
def _pieces(text: str, *, literal: bool = False) -> tuple[Piece, ...]:
    """Characters and holes; in a literal, `*` and `?` are written as letters that no pattern spells."""
    found: list[Piece] = []
    for match in _PIECE.finditer(text):
        piece = match.group()
        if len(piece) > 1:
            found.append(_Hole(piece))
        elif literal and piece in "*?":
            found.append("\0" + piece)
        elif piece != "*" or not found or found[-1] != "*":
            found.append(piece)
    return tuple(found)


def _may_meet(one: tuple[Piece, ...], other: tuple[Piece, ...]) -> bool:
    """Whether two patterns with holes may cover a common text, walked from their beginnings."""
    seen: set[tuple[int, int]] = set()
    todo = [(0, 0)]
    while todo:
        at = todo.pop()
        if at in seen:
            continue
        seen.add(at)
        i, j = at
        if i == len(one) and j == len(other):
            return True
        todo.extend(_next(one, i, other, j))
    return False


def _next(one: tuple[Piece, ...], i: int, other: tuple[Piece, ...], j: int) -> list[tuple[int, int]]:
    a = one[i] if i < len(one) else None
    b = other[j] if j < len(other) else None
    steps: list[tuple[int, int]] = []
    if isinstance(a, _Hole) and isinstance(b, _Hole):
        if a == b:
            return [(i + 1, j + 1)]
        if a.tells_apart and b.tells_apart and a.text.rpartition("#")[2] == b.text.rpartition("#")[2]:
            return []
    if _stretches(a):
        steps.append((i + 1, j))
        if b is not None and _swallows(a, b):
            steps.append((i, j + 1))
    if _stretches(b):
        steps.append((i, j + 1))
        if a is not None and _swallows(b, a):
            steps.append((i + 1, j))
    if isinstance(a, str) and isinstance(b, str) and "*" not in {a, b} and (a == b or a == "?" or b == "?"):
        steps.append((i + 1, j + 1))
    return steps


def _stretches(piece: Piece | None) -> bool:
    return isinstance(piece, _Hole) or piece == "*"


def _swallows(stretching: Piece | None, other: Piece) -> bool:
    """Whether what stretches may take in the next piece of the other side."""
    return not (isinstance(stretching, _Hole) and isinstance(other, str) and not stretching.may_hold(other))
