"""Compare two graphs of one stack that come from different loaders.

A recording has not been through the provider, and a preview has not been through AWS. These differences are known,
and nothing else is left out of the comparison:

* **unknown**: a value that is unknown on one side agrees with any value on the other; so does a part of it.
* **provider-filled**: inputs that the provider's ``Check`` has filled in (``Node.defaulted``: auto-names and defaults)
  are not compared where the other side does not have them from the program.
* **drawn names**: such a filled input of another resource, passed on as it is or inside a text, agrees with what the
  same resource's same input is on the other side: two previews draw different names.
* **default tags**: ``tags`` are compared without the tags that the resource's provider gives to all.
* **provider version**: ``version`` of a provider resource is an option in a recording and an input in state.
* **provider text**: nested inputs of a provider are JSON text; they are compared as values.
* **content**: an archive that was not packed on one side (no hash) agrees with any on the other.
* **zero values**: an empty map or list agrees with nothing at all, since state does not keep the difference.
* **outputs, ids, options and source lines** are not part of the agreement: outputs are what deployment finds out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from graph.nodes import Node
from graph.paths import look_up
from graph.resource_graph import ResourceGraph
from graph.surroundings import default_tags, provider_input
from graph.values import (
    MISSING,
    Asset,
    FrozenList,
    FrozenMap,
    Presence,
    Secret,
    Unknown,
    Value,
    is_unknown,
    join_path,
)


@dataclass(frozen=True, slots=True, order=True)
class Difference:
    """One thing on which two graphs do not agree. ``left`` and ``right`` say it in words, secrets as marks."""

    urn: str
    what: str
    left: str
    right: str

    def __str__(self) -> str:
        return f"{self.urn}: {self.what}: {self.left} on the left, {self.right} on the right"


def agreement(left: ResourceGraph, right: ResourceGraph) -> list[Difference]:
    """Everything on which two graphs disagree, sorted; empty if they agree.

    Compared are the set of resources and for each: type, name, kind, parent, provider, protection, region and account
    (where both know them), dependencies (in all, and by property) and inputs.
    """
    found: list[Difference] = []
    drawn = _drawn(left, right)
    for urn in sorted({node.urn for node in left} | {node.urn for node in right}):
        one, other = left.get(urn), right.get(urn)
        if one is None or other is None:
            found.append(Difference(urn, "resource", _presence(one), _presence(other)))
        else:
            found.extend(_compare_nodes(one, other))
            found.extend(_compare_inputs(left, one, right, other, drawn))
    return sorted(found)


def _presence(node: Node | None) -> str:
    return "missing" if node is None else "present"


def _compare_nodes(one: Node, other: Node) -> Iterator[Difference]:
    for what in ("type", "name", "custom", "parent", "provider", "protect", "external", "dependencies"):
        mine, theirs = getattr(one, what), getattr(other, what)
        if mine != theirs:
            yield Difference(one.urn, what, _say(mine), _say(theirs))
    for what in ("region", "account"):
        mine, theirs = getattr(one, what), getattr(other, what)
        if mine is not None and theirs is not None and not (is_unknown(mine) or is_unknown(theirs)) and mine != theirs:
            yield Difference(one.urn, what, _say(mine), _say(theirs))
    mine, theirs = dict(one.property_dependencies), dict(other.property_dependencies)
    for name in sorted(mine.keys() | theirs.keys()):
        if mine.get(name, ()) != theirs.get(name, ()):
            yield Difference(one.urn, f"dependencies of {name}", _say(mine.get(name, ())), _say(theirs.get(name, ())))


def _compare_inputs(
    left: ResourceGraph, one: Node, right: ResourceGraph, other: Node, drawn: Mapping[str, str]
) -> Iterator[Difference]:
    filled = frozenset(
        path
        for mine, theirs in ((one, other), (other, one))
        for path in mine.defaulted
        if path in theirs.defaulted or look_up(theirs.inputs, path) is MISSING
    )
    mine, theirs = normal_inputs(one, _provider(left, one)), normal_inputs(other, _provider(right, other))
    yield from _compare(one.urn, "", mine, theirs, _Sides(filled, drawn))


@dataclass(frozen=True, slots=True)
class _Sides:
    """What excuses a difference between two nodes: filled paths, and texts that providers draw (left → right)."""

    filled: frozenset[str]
    drawn: Mapping[str, str]

    def drawn_alike(self, one: str, other: str) -> bool:
        for mine, theirs in self.drawn.items():
            one = one.replace(mine, theirs)
        return one == other


def _drawn(left: ResourceGraph, right: ResourceGraph) -> Mapping[str, str]:
    """What a provider has filled in on the left, and the other thing it has filled in there on the right.

    Longest first, so that a name which contains another one is replaced whole.
    """
    pairs: dict[str, str] = {}
    for node in left:
        twin = right.get(node.urn)
        for path in node.defaulted if twin else ():
            mine, theirs = look_up(node.inputs, path), look_up(twin.inputs, path) if twin else MISSING
            if isinstance(mine, str) and isinstance(theirs, str) and mine and mine != theirs:
                pairs[mine] = theirs
    return dict(sorted(pairs.items(), key=lambda pair: -len(pair[0])))


def _provider(graph: ResourceGraph, node: Node) -> Node | None:
    return graph.get(node.provider) if node.provider else None


def normal_inputs(node: Node, provider: Node | None) -> FrozenMap:
    """Inputs without what is known to differ between loaders for every resource: default tags, a provider's text."""
    if node.is_provider:
        inputs = {name: provider_input(node.inputs, name) for name in node.inputs if name != "version"}
        return FrozenMap(inputs)
    tags = node.inputs.get("tags")
    if not isinstance(tags, FrozenMap):
        return node.inputs
    shared = default_tags(provider)
    own = {key: value for key, value in tags.items() if shared.get(key, MISSING) != value}
    return FrozenMap({**node.inputs, "tags": own})


