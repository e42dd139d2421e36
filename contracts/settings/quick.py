"""Reads ordinary YAML fast: libyaml's events into values and lines, or nothing at all where there is any doubt.

The reader of `source` knows all of YAML and says what is wrong with a file, and it is written in Python. Nearly every
file is plain and right; those are read here, ten times as fast. Whatever is not plain (an anchor, a tag, a directive, a
key that stands twice, a mistake) is left to that reader, so that there is one place where files are refused.

Events are read one by one: the composer that comes with libyaml calls itself for each level, in C, so that a deep file
would end the process.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from functools import lru_cache
from importlib import import_module
from typing import Any

import yaml
from yaml.events import (
    AliasEvent,
    DocumentEndEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
    StreamStartEvent,
)

from contracts.settings.errors import Path

try:
    _cyaml: Any = import_module("yaml.cyaml")
except ImportError:  # PyYAML was built without libyaml; the other reader does it all
    _cyaml = None

SECURE = "secure"
"""Key under which Pulumi keeps an encrypted value."""
DEEPEST = 100
"""Levels of mappings and lists; deeper files are left to the other reader."""
_TYPED = frozenset("-+.0123456789~nNtTfF<=")
"""First characters of plain scalars that may be more than text."""
_WORDS: dict[str, bool | None] = {
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys(("~", "null", "Null", "NULL", ""), None),
}
_INTEGER = re.compile(r"[-+]?[0-9]+", re.ASCII)
_FLOAT = re.compile(r"[-+]?[0-9]+\.[0-9]*(?:[eE][-+]?[0-9]+)?|[-+]?[0-9]+[eE][-+]?[0-9]+", re.ASCII)
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_NOTATION = re.compile(
    r"""[-+]?0b[01_]+ | [-+]?0o?[0-7_]+ | [-+]?[0-9_]+ | [-+]?0x[0-9a-fA-F_]+
    | [-+]?[0-9][0-9_]*\.[0-9_]*(?:[eE][-+]?[0-9]+)? | [-+]?[0-9][0-9_]*[eE][-+]?[0-9]+
    | [-+]?\.[0-9_]+(?:[eE][-+][0-9]+)? | [-+]?\.(?:inf|Inf|INF) | \.(?:nan|NaN|NAN)
    | [0-9]{4}-.* | << | =""",
    re.ASCII | re.DOTALL | re.VERBOSE,
)
"""Numbers in rarer notations, times, and signs that YAML 1.1 gave a meaning."""
_SPACES = re.compile("[\\t\\x85\\u2028\\u2029\\ufeff]")
"""Signs that libyaml, which reads YAML 1.1, takes for a space or the end of a line, and YAML 1.2 does not."""


class DoubtError(Exception):
    """The file is not plain, or not right."""


def values(text: str, *, sealing: str | None, most_values: int) -> dict[str, Any] | None:
    """The values of a plain file that holds a mapping; None for any other.

    Args:
        text: the file.
        sealing: the key whose mapping stands for an encrypted value, if there is one.
        most_values: more values than these are no plain file.
    """
    if _cyaml is None or _SPACES.search(text):
        return None
    try:
        return _Values(text, sealing, most_values).document()
    except (DoubtError, yaml.YAMLError, ValueError):
        return None


def lines(text: str, *, wrapper: str | None, sealing: str | None) -> tuple[dict[Path, int], set[Path]]:
    """Path → line, from 1, and the paths of encrypted values, of a file that `values` has read.

    Args:
        text: the file.
        wrapper: top key that paths leave out, if there is one.
        sealing: the key whose mapping stands for an encrypted value, if there is one.
    """
    reader = _Lines(text, wrapper, sealing)
    reader.document()
    return reader.found, reader.sealed


class _Values:
    def __init__(self, text: str, sealing: str | None, most_values: int) -> None:
        self._next: Callable[[], Any] = _cyaml.CParser(text).get_event
        self._sealing = sealing
        self._left = most_values

    def document(self) -> dict[str, Any]:
        self._expect(StreamStartEvent)
        start = self._expect(DocumentStartEvent)
        if start.version or start.tags:
            raise DoubtError
        found = self._value(self._expect(MappingStartEvent), 0)
        self._expect(DocumentEndEvent)
        self._expect(StreamEndEvent)
        return found

    def _expect(self, kind: type) -> Any:
        if type(event := self._next()) is not kind:
            raise DoubtError
        return event

    def _value(self, event: Any, level: int) -> Any:
        self._left -= 1
        if type(event) is AliasEvent or event.anchor is not None or event.tag is not None or self._left < 0:
            raise DoubtError
        if type(event) is ScalarEvent:
            return _typed(event.value) if event.implicit[0] else event.value
        if level > DEEPEST:
            raise DoubtError
        if type(event) is MappingStartEvent:
            return self._mapping(level + 1)
        found: list[Any] = []
        while type(event := self._next()) is not SequenceEndEvent:
            found.append(self._value(event, level + 1))
        return found

    def _mapping(self, level: int) -> Any:
        found: dict[str, Any] = {}
        while type(event := self._next()) is not MappingEndEvent:
            if type(event) is not ScalarEvent or event.anchor is not None or event.tag is not None:
                raise DoubtError
            key: str = event.value
            if key in found:
                raise DoubtError
            found[key] = self._value(self._next(), level)
        sealed = self._sealing is not None and found.keys() == {self._sealing} and isinstance(found[self._sealing], str)
        return found[self._sealing] if self._sealing is not None and sealed else found


class _Lines:
    """A second walk, for files of which a line is asked: most are not."""

    def __init__(self, text: str, wrapper: str | None, sealing: str | None) -> None:
        self._next: Callable[[], Any] = _cyaml.CParser(text).get_event
        self._wrapper = wrapper
        self._sealing = sealing
        self.found: dict[Path, int] = {}
        self.sealed: set[Path] = set()

    def document(self) -> None:
        while type(event := self._next()) is not MappingStartEvent:
            pass
        self._value(event, ())

    def _value(self, event: Any, path: Path) -> None:
        self.found.setdefault(path, event.start_mark.line + 1)
        if type(event) is SequenceStartEvent:
            index = 0
            while type(event := self._next()) is not SequenceEndEvent:
                self._value(event, (*path, index))
                index += 1
        elif type(event) is MappingStartEvent:
            self._mapping(path)

    def _mapping(self, path: Path) -> None:
        sealed: list[bool] = []
        while type(event := self._next()) is not MappingEndEvent:
            inner: Path = () if path == () and event.value == self._wrapper else (*path, event.value)
            self.found[inner] = event.start_mark.line + 1
            value = self._next()
            text = type(value) is ScalarEvent and (not value.implicit[0] or isinstance(_typed(value.value), str))
            sealed.append(text and event.value == self._sealing)
            self._value(value, inner)
        if sealed == [True]:
            self.sealed.add(path)


def _typed(text: str) -> str | int | float | bool | None:
    """What a plain scalar means by YAML 1.2's core schema; a time stays the text that it is."""
    return text if text and text[0] not in _TYPED else _resolved(text)


@lru_cache(maxsize=4096)
def _resolved(text: str) -> str | int | float | bool | None:
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.fullmatch(text):
        return int(text)
    if _FLOAT.fullmatch(text):
        return float(text)
    if _DATE.fullmatch(text):
        date.fromisoformat(text)
        return text
    if _NOTATION.fullmatch(text):
        raise DoubtError
    return text
