"""Reads a component's docstring: what it makes, what it costs, what it does not do, its errors and its source."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import StrEnum, unique


@unique
class Part(StrEnum):
    """What a passage of a docstring is about; the value is its heading."""

    ABOUT = "About"
    MAKES = "Makes"
    COST = "Cost"
    LIMITS = "Limits"
    UNITS = "Units"
    ERRORS = "Errors"
    SOURCE = "Source"


_LABELS = (
    (re.compile(r"Makes\b:?"), Part.MAKES),
    (re.compile(r"Costs\b:?"), Part.COST),
    (re.compile(r"Does not( make| do)?\b:?"), Part.LIMITS),
    (re.compile(r"Units:"), Part.UNITS),
    (re.compile(r"(Errors|Raises):"), Part.ERRORS),
    (re.compile(r"Source:|(?=https://)"), Part.SOURCE),
)
"""How a sentence begins that opens a passage; one without a label goes on with the passage before it."""
_REQUIREMENT = re.compile(r"\b[A-Z]{2,5}-[0-9]+\b")
_SENTENCE_END = re.compile(r"(?<=[.!?])(?<!e\.g\.)(?<!i\.e\.) +(?=[A-Z`*(]|https://)")


@dataclass
class Prose:
    """A docstring, taken apart."""

    summary: str = ""
    """Its first paragraph, on one line."""
    parts: dict[Part, list[str]] = field(default_factory=dict[Part, list[str]])
    """What a passage is about → its paragraphs and lists."""
    requirements: tuple[str, ...] = ()
    """Requirement rows that it names, sorted."""

    def told(self, part: Part) -> list[str]:
        """What it says about something; nothing if it has no such passage."""
        return self.parts.get(part, [])


def sentences(text: str) -> list[str]:
    """The sentences of a paragraph on one line."""
    return [one for one in _SENTENCE_END.split(text) if one]


def read(docstring: str) -> Prose:
    """Take a docstring apart; it is dedented already (`inspect.getdoc`)."""
    first, *rest = re.split(r"\n\s*\n", docstring.strip())
    found = Prose(requirements=tuple(sorted(set(_REQUIREMENT.findall(docstring)))))
    opening = sentences(_flat(first))
    found.summary = opening[0] if opening else ""
    last = _add(found, " ".join(opening[1:]))
    for paragraph in rest:
        last = _read_paragraph(found, paragraph, last)
    return found


def _read_paragraph(found: Prose, paragraph: str, before: Part) -> Part:
    """Add a paragraph, and say what its end is about; a list that begins one belongs to what was told before."""
    lines = paragraph.splitlines()
    at = next((number for number, line in enumerate(lines) if _begins_list(line)), len(lines))
    raises = next((number for number, line in enumerate(lines) if line.strip() == "Raises:"), len(lines))
    if raises < len(lines):
        _read_paragraph(found, "\n".join(lines[:raises]), before)
        inside = [line for line in lines[raises + 1 :] if line.startswith(" ")]
        found.parts.setdefault(Part.ERRORS, []).append("\n".join(_items(inside)))
        after = [line for line in lines[raises + 1 :] if not line.startswith(" ")]
        return _read_paragraph(found, "\n".join(after), Part.ERRORS)
    last = _add(found, _flat("\n".join(lines[:at]))) if at else before
    if at < len(lines):
        found.parts.setdefault(last, []).append("\n".join(lines[at:]))
    return last


def _items(lines: list[str]) -> list[str]:
    """A list of `Name: text`, each of which may stand on several lines."""
    items: list[str] = []
    for line in lines:
        if re.match(r" {4}\S", line) or not items:
            items.append("* " + line.strip())
        else:
            items[-1] += " " + line.strip()
    return items


def _add(found: Prose, text: str) -> Part:
    """Give each sentence of a paragraph to its passage; the passage of the last one."""
    current = Part.ABOUT
    paragraphs: dict[Part, list[str]] = {}
    for sentence in sentences(text):
        for label, part in _LABELS:
            if match := label.match(sentence):
                current = part
                # The heading says it already; but "Does not make: x" is no "x", and "Makes x" reads well.
                if part is Part.COST or (part is not Part.LIMITS and match.group().endswith(":")):
                    sentence = sentence[match.end() :].strip()
                    sentence = sentence[:1].upper() + sentence[1:]
                break
        if sentence:
            paragraphs.setdefault(current, []).append(sentence)
    for part, told in paragraphs.items():
        found.parts.setdefault(part, []).append(" ".join(told))
    return current


def _begins_list(line: str) -> bool:
    return line.startswith(("* ", "- ", "1. "))


def _flat(text: str) -> str:
    return " ".join(text.split())