def _compare(
    urn: str, path: str, one: Value | Presence, other: Value | Presence, sides: _Sides
) -> Iterator[Difference]:
    if path in sides.filled or is_unknown(one) or is_unknown(other) or one == other:
        return
    if (is_nothing(one) and is_nothing(other)) or same_content(one, other):
        return
    if isinstance(one, str) and isinstance(other, str) and sides.drawn_alike(one, other):
        return
    if isinstance(one, FrozenMap) and isinstance(other, FrozenMap):
        for key in sorted(one.keys() | other.keys()):
            yield from _compare(urn, join_path(path, key), one.get(key, MISSING), other.get(key, MISSING), sides)
    elif isinstance(one, FrozenList) and isinstance(other, FrozenList) and len(one) == len(other):
        for index, (mine, theirs) in enumerate(zip(one, other, strict=True)):
            yield from _compare(urn, f"{path}[{index}]", mine, theirs, sides)
    else:
        yield Difference(urn, f"input {path}", _say(one), _say(other))


def is_nothing(value: Value | Presence) -> bool:
    """Whether state does not keep a value apart from none at all: an empty map or list."""
    return value is MISSING or value is None or (isinstance(value, FrozenMap | FrozenList) and not value)


def same_content(one: Value | Presence, other: Value | Presence) -> bool:
    """Whether two files may be the same: an archive that was not packed on one side agrees with any."""
    if not (isinstance(one, Asset) and isinstance(other, Asset)):
        return False
    return one.kind == other.kind and (one.hash is None or other.hash is None)


def _say(value: object) -> str:
    match value:
        case Presence() | None | () | "":
            return "nothing"
        case Secret() | Unknown():
            return str(value)
        case tuple() if not isinstance(value, FrozenList):
            return ", ".join(str(item) for item in value)  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]
        case _:
            return repr(value)
