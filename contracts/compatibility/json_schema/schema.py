"""JSON Schema 2020-12 as the differ sees it: is it well formed, what is equal, which schemas hold at one place.

Source: JSON Schema Core and Validation, draft 2020-12.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from contracts.compatibility.documents import DocumentError, DocumentSet, escape, is_list, is_object, kind

ATOMS = frozenset({"null", "boolean", "object", "array", "string", "integer", "fraction"})
"""Kinds of instances that do not overlap: a number is an integer (1.0 too) or a fraction."""
TYPES: dict[str, frozenset[str]] = {
    **{name: frozenset({name}) for name in ATOMS - {"fraction"}},
    "number": frozenset({"integer", "fraction"}),
}
SCHEMAS = ("additionalProperties", "propertyNames", "items", "contains", "not", "if", "then", "else",
           "unevaluatedProperties", "unevaluatedItems", "contentSchema")  # fmt: skip
SCHEMA_LISTS = ("allOf", "anyOf", "oneOf", "prefixItems")
SCHEMA_MAPS = ("properties", "patternProperties", "$defs", "definitions", "dependentSchemas")
COUNTS = ("minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties",
          "minContains", "maxContains")  # fmt: skip
NUMBERS = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf")
TEXTS = ("$ref", "$anchor", "$dynamicRef", "$dynamicAnchor", "$id", "pattern", "format", "contentEncoding",
         "contentMediaType")  # fmt: skip
OPAQUE = ("$dynamicRef", "unevaluatedProperties", "unevaluatedItems", "contentEncoding", "contentMediaType",
          "contentSchema", "nullable", "dependencies", "additionalItems")  # fmt: skip
"""Keywords that the differ does not look into: where one is new or changed at the reader, the answer is unknown."""
ASSERTIONS = frozenset(
    (*SCHEMAS, *SCHEMA_LISTS, *COUNTS, *NUMBERS, *OPAQUE, "properties", "patternProperties", "dependentSchemas", "type",
     "enum", "const", "required", "dependentRequired", "uniqueItems", "$ref", "pattern", "format")
)  # fmt: skip
"""Keywords that can refuse an instance; any other is an annotation, and so is `format`'s absence."""


@dataclass(frozen=True, eq=False)
class At:
    """A schema where it stands: the documents it may refer to, and which of them holds it."""

    schema: Any
    documents: DocumentSet
    document: str

    @property
    def key(self) -> tuple[int, int, str]:
        """Identity: documents are copies of our own that live as long as the comparison."""
        return id(self.schema), id(self.documents), self.document

    def child(self, schema: Any) -> At:
        """A schema inside this one."""
        return At(schema, self.documents, self.document)

    def get(self, keyword: str) -> Any:
        """The keyword's value, None where it is missing or the schema is a boolean."""
        return self.schema.get(keyword) if is_object(self.schema) else None

    def target(self) -> At:
        """What `$ref` names."""
        schema, document = self.documents.follow(self.get("$ref"), self.document)
        if not isinstance(schema, dict | bool):
            why = f"$ref {self.get('$ref')!r} names {kind(schema)}, not a schema"
            raise DocumentError(self.document, why, "point at a schema")
        return At(schema, self.documents, document)

    def schemas(self, keyword: str) -> list[At]:
        """The schemas in a keyword that holds a list."""
        return [self.child(schema) for schema in self.get(keyword) or ()]

    def named(self, keyword: str) -> dict[str, At]:
        """The schemas in a keyword that holds a map."""
        found: dict[str, Any] = self.get(keyword) or {}
        return {name: self.child(schema) for name, schema in found.items()}


def check(root: At, where: str) -> None:
    """Refuse a schema that is not well formed, and any `$ref` in it that leads nowhere or out of the set.

    Raises:
        DocumentError: with the JSON pointer of the mistake.
    """
    waiting: list[tuple[At, str]] = [(root, where)]
    seen: set[tuple[int, int, str]] = set()
    while waiting:
        at, path = waiting.pop()
        if isinstance(at.schema, bool) or at.key in seen:
            continue
        seen.add(at.key)
        if not is_object(at.schema):
            raise DocumentError(path, f"{kind(at.schema)} is no schema", "write an object, true or false")
        for keyword, value in at.schema.items():
            place = f"{path}/{escape(keyword)}"
            if problem := _problem(keyword, value):
                raise DocumentError(place, f"holds {problem[0]}", problem[1])
            if keyword in SCHEMAS:
                waiting.append((at.child(value), place))
            elif keyword in SCHEMA_LISTS:
                waiting.extend((at.child(item), f"{place}/{i}") for i, item in enumerate(value))
            elif keyword in SCHEMA_MAPS:
                waiting.extend((at.child(item), f"{place}/{escape(name)}") for name, item in value.items())
        if at.get("$id") is not None and at.schema is not at.documents.documents[at.document]:
            raise DocumentError(path, "an inner $id moves the base of every $ref below it", "use $anchor or $defs")
        if "$ref" in at.schema:
            target = at.target()
            waiting.append((target, f"{target.document} ({at.get('$ref')})"))


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_schema(value: Any) -> bool:
    return isinstance(value, dict | bool)


def _is_list(value: Any) -> bool:
    return isinstance(value, list)


def _is_map(value: Any) -> bool:
    return isinstance(value, dict)


def _is_names_by_name(value: Any) -> bool:
    return is_object(value) and all(_is_list(names) for names in value.values())


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _items(value: Any) -> list[Any]:
    return value if is_list(value) else []


