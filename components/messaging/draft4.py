"""JSON Schema 2020-12, which contracts are written in, as draft 4, which EventBridge's schema registry takes.

Rules. What draft 4 says too is copied. Said in other words: `$defs` and other files become `definitions`, `const` a
one-valued `enum`, numeric exclusive limits a limit and a flag, `prefixItems` with `items` become `items` with
`additionalItems`, `dependentRequired` and `dependentSchemas` become `dependencies`, `contains` a double `not`,
`if`/`then`/`else` two `anyOf`, true and false `{}` and `{"not": {}}`; what stands beside a `$ref` moves into an
`allOf` with it, since draft 4 would not look at it. Left out, because nothing is judged by it: `examples`,
`deprecated`, `readOnly`, `writeOnly`, `$comment`, `content…`, and keywords that no draft knows. Refused, because
draft 4 cannot say it: see `REFUSED`. One shade is lost: draft 4 does not take `1.0` for an integer.

Source: https://json-schema.org/draft/2020-12/json-schema-core, …/json-schema-validation; the draft 4 specification,
draft-zyp-json-schema-04 and draft-fge-json-schema-validation-00.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, cast
from urllib.parse import unquote

from contracts.services.documents import MISSING, resolve

Schema = dict[str, Any]

DIALECT = "http://json-schema.org/draft-04/schema#"
DEEPEST = 100
"""Levels of nesting; no event needs as many, and code generators give up before."""
COPIED = (
    "title", "description", "default", "type", "format", "multipleOf", "maximum", "minimum", "maxLength", "minLength",
    "pattern", "maxItems", "minItems", "uniqueItems", "maxProperties", "minProperties",
)  # fmt: skip
"""Means the same in both."""
REFUSED: dict[str, str] = {
    "unevaluatedProperties": "write additionalProperties beside the properties it is about",
    "unevaluatedItems": "write items beside prefixItems",
    "propertyNames": "write patternProperties and additionalProperties: false",
    "$dynamicRef": "write $ref",
    "$recursiveRef": "write $ref",
    "dependencies": "2020-12 does not know it: write dependentRequired or dependentSchemas",
}
"""Keyword → what to write instead. `true` says nothing in the first three and is left out."""


@dataclass(frozen=True)
class Place:
    """Where a schema stands."""

    document: str
    path: str = "$"
    depth: int = 0

    def at(self, *steps: str | int) -> Place:
        """Where a part of it stands."""
        path = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in steps)
        return Place(self.document, self.path + path, self.depth + 1)


@dataclass
class Draft4:
    """Schemas of one document and what it refers to, in draft 4."""

    documents: Mapping[str, Any]
    """Path in the contract's folder → values."""
    problems: list[str] = field(default_factory=list[str])
    """What draft 4 cannot say; each names the document, the place and what to write instead."""
    _names: dict[tuple[str, str], str] = field(default_factory=dict[tuple[str, str], str])
    _waiting: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    """Referred to and not yet read: a long chain of references is no deep recursion."""

    def refer(self, document: str, pointer: str = "") -> Schema:
        """A reference to a schema, which `definitions` will hold."""
        target = (document, pointer)
        if target not in self._names:
            self._names[target] = self._new_name(
                pointer.rpartition("/")[2] or posixpath.splitext(posixpath.basename(document))[0]
            )
            self._waiting.append(target)
        return {"$ref": f"#/definitions/{self._names[target]}"}

    def definitions(self) -> dict[str, Schema]:
        """Everything that was referred to since the last call, and what that refers to in turn."""
        made: dict[str, Schema] = {}
        while self._waiting:
            document, pointer = target = self._waiting.pop(0)
            place = Place(document, f"$.{pointer[1:].replace('/', '.')}" if pointer else "$")
            found = resolve(self.documents.get(document, MISSING), pointer)
            if found is MISSING:
                self._refuse(place, "nothing is there", "correct the reference")
            else:
                made[self._names[target]] = self._schema(found, place)
        return made

    def _new_name(self, wanted: str) -> str:
        base = re.sub(r"[^A-Za-z0-9_]+", "_", unquote(wanted)) or "schema"
        name, count, taken = base, 1, set(self._names.values())
        while name in taken:
            count += 1
            name = f"{base}_{count}"
        return name

    def _refuse(self, place: Place, found: str, instead: str) -> None:
        self.problems.append(f"{place.document}: {place.path}: {found}; {instead}")

    def _schema(self, value: Any, place: Place) -> Schema:
        if isinstance(value, bool):
            return {} if value else {"not": {}}
        if not isinstance(value, dict):
            self._refuse(place, "it is no schema", "write a mapping, true or false")
            return {}
        if place.depth > DEEPEST:
            self._refuse(place, f"it is nested deeper than {DEEPEST} levels", "move parts of it into $defs")
            return {}
        source = cast("Schema", value)
        self._refuse_unsayable(source, place)
        made = {key: source[key] for key in COPIED if key in source}
        made |= _limits(source, "minimum", "exclusiveMinimum", above=True)
        made |= _limits(source, "maximum", "exclusiveMaximum", above=False)
        made |= self._of_objects(source, place) | self._of_arrays(source, place) | self._combined(source, place)
        return self._joined(made, self._in_other_words(source, place), source, place)

    def _refuse_unsayable(self, source: Schema, place: Place) -> None:
        for keyword, instead in REFUSED.items():
            if keyword in source and source[keyword] is not True:
                self._refuse(place, f"draft 4 has no {keyword}", instead)
        if "$id" in source and place.path != "$":
            self._refuse(place, "draft 4 has no $id inside a document", "remove it and refer by #/$defs/…")
        if "contains" in source and (source.get("maxContains") is not None or source.get("minContains", 0) > 1):
            self._refuse(place, "draft 4 does not count what an array contains", "remove minContains and maxContains")

    def _of_objects(self, source: Schema, place: Place) -> Schema:
        made: Schema = {}
        for keyword in ("properties", "patternProperties"):
            if keyword in source:
                made[keyword] = self._mapping(source[keyword], place.at(keyword))
        if "additionalProperties" in source:
            made["additionalProperties"] = self._or_bool(source["additionalProperties"], place, "additionalProperties")
        if source.get("required"):
            made["required"] = source["required"]
        required = {key: names for key, names in source.get("dependentRequired", {}).items() if names}
        schemas = self._mapping(source.get("dependentSchemas", {}), place.at("dependentSchemas"))
        dependencies = required | schemas
        for key in required.keys() & schemas.keys():
            dependencies[key] = {"allOf": [{"required": required[key]}, schemas[key]]}
        return made | ({"dependencies": dependencies} if dependencies else {})

    def _of_arrays(self, source: Schema, place: Place) -> Schema:
        first, rest = source.get("prefixItems"), source.get("items")
        if isinstance(rest, list):
            self._refuse(place, "items is a list, which 2020-12 does not know", "write prefixItems")
            return {}
        if first is None:
            return {"items": self._schema(rest, place.at("items"))} if rest is not None else {}
        made: Schema = {"items": self._list(first, place.at("prefixItems"))}
        return made | ({"additionalItems": self._or_bool(rest, place, "items")} if rest is not None else {})

    def _combined(self, source: Schema, place: Place) -> Schema:
        made: Schema = {
            keyword: self._list(source[keyword], place.at(keyword))
            for keyword in ("allOf", "anyOf", "oneOf")
            if keyword in source
        }
        return made | ({"not": self._schema(source["not"], place.at("not"))} if "not" in source else {})

    def _in_other_words(self, source: Schema, place: Place) -> list[Schema]:
        """Further schemas that have to hold as well."""
        more: list[Schema] = []
        if "enum" in source:
            more.append({"enum": source["enum"]} if source["enum"] else {"not": {}})
        if "const" in source:
            more.append({"enum": [source["const"]]})
        if "contains" in source and source.get("minContains") != 0:
            without = {"not": self._schema(source["contains"], place.at("contains"))}
            more.append({"not": {"type": "array", "items": without}})
        if "if" in source:
            condition = self._schema(source["if"], place.at("if"))
            if "then" in source:
                more.append({"anyOf": [{"not": condition}, self._schema(source["then"], place.at("then"))]})
            if "else" in source:
                more.append({"anyOf": [condition, self._schema(source["else"], place.at("else"))]})
        return more

    def _joined(self, made: Schema, more: list[Schema], source: Schema, place: Place) -> Schema:
        if "$ref" in source:
            more = [self._reference(str(source["$ref"]), place), *more]
        if len(more) == 1 and not made.keys() & more[0].keys() and not (made and "$ref" in source):
            return made | more[0]
        return made | ({"allOf": [*made.get("allOf", []), *more]} if more else {})

    def _reference(self, reference: str, place: Place) -> Schema:
        file, _, pointer = reference.partition("#")
        if pointer and not pointer.startswith("/"):
            self._refuse(place.at("$ref"), f"draft 4 has no anchors such as #{pointer}", "refer by #/$defs/…")
            return {}
        document = posixpath.join(posixpath.dirname(place.document), unquote(file)) if file else place.document
        return self.refer(posixpath.normpath(document), pointer)

    def _or_bool(self, value: Any, place: Place, keyword: str) -> Any:
        return value if isinstance(value, bool) else self._schema(value, place.at(keyword))

    def _mapping(self, value: Any, place: Place) -> Schema:
        if not isinstance(value, dict):
            self._refuse(place, "it is no mapping", "write name: schema")
            return {}
        return {key: self._schema(item, place.at(key)) for key, item in cast("Schema", value).items()}

    def _list(self, value: Any, place: Place) -> list[Schema]:
        if not isinstance(value, list):
            self._refuse(place, "it is no list", "write a list of schemas")
            return []
        return [self._schema(item, place.at(index)) for index, item in enumerate(cast("list[Any]", value))]


def _limits(source: Schema, inclusive: str, exclusive: str, *, above: bool) -> Schema:
    """The tighter of two limits, as draft 4 writes it."""
    limit, strict = source.get(inclusive), source.get(exclusive)
    if strict is None or (limit is not None and (limit > strict if above else limit < strict)):
        return {}
    return {inclusive: strict, exclusive: True}
