"""Hypothesis strategies for schemas of the aws plug-in and the values that fit them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from embedded.aws_plugin.mapping.nodes import Attribute, Block, CtyType, NestedBlock, Nesting
from embedded.aws_plugin.mapping.pairing import camel
from embedded.aws_plugin.values import UNKNOWN, Props, Secret, Value, canonical
from embedded.aws_plugin.wire import SIGNATURE

relaxed = settings(  # schemas are large to draw, and a busy machine is slow: neither is a failure
    deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)

names = st.sampled_from(["a", "b_c", "d", "e_f_g", "h", "i"])
texts = st.text(min_size=1, max_size=6)
# what a double holds exactly, and Pulumi's wire can carry
numbers = st.one_of(st.integers(-(2**53), 2**53), st.floats(allow_nan=False, allow_infinity=False, width=32)).map(
    lambda number: int(number) if isinstance(number, float) and number.is_integer() else number
)
keys = texts.filter(lambda key: key != SIGNATURE)


def wire_values() -> st.SearchStrategy[Value]:
    """Anything that Pulumi can send."""
    leaves = st.one_of(st.none(), st.booleans(), numbers, texts, st.just(UNKNOWN))
    return st.recursive(
        leaves,
        lambda inner: st.one_of(
            st.lists(inner, max_size=3),
            st.dictionaries(keys, inner, max_size=3),
            inner.filter(lambda value: not isinstance(value, Secret)).map(Secret),
        ),
        max_leaves=12,
    )


scalar_types = st.sampled_from(["string", "number", "bool"])


@st.composite
def attributes(draw: st.DrawFn, name: str, flags: tuple[str, ...] = ("r", "o", "oc")) -> Attribute:
    """An attribute of any type that Terraform's protocol 5 has."""
    kind = draw(st.sampled_from(["scalar", "list", "set", "map", "object", "single"]))
    flag = draw(st.sampled_from(flags))
    scalar: CtyType = draw(scalar_types)
    if kind == "scalar":
        return Attribute(name, camel(name), scalar, flag)
    if kind in ("list", "set", "map"):
        return Attribute(name, camel(name), [kind, scalar], flag)
    members = draw(st.lists(names, min_size=1, max_size=3, unique_by=camel))
    fields = {member: Attribute(member, camel(member), draw(scalar_types)) for member in members}
    cty = ["object", {member: field.type for member, field in fields.items()}]
    if kind == "single":
        return Attribute(name, camel(name), ["list", cty], flag, single=True, fields=fields)
    return Attribute(name, camel(name), ["list", cty], flag, fields=fields)


@st.composite
def blocks(draw: st.DrawFn, depth: int = 2, flags: tuple[str, ...] = ("r", "o", "oc")) -> Block:
    """A block with attributes, and blocks in it down to `depth`."""
    chosen = draw(st.lists(names, min_size=1, max_size=4, unique_by=camel))
    out = Block()
    for name in chosen:
        if depth and draw(st.booleans()):
            nesting = draw(st.sampled_from(list(Nesting)))
            single = nesting in (Nesting.LIST, Nesting.SET) and draw(st.booleans())
            out.blocks[name] = NestedBlock(name, camel(name), nesting, draw(blocks(depth - 1, flags)), single)
        else:
            out.attributes[name] = draw(attributes(name, flags))
    return out


def cty_values(cty: CtyType, known: bool = False) -> st.SearchStrategy[Any]:
    """Terraform values of a type, never null."""
    if isinstance(cty, str):
        plain: st.SearchStrategy[Any] = {"string": texts, "number": numbers, "bool": st.booleans()}[cty]
        return plain if known else st.one_of(plain, plain, plain, st.just(UNKNOWN))
    kind, inner = cty[0], cty[1]
    if kind == "list":
        return st.lists(cty_values(inner, known), max_size=3)
    if kind == "set":
        return st.lists(cty_values(inner, known=True), max_size=3, unique_by=canonical)
    if kind == "map":
        return st.dictionaries(keys, cty_values(inner, known), max_size=3)
    return st.fixed_dictionaries({name: st.none() | cty_values(item, known) for name, item in inner.items()})


@st.composite
def states(draw: st.DrawFn, block: Block, known: bool = False) -> Props:
    """A Terraform value of a block: everything present, sets without duplicates."""
    out: Props = {}
    for name, attribute in block.attributes.items():
        values = cty_values(attribute.type, known)
        if attribute.single:
            values = values.map(lambda items: items[:1])
        out[name] = draw(values) if attribute.required else draw(st.none() | values)
    for name, nested in block.blocks.items():
        one = states(nested.body, known or nested.nesting is Nesting.SET)
        if nested.repeated:
            out[name] = draw(st.lists(one, max_size=1 if nested.single else 3, unique_by=canonical))
        elif nested.nesting is Nesting.MAP:
            out[name] = draw(st.dictionaries(keys, one, max_size=2))
        else:
            out[name] = draw(st.none() | one)
    return out


@dataclass(frozen=True)
class Sample:
    """A block and a value of it."""

    block: Block
    state: Props


@st.composite
def samples(draw: st.DrawFn, known: bool = False, flags: tuple[str, ...] = ("r", "o", "oc")) -> Sample:
    """A block and a value that fits it."""
    block = draw(blocks(flags=flags))
    return Sample(block, draw(states(block, known)))
