"""The graph itself: every resource of one stack and how they hang together."""

from __future__ import annotations

import fnmatch
import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property
from types import MappingProxyType

from graph.errors import GraphError
from graph.nodes import Edge, EdgeKind, Node
from graph.paths import look_up, parse_path
from graph.surroundings import default_tags
from graph.values import MISSING, FrozenMap, Presence, Reference, Unknown, Value


class ResourceGraph:
    """An immutable set of resources, iterated in URN order.

    Raises ``GraphError`` if two nodes have the same URN, naming both.
    """

    def __init__(self, nodes: Iterable[Node], *, project: str, stack: str) -> None:
        self.project = project
        self.stack = stack
        by_urn: dict[str, Node] = {}
        for node in sorted(nodes, key=lambda node: node.urn):
            if node.urn in by_urn:
                raise GraphError(
                    f"two resources have the URN {node.urn}: {by_urn[node.urn].source} and {node.source}; "
                    "give one of them another name"
                )
            by_urn[node.urn] = node
        self._nodes: Mapping[str, Node] = MappingProxyType(by_urn)
        self._default_tags: dict[str | None, FrozenMap] = {}  # provider → its tags, which are JSON text there

    def __iter__(self) -> Iterator[Node]:
        return iter(self._nodes.values())

    def __len__(self) -> int:
        return len(self._nodes)

    def __contains__(self, urn: object) -> bool:
        return urn in self._nodes

    def __getitem__(self, urn: str) -> Node:
        """The node with this URN. Raises ``GraphError`` that names the closest URNs."""
        node = self._nodes.get(urn)
        if node is None:
            name = urn.rsplit("::", 1)[-1]
            near = [other for other in self._nodes if other.endswith(f"::{name}")][:3]
            raise GraphError(f"no resource {urn} in stack {self.stack}; same name: {', '.join(near) or 'none'}")
        return node

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, ResourceGraph):
            return NotImplemented
        return (self.project, self.stack, tuple(self)) == (other.project, other.stack, tuple(other))

    def __hash__(self) -> int:
        return hash((self.project, self.stack, tuple(self._nodes)))

    def __repr__(self) -> str:
        return f"<ResourceGraph {self.project}/{self.stack}: {len(self)} resources>"

    def __reduce__(self) -> tuple[Callable[..., ResourceGraph], tuple[tuple[Node, ...], str, str]]:
        return (_rebuild, (tuple(self), self.project, self.stack))

    def get(self, urn: str) -> Node | None:
        """The node with this URN, or None."""
        return self._nodes.get(urn)

    def of_type(self, pattern: str) -> tuple[Node, ...]:
        """Nodes whose type matches a shell pattern, case-sensitively: ``aws:ec2/*``, ``*:Bucket``."""
        matches = re.compile(fnmatch.translate(pattern)).match
        return tuple(node for node in self if matches(node.type))

    def named(self, name: str, type_pattern: str = "*") -> Node:
        """The only node of this logical name (and type). Raises ``GraphError`` that lists what there is."""
        found = [node for node in self.of_type(type_pattern) if node.name == name]
        if len(found) == 1:
            return found[0]
        if found:
            raise GraphError(f"{name!r} is the name of several: {', '.join(node.type for node in found)}; give a type")
        names = ", ".join(sorted({node.name for node in self.of_type(type_pattern)})) or "none"
        raise GraphError(f"no resource is named {name!r} (type {type_pattern}); there are: {names}")

    @cached_property
    def root(self) -> Node | None:
        """The stack's own node."""
        return next((node for node in self if node.is_stack), None)

    @property
    def stack_outputs(self) -> FrozenMap:
        """What the stack exports."""
        return self.root.outputs if self.root else FrozenMap()

    # -- edges -------------------------------------------------------------------------------------------------

    @cached_property
    def edges(self) -> tuple[Edge, ...]:
        """Every edge, sorted. Targets outside the graph (resources of another stack) are kept."""
        return tuple(sorted({edge for node in self for edge in _edges_of(node)}))

    def edges_of(self, kind: EdgeKind) -> tuple[Edge, ...]:
        """The edges of one kind."""
        return tuple(edge for edge in self.edges if edge.kind is kind)

    @cached_property
    def _children(self) -> Mapping[str, tuple[Node, ...]]:
        return _group((node.parent, node) for node in self if node.parent)

    @cached_property
    def _dependents(self) -> Mapping[str, tuple[Node, ...]]:
        return _group((target, node) for node in self for target in _direct_dependencies(node))

    def parent(self, urn: str) -> Node | None:
        """The parent, or None for the stack."""
        parent = self[urn].parent
        return self.get(parent) if parent else None

    def ancestors(self, urn: str) -> tuple[Node, ...]:
        """Parents up to the stack, nearest first."""
        found: list[Node] = []
        node = self.parent(urn)
        while node is not None and node not in found:
            found.append(node)
            node = self.parent(node.urn)
        return tuple(found)

    def children(self, urn: str) -> tuple[Node, ...]:
        """Direct children."""
        return self._children.get(self[urn].urn, ())

    def descendants(self, urn: str) -> tuple[Node, ...]:
        """Children, their children and so on."""
        return self._reach(urn, self.children)

    def dependencies(self, urn: str, *, transitive: bool = True) -> tuple[Node, ...]:
        """What this resource needs: its dependencies, its provider and what its properties refer to."""

        def direct(urn: str) -> tuple[Node, ...]:
            return tuple(self._nodes[target] for target in _direct_dependencies(self[urn]) if target in self._nodes)

        return self._reach(urn, direct) if transitive else direct(urn)

    def dependents(self, urn: str, *, transitive: bool = True) -> tuple[Node, ...]:
        """What needs this resource."""

        def direct(urn: str) -> tuple[Node, ...]:
            return self._dependents.get(self[urn].urn, ())

        return self._reach(urn, direct) if transitive else direct(urn)

    def _reach(self, urn: str, step: Callable[[str], tuple[Node, ...]]) -> tuple[Node, ...]:
        seen: set[str] = set()
        queue = deque(step(urn))
        while queue:
            node = queue.popleft()
            if node.urn not in seen and node.urn != urn:
                seen.add(node.urn)
                queue.extend(step(node.urn))
        return tuple(node for node in self if node.urn in seen)

    # -- properties --------------------------------------------------------------------------------------------

    def property(self, node: Node | str, path: str) -> Value | Presence:
        """The value of an input or, where no input has that name, an output.

        Three answers: a value, an ``Unknown`` (or ``Secret``), or ``MISSING``.
        """
        node = self[node] if isinstance(node, str) else node
        steps = parse_path(path)
        if not steps:
            return node.inputs
        if steps == ("id",) and "id" not in node.inputs:
            return node.id if node.custom else MISSING
        holder = node.inputs if steps[0] in node.inputs else node.outputs
        return look_up(holder, path)

    def tags_all(self, node: Node | str) -> FrozenMap:
        """The tags a resource will carry: its provider's default tags under its own.

        Computed here, because a recording has not been through the provider; empty for what takes no tags only if
        its provider has no default tags either.
        """
        node = self[node] if isinstance(node, str) else node
        own = node.inputs.get("tags")
        if node.provider not in self._default_tags:
            self._default_tags[node.provider] = default_tags(self.get(node.provider) if node.provider else None)
        defaults = self._default_tags[node.provider]
        return FrozenMap({**defaults, **own}) if isinstance(own, FrozenMap) and own else defaults

    def references_of(self, node: Node | str, path: str = "") -> tuple[Reference, ...]:
        """Outputs of other resources that the inputs at or below a path take their value from, sorted."""
        node = self[node] if isinstance(node, str) else node
        return tuple(sorted({reference.target for reference in node.references if _is_within(reference.path, path)}))

    def origin(self, reference: Reference) -> Reference:
        """Follow a reference through inputs that are themselves references.

        ``subnet#vpcId`` leads to ``vpc#id``: the resource that makes the value.
        """
        seen = {reference}
        while (node := self.get(reference.urn)) is not None:
            value = look_up(node.inputs, reference.output)
            if not isinstance(value, Unknown) or value.ref is None or value.ref in seen:
                break
            reference = value.ref
            seen.add(reference)
        return reference


