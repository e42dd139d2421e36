"""Hypothesis strategies for property values and graphs."""

from __future__ import annotations

from hypothesis import strategies as st

from graph.nodes import Node, Options, PropertyReference, Source
from graph.resource_graph import ResourceGraph
from graph.values import (
    SECRET,
    UNKNOWN,
    Asset,
    FrozenMap,
    Reference,
    ResourceReference,
    Secret,
    Unknown,
    Value,
    freeze,
)

PROJECT, STACK = "atoll", "test"
TYPES = ("aws:ec2/vpc:Vpc", "aws:s3/bucket:Bucket", "aws:sqs/queue:Queue")
COMPONENT_TYPES = ("atoll:network:Vpc", "atoll:data:Table")

texts = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Co"]), max_size=12)
names = st.from_regex(r"[a-z][a-z0-9-]{0,10}", fullmatch=True)
properties = st.from_regex(r"[a-z][a-zA-Z0-9]{0,8}", fullmatch=True)

urns = st.builds(lambda type_, name: f"urn:pulumi:{STACK}::{PROJECT}::{type_}::{name}", st.sampled_from(TYPES), names)
references = st.builds(Reference, urns, properties)
unknowns = st.one_of(
    st.just(UNKNOWN),
    references.map(lambda reference: Unknown((reference,))),
    st.lists(st.one_of(references, texts), min_size=1, max_size=3).map(lambda parts: Unknown(tuple(parts))),
)
assets = st.builds(
    Asset, st.sampled_from(["asset", "archive"]), st.none() | st.text("0123456789abcdef", min_size=64, max_size=64)
)
scalars = st.one_of(
    st.none(), st.booleans(), st.integers(-(2**53), 2**53), st.floats(allow_nan=False, allow_infinity=False), texts
)
leaves = st.one_of(scalars, unknowns, st.just(SECRET), unknowns.map(Secret), assets, urns.map(ResourceReference))


def values(keys: st.SearchStrategy[str] = texts) -> st.SearchStrategy[Value]:
    """Any property value, nested a few levels."""
    nested = st.recursive(
        leaves,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=3),
        max_leaves=8,
    )
    return nested.map(freeze)


property_maps = st.dictionaries(properties, values(), max_size=4).map(FrozenMap)


@st.composite
def graphs(draw: st.DrawFn) -> ResourceGraph:
    """A stack with components, resources below them and dependencies that never form a cycle."""
    root = Node(
        urn=f"urn:pulumi:{STACK}::{PROJECT}::pulumi:pulumi:Stack::{PROJECT}-{STACK}",
        type="pulumi:pulumi:Stack",
        name=f"{PROJECT}-{STACK}",
        custom=False,
        outputs=draw(property_maps),
        outputs_registered=True,
    )
    nodes = [root]
    for name in draw(st.lists(names, unique=True, max_size=6)):
        custom = draw(st.booleans())
        type_ = draw(st.sampled_from(TYPES if custom else COMPONENT_TYPES))
        parent = draw(st.sampled_from([node for node in nodes if not node.custom]))
        chain = "" if parent.is_stack else parent.urn.split("::")[2] + "$"
        earlier = [node.urn for node in nodes if node.custom]
        needs = tuple(sorted(draw(st.sets(st.sampled_from(earlier))))) if earlier and custom else ()
        nodes.append(
            Node(
                urn=f"urn:pulumi:{STACK}::{PROJECT}::{chain}{type_}::{name}",
                type=type_,
                name=name,
                custom=custom,
                inputs=draw(property_maps) if custom else FrozenMap(),
                outputs=draw(property_maps),
                id=UNKNOWN if custom else None,
                parent=parent.urn,
                region=draw(st.sampled_from([None, "us-east-1", "us-west-2"])) if custom else None,
                protect=draw(st.booleans()),
                options=draw(st.builds(Options, ignore_changes=st.lists(properties, max_size=2).map(tuple))),
                dependencies=needs,
                property_dependencies=tuple((f"p{index}", (urn,)) for index, urn in enumerate(needs)),
                references=tuple(
                    PropertyReference(f"p{index}", Reference(urn, "arn")) for index, urn in enumerate(needs)
                ),
                source=draw(st.none() | st.builds(Source, st.just("stacks/region.py"), st.integers(1, 999))),
            )
        )
    return ResourceGraph(nodes, project=PROJECT, stack=STACK)
