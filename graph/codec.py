"""Write a graph as canonical JSON and read it back: the same graph gives the same bytes, everywhere.

Plain data is plain JSON. What is not has an object with one key that begins with ``$``: ``$unknown``, ``$secret``,
``$asset``, ``$archive``, ``$resource``. A property name that begins with ``$`` gets a second one.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import MISSING as NO_DEFAULT
from dataclasses import fields
from typing import Any, Final, cast

from graph.engine_json import parse
from graph.errors import FormatError
from graph.nodes import Node, Options, PropertyReference, Source
from graph.resource_graph import ResourceGraph
from graph.values import (
    Asset,
    FrozenList,
    FrozenMap,
    Reference,
    ResourceReference,
    Secret,
    Unknown,
    Value,
)

SCHEMA: Final = "atoll.graph/v1"


def to_json(graph: ResourceGraph) -> str:
    """The graph as canonical JSON: keys sorted, two spaces, one newline at the end, UTF-8 text."""
    document = {
        "schema": SCHEMA,
        "project": graph.project,
        "stack": graph.stack,
        "nodes": [_encode_node(node) for node in graph],
    }
    return json.dumps(document, indent=2, sort_keys=True, ensure_ascii=False, allow_nan=False) + "\n"


def from_json(document: str | bytes) -> ResourceGraph:
    """Read a graph that `to_json` wrote. Raises ``FormatError`` for anything else."""
    data = parse(document, "the graph")
    if data.get("schema") != SCHEMA:
        raise FormatError(f"the graph has schema {data.get('schema')!r}; this version reads {SCHEMA!r}")
    try:
        nodes = [_decode_node(node) for node in data["nodes"]]
        return ResourceGraph(nodes, project=data["project"], stack=data["stack"])
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise FormatError(f"the graph is damaged ({type(error).__name__}); write it again with `to_json`") from None


def encode(value: Value) -> Any:
    """One property value as JSON data."""
    match value:
        case FrozenMap():
            return {f"${key}" if key.startswith("$") else key: encode(item) for key, item in value.items()}
        case FrozenList():
            return [encode(item) for item in value]
        case Unknown():
            return {
                "$unknown": [_encode_reference(part) if isinstance(part, Reference) else part for part in value.parts]
            }
        case Secret():
            return {"$secret": None if value.unknown is None else encode(value.unknown)}
        case Asset():
            return {f"${value.kind}": value.hash}
        case ResourceReference():
            return {"$resource": value.urn}
        case _:
            return value


def decode(data: Any) -> Value:
    """One property value from JSON data."""
    if isinstance(data, list):
        return FrozenList(decode(item) for item in cast("list[Any]", data))
    if not isinstance(data, Mapping):
        return data
    items = cast("Mapping[str, Any]", data)
    if len(items) == 1 and (key := next(iter(items))).startswith("$") and not key.startswith("$$"):
        return _decode_marked(key, items[key])
    return FrozenMap(
        {key.removeprefix("$") if key.startswith("$$") else key: decode(item) for key, item in items.items()}
    )


def _decode_marked(key: str, content: Any) -> Value:
    match key:
        case "$unknown":
            return Unknown(tuple(part if isinstance(part, str) else _decode_reference(part) for part in content))
        case "$secret":
            return Secret(None if content is None else cast("Unknown", decode(content)))
        case "$asset" | "$archive":
            return Asset(key[1:], content)
        case "$resource":
            return ResourceReference(content)
        case _:
            raise ValueError("unknown mark")


def _encode_reference(reference: Reference) -> dict[str, str]:
    return {"urn": reference.urn, "output": reference.output}


def _decode_reference(data: Mapping[str, str]) -> Reference:
    return Reference(data["urn"], data["output"])


def _encode_node(node: Node) -> dict[str, Any]:
    return {item.name: _encode_field(getattr(node, item.name)) for item in fields(Node) if _is_set(node, item)}


def _is_set(holder: Any, item: Any) -> bool:
    """Whether a field differs from its default: what is not said is not written."""
    default = (
        item.default_factory()
        if item.default is NO_DEFAULT and item.default_factory is not NO_DEFAULT
        else item.default
    )
    return getattr(holder, item.name) != default or type(getattr(holder, item.name)) is not type(default)


def _encode_field(value: Any) -> Any:
    match value:
        case Options():
            return {
                item.name: _encode_field(getattr(value, item.name)) for item in fields(Options) if _is_set(value, item)
            }
        case Source():
            return {"file": value.file, "line": value.line}
        case PropertyReference():
            return {"path": value.path, "target": _encode_reference(value.target)}
        case FrozenMap() | FrozenList() | Unknown() | Secret() | Asset() | ResourceReference():
            return encode(value)
        case tuple():
            return [_encode_field(item) for item in cast("tuple[Any, ...]", value)]
        case _:
            return value


_VALUES: Final = frozenset({"inputs", "outputs", "id", "region", "account"})


def _decode_node(data: Mapping[str, Any]) -> Node:
    return Node(**{key: _decode_field(key, value) for key, value in data.items()})


def _decode_field(key: str, value: Any) -> Any:
    if key in _VALUES or key == "custom_timeouts":
        return decode(value)
    if key == "options":
        return Options(**{name: _decode_field(name, item) for name, item in value.items()})
    if key == "source":
        return Source(**value)
    if key == "references":
        return tuple(PropertyReference(item["path"], _decode_reference(item["target"])) for item in value)
    if key == "property_dependencies":
        return tuple((name, tuple(urns)) for name, urns in value)
    return tuple(cast("list[Any]", value)) if isinstance(value, list) else value
