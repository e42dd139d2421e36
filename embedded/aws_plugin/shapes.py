"""A Pulumi value to the Terraform value of a schema, and back.

Terraform wants every attribute and block of a schema present (null or empty), sets without duplicates and numbers as
numbers; Pulumi wants what is null left out and "a list of at most one" as a plain value. Secrets are taken off before
(`values.reveal`) and put on after (`secrecy`), except that attributes the schema calls sensitive come back as `Secret`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, cast

from embedded.aws_plugin import assets, wire
from embedded.aws_plugin.errors import ShapeError
from embedded.aws_plugin.mapping.nodes import Attribute, Block, CtyType, NestedBlock, Nesting, Node
from embedded.aws_plugin.paths import child
from embedded.aws_plugin.values import UNKNOWN, Props, Secret, Value, as_list, canonical, has_unknown

_NO_FIELDS: Mapping[str, Attribute] = {}


# ---------------------------------------------------------------- Pulumi -> Terraform


def resource_to_terraform(node: Node, props: Props, timeouts: Mapping[str, str] | None = None) -> Props:
    """The configuration of a resource or data source. `timeouts`: operation -> duration such as "90s"."""
    config = block_to_terraform(node.body, props)
    if node.timeouts:
        given = {name: (timeouts or {}).get(name) for name in node.timeouts}
        config["timeouts"] = cast(Value, given) if any(given.values()) else None
    if node.has_id:
        config.setdefault("id", None)
    return config


def block_to_terraform(body: Block, props: Props, path: str = "") -> Props:
    """One block. Raises ShapeError where a value cannot be what the schema wants."""
    out: Props = {}
    for name, attribute in body.attributes.items():
        given = props.get(attribute.pulumi) if attribute.settable else None
        out[name] = _to_cty(given, attribute.type, attribute.fields, attribute.single, child(path, attribute.pulumi))
    for name, block in body.blocks.items():
        out[name] = _nested_to_terraform(block, props.get(block.pulumi), child(path, block.pulumi))
    return out


def _nested_to_terraform(block: NestedBlock, value: Value, path: str) -> Value:
    if value is UNKNOWN:
        return UNKNOWN
    if block.repeated:
        items = as_list(value)
        return [
            _one_block(block, item, path if block.single else child(path, position))
            for position, item in enumerate(items)
        ]
    if block.nesting is Nesting.MAP:
        entries = value if isinstance(value, dict) else {}
        return {key: _one_block(block, item, child(path, key)) for key, item in entries.items()}
    return None if value is None else _one_block(block, value, path)


def _one_block(block: NestedBlock, value: Value, path: str) -> Value:
    if value is UNKNOWN:
        return UNKNOWN
    if value is not None and not isinstance(value, dict):
        raise ShapeError(path, f"expected an object, got {_kind(value)}")
    return block_to_terraform(block.body, value or {}, path)


def _to_cty(value: Value, cty: CtyType, fields: Mapping[str, Attribute], single: bool, path: str) -> Value:
    if value is None or value is UNKNOWN:
        return value
    if isinstance(cty, str):
        return _scalar_to_cty(value, cty, path)
    kind, inner = cty[0], cty[1]
    if kind in ("list", "set"):
        items = [value] if single and not isinstance(value, list) else as_list(value)
        converted = [
            _to_cty(item, inner, fields, False, path if single else child(path, i)) for i, item in enumerate(items)
        ]
        return unique(converted) if kind == "set" else converted
    if not isinstance(value, dict):
        raise ShapeError(path, f"expected {'a map' if kind == 'map' else 'an object'}, got {_kind(value)}")
    if kind == "map":
        return {key: _to_cty(item, inner, fields, False, child(path, key)) for key, item in value.items()}
    return {name: _field_to_cty(value, name, cty_inner, fields, path) for name, cty_inner in inner.items()}


def _field_to_cty(value: Props, name: str, cty: CtyType, fields: Mapping[str, Attribute], path: str) -> Value:
    attribute = fields.get(name)
    key = attribute.pulumi if attribute else name
    given = value.get(key, value.get(name))
    inner = attribute.fields if attribute else _NO_FIELDS
    return _to_cty(given, cty, inner, bool(attribute and attribute.single), child(path, key))


def _scalar_to_cty(value: Value, cty: str, path: str) -> Value:
    if isinstance(value, dict) and wire.is_asset(value):
        return assets.materialise(value)
    match cty:
        case "string":
            if isinstance(value, (dict, list)):
                return UNKNOWN if has_unknown(value) else json.dumps(value)
            if isinstance(value, bool):
                return "true" if value else "false"
            return value if isinstance(value, str) else str(value)
        case "number":
            return _number(value, path)
        case "bool":
            if isinstance(value, bool):
                return value
            text = str(value).lower()
            if text in ("true", "1", "false", "0", ""):
                return text in ("true", "1") if text else None
            raise ShapeError(path, f"expected true or false, got {_kind(value)}")
        case _:  # "dynamic": the value travels with its type
            return cast(Value, [json.dumps("string").encode(), value]) if isinstance(value, str) else value


def _number(value: Value, path: str) -> Value:
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, (int, float)):
        return value
    if isinstance(value, str):
        try:
            return None if not value else float(value) if any(c in value for c in ".eE") else int(value)
        except ValueError:
            pass
    raise ShapeError(path, f"expected a number, got {_kind(value)}")


def _kind(value: Value) -> str:
    """What a value is, without saying what it holds: it may be a secret."""
    names = {bool: "a boolean", int: "a number", float: "a number", str: "a string", list: "a list", dict: "an object"}
    return names.get(cast(Any, type(value)), "something else")


def unique(items: list[Value]) -> list[Value]:
    """Without the later ones of equal elements; what holds an unknown may be anything, so it stays."""
    seen: set[str] = set()
    out: list[Value] = []
    for item in items:
        key = canonical(item)
        if key not in seen or has_unknown(item):
            seen.add(key)
            out.append(item)
    return out


# ---------------------------------------------------------------- Terraform -> Pulumi


def block_to_pulumi(body: Block, state: Props, *, secrets: bool = False, inputs_only: bool = False) -> Props:
    """Properties of a state or plan. `secrets`: wrap what is sensitive; `inputs_only`: only what is settable."""
    out: Props = {}
    for name, attribute in body.attributes.items():
        if inputs_only and not attribute.settable:
            continue
        value = _from_cty(state.get(name), attribute.type, attribute.fields, attribute.single)
        if value is not None:
            out[attribute.pulumi] = Secret(value) if secrets and attribute.sensitive else value
    for name, block in body.blocks.items():
        value = _nested_to_pulumi(block, state.get(name), secrets, inputs_only)
        if value is not None:
            out[block.pulumi] = value
    return out


def _nested_to_pulumi(block: NestedBlock, value: Value, secrets: bool, inputs_only: bool) -> Value:
    def one(item: Value) -> Value:
        if isinstance(item, dict):
            return block_to_pulumi(block.body, item, secrets=secrets, inputs_only=inputs_only)
        return item

    if value is None or value is UNKNOWN:
        return value
    if block.repeated:
        items = [one(item) for item in as_list(value)]
        if block.single:
            return items[0] if items else None
        return items
    if block.nesting is Nesting.MAP and isinstance(value, dict):
        return {key: one(item) for key, item in value.items()}
    return one(value)


def _from_cty(value: Value, cty: CtyType, fields: Mapping[str, Attribute], single: bool) -> Value:
    if value is None or value is UNKNOWN:
        return value
    if isinstance(cty, str):
        # msgpack carries numbers that a double cannot hold as text
        return _number(value, "") if cty == "number" and isinstance(value, str) else value
    kind, inner = cty[0], cty[1]
    if kind in ("list", "set"):
        items = [_from_cty(item, inner, fields, False) for item in as_list(value)]
        if single:
            return items[0] if items else None
        return items
    if not isinstance(value, dict):
        return value
    if kind == "map":
        return {key: _from_cty(item, inner, fields, False) for key, item in value.items()}
    out: Props = {}
    for name, cty_inner in inner.items():
        attribute = fields.get(name)
        item = _from_cty(
            value.get(name),
            cty_inner,
            attribute.fields if attribute else _NO_FIELDS,
            bool(attribute and attribute.single),
        )
        if item is not None:
            out[attribute.pulumi if attribute else name] = item
    return out
