"""What each component really makes: counted in stacks that are recorded without deploying them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from console.offline import record_stack
from graph.resource_graph import ResourceGraph

STACKS = (
    "tests/stacks/region/Pulumi.all-enabled.yaml",
    "Pulumi.dev.yaml",
    *(f"Pulumi.{service}-dev.yaml" for service in ("analytics", "events", "inventory", "order", "payment", "user")),
    "Pulumi.staging-kubernetes.yaml",
)
"""A region with every switch on, a small one, the sample services, and a cluster: they use nearly every component."""


@dataclass
class Made:
    """What one kind of component makes."""

    stacks: tuple[str, ...] = ()
    """Names of the stacks it was seen in."""
    children: list[Counter[str]] = field(default_factory=list[Counter[str]])
    """For each one seen: type of a child → how many of them."""

    def counts(self) -> list[tuple[str, str]]:
        """Type of a child → how many one component makes (`1`, `0 to 3`), sorted by type."""
        types = sorted({kind for one in self.children for kind in one})
        return [(kind, _range([one[kind] for one in self.children])) for kind in types]


def recorded(root: Path) -> Mapping[str, Made]:
    """Type token of a component → what it makes, over all of `STACKS`."""
    found: dict[str, Made] = {}
    for file in STACKS:
        name = Path(file).name.removeprefix("Pulumi.").removesuffix(".yaml")
        _count(record_stack(root / file).graph, name, found)
    return found


def _count(graph: ResourceGraph, stack: str, found: dict[str, Made]) -> None:
    for node in graph:
        if node.type.startswith("atoll:"):
            made = found.setdefault(node.type, Made())
            made.stacks = tuple(dict.fromkeys((*made.stacks, stack)))
            made.children.append(Counter(child.type for child in graph.children(node.urn)))


def _range(counts: list[int]) -> str:
    low, high = min(counts), max(counts)
    return str(low) if low == high else f"{low} to {high}"
