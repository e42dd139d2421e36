"""What is known about one type: its Terraform schema, with the Pulumi name and shape of every part."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any, TypeAlias

Json: TypeAlias = "dict[str, Any]"

CtyType: TypeAlias = "str | list[Any]"
"""A type as the schema has it in JSON: "string", ["list", T], ["set", T], ["map", T], ["object", {name: T}]."""


class Nesting(IntEnum):
    """How often a block may stand in its parent (the numbers are tfplugin5's)."""

    SINGLE = 1
    LIST = 2
    SET = 3
    MAP = 4
    GROUP = 5


@dataclass(frozen=True, slots=True)
class Attribute:
    """One attribute. `flags`, from the schema: r(equired), o(ptional), c(omputed), s(ensitive), w(rite-only)."""

    name: str
    pulumi: str
    type: CtyType
    flags: str = ""
    single: bool = False  # a list or set of at most one in Terraform, a plain value in Pulumi
    asset: bool = False  # Pulumi takes an asset or archive, Terraform a path
    fields: dict[str, Attribute] = field(default_factory=dict[str, "Attribute"])  # of the object inside `type`, if any

    @property
    def settable(self) -> bool:
        """Whether a program may give it; the attributes of an inner object carry no flags and all may be given."""
        return not self.flags or "r" in self.flags or "o" in self.flags

    @property
    def required(self) -> bool:
        """Whether it must be given."""
        return "r" in self.flags

    @property
    def computed(self) -> bool:
        """Whether the provider may fill it in."""
        return "c" in self.flags

    @property
    def sensitive(self) -> bool:
        """Whether the provider calls its value a secret."""
        return "s" in self.flags

    @property
    def write_only(self) -> bool:
        """Whether it is sent but never stored by Terraform."""
        return "w" in self.flags


@dataclass(frozen=True, slots=True)
class Block:
    """Attributes and blocks by their Terraform names. `virtual`: properties only the SDK knows."""

    attributes: dict[str, Attribute] = field(default_factory=dict[str, Attribute])
    blocks: dict[str, NestedBlock] = field(default_factory=dict[str, "NestedBlock"])
    virtual: tuple[str, ...] = ()

    def members(self) -> list[Attribute | NestedBlock]:
        """Everything in it."""
        return [*self.attributes.values(), *self.blocks.values()]


@dataclass(frozen=True, slots=True)
class NestedBlock:
    """A block within a block."""

    name: str
    pulumi: str
    nesting: Nesting
    body: Block
    single: bool = False
    minimum: int = 0
    maximum: int = 0

    @property
    def repeated(self) -> bool:
        """Whether Terraform holds it as a sequence."""
        return self.nesting in (Nesting.LIST, Nesting.SET)


@dataclass(frozen=True, slots=True)
class Node:
    """One Pulumi resource, function or the provider itself, and the Terraform type behind it."""

    token: str
    type: str
    body: Block
    has_id: bool = False  # the schema has the implicit `id` attribute, which Pulumi keeps apart
    inputs: tuple[str, ...] = ()  # Pulumi names of what the SDK lets a program set
    named: tuple[str, ...] = ()  # Terraform names of strings the SDK leaves out but AWS requires: auto-named
    timeouts: tuple[str, ...] = ()  # operations whose waiting time can be set

    @property
    def regional(self) -> bool:
        """Whether the SDK gives it a `region` that this provider does not know: we choose the provider by it."""
        return "region" in self.body.virtual


def attribute_to_json(item: Attribute) -> Json:
    """See `attribute_from_json`."""
    data: Json = {"p": item.pulumi, "t": item.type, "f": item.flags}
    if item.single:
        data["one"] = 1
    if item.asset:
        data["asset"] = 1
    if item.fields:
        data["e"] = {name: attribute_to_json(child) for name, child in item.fields.items()}
    return data


def attribute_from_json(name: str, data: Json) -> Attribute:
    """Terse keys: the whole map is read one type at a time, at run time."""
    fields = {child: attribute_from_json(child, value) for child, value in data.get("e", {}).items()}
    return Attribute(name, data["p"], data["t"], data["f"], "one" in data, "asset" in data, fields)


def block_to_json(block: Block) -> Json:
    """See `block_from_json`."""
    return {
        "a": {name: attribute_to_json(item) for name, item in block.attributes.items()},
        "b": {
            name: {
                "p": item.pulumi,
                "n": int(item.nesting),
                "one": item.single,
                "min": item.minimum,
                "max": item.maximum,
                **block_to_json(item.body),
            }
            for name, item in block.blocks.items()
        },
        "x": list(block.virtual),
    }


def block_from_json(data: Json) -> Block:
    """The inverse of `block_to_json`."""
    return Block(
        attributes={name: attribute_from_json(name, item) for name, item in data["a"].items()},
        blocks={
            name: NestedBlock(
                name, item["p"], Nesting(item["n"]), block_from_json(item), bool(item["one"]), item["min"], item["max"]
            )
            for name, item in data["b"].items()
        },
        virtual=tuple(data["x"]),
    )


def node_to_json(node: Node) -> Json:
    """See `node_from_json`."""
    return {
        "tf": node.type,
        "body": block_to_json(node.body),
        "id": node.has_id,
        "in": list(node.inputs),
        "auto": list(node.named),
        "timeouts": list(node.timeouts),
    }


def node_from_json(token: str, data: Json) -> Node:
    """The inverse of `node_to_json`."""
    return Node(
        token=token,
        type=data["tf"],
        body=block_from_json(data["body"]),
        has_id=data["id"],
        inputs=tuple(data["in"]),
        named=tuple(data["auto"]),
        timeouts=tuple(data["timeouts"]),
    )
