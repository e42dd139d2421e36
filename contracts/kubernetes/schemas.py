"""Holds objects to the schemas of Kubernetes and of the kinds that others define, as the API server would.

Checked are unknown fields, types, required fields, choices, ranges and patterns. Rules in CEL are the API server's own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, cast

from contracts.settings.errors import Path, shown, yaml_path
from contracts.settings.kind import near

Schema = Mapping[str, Any]
Kind = tuple[str, str]
"""apiVersion and kind."""

_ANY = "x-kubernetes-preserve-unknown-fields"
_NUMBER_OR_TEXT = "x-kubernetes-int-or-string"
_NAME = re.compile(r"[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?")
_RBAC_NAME = re.compile(r"[A-Za-z0-9:._-]+")
_TYPES: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "boolean": (bool,),
    "integer": (int,),
    "number": (int, float),
    "array": (list, tuple),
    "object": (dict,),
}
_ARTICLE = {"string": "text", "boolean": "true or false", "integer": "a whole number", "number": "a number"}
_QUANTITY = "io.k8s.apimachinery.pkg.api.resource.Quantity"


@dataclass(frozen=True)
class Problem:
    """What is wrong at one place of an object."""

    path: Path
    sentence: str

    def __str__(self) -> str:
        """`spec.replicas: …`."""
        return f"{yaml_path(self.path) or 'the object'}: {self.sentence}"


@dataclass(frozen=True)
class Schemas:
    """The schemas of a cluster."""

    definitions: Mapping[str, Schema]
    """Name → schema of Kubernetes' own OpenAPI document."""
    custom: Sequence[Mapping[str, Any]]
    """CustomResourceDefinitions."""
    namespaced: frozenset[Kind]
    """Kubernetes' own kinds that live in a namespace."""

    @cached_property
    def kinds(self) -> dict[Kind, Schema]:
        """Every kind → its schema."""
        found: dict[Kind, Schema] = {}
        for schema in self.definitions.values():
            for kind in schema.get("x-kubernetes-group-version-kind", ()):
                group = f"{kind['group']}/" if kind["group"] else ""
                found[f"{group}{kind['version']}", kind["kind"]] = schema
        for definition in self.custom:
            spec = definition["spec"]
            for version in spec["versions"]:
                api = f"{spec['group']}/{version['name']}"
                found[api, spec["names"]["kind"]] = version.get("schema", {}).get("openAPIV3Schema", {_ANY: True})
        return found

    @cached_property
    def in_namespaces(self) -> frozenset[Kind]:
        """Every kind that lives in a namespace."""
        custom = {
            (f"{d['spec']['group']}/{version['name']}", d["spec"]["names"]["kind"])
            for d in self.custom
            for version in d["spec"]["versions"]
            if d["spec"]["scope"] == "Namespaced"
        }
        return self.namespaced | custom

    def problems(self, document: Any) -> Iterator[Problem]:
        """Everything that is wrong with one object."""
        if not isinstance(document, dict):
            yield Problem((), "is no object with apiVersion, kind and metadata")
            return
        found = cast("dict[str, Any]", document)
        kind: Kind = (str(found.get("apiVersion")), str(found.get("kind")))
        schema = self.kinds.get(kind)
        if schema is None:
            known = [f"{api} {name}" for api, name in self.kinds]
            yield Problem(
                ("kind",), f"there is no {kind[1]} in {kind[0]}; {near(' '.join(kind), known) or 'check both'}"
            )
            return
        yield from self._metadata(found.get("metadata"), kind)
        meta = {"$ref": "#/definitions/io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta"}
        properties = {**schema.get("properties", {}), "apiVersion": {}, "kind": {}, "metadata": meta}
        yield from self._check(found, {**schema, "properties": properties}, ())

    def _metadata(self, metadata: Any, kind: Kind) -> Iterator[Problem]:
        if not isinstance(metadata, dict) or not isinstance(cast("dict[str, Any]", metadata).get("name"), str):
            yield Problem(("metadata", "name"), "is missing")
            return
        found = cast("dict[str, Any]", metadata)
        pattern = _RBAC_NAME if kind[0].startswith("rbac.") else _NAME
        if not pattern.fullmatch(found["name"]):
            yield Problem(
                ("metadata", "name"), f"{shown(found['name'])} is no name: lower-case letters, digits, - and ."
            )
        inside = kind in self.in_namespaces
        if inside and not found.get("namespace"):
            yield Problem(("metadata", "namespace"), f"is missing: a {kind[1]} lives in a namespace")
        if not inside and found.get("namespace"):
            yield Problem(("metadata", "namespace"), f"is too much: a {kind[1]} lives in no namespace")

    def _check(self, value: Any, schema: Schema, path: Path, *, closed: bool = True) -> Iterator[Problem]:
        """What is wrong with a value; ``closed`` is off inside `anyOf` and the like, which only add conditions."""
        if "$ref" in schema:
            name = schema["$ref"].removeprefix("#/definitions/")
            if name == _QUANTITY and isinstance(value, int | float) and not isinstance(value, bool):
                return
            yield from self._check(value, {**self.definitions[name], **_without_ref(schema)}, path, closed=closed)
            return
        if value is None:
            if not schema.get("nullable") and "type" in schema:
                yield Problem(path, "has no value; write one, or leave the field out")
            return
        if schema.get(_NUMBER_OR_TEXT) or schema.get("format") == "int-or-string":
            if isinstance(value, bool) or not isinstance(value, int | str):
                yield Problem(path, f"{shown(value, path)} is neither a whole number nor text")
            return
        kind = schema.get("type")
        if kind and not _is(value, kind):
            wanted = _ARTICLE.get(kind) or ("a list" if kind == "array" else "a mapping")
            yield Problem(path, f"{shown(value, path)} is not {wanted}")
            return
        yield from _bounds(value, schema, path)
        for choice in schema.get("allOf", ()):
            yield from self._check(value, choice, path, closed=False)
        yield from self._choices(value, schema, path)
        if isinstance(value, dict):
            yield from self._mapping(cast("dict[str, Any]", value), schema, path, closed=closed)
        elif isinstance(value, list | tuple):
            items = schema.get("items")
            for index, item in enumerate(cast("Sequence[Any]", value)):
                if items:
                    yield from self._check(item, items, (*path, index), closed=closed)

    def _choices(self, value: Any, schema: Schema, path: Path) -> Iterator[Problem]:
        for word, exactly in (("anyOf", "at least one"), ("oneOf", "exactly one")):
            choices: Sequence[Schema] = schema.get(word, ())
            met = sum(not any(self._check(value, choice, path, closed=False)) for choice in choices)
            if choices and (met == 0 or (met > 1 and word == "oneOf")):
                fields = sorted({field for choice in choices for field in choice.get("required", ())})
                among = f" of {', '.join(fields)}" if fields else ""
                yield Problem(path, f"must be {exactly}{among or ' of the forms that its schema names'}")
        if "not" in schema and not any(self._check(value, schema["not"], path, closed=False)):
            yield Problem(path, "is of a form that its schema forbids")

    def _mapping(self, value: Mapping[str, Any], schema: Schema, path: Path, *, closed: bool) -> Iterator[Problem]:
        properties: Mapping[str, Schema] = schema.get("properties", {})
        for field in schema.get("required", ()):
            if field not in value:
                yield Problem((*path, field), "is missing")
        others = schema.get("additionalProperties")
        open_ended = schema.get(_ANY) or others is True or schema.get("x-kubernetes-embedded-resource")
        for key, item in value.items():
            if key in properties:
                yield from self._check(item, properties[key], (*path, key), closed=closed)
            elif isinstance(others, dict):
                yield from self._check(item, cast("Schema", others), (*path, key), closed=closed)
            elif closed and properties and not open_ended:
                guess = near(key, list(properties))
                yield Problem((*path, key), f"there is no such field{f'; {guess}' if guess else ''}")