def _problem(keyword: str, value: Any) -> tuple[str, str] | None:
    """What is wrong with a keyword's value, and what should stand there."""
    number, listed, mapped = _is_number(value), _is_list(value), _is_map(value)
    items = _items(value)
    texts = listed and all(isinstance(item, str) for item in items)
    if keyword == "items" and listed:
        return "a list of schemas, as drafts before 2020-12 did", "use prefixItems"
    if keyword in SCHEMAS and not _is_schema(value):
        return kind(value), "write a schema"
    if keyword in SCHEMA_LISTS and not items:
        return "an empty list" if listed else kind(value), "write a list of one schema or more"
    if keyword in SCHEMA_MAPS and not mapped:
        return kind(value), "write an object of schemas"
    if keyword in COUNTS and not (number and value == int(value) and value >= 0):
        return kind(value) if not number else "no count", "write a whole number, 0 or more"
    if keyword in NUMBERS and not number:
        return kind(value), "write a number (drafts before 6 had booleans for exclusive bounds)"
    if keyword == "multipleOf" and value <= 0:
        return "no positive number", "write a number above 0"
    if keyword in TEXTS and not _is_text(value):
        return kind(value), "write text"
    if keyword == "required" and not texts:
        return "something else than names", "write a list of property names"
    if keyword == "enum" and not listed:
        return kind(value), "write a list of values"
    if keyword == "uniqueItems" and value is not True and value is not False:
        return kind(value), "write true or false"
    if keyword == "dependentRequired" and not _is_names_by_name(value):
        return "something else than lists of names", "write property name: [property names]"
    if keyword == "type":
        names: list[Any] = items if listed else [value]
        if not names or any(not isinstance(name, str) or name not in TYPES for name in names):
            return f"no JSON type: {str(value)[:60]!r}", f"choose from {', '.join(sorted(TYPES))}"
    return None


def canonical(value: Any) -> Any:
    """A hashable form under which exactly the values that JSON Schema calls equal are equal (1 = 1.0, 1 ≠ true)."""
    if isinstance(value, bool):
        return "boolean", value
    if is_object(value):
        return "object", frozenset((k, canonical(v)) for k, v in value.items())
    if is_list(value):
        return "array", tuple(canonical(item) for item in value)
    return ("number", value) if isinstance(value, int | float) else ("text", value)


class Sameness:
    """Whether two schemas say the same, word for word, through their references; annotations do not count."""

    def __init__(self) -> None:
        self._known: dict[tuple[tuple[int, int, str], tuple[int, int, str]], bool] = {}

    def same(self, one: At, other: At) -> bool:
        """True only if every instance gets the same answer from both."""
        key = (one.key, other.key)
        if key not in self._known:
            self._known[key] = self._schemas(one, other, set())
        return self._known[key]

    def keyword(self, keyword: str, one: At, other: At) -> bool:
        """Whether one keyword holds the same in both."""
        return self._keyword(keyword, one, other, set())

    def _schemas(self, one: At, other: At, assumed: set[Any]) -> bool:
        if isinstance(one.schema, bool) or isinstance(other.schema, bool):
            return one.schema is other.schema
        key = (one.key, other.key)
        if key in assumed:
            return True
        assumed.add(key)
        words = {word for word in one.schema if word in ASSERTIONS}
        return (
            "$dynamicRef" not in words
            and words == {word for word in other.schema if word in ASSERTIONS}
            and all(self._keyword(word, one, other, assumed) for word in words)
        )

    def _keyword(self, word: str, one: At, other: At, assumed: set[Any]) -> bool:
        left, right = one.get(word), other.get(word)
        if word == "$ref":
            return self._schemas(one.target(), other.target(), assumed)
        if word in SCHEMAS:
            return self._schemas(one.child(left), other.child(right), assumed)
        if word in SCHEMA_LISTS:
            pairs = zip(left, right, strict=False)
            return len(left) == len(right) and all(
                self._schemas(one.child(a), other.child(b), assumed) for a, b in pairs
            )
        if word in SCHEMA_MAPS:
            return left.keys() == right.keys() and all(
                self._schemas(one.child(left[name]), other.child(right[name]), assumed) for name in left
            )
        if word in ("required", "type", "enum") and is_list(left) and is_list(right):
            return {canonical(x) for x in left} == {canonical(x) for x in right}
        return canonical(left) == canonical(right)


def flatten(ats: Iterable[At]) -> list[At]:
    """All schemas that hold together at one place: through `$ref` and `allOf`, each once; plain true left out."""
    found: list[At] = []
    waiting = list(ats)
    seen: set[tuple[int, int, str]] = set()
    while waiting:
        at = waiting.pop(0)
        if at.key in seen or at.schema is True:
            continue
        seen.add(at.key)
        found.append(at)
        if is_object(at.schema):
            if "$ref" in at.schema:
                waiting.append(at.target())
            waiting.extend(at.schemas("allOf"))
    return found


_UNDECIDED = re.compile(r"\)[*+{?]|\(\?|\\[^dw.\-/_^$*+?()|\[\]{}\\]|\{\d{4,}")
"""Repeated groups, look-arounds, and escapes that Python and ECMA 262 read differently."""
_UNBOUNDED = re.compile(r"[*+]|\{\d*,\d*\}")


def matches(pattern: str, text: str) -> bool | None:
    """Whether a pattern is found in a text; None where it is not Python's, or could take for ever.

    Two unbounded repetitions at most and no repeated group: then the search is cubic in a short text at worst.
    """
    if len(text) > 200 or not text.isprintable() or len(pattern) > 500:
        return None
    if _UNDECIDED.search(pattern) or len(_UNBOUNDED.findall(pattern)) > 2:
        return None
    try:
        return re.search(pattern, text, re.ASCII) is not None
    except (re.error, OverflowError, RecursionError):
        return None
