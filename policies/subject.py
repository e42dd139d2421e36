"""What a control looks at: one resource with what surrounds it, or the whole stack."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, TypeVar

from graph import ResourceGraph
from graph.nodes import Node
from graph.paths import look_up, parse_path
from graph.values import MISSING, FrozenList, FrozenMap, Presence, Unknown, Value
from policies.readings import Reading

T = TypeVar("T")
IDENTIFIERS = ("id", "arn", "name", "bucket", "clusterIdentifier", "identifier", "replicationGroupId", "url")
"""Properties by whose literal value other resources name one."""


@dataclass(frozen=True, slots=True)
class Companions:
    """Resources that refer to another one by a property."""

    certain: tuple[Subject, ...]
    """They refer to it."""
    possible: tuple[Subject, ...]
    """They may: the property is unknown, and what it is made of does not rule it out."""


class View:
    """A graph with the look-ups that controls share; made once for all controls of a run."""

    def __init__(
        self,
        graph: ResourceGraph,
        settings: Mapping[str, Any] | None = None,
        *,
        exact: bool = True,
        today: date | None = None,
    ) -> None:
        self.graph = graph
        """The resources."""
        self.exact = exact
        """Whether the graph knows which output an unknown value is, as a recording does. A preview knows only which
        resources it depends on: there, an unknown that depends on one resource is taken for its output."""
        self.settings: Mapping[str, Any] = settings or {}
        """Control id → its settings, as validated by its own model."""
        self.today = today or date.today()
        """Day on which versions must be in support."""
        self._companions: dict[tuple[str, str], _Referrers] = {}
        self._once: dict[tuple[str, str], Any] = {}

    @cached_property
    def _by_type(self) -> Mapping[str, tuple[Subject, ...]]:
        found: dict[str, list[Subject]] = defaultdict(list)
        for node in self.graph:
            if node.custom and not node.is_provider and not node.external:
                found[node.type].append(Subject(self, node))
        return {kind: tuple(subjects) for kind, subjects in found.items()}

    def of_type(self, *types: str) -> tuple[Subject, ...]:
        """The managed resources of some types, in URN order within each."""
        return tuple(subject for kind in types for subject in self._by_type.get(kind, ()))

    def everything(self) -> Iterator[Subject]:
        """Every node but the stack's own: components, providers and what others manage, too."""
        return (Subject(self, node) for node in self.graph if not node.is_stack)

    def of_aws(self) -> Iterator[Subject]:
        """Every managed AWS resource."""
        for kind, subjects in sorted(self._by_type.items()):
            if kind.startswith("aws:"):
                yield from subjects

    def once(self, what: str, urn: str, make: Callable[[], T]) -> T:
        """What several controls work out about one resource, worked out once."""
        key = (what, urn)
        if key not in self._once:
            self._once[key] = make()
        return self._once[key]

    def referrers(self, kind: str, via: str) -> _Referrers:
        """Who of a type refers to whom by a property."""
        key = (kind, via)
        if key not in self._companions:
            self._companions[key] = _Referrers(self, kind, via)
        return self._companions[key]


