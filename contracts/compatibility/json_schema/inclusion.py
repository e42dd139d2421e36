"""Is every instance of the writer's schema an instance of the reader's? A proof, or what stands in its way.

Keyword by keyword of the reader: what does not follow from the writer's facts is a finding. No finding is a proof;
a finding is `breaking` where the writer's schema plainly allows more, `unknown` where two constraints cannot be
compared. Recursive schemas: a pair that is met again one level deeper in the instance is assumed, which is induction
over the depth of instances; met again at the same level it proves nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from contracts.compatibility.documents import is_list, is_object
from contracts.compatibility.json_schema import arrays, combinations, objects, scalars
from contracts.compatibility.json_schema.comparison import Comparison, Side, shown, type_words
from contracts.compatibility.json_schema.schema import ASSERTIONS, OPAQUE, TYPES, At
from contracts.compatibility.json_schema.values import admits
from contracts.compatibility.json_schema.writer import Writer
from contracts.compatibility.verdict import Change, breaking, unknown

MOST_STEPS = 20_000
MOST_LEVELS = 50
_WITH_SIBLINGS = {
    "additionalProperties": ("properties", "patternProperties"),
    "items": ("prefixItems",),
    "contains": ("minContains", "maxContains"),
    "if": ("then", "else"),
}
"""Keywords whose meaning depends on their neighbours."""
_WITHOUT_MEANING_ALONE = frozenset({"then", "else", "minContains", "maxContains"})


class Inclusion(Comparison):
    """A comparison that remembers what it has proven, and gives up in the open when the work grows out of bounds."""

    def __init__(self, reader: Side) -> None:
        super().__init__(reader)
        self._steps = 0
        self._stack: list[tuple[Any, int]] = []
        self._level = 0
        self._leaned: list[int] = []
        self._known: dict[Any, list[Change]] = {}

    def deeper(self, writer: Writer, reader: At, step: str) -> list[Change]:
        """The findings one step into the instance."""
        self._level += 1
        try:
            return [replace(found, path=f"/{step}{found.path}") for found in self.included(writer, reader)]
        finally:
            self._level -= 1

    def included(self, writer: Writer, reader: At) -> list[Change]:
        """What keeps the writer's instances from being the reader's; empty is a proof."""
        if reader.schema is True or any(self.sameness.same(at, reader) for at in writer.parts):
            return []
        key = (writer.key, reader.key)
        if key in self._known:
            return self._known[key]
        self._steps += 1
        if self._steps > MOST_STEPS or len(self._stack) > MOST_LEVELS:
            self._leaned.append(0)  # nothing above may be remembered: another way there may be shorter
            return [unknown("", "is too intricate to be compared")]
        for index, (met, level) in enumerate(self._stack):
            if met == key:
                self._leaned.append(index)
                return [] if level < self._level else [unknown("", "refers to itself without an end")]
        self._stack.append((key, self._level))
        outer, self._leaned = self._leaned, []
        found = self._compare(writer, reader)
        self._stack.pop()
        if all(index >= len(self._stack) for index in self._leaned):
            self._known[key] = found
        self._leaned = outer + [index for index in self._leaned if index < len(self._stack)]
        return found

    def _compare(self, writer: Writer, reader: At) -> list[Change]:
        if reader.schema is False:
            return [] if not writer.types or writer.finite == [] else [breaking("", "is no longer possible at all")]
        rest = [word for word in reader.schema if word in ASSERTIONS and not self._holds(word, writer, reader)]
        if not rest:
            return []
        found = [change for case in writer.cases() for change in self._case(case, reader, rest)]
        return list(dict.fromkeys(found))

    def _holds(self, word: str, writer: Writer, reader: At) -> bool:
        """Whether the writer promises this keyword word for word."""
        if word in _WITHOUT_MEANING_ALONE:
            return True
        if word in ("$dynamicRef", "unevaluatedProperties", "unevaluatedItems"):
            return word != "$dynamicRef" and reader.get(word) in (True, {})
        return any(
            is_object(at.schema)
            and word in at.schema
            and self.sameness.keyword(word, at, reader)
            and all(self._sibling(sibling, at, reader) for sibling in _WITH_SIBLINGS.get(word, ()))
            for at in writer.parts
        )

    def _sibling(self, word: str, at: At, reader: At) -> bool:
        left, right = at.get(word), reader.get(word)
        if left is None or right is None:
            return left is right
        if word in ("properties", "patternProperties"):
            return left.keys() == right.keys()
        return len(left) == len(right) if word == "prefixItems" else self.sameness.keyword(word, at, reader)

    def _case(self, case: Writer, reader: At, rest: Sequence[str]) -> list[Change]:
        if not case.types:
            return []
        if case.finite is not None:
            return self._values(case.finite, reader, rest)
        found: list[Change] = []
        types = case.types
        if "type" in rest:
            names: Any = reader.get("type")
            read = frozenset[str]().union(*(TYPES[name] for name in (names if is_list(names) else [names])))
            if not types <= read:
                found.append(self.said("", "type", type_words(types), type_words(read)))
            types &= read
        for word in rest:
            if word in OPAQUE:
                found.append(
                    unknown("", f"{word} is not looked into, and it changed or stands where it is not compared")
                )
        found += combinations.findings(self, case, reader, rest)
        if types & {"integer", "fraction"}:
            found += scalars.number_findings(self, case, reader, rest)
        if "string" in types:
            found += scalars.text_findings(self, case, reader, rest)
        if "array" in types:
            found += arrays.findings(self, case, reader, rest)
        if "object" in types:
            found += objects.findings(self, case, reader, rest)
        return found

    def _values(self, values: list[Any], reader: At, rest: Sequence[str]) -> list[Change]:
        """Exact where the writer can only write certain values."""
        kept = {*rest, *(name for word in rest for name in _WITH_SIBLINGS.get(word, ()))}
        asked = reader.child({word: value for word, value in reader.schema.items() if word in kept})
        answers = [(value, admits(value, asked)) for value in values]
        refused = [value for value, answer in answers if answer is False]
        if refused:
            verb = "gone" if self.reader is Side.NEW else "new"
            text = ", ".join(shown(value) for value in refused[:5])
            return [breaking("", f"value {text} is {verb}" if len(refused) == 1 else f"values {text} are {verb}")]
        if any(answer is None for _, answer in answers):
            return [unknown("", f"cannot be decided for its values: {', '.join(rest)} changed")]
        return []