def _without_ref(schema: Schema) -> dict[str, Any]:
    return {key: value for key, value in schema.items() if key not in {"$ref", "description", "default"}}


def _is(value: Any, kind: str) -> bool:
    if isinstance(value, bool):
        return kind == "boolean"
    return isinstance(value, _TYPES[kind]) or (kind == "integer" and isinstance(value, float) and value.is_integer())


def _bounds(value: Any, schema: Schema, path: Path) -> Iterator[Problem]:
    choices = schema.get("enum")
    if choices and value not in choices:
        yield Problem(path, f"{shown(value, path)} is none of {', '.join(map(str, choices))}")
    if isinstance(value, str):
        pattern = schema.get("pattern")
        if pattern and not re.search(pattern.replace(r"\p{L}", r"[^\W\d_]"), value):
            yield Problem(path, f"{shown(value, path)} does not match {pattern}")
        yield from _size(len(value), schema, "Length", "characters", path)
    elif isinstance(value, list | tuple):
        yield from _size(len(cast("Sequence[Any]", value)), schema, "Items", "entries", path)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        low, high = schema.get("minimum"), schema.get("maximum")
        if (low is not None and value < low) or (high is not None and value > high):
            yield Problem(path, f"{value} is not from {low} to {high}")


def _size(size: int, schema: Schema, what: str, unit: str, path: Path) -> Iterator[Problem]:
    least, most = schema.get(f"min{what}", 0), schema.get(f"max{what}")
    if size < least or (most is not None and size > most):
        yield Problem(
            path, f"has {size} {unit}; from {least} to {most if most is not None else 'any number'} are allowed"
        )
