"""The estate as diagrams ask for it: resources by type and region, over all stacks."""

from __future__ import annotations

import fnmatch
import re
from collections import Counter
from collections.abc import Mapping
from functools import cached_property

from graph import MISSING, Node, ResourceGraph
from graph.nodes import STACK_REFERENCE_TYPE

GLOBAL = "global"
"""The region of what AWS keeps in none."""
_NOWHERE = (
    "aws:route53/",
    "aws:cloudfront/",
    "aws:globalaccelerator/",
    "aws:shield/",
    "aws:iam/",
    "aws:organizations/",
)


class Scene:
    """Some stacks, asked about their resources. Iteration is by stack in the order given, then by URN."""

    def __init__(self, estate: Mapping[str, ResourceGraph]) -> None:
        self.estate = estate
        self._main = {stack: self._main_region(graph) for stack, graph in estate.items()}

    @cached_property
    def nodes(self) -> tuple[Node, ...]:
        """Every resource of every stack."""
        return tuple(node for graph in self.estate.values() for node in graph if not node.is_provider)

    @cached_property
    def regions(self) -> tuple[str, ...]:
        """Regions that have a network of their own, in the order of the stacks."""
        return tuple(dict.fromkeys(self.region_of(node) for node in self.of("aws:ec2/vpc:Vpc")))

    @property
    def subtitle(self) -> str:
        """Which stacks a picture is of."""
        return f"Stacks {', '.join(self.estate)}"

    @cached_property
    def environment(self) -> str:
        """What the stacks are called after, such as prod."""
        return next(iter(self.estate), "").partition("-")[0]

    def of(self, *patterns: str, region: str | None = None) -> tuple[Node, ...]:
        """Resources whose type matches one of the shell patterns, of one region or of all."""
        found = [node for pattern in patterns for node in self._of(pattern)]
        return tuple(node for node in found if region is None or self.region_of(node) == region)

    def _of(self, pattern: str) -> tuple[Node, ...]:
        if pattern not in self._matching:
            matches = re.compile(fnmatch.translate(pattern)).match
            types = {kind for kind in self._by_type if matches(kind)}
            self._matching[pattern] = tuple(node for node in self.nodes if node.type in types)
        return self._matching[pattern]

    @cached_property
    def _matching(self) -> dict[str, tuple[Node, ...]]:
        return {}

    @cached_property
    def _by_type(self) -> frozenset[str]:
        return frozenset(node.type for node in self.nodes)

    def graph_of(self, node: Node) -> ResourceGraph:
        """The graph of a resource's stack."""
        return self.estate[stack_of(node)]

    def region_of(self, node: Node) -> str:
        """Where a resource is; `global` for what is nowhere."""
        if node.type.startswith(_NOWHERE) or self.text(node, "scope") == "CLOUDFRONT":
            return GLOBAL
        return node.region if isinstance(node.region, str) else self._main[stack_of(node)]

    def _main_region(self, graph: ResourceGraph) -> str:
        """Where most of a stack is; for one that is in no region, where the stacks are that it reads."""
        named = Counter(node.region for node in graph if isinstance(node.region, str))
        if named:
            return min(named, key=lambda region: (-named[region], region))
        for reference in graph.of_type(STACK_REFERENCE_TYPE):
            read = self.estate.get(reference.name.rsplit("/", 1)[-1])
            if read is not None:
                return self._main_region(read)
        return GLOBAL

    def text(self, node: Node, path: str) -> str:
        """A property as text, empty where it is unknown or not there."""
        value = self.graph_of(node).property(node, path)
        if isinstance(value, bool):
            return str(value).lower()
        return str(value) if isinstance(value, str | int | float) else ""

    def said(self, nodes: tuple[Node, ...], path: str) -> str:
        """The different known values of a property, sorted."""
        return ", ".join(sorted({text for node in nodes if (text := self.text(node, path))}))

    def number(self, node: Node, path: str) -> int:
        """A property as a number, 0 where it is unknown or not there."""
        value = self.graph_of(node).property(node, path)
        return int(value) if isinstance(value, int | float) and not isinstance(value, bool) else 0

    def has(self, node: Node, path: str) -> bool:
        """Whether a property is there, known or not."""
        value = self.graph_of(node).property(node, path)
        return value is not MISSING and value is not None

    def needs(self, node: Node, path: str = "") -> tuple[Node, ...]:
        """Resources of the same stack that the inputs at or below a path take their value from."""
        graph = self.graph_of(node)
        urns = {reference.urn for reference in graph.references_of(node, path)}
        urns.update(urn for name, all_of in node.property_dependencies if name == path or not path for urn in all_of)
        return tuple(found for urn in sorted(urns) if (found := graph.get(urn)) is not None)


def stack_of(node: Node) -> str:
    """The stack that a resource belongs to."""
    return node.urn.removeprefix("urn:pulumi:").partition("::")[0]
