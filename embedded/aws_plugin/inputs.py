"""What a program gave that the schema does not take, and what it did not give that the schema wants."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from embedded.aws_plugin.mapping.nodes import Attribute, Block, CtyType, NestedBlock, Node
from embedded.aws_plugin.paths import child
from embedded.aws_plugin.values import UNKNOWN, Props, Value, as_list
from embedded.aws_plugin.wire import is_asset

# (type token, property) -> the value AWS uses when it is not told: giving exactly that changes nothing.
AWS_DEFAULTS: Final[dict[tuple[str, str], Value]] = {
    ("aws:ecs/service:Service", "deploymentConfiguration.strategy"): "ROLLING",
    ("aws:eks/cluster:Cluster", "deletionProtection"): False,
    ("aws:s3/bucket:Bucket", "bucketNamespace"): "global",
}


def unsupported(node: Node, props: Props) -> list[str]:
    """Property paths that the Terraform provider has no place for, and whose value is more than AWS's default."""
    ours = {"region"} if node.regional else set[str]()
    return sorted(
        path
        for path, value in _unknown_keys(node.body, props, "")
        if path not in ours and not _says_nothing(node.token, path, value)
    )


def _says_nothing(token: str, path: str, value: Value) -> bool:
    if value is None or value == [] or value == {}:
        return True
    expected = AWS_DEFAULTS.get((token, path), UNKNOWN)
    if isinstance(value, dict) and value:
        return all(_says_nothing(token, child(path, key), item) for key, item in value.items())
    return expected is not UNKNOWN and expected == value


def _unknown_keys(body: Block, props: Props, path: str) -> Iterator[tuple[str, Value]]:
    members = {member.pulumi: member for member in body.members()}
    for key, value in props.items():
        at = child(path, key)
        member = members.get(key)
        if member is None:
            if not key.startswith("__"):
                yield at, value
        elif isinstance(member, NestedBlock):
            for index, item in enumerate(as_list(value)):
                if isinstance(item, dict):
                    yield from _unknown_keys(member.body, item, at if member.single else child(at, index))
        elif not is_asset(value):
            yield from _unknown_fields(member.type, member.fields, value, at)


def _unknown_fields(
    cty: CtyType, fields: Mapping[str, Attribute], value: Value, path: str
) -> Iterator[tuple[str, Value]]:
    if isinstance(cty, str) or not fields:
        return
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield from _unknown_fields(cty, fields, item, child(path, index))
    elif isinstance(value, dict) and cty[0] == "map":
        for key, item in value.items():
            yield from _unknown_fields(cty[1], fields, item, child(path, key))
    elif isinstance(value, dict):
        by_name = {field.pulumi: field for field in fields.values()}
        for key, item in value.items():
            field = by_name.get(key)
            if field is not None:
                yield from _unknown_fields(field.type, field.fields, item, child(path, key))
            elif key not in fields:
                yield child(path, key), item


def missing(body: Block, props: Props, path: str = "") -> list[str]:
    """Property paths that the schema requires and the program does not give."""
    out = [
        child(path, attribute.pulumi)
        for attribute in body.attributes.values()
        if attribute.required and props.get(attribute.pulumi) is None
    ]
    for block in body.blocks.values():
        value = props.get(block.pulumi)
        at = child(path, block.pulumi)
        if value is None or value == []:
            if block.minimum:
                out.append(at)
            continue
        for index, item in enumerate(as_list(value)):
            if isinstance(item, dict) and block.repeated:
                out += missing(block.body, item, at if block.single else child(at, index))
    return out
