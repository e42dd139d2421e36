"""What comparing two schemas is to the keywords that take part in it: how to go on, and how to say what was found."""

from __future__ import annotations

from abc import ABC, abstractmethod
from enum import StrEnum
from typing import Any

from contracts.compatibility.json_schema.schema import At, Sameness
from contracts.compatibility.json_schema.writer import Writer
from contracts.compatibility.verdict import Change, breaking


class Side(StrEnum):
    """Which version a party holds."""

    OLD = "old"
    NEW = "new"


class Comparison(ABC):
    """One comparison. Each family of keywords judges its own, and hands what lies inside back to it."""

    def __init__(self, reader: Side) -> None:
        self.reader = reader
        self.sameness = Sameness()

    @abstractmethod
    def included(self, writer: Writer, reader: At) -> list[Change]:
        """What keeps the writer's instances from being the reader's; empty is a proof."""

    @abstractmethod
    def deeper(self, writer: Writer, reader: At, step: str) -> list[Change]:
        """The findings one step into the instance."""

    def said(self, path: str, subject: str, written: Any, read: Any) -> Change:
        """A breaking finding in the words of the history: from the old value to the new one; None means absent."""
        old, new = (written, read) if self.reader is Side.NEW else (read, written)
        if old is None:
            return breaking(path, f"{subject} {shown(new)} was added")
        if new is None:
            return breaking(path, f"{subject} {shown(old)} was removed")
        return breaking(path, f"{subject} went from {shown(old)} to {shown(new)}")


def shown(value: Any) -> str:
    """A value in a message: short, in JSON's spelling for text and constants."""
    text = value if isinstance(value, Words) else repr(value)
    return {"True": "true", "False": "false", "None": "null"}.get(text, text if len(text) <= 80 else text[:77] + "…")


class Words(str):
    """Text that is shown as it stands, without quotes."""

    __slots__ = ()


def type_words(atoms: frozenset[str]) -> Words:
    """Kinds of instances in JSON Schema's words."""
    if len(atoms) == 7:
        return Words("any")
    names = {
        "number" if name == "fraction" else name for name in atoms if not (name == "integer" and "fraction" in atoms)
    }
    return Words("|".join(sorted(names)) or "nothing")
