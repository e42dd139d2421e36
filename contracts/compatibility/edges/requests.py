"""What one consumer uses, in the terms of the differs: pointers, message fields, type coordinates.

A consumer names the fields that it sends and reads as paths (`items[].sku`). What an operation has always required is
sent too, whether it is named or not: otherwise the call would fail today.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from graphql import GraphQLSchema

from contracts.compatibility.documents import DocumentError, DocumentSet, escape, is_list, is_object
from contracts.compatibility.openapi import METHODS
from contracts.compatibility.proto.model import Schema
from contracts.compatibility.usage import touches
from contracts.compatibility.verdict import Bump, Change, Severity

DEEPEST = 8
"""Levels down to which required fields are followed; deeper ones are covered by the field above them."""


def pointer(field: str) -> str:
    """`items[].sku` → `/items/*/sku`."""
    return "".join(f"/{escape(part.removesuffix('[]'))}{'/*' * part.endswith('[]')}" for part in field.split("."))


def pointers(fields: Iterable[str]) -> frozenset[str]:
    """The same for several."""
    return frozenset(map(pointer, fields))


def spared(change: Change, why: str) -> Change:
    """A change that does not meet this consumer."""
    return replace(change, severity=Severity.COMPATIBLE, bump=Bump.MINOR, what=f"{change.what} ({why})")


def as_sent(change: Change, sends: frozenset[str]) -> Change:
    """A change of a request, as one who sends these fields meets it; a change of the whole request meets everyone."""
    if not change.refuses or not change.path:
        return change
    if change.absent:
        # Who names the field sends it. Who does not is met where the object around it is sent: the request itself is.
        around = change.path.rpartition("/")[0]
        met = not any(_within(field, change.path) for field in sends) and (not around or touches(around, sends))
        return change if met else spared(change, "sent" if any(_within(f, change.path) for f in sends) else "not sent")
    return change if touches(change.path, sends) else spared(change, "not sent")


def as_parameter(change: Change, sends: frozenset[str]) -> Change:
    """A change of a parameter (`query parameter limit`): those in the path are always sent, headers are not named."""
    place, _, name = change.subject.split(" ", 2)
    if not change.refuses or place != "query":
        return change
    named = any(field.split("/")[1] == escape(name) for field in sends)
    if named is change.absent:
        return spared(change, "sent" if named else "not sent")
    return change


def _within(field: str, path: str) -> bool:
    return field == path or field.startswith(f"{path}/")


def required(documents: DocumentSet, operation: str) -> frozenset[str]:
    """Pointers of all that an operation of an OpenAPI document requires: fields of its body, query parameters."""
    root = documents.documents[documents.root]
    for item in _objects(root.get("paths")):
        for method in METHODS:
            found = item.get(method)
            if is_object(found) and found.get("operationId") == operation:
                return frozenset(_required(found, item, documents))
    return frozenset()


def _required(operation: dict[str, Any], item: dict[str, Any], documents: DocumentSet) -> Iterable[str]:
    for holder in (item, operation):
        for given in holder["parameters"] if is_list(holder.get("parameters")) else ():
            parameter, _ = _followed(given, documents.root, documents)
            if parameter.get("required") and parameter.get("in") == "query":
                yield f"/{escape(str(parameter.get('name')))}"
    body, document = _followed(operation.get("requestBody"), documents.root, documents)
    for media in _objects(body.get("content")):
        yield from required_fields(media.get("schema"), document, documents)


def required_fields(schema: Any, document: str, documents: DocumentSet, path: str = "", level: int = 0) -> set[str]:
    """Pointers of the fields that a schema requires, within required objects too."""
    found: set[str] = set()
    here, document = _followed(schema, document, documents)
    if level >= DEEPEST:
        return found
    for branch in here["allOf"] if is_list(here.get("allOf")) else ():
        found |= required_fields(branch, document, documents, path, level + 1)
    fields = here.get("properties")
    for name in here["required"] if is_list(here.get("required")) else ():
        if not isinstance(name, str):
            continue
        inner = f"{path}/{escape(name)}"
        field = fields.get(name) if is_object(fields) else None
        found |= {inner} | required_fields(field, document, documents, inner, level + 1)
    return found


def _objects(value: Any) -> list[dict[str, Any]]:
    return [item for item in value.values() if is_object(item)] if is_object(value) else []


def _followed(value: Any, document: str, documents: DocumentSet) -> tuple[dict[str, Any], str]:
    """The object behind references; an empty one where there is none."""
    for _ in range(20):
        if not is_object(value):
            break
        if not isinstance(value.get("$ref"), str):
            return value, document
        try:
            value, document = documents.follow(value["$ref"], document)
        except DocumentError:
            break
    return {}, document


def proto_uses(schema: Schema, operation: str, sends: Iterable[str], reads: Iterable[str]) -> frozenset[str]:
    """The method and message fields that a call uses; empty if the old version never had the method."""
    service, _, method = operation.rpartition(".")
    for name, methods in schema.services.items():
        if name.rpartition(".")[2] == service and method in methods:
            found = {f"{name}/{method}"}
            for message, fields in ((methods[method].request, sends), (methods[method].response, reads)):
                # A message of which no field is named stands with an empty one: nothing of it is used.
                found.add(f"{message}.")
                for field in fields:
                    found |= _message_fields(schema, message, field)
            return frozenset(found)
    return frozenset()


def _message_fields(schema: Schema, message: str, path: str) -> set[str]:
    found: set[str] = set()
    for part in path.split("."):
        known = schema.messages.get(message)
        name = part.removesuffix("[]")
        field = next((f for f in known.fields.values() if name in (f.name, f.json_name)), None) if known else None
        if field is None:
            break
        found.add(f"{message}.{field.name}")
        message = field.type.removesuffix(">").rpartition(", ")[2]
    return found


def graphql_uses(schema: GraphQLSchema, operation: str, reads: Iterable[str]) -> frozenset[str]:
    """Coordinates of the fields that a call selects; those it does not name are all selected if it names none."""
    found = {operation}
    owner, _, field = operation.partition(".")
    answered = _answered(schema, owner, field)
    for path in reads:
        name = answered
        for part in path.split("."):
            part = part.removesuffix("[]")
            if part not in getattr(schema.type_map.get(name), "fields", {}):
                break
            found.add(f"{name}.{part}")
            name = _answered(schema, name, part)
    return frozenset(found)


def _answered(schema: GraphQLSchema, owner: str, field: str) -> str:
    """The name of the type that a field answers, without lists and non-nulls."""
    known = getattr(schema.type_map.get(owner), "fields", {}).get(field)
    return str(known.type).strip("[]!") if known is not None else ""
