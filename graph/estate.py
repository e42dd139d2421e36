"""Several stacks at once: the graph of each, and which outputs of one are read by which resources of another."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum, unique
from functools import cached_property
from types import MappingProxyType
from typing import Final

from graph.errors import GraphError
from graph.nodes import STACK_REFERENCE_TYPE, Node
from graph.paths import look_up, parse_path
from graph.resource_graph import ResourceGraph
from graph.values import FrozenList, FrozenMap, Presence, Reference, Secret, Unknown, Value, contains_unknown, join_path

_OUTPUTS: Final = "outputs"


@unique
class Availability(StrEnum):
    """What is known of an output at the time of reading."""

    KNOWN = "known"
    """All of its value."""
    UNKNOWN = "unknown"
    """That there is one; some of its value is drawn by a deployment that is still to come, or is secret."""
    MISSING = "missing"
    """The stack exports no such thing, or is not part of the estate."""


@dataclass(frozen=True, slots=True, order=True)
class OutputReference:
    """One place of one stack that takes its value, whole or in part, from an output of another."""

    reader: str
    """Stack that reads."""
    read: str
    """Stack whose output it is."""
    path: str
    """Path of the output, such as `key_arns.logs`; empty where only that the stack is read is known."""
    urn: str
    """Resource of the reader; its stack where it is exported again."""
    input: str
    """Path of that resource's input; empty where only the resource is known."""
    availability: Availability


class Estate(Mapping[str, ResourceGraph]):
    """The graphs of stacks by name, each after those that it reads.

    Raises ``GraphError`` if a stack comes before one that it reads, which a circle cannot avoid.
    """

    def __init__(self, graphs: Mapping[str, ResourceGraph]) -> None:
        """Keep the graphs in the order of ``graphs``."""
        self._graphs: Mapping[str, ResourceGraph] = MappingProxyType(dict(graphs))
        seen: set[str] = set()
        for stack, graph in self._graphs.items():
            if late := {_name(node) for node in _stack_references(graph)} & (self._graphs.keys() - seen):
                raise GraphError(
                    f"{stack} comes before {', '.join(sorted(late))}, which it reads: put what is read first"
                )
            seen.add(stack)

    def __getitem__(self, stack: str) -> ResourceGraph:
        if stack not in self._graphs:
            raise GraphError(f"the estate has no stack {stack}; it has: {', '.join(self._graphs) or 'none'}")
        return self._graphs[stack]

    def __contains__(self, stack: object) -> bool:
        return stack in self._graphs

    def __iter__(self) -> Iterator[str]:
        return iter(self._graphs)

    def __len__(self) -> int:
        return len(self._graphs)

    def __repr__(self) -> str:
        return f"<Estate {', '.join(f'{stack}: {len(graph)}' for stack, graph in self._graphs.items())}>"

    @property
    def resources(self) -> int:
        """How many resources all stacks have."""
        return sum(map(len, self._graphs.values()))

    @cached_property
    def references(self) -> tuple[OutputReference, ...]:
        """Every output that one stack reads of another, by reader in the order of the estate, then sorted."""
        return tuple(reference for graph in self._graphs.values() for reference in sorted(self._read_by(graph)))

    def reads(self, stack: str) -> tuple[str, ...]:
        """The stacks that a stack reads, sorted; those that are not part of the estate too."""
        return tuple(sorted({_name(node) for node in _stack_references(self[stack])}))

    def readers(self, stack: str, path: str = "") -> tuple[OutputReference, ...]:
        """Who reads a stack: an output, what is below it, or the whole that it is part of."""
        return tuple(one for one in self.references if one.read == stack and _touch(one.path, path))

    def origin(self, stack: str, reference: Reference) -> tuple[str, Reference]:
        """The stack and the output that make a value, followed through stacks as far as the estate knows them.

        ``prod-west``, ``StackReference#outputs.vpc_id`` leads to ``prod``, ``vpc#id``.
        """
        while True:
            graph = self[stack]
            reference = graph.origin(reference)
            node = graph.get(reference.urn)
            path = output_path(reference.output)
            if node is None or node.type != STACK_REFERENCE_TYPE or path is None or _name(node) not in self:
                return stack, reference
            passed = look_up(self[_name(node)].stack_outputs, path)
            if not isinstance(passed, Unknown) or passed.ref is None:
                return stack, reference
            stack, reference = _name(node), passed.ref

    def stack_of(self, urn: str) -> str | None:
        """The stack whose graph has a resource, None if the estate does not have it."""
        stack = urn.removeprefix("urn:pulumi:").partition("::")[0]
        return stack if stack in self and urn in self[stack] else None

    def availability(self, stack: str, path: str) -> Availability:
        """What is known of an output of a stack; of all of them where the path is empty."""
        if stack not in self._graphs:
            return Availability.MISSING
        found = look_up(self._graphs[stack].stack_outputs, path)
        if isinstance(found, Presence) or found is None:
            return Availability.MISSING
        return Availability.UNKNOWN if contains_unknown(found) else Availability.KNOWN

    def _read_by(self, graph: ResourceGraph) -> Iterator[OutputReference]:
        peers = {node.urn: _name(node) for node in _stack_references(graph)}
        for urn, peer in peers.items():
            yield OutputReference(graph.stack, peer, "", urn, "", self.availability(peer, ""))
        if not peers:
            return
        for node in graph:
            exact: set[tuple[str | int, str]] = set()
            for reference in node.references:
                path = output_path(reference.target.output)
                if (peer := peers.get(reference.target.urn)) is not None and path is not None:
                    exact.add((parse_path(reference.path)[0], peer))
                    yield OutputReference(
                        graph.stack, peer, path, node.urn, reference.path, self.availability(peer, path)
                    )
            for name, targets in node.property_dependencies:
                for peer in sorted({peers[urn] for urn in targets if urn in peers}):
                    if (name, peer) not in exact:  # it went through `apply`: which output it was is not known
                        yield OutputReference(graph.stack, peer, "", node.urn, name, self.availability(peer, ""))
        for path, reference in _exported(graph):
            if (peer := peers.get(reference.urn)) is not None and (read := output_path(reference.output)) is not None:
                urn = graph.root.urn if graph.root else ""
                yield OutputReference(graph.stack, peer, read, urn, path, self.availability(peer, read))