@dataclass(frozen=True, slots=True)
class Subject:
    """One resource as a control sees it."""

    view: View
    node: Node

    def __str__(self) -> str:
        return self.node.name

    @property
    def urn(self) -> str:
        """URN of the resource."""
        return self.node.urn

    @property
    def type(self) -> str:
        """Type token, such as `aws:s3/bucket:Bucket`."""
        return self.node.type

    def read(self, path: str, *, default: Value | Presence = MISSING) -> Reading:
        """A property by its camelCase path. `default` is what AWS takes where nobody set it."""
        value = self.view.graph.property(self.node, path)
        return Reading(path, default if _unset(value) else value, self.wired(path))

    def wired(self, path: str) -> bool:
        """Whether the property depends on other resources, where the graph knows no more than that."""
        return not self.view.exact and bool(self.depends_on(path))

    def depends_on(self, path: str) -> tuple[str, ...]:
        """URNs that the top-level property of a path depends on."""
        top = str(parse_path(path)[0])
        return next((urns for name, urns in self.node.property_dependencies if name == top), ())

    def blocks(self, path: str) -> tuple[Block, ...] | None:
        """The nested blocks of a list property (or the one of an object); None where they cannot be read."""
        value = self.view.graph.property(self.node, path)
        match value:
            case FrozenList():
                return tuple(Block(self, f"{path}[{index}]", item) for index, item in enumerate(value))
            case FrozenMap():
                return (Block(self, path, value),)
            case _ if value is MISSING or value is None:
                return ()
            case _:
                return None

    def companions(self, kind: str, via: str) -> Companions:
        """Resources of a type whose property `via` refers to this one, by reference or by its literal name."""
        return self.view.referrers(kind, via).of(self)

    def referred(self, path: str) -> tuple[Subject, ...]:
        """Resources of this graph that a property takes its value from, followed to their origin."""
        graph = self.view.graph
        urns = {graph.origin(reference).urn for reference in graph.references_of(self.node, path)}
        urns = urns or self._named(path)
        if not urns and not self.view.exact:
            urns = set(self.depends_on(path))
        return tuple(Subject(self.view, node) for urn in sorted(urns) if (node := graph.get(urn)) is not None)

    def _named(self, path: str) -> set[str]:
        """What the property depends on and names literally, as everything in a deployed state does."""
        graph = self.view.graph
        known = [Subject(self.view, node) for urn in self.depends_on(path) if (node := graph.get(urn)) is not None]
        if not known:
            return set()
        named = {value for value in _leaves(graph.property(self.node, path)) if isinstance(value, str)}
        return {subject.urn for subject in known if named & subject.identifiers()}

    def identifiers(self) -> frozenset[str]:
        """Literal values by which others may name this resource."""
        return self.view.once("identifiers", self.urn, self._identifiers)

    def _identifiers(self) -> frozenset[str]:
        holders = (self.node.inputs, self.node.outputs)
        found = (self.node.id, *(holder[name] for holder in holders for name in IDENTIFIERS if name in holder))
        return frozenset(value for value in found if isinstance(value, str) and value)


@dataclass(frozen=True, slots=True)
class Block:
    """One nested block of a resource, read like a resource."""

    subject: Subject
    path: str
    value: Value

    def read(self, path: str, *, default: Value | Presence = MISSING) -> Reading:
        """A property inside the block; the reading's path is the whole one."""
        found = look_up(self.value, path)
        whole = f"{self.path}.{path}"
        return Reading(whole, default if _unset(found) else found, self.subject.wired(whole))

    def blocks(self, path: str) -> tuple[Block, ...] | None:
        """Blocks inside the block; None where they cannot be read."""
        found = look_up(self.value, path)
        match found:
            case FrozenList():
                return tuple(
                    Block(self.subject, f"{self.path}.{path}[{index}]", item) for index, item in enumerate(found)
                )
            case FrozenMap():
                return (Block(self.subject, f"{self.path}.{path}", found),)
            case _ if found is MISSING or found is None:
                return ()
            case _:
                return None


def _unset(value: Value | Presence) -> bool:
    """Whether nobody has set a property; a deployed resource has empty text there."""
    return value is MISSING or value is None or value == ""


class _Referrers:
    """An index of one type's references by one property."""

    def __init__(self, view: View, kind: str, via: str) -> None:
        self._by_urn: dict[str, list[Subject]] = defaultdict(list)
        self._by_literal: dict[str, list[Subject]] = defaultdict(list)
        self._by_dependency: dict[str, list[Subject]] = defaultdict(list)
        self._anything: list[Subject] = []
        for subject in view.of_type(kind):
            self._add(subject, via)

    def _add(self, subject: Subject, via: str) -> None:
        targets = subject.referred(via)
        if subject.view.exact or len(targets) == 1:
            for target in targets:
                self._by_urn[target.urn].append(subject)
        unclear = False
        for value in _leaves(subject.view.graph.property(subject.node, via)):
            if isinstance(value, str):
                self._by_literal[value].append(subject)
            elif isinstance(value, Unknown) and not value.references:
                unclear = True
        if unclear:
            urns = subject.depends_on(via)
            for urn in urns:
                self._by_dependency[urn].append(subject)
            if not urns:
                self._anything.append(subject)

    def of(self, target: Subject) -> Companions:
        """Those that refer to one resource."""
        literal = [found for name in target.identifiers() for found in self._by_literal.get(name, ())]
        certain = {found.urn: found for found in (*self._by_urn.get(target.urn, ()), *literal)}
        maybe = (*self._by_dependency.get(target.urn, ()), *self._anything)
        possible = {found.urn: found for found in maybe if found.urn not in certain}
        return Companions(tuple(certain.values()), tuple(possible.values()))


def _leaves(value: Value | Presence) -> Iterator[Value | Presence]:
    if isinstance(value, FrozenList):
        for item in value:
            yield from _leaves(item)
    elif isinstance(value, FrozenMap):
        for item in value.values():
            yield from _leaves(item)
    else:
        yield value