def _rebuild(nodes: tuple[Node, ...], project: str, stack: str) -> ResourceGraph:
    return ResourceGraph(nodes, project=project, stack=stack)


def _is_within(path: str, prefix: str) -> bool:
    steps, wanted = parse_path(path), parse_path(prefix)
    return steps[: len(wanted)] == wanted


def _direct_dependencies(node: Node) -> tuple[str, ...]:
    targets = {*node.dependencies, *(reference.target.urn for reference in node.references)}
    targets.update(urn for _, urns in node.property_dependencies for urn in urns)
    if node.provider:
        targets.add(node.provider)
    return tuple(sorted(targets - {node.urn}))


def _edges_of(node: Node) -> Iterator[Edge]:
    if node.parent:
        yield Edge(node.urn, node.parent, EdgeKind.PARENT)
    if node.provider:
        yield Edge(node.urn, node.provider, EdgeKind.PROVIDER)
    for target in node.dependencies:
        yield Edge(node.urn, target, EdgeKind.DEPENDENCY)
    exact: set[tuple[str | int, str]] = set()
    for reference in node.references:
        exact.add((parse_path(reference.path)[0], reference.target.urn))
        yield Edge(node.urn, reference.target.urn, EdgeKind.REFERENCE, reference.path, reference.target.output)
    for path, targets in node.property_dependencies:
        for target in targets:
            if (path, target) not in exact:  # only the dependency is known, not which output
                yield Edge(node.urn, target, EdgeKind.REFERENCE, path)


def _group(pairs: Iterable[tuple[str, Node]]) -> Mapping[str, tuple[Node, ...]]:
    grouped: dict[str, list[Node]] = {}
    for key, node in pairs:
        grouped.setdefault(key, []).append(node)
    return {key: tuple(nodes) for key, nodes in grouped.items()}
