"""Pair the SDK with the Terraform provider's schema: one `Node` for each type that both know."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from embedded.aws_plugin.mapping import overrides, sdk
from embedded.aws_plugin.mapping.nodes import Attribute, Block, CtyType, NestedBlock, Nesting, Node
from embedded.aws_plugin.mapping.pairing import TypeChooser, camel, loose, pair
from embedded.aws_plugin.mapping.sdk import Form, Shape
from embedded.aws_plugin.mapping.store import PROVIDER_TOKEN, Kind

_FLAGS = (("r", "required"), ("o", "optional"), ("c", "computed"), ("s", "sensitive"), ("w", "write_only"))
_TIMEOUTS = "timeouts"  # Pulumi has `customTimeouts` for it
# The provider's arguments are typed as inputs, whose element classes say nothing: these three are objects in Pulumi.
_SINGLE_PROVIDER_BLOCKS = ("assume_role_with_web_identity", "default_tags", "ignore_tags")


def build(schema: Any) -> Iterator[tuple[Kind, Node]]:
    """Everything that goes into the map."""
    yield Kind.PROVIDER, _provider(schema.provider.block)
    resources, functions = sdk.scan()
    chooser = TypeChooser(_properties(schema.resource_schemas), overrides.RESOURCES)
    for item in resources:
        fields = sdk.resource_fields(item.load())
        name = chooser.choose(item.token, fields)
        if name:
            yield Kind.RESOURCE, _resource(item, name, schema.resource_schemas[name].block, fields)
    chooser = TypeChooser(_properties(schema.data_source_schemas), overrides.FUNCTIONS)
    for item in functions:
        fields = sdk.object_fields(item.load())
        name = chooser.choose(item.token, fields)
        if name:
            block = schema.data_source_schemas[name].block
            body = _block(block, fields, f"data.{name}", skip_id=False)
            yield Kind.FUNCTION, Node(item.token, name, body, timeouts=_timeouts(block))


def _properties(schemas: Any) -> dict[str, set[str]]:
    return {
        name: {loose(a.name) for a in schema.block.attributes}
        | {loose(b.type_name) for b in schema.block.block_types if b.type_name != _TIMEOUTS}
        for name, schema in schemas.items()
    }


def _resource(item: sdk.SdkItem, name: str, block: Any, fields: dict[str, Any]) -> Node:
    body = _block(block, fields, name, skip_id=True)
    arguments = sdk.arguments(item)
    named = [
        attribute.name
        for attribute in body.attributes.values()
        # AWS must have it and the SDK lets a program leave it out: the official plug-in makes it up
        if attribute.pulumi in arguments.optional
        and attribute.type == "string"
        and (attribute.required or attribute.name == "name")
    ]
    return Node(
        token=item.token,
        type=name,
        body=body,
        has_id=any(a.name == "id" for a in block.attributes),
        inputs=arguments.names,
        named=tuple(named),
        timeouts=_timeouts(block),
    )


def _timeouts(block: Any) -> tuple[str, ...]:
    found = next((b.block.attributes for b in block.block_types if b.type_name == _TIMEOUTS), ())
    return tuple(a.name for a in found)


def _provider(block: Any) -> Node:
    fields = sdk.provider_fields()
    body = _block(block, fields, "provider", skip_id=False)
    for name, nested in body.blocks.items():
        body.blocks[name] = NestedBlock(
            name, nested.pulumi, nested.nesting, nested.body, name in _SINGLE_PROVIDER_BLOCKS, 0, nested.maximum
        )
    plain = {
        name: Attribute(name, item.pulumi, item.type, item.flags, fields=item.fields)
        for name, item in body.attributes.items()
    }
    return Node(PROVIDER_TOKEN, "provider", Block(plain, body.blocks, body.virtual))


def _block(block: Any, fields: dict[str, Any], where: str, *, skip_id: bool) -> Block:
    """`fields`: what the SDK knows at this place, empty if it says nothing. `where`: Terraform type and block names."""
    attributes = {a.name: a for a in block.attributes if not (skip_id and a.name == "id")}
    types: dict[str, CtyType] = {name: json.loads(a.type) for name, a in attributes.items()}
    blocks = {b.type_name: b for b in block.block_types if b.type_name != _TIMEOUTS}
    sequences = {name for name, cty in types.items() if _is_sequence(cty)}
    sequences |= {name for name, b in blocks.items() if b.nesting in (Nesting.LIST, Nesting.SET)}
    names, virtual = _pair([*attributes, *blocks], fields, sequences, where)
    out = Block(virtual=virtual)
    for name, attribute in attributes.items():
        flags = "".join(flag for flag, key in _FLAGS if getattr(attribute, key))
        out.attributes[name] = _attribute(name, names[name], types[name], fields, f"{where}.{name}", flags)
    for name, nested in blocks.items():
        known = _shape(fields, names[name])
        single = known.form is not Form.LIST if known else nested.max_items == 1
        inner = sdk.object_fields(known.element) if known else {}
        out.blocks[name] = NestedBlock(
            name=name,
            pulumi=names[name],
            nesting=Nesting(nested.nesting),
            body=_block(nested.block, inner, f"{where}.{name}", skip_id=False),
            single=single and nested.nesting in (Nesting.LIST, Nesting.SET),
            minimum=nested.min_items,
            maximum=nested.max_items,
        )
    return out


def _attribute(name: str, pulumi: str, cty: CtyType, fields: dict[str, Any], where: str, flags: str = "") -> Attribute:
    known = _shape(fields, pulumi)
    return Attribute(
        name=name,
        pulumi=pulumi,
        type=cty,
        flags=flags,
        single=_is_sequence(cty) and known is not None and known.form is not Form.LIST,
        asset=known is not None and known.form is Form.ASSET,
        fields=_object_fields(cty, known.element if known else None, where),
    )


def _object_fields(cty: CtyType, element: type[Any] | None, where: str) -> dict[str, Attribute]:
    """Attributes of the object that a type ends in, whatever lists, sets and maps are around it."""
    if isinstance(cty, str):
        return {}
    if cty[0] != "object":
        return _object_fields(cty[1], None if cty[0] == "map" else element, where)
    inner: dict[str, CtyType] = cty[1]
    fields = sdk.object_fields(element)
    names, _ = _pair(list(inner), fields, {n for n, t in inner.items() if _is_sequence(t)}, where)
    return {name: _attribute(name, names[name], kind, fields, f"{where}.{name}") for name, kind in inner.items()}


def _pair(
    names: list[str], fields: dict[str, Any], sequences: set[str], where: str
) -> tuple[dict[str, str], tuple[str, ...]]:
    return pair(names, fields, sequences, where) if fields else ({name: camel(name) for name in names}, ())


def _shape(fields: dict[str, Any], pulumi: str) -> Shape | None:
    return sdk.shape(fields[pulumi]) if pulumi in fields else None


def _is_sequence(cty: CtyType) -> bool:
    return not isinstance(cty, str) and cty[0] in ("list", "set")
