"""What one region has and the other has not, or has otherwise.

Expected differences are derived, not listed: names of regions and stacks, addresses within each side's own networks,
what one side makes for both (the other points at it, or it names the other's region), and what a secondary takes from
the primary that it has joined. Everything else is a difference: declared in `parity.yaml`, or a finding.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum, unique
from functools import cache, cached_property

from analysis.parity.declared import Declaration
from analysis.parity.sides import UNIQUE_NAMES, Item, Key, Pair, Side
from analysis.parity.spelling import Spelling
from graph.estate import Estate
from graph.nodes import Node
from graph.resource_graph import ResourceGraph
from graph.values import FrozenList, FrozenMap, Unknown, Value, walk

ACCOUNT_WIDE = (
    "budgets",
    "cfg/configurationAggregator",
    "computeoptimizer",
    "costexplorer",
    "iam",
    "organizations",
    "shield/subscription",
)
"""AWS services (beginnings of type names) that an account has once, whichever region makes them."""
_JOINS = ("globalClusterIdentifier", "globalReplicationGroupId")


@unique
class Lack(StrEnum):
    """What kind of difference it is."""

    MISSING = "missing"
    """One side has it, the other has not."""
    VALUE = "value"
    """Both have it, with different values."""
    UNKNOWN = "unknown"
    """Whether the values are the same is not known before deployment."""
    CLASH = "clash"
    """Both have a name that AWS gives out once."""


@dataclass(frozen=True, kw_only=True)
class Difference:
    """One difference between two sides."""

    kind: Lack
    path: str
    """Component path and name, such as `atoll:data:AuroraCluster > aws:rds/cluster:Cluster prod-database`."""
    property: str
    """Property path; empty where the whole resource is meant."""
    left: str
    """Value on the side that leads; empty where it has none."""
    right: str
    declared: Declaration | None = None
    urns: tuple[str, ...] = ()
    """The resources: of the side that leads, of the other, or of the one side that has it."""

    def __str__(self) -> str:
        where = f"{self.path} {self.property}".rstrip()
        return f"{self.kind}: {where}: {self.left or 'nothing'} | {self.right or 'nothing'}"


@dataclass(frozen=True, kw_only=True)
class Parity:
    """All differences of a pair."""

    pair: Pair
    compared: int
    """Resources that both sides have."""
    derived: int
    """Resources of one side alone that serve both."""
    differences: tuple[Difference, ...]
    stale: tuple[str, ...]
    """Declarations that are about nothing, or have expired."""

    @property
    def undeclared(self) -> tuple[Difference, ...]:
        """Differences that nobody has declared."""
        return tuple(one for one in self.differences if one.declared is None)


def parity(estate: Estate, pair: Pair, declared: Iterable[Declaration] = ()) -> Parity:
    """Compare two region stacks; expired declarations do not count (see `declarations`)."""
    return _Comparison(estate, pair).result(tuple(declared))


class _Comparison:
    def __init__(self, estate: Estate, pair: Pair) -> None:
        self.pair = pair
        self.left, self.right = Side(estate, pair), Side(estate, pair.flipped())
        self.spelling = Spelling(pair, self.left, self.right)
        self.derived = 0

    def result(self, declared: tuple[Declaration, ...]) -> Parity:
        pairs = self._pairs()
        found = [
            *self._alone(self.left, {mine.node.urn for mine, _ in pairs}, left=True),
            *self._alone(self.right, {theirs.node.urn for _, theirs in pairs}, left=False),
            *(one for mine, theirs in pairs for one in self._values(mine, theirs)),
        ]
        used: set[str] = set()
        marked: list[Difference] = []
        for one in found:
            match = next((item for item in declared if item.covers(one.path, one.property)), None)
            marked.append(one if match is None else replace(one, declared=match))
            used |= {str(match)} if match is not None else set()
        stale = tuple(f"{item}: there is no such difference (any more)" for item in declared if str(item) not in used)
        return Parity(pair=self.pair, compared=len(pairs), derived=self.derived, differences=tuple(marked), stale=stale)

    def _pairs(self) -> list[tuple[Item, Item]]:
        """Counterparts: by key, and what is left by content, for a name may speak of the other side."""
        left, right = self.left.items, self.right.items
        found = [(item, right[key]) for key, item in left.items() if key in right and item.node.custom]
        rest: dict[object, list[Item]] = {}
        for key, item in right.items():
            if key not in left and item.node.custom:
                rest.setdefault((item.node.type, self._content(self.right, item)), []).append(item)
        for key, item in left.items():
            if key not in right and item.node.custom:
                same = rest.get((item.node.type, self._content(self.left, item)))
                if same:
                    found.append((item, same.pop()))
        return found

    def _content(self, side: Side, item: Item) -> object:
        return self.spelling.plain(side, item.node.inputs, item)

    # -- one side alone --------------------------------------------------------------------------------------------

    def _alone(self, side: Side, paired: set[str], *, left: bool) -> Iterator[Difference]:
        """What one side has alone; a component stands for all that is in it where the other side has none of that."""
        missing = {
            item.node.urn: (key, item)
            for key, item in side.items.items()
            if item.node.custom and item.node.urn not in paired and not account_wide(item.node.type)
        }
        told_already: set[str] = set()
        for urn in missing:
            key, item = missing[urn]
            top = _topmost(side.estate[item.stack], item.node, missing)
            if top.urn in told_already:
                continue
            told_already.add(top.urn)
            graph = side.estate[item.stack]
            parts = [top] if top.custom else [node for node in graph.descendants(top.urn) if node.custom]
            if item.stack != side.pair.left or any(self._serves_both(Item(item.stack, node)) for node in parts):
                self.derived += 1
                continue
            path = told(key, item) if top.custom else told((top.urn.split("::")[2], top.name), Item(item.stack, top))
            yield Difference(
                kind=Lack.MISSING,
                path=path,
                property="",
                left=top.name if left else "",
                right="" if left else top.name,
                urns=(top.urn,),
            )

    def _serves_both(self, item: Item) -> bool:
        """Whether the other side points at it, or it reaches over there itself."""
        return item.node.urn in self._pointed or self._reaches(item)

    @cached_property
    def _pointed(self) -> frozenset[str]:
        """What each of the two stacks points at in the other one, by URN."""
        found: set[str] = set()
        for side in (self.left, self.right):
            stack = side.pair.left
            for reference in {one.target for node in side.graph for one in node.references}:
                made = side.origin(stack, reference)
                if made is not None and made[0].stack != stack:
                    found.add(made[0].node.urn)
        return frozenset(found)

    def _reaches(self, item: Item) -> bool:
        """Whether a property names the other region."""
        away = self.pair.right_region if item.stack == self.pair.left else self.pair.left_region
        return any(isinstance(text, str) and away in text for _, text in walk(item.node.inputs))

    # -- values ----------------------------------------------------------------------------------------------------

    def _values(self, mine: Item, theirs: Item) -> Iterator[Difference]:
        if mine.node.type != theirs.node.type:
            return  # a replica takes everything from its original
        one, other = mine.node.inputs, theirs.node.inputs
        path = told((mine.node.urn.split("::")[2], mine.node.name), mine)
        unique = UNIQUE_NAMES.get(mine.node.type)
        if unique is not None and isinstance(one.get(unique), str) and one.get(unique) == other.get(unique):
            value = str(one.get(unique))
            urns = (mine.node.urn, theirs.node.urn)
            yield Difference(kind=Lack.CLASH, path=path, property=unique, left=value, right=value, urns=urns)
        joined = any(name in other or name in one for name in _JOINS)
        for name in sorted({*one, *other}):
            if joined and (name not in one or name not in other or name in _JOINS):
                continue  # a secondary takes it from what it has joined
            yield from self._property(path, name, one.get(name), other.get(name), mine, theirs)

    def _property(
        self, path: str, name: str, one: Value, other: Value, mine: Item, theirs: Item
    ) -> Iterator[Difference]:
        if isinstance(one, FrozenMap) and isinstance(other, FrozenMap):
            for key in sorted({*one, *other}):
                yield from self._property(path, f"{name}.{key}", one.get(key), other.get(key), mine, theirs)
            return
        if one == other and not isinstance(one, Unknown):
            return  # the same network, whosever it is
        if self.spelling.plain(self.left, one, mine) == self.spelling.plain(self.right, other, theirs):
            return
        blind = _blind(one) or _blind(other) or isinstance(one, Unknown) != isinstance(other, Unknown)
        kind = Lack.UNKNOWN if blind else Lack.VALUE
        urns = (mine.node.urn, theirs.node.urn)
        yield Difference(kind=kind, path=path, property=name, left=_short(one), right=_short(other), urns=urns)


def _topmost(graph: ResourceGraph, node: Node, missing: Mapping[str, object]) -> Node:
    """The outermost component of which everything is missing; the resource itself where there is none."""
    for component in graph.ancestors(node.urn):
        if component.is_stack or not _all_missing(graph, component, missing):
            break
        node = component
    return node


def _all_missing(graph: ResourceGraph, component: Node, missing: Mapping[str, object]) -> bool:
    """Whether nothing of a component is there; it stops at the first part that is."""
    return all(
        (child.urn in missing or account_wide(child.type)) if child.custom else _all_missing(graph, child, missing)
        for child in graph.children(component.urn)
    )


def _blind(value: Value) -> bool:
    """Whether nothing is known of how a value is made."""
    if isinstance(value, FrozenMap):
        return any(map(_blind, value.values()))
    if isinstance(value, FrozenList):
        return any(map(_blind, value))
    return isinstance(value, Unknown) and not value.parts


@cache
def account_wide(type_: str) -> bool:
    """Whether an account has such a thing once, whichever region makes it."""
    kind = type_.removeprefix("aws:")
    return any(kind.startswith(service) for service in ACCOUNT_WIDE)


def told(key: Key, item: Item) -> str:
    """A resource for people: the path of its components, then its name."""
    return f"{' > '.join(key[0].split('$'))} {item.node.name}"


def _short(value: Value) -> str:
    text = "" if value is None else str(value)
    return text if len(text) <= 120 else f"{text[:117]}…"
