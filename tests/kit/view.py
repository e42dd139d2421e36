"""Assertions about a graph that stay short in a test and say much when they fail."""

from __future__ import annotations

from collections.abc import Iterable

from graph.nodes import Node
from graph.resource_graph import ResourceGraph
from graph.values import Presence, Reference, Value


class GraphView:
    """A graph addressed by logical names. Every ``assert_…`` raises ``AssertionError`` with what is there instead."""

    def __init__(self, graph: ResourceGraph) -> None:
        self.graph = graph

    def node(self, name: str, type_pattern: str = "*") -> Node:
        """The only resource of this logical name (and type)."""
        return self.graph.named(name, type_pattern)

    def value(self, name: str, path: str, type_pattern: str = "*") -> Value | Presence:
        """A property of a resource: a value, an unknown or a secret, or ``MISSING``."""
        return self.graph.property(self.node(name, type_pattern), path)

    def children(self, name: str, type_pattern: str = "*") -> set[tuple[str, str]]:
        """Type and name of each direct child."""
        return {(node.type, node.name) for node in self.graph.children(self.node(name, type_pattern).urn)}

    def assert_children(self, name: str, expected: Iterable[tuple[str, str]], type_pattern: str = "*") -> None:
        """The direct children are exactly these (type, name)."""
        wanted, there = set(expected), self.children(name, type_pattern)
        if wanted != there:
            raise AssertionError(
                f"children of {name}: missing {sorted(wanted - there)}, unexpected {sorted(there - wanted)}"
            )

    def assert_parent(self, name: str, parent: str) -> None:
        """The parent has this logical name."""
        there = self.graph.parent(self.node(name).urn)
        if there is None or there.name != parent:
            raise AssertionError(f"parent of {name} is {there}, not {parent}")

    def assert_provider(self, name: str, provider: str | None) -> None:
        """The explicit provider has this logical name; None for a default provider."""
        urn = self.node(name).provider
        there = urn.rsplit("::", 1)[-1] if urn else None
        if there != provider:
            raise AssertionError(f"provider of {name} is {there}, not {provider}")

    def wiring(self, name: str, path: str = "", type_pattern: str = "*") -> set[str]:
        """What a property (and everything below it) is taken from, as ``name.output``."""
        return {self._short(target) for target in self.graph.references_of(self.node(name, type_pattern), path)}

    def assert_wired(self, name: str, path: str, *targets: str, type_pattern: str = "*") -> None:
        """The property takes its value from exactly these outputs, written ``name.output``, followed to their origin.

        A value passed on by a third resource (``subnet.vpcId``) counts as what made it (``vpc.id``).
        """
        there = self.wiring(name, path, type_pattern)
        node = self.node(name, type_pattern)
        origins = {self._short(self.graph.origin(target)) for target in self.graph.references_of(node, path)}
        if set(targets) not in (there, origins):
            raise AssertionError(
                f"{name}.{path} is taken from {sorted(there) or 'nothing'} (made by {sorted(origins) or 'nothing'}), "
                f"not from {sorted(targets)}; it holds {self.graph.property(node, path)}"
            )

    def assert_depends(self, name: str, *targets: str) -> None:
        """The resource depends, directly or not, on resources with these logical names."""
        there = {node.name for node in self.graph.dependencies(self.node(name).urn)}
        if missing := set(targets) - there:
            raise AssertionError(f"{name} does not depend on {sorted(missing)}; it depends on {sorted(there)}")

    def _short(self, reference: Reference) -> str:
        return f"{reference.urn.rsplit('::', 1)[-1]}.{reference.output}"