def output_path(output: str) -> str | None:
    """The path among a stack's outputs of what a `StackReference` gives; None for its other properties."""
    if output == _OUTPUTS:
        return ""
    beyond = output.removeprefix(_OUTPUTS)
    if beyond == output or beyond[0] not in ".[":
        return None
    return beyond.removeprefix(".")


def _stack_references(graph: ResourceGraph) -> tuple[Node, ...]:
    return graph.of_type(STACK_REFERENCE_TYPE)


def _name(node: Node) -> str:
    """The bare name of the stack that a `StackReference` reads: `organization/atoll/prod` → `prod`."""
    name = node.inputs.get("name")
    return (name if isinstance(name, str) else node.name).rsplit("/", 1)[-1]


def _exported(graph: ResourceGraph) -> Iterator[tuple[str, Reference]]:
    """What a stack exports of another resource's output, whole or in part."""
    if graph.root is not None:
        yield from _references_in(graph.root.outputs, "")


def _references_in(value: Value, path: str) -> Iterator[tuple[str, Reference]]:
    if isinstance(value, Secret) and value.unknown is not None:
        value = value.unknown
    if isinstance(value, Unknown):
        yield from ((path, reference) for reference in value.references)
    elif isinstance(value, FrozenMap):
        for key, item in value.items():
            yield from _references_in(item, join_path(path, key))
    elif isinstance(value, FrozenList):
        for index, item in enumerate(value):
            yield from _references_in(item, f"{path}[{index}]")


def _touch(one: str, other: str) -> bool:
    """Whether one path is, holds or is held by another."""
    mine, theirs = parse_path(one), parse_path(other)
    shorter = min(len(mine), len(theirs))
    return mine[:shorter] == theirs[:shorter]
