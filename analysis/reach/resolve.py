"""Which resource a property means: by the program's wiring, or by an id that some graph's resource has."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from analysis.reach.network import Block, block
from graph import MISSING, Node, ResourceGraph, Secret, Unknown
from graph.paths import look_up
from graph.values import FrozenList, FrozenMap, Presence, Value

OUTSIDE: Final = "outside:"
_NAMES: Final = ("arn", "name")


@dataclass(frozen=True, slots=True)
class Found:
    """Keys that a property names, and what of it is unknown."""

    keys: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()

    @property
    def only(self) -> str | None:
        """The key, where it is one."""
        return self.keys[0] if len(self.keys) == 1 else None


class Resources:
    """The resources of several stacks, joined by their ids: what one stack exports another may hold as plain text."""

    def __init__(self, graphs: Sequence[ResourceGraph]) -> None:
        self.graphs = tuple(graphs)
        self.nodes: dict[str, Node] = {}
        self._graph_of: dict[str, ResourceGraph] = {}
        self._by_type: dict[str, list[Node]] = {}
        self._by_id: dict[str, str] = {}
        self._by_name: dict[tuple[str, str], str] = {}
        for graph in graphs:
            for node in graph:
                self.nodes[node.urn] = node
                self._graph_of[node.urn] = graph
                self._by_type.setdefault(node.type, []).append(node)
                if node.custom and isinstance(node.id, str):
                    self._by_id[node.id] = node.urn
                for name in _NAMES:
                    for held in (node.inputs, node.outputs) if node.custom else ():
                        if isinstance(value := held.get(name), str):
                            self._by_name.setdefault((node.type, value), node.urn)
        self.assumed: dict[str, Block] = {}
        """Resource → IPv6 block that stands for the one that AWS will draw."""

    def of(self, *types: str) -> Iterator[Node]:
        """Resources of some types, by URN."""
        for type_ in types:
            yield from self._by_type.get(type_, ())

    def stack_of(self, node: Node) -> str:
        """The stack that declares a resource."""
        return self._graph_of[node.urn].stack

    def cidr(self, node: Node, path: str = "cidrBlock") -> tuple[tuple[Block, ...], tuple[str, ...]]:
        """The blocks of a property, and what is unknown."""
        return self.blocks(node, f"{node.name}.{path}", self.read(node, path))

    @staticmethod
    def read(node: Node, path: str) -> Value | Presence:
        """An input of a resource; null is the same as missing."""
        value = look_up(node.inputs, path)
        return MISSING if value is None else value

    def resolve(self, node: Node, path: str, *kinds: str) -> Found:
        """The resources that a property, or each item of a list, names by id, ARN or name. ``kinds``: types by name."""
        return self.means(node, f"{node.name}.{path}", self.read(node, path), *kinds)

    def means(self, node: Node, what: str, value: Value | Presence, *kinds: str) -> Found:
        """The resources that a value names; ``what`` is what to call it where it is unknown."""
        if isinstance(value, Presence) or value is None:
            return Found()
        keys: list[str] = []
        unknown: list[str] = []
        for item in value if isinstance(value, FrozenList) else (value,):
            key = self._key(node, item, kinds)
            if key is None:
                unknown.append(what)
            else:
                keys.append(key)
        return Found(tuple(dict.fromkeys(keys)), tuple(dict.fromkeys(unknown)))

    def _key(self, node: Node, value: Value, kinds: tuple[str, ...]) -> str | None:
        if isinstance(value, str):
            known = self._by_id.get(value)
            for kind in kinds if known is None else ():
                known = known or self._by_name.get((kind, value))
            return known or f"{OUTSIDE}{value}"
        if isinstance(value, Unknown) and value.ref is not None:
            origin = self._graph_of[node.urn].origin(value.ref)
            return origin.urn if origin.urn in self.nodes else f"{OUTSIDE}{origin.urn}"
        return None

    def name(self, key: str) -> str:
        """What to call a resource."""
        node = self.nodes.get(key)
        return node.name if node is not None else key.removeprefix(OUTSIDE)

    def blocks(self, node: Node, what: str, value: Value | Presence) -> tuple[tuple[Block, ...], tuple[str, ...]]:
        """The blocks that one CIDR or a list of them says, and what is unknown."""
        if isinstance(value, Presence) or value is None:
            return (), ()
        found: list[Block] = []
        unknown: list[str] = []
        for item in value if isinstance(value, FrozenList) else (value,):
            if (one := self._block(node, item)) is not None:
                found.append(one)
            else:
                unknown.append(what)
        return tuple(found), tuple(dict.fromkeys(unknown))

    def _block(self, node: Node, value: Value) -> Block | None:
        if isinstance(value, str):
            try:
                return block(value)
            except ValueError:
                return None
        if isinstance(value, Unknown) and value.ref is not None:
            origin = self._graph_of[node.urn].origin(value.ref)
            if origin.output.startswith("ipv6CidrBlock"):
                return self.assumed.get(origin.urn)
            target = self.nodes.get(origin.urn)
            known = look_up(target.outputs, origin.output) if target is not None else MISSING
            return self._block(node, known) if isinstance(known, str) else None
        return None


def items(value: Value | Presence) -> tuple[FrozenMap, ...] | None:
    """The blocks of a property that holds one or a list of them; None where that is unknown."""
    if isinstance(value, Presence) or value is None:
        return ()
    if isinstance(value, FrozenMap):
        return (value,)
    if isinstance(value, FrozenList):
        found = tuple(item for item in value if isinstance(item, FrozenMap))
        return found if len(found) == len(value) else None
    return None


def flag(value: Value | Presence, *, default: bool) -> bool | None:
    """A switch, also as text; None where unknown."""
    if isinstance(value, Presence) or value is None:
        return default
    if isinstance(value, Unknown | Secret):
        return None
    return value if isinstance(value, bool) else str(value).lower() in ("true", "enable", "enabled", "on")


def number(value: Value | Presence) -> int | None:
    """A number, also as text; None where missing or unknown."""
    if isinstance(value, bool) or not isinstance(value, int | str):
        return None
    try:
        return int(value)
    except ValueError:
        return None


def texts(value: Value | Presence) -> tuple[str, ...] | None:
    """The texts of a list; None where one is unknown."""
    if isinstance(value, Presence) or value is None:
        return ()
    held = tuple(value) if isinstance(value, FrozenList) else (value,)
    found = tuple(item for item in held if isinstance(item, str))
    return found if len(found) == len(held) else None
