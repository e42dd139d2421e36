"""The stacks that recover together, and how resources of theirs point at each other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from graph.estate import Estate
from graph.nodes import Node
from graph.resource_graph import ResourceGraph
from graph.values import MISSING, FrozenList, FrozenMap, Presence, Reference, Secret, Unknown, Value

_IDENTIFIERS = (
    "arn",
    "bucket",
    "clusterIdentifier",
    "dbClusterIdentifier",
    "globalClusterIdentifier",
    "name",
    "nodeGroupName",
    "replicationGroupId",
    "serviceName",
)
"""Inputs by which other resources name one that AWS has not drawn the id of yet."""


@dataclass(frozen=True, slots=True)
class Place:
    """A resource and the stack that it is in."""

    stack: str
    graph: ResourceGraph
    node: Node

    @property
    def region(self) -> str:
        """AWS region; empty where it has none, or none that is known."""
        return self.node.region if isinstance(self.node.region, str) else ""

    def value(self, path: str) -> Value | Presence:
        """A property: a value, an unknown or secret, or MISSING."""
        return self.graph.property(self.node, path)

    def source(self, path: str) -> str:
        """Where a property is, for people."""
        return f"{self.stack}/{self.node.name}.{path}" if path else f"{self.stack}/{self.node.name}"

    def __str__(self) -> str:
        return f"{self.stack}/{self.node.name}"


class World:
    """Stacks that recover together."""

    def __init__(self, graphs: Mapping[str, ResourceGraph]) -> None:
        """Take graphs by stack name; an estate as it is."""
        self.estate = graphs if isinstance(graphs, Estate) else Estate(graphs)

    @cached_property
    def _by_type(self) -> Mapping[str, tuple[Place, ...]]:
        found: dict[str, list[Place]] = {}
        for stack, graph in self.estate.items():
            for node in graph:
                if node.custom:
                    found.setdefault(node.type, []).append(Place(stack, graph, node))
        return {type_: tuple(places) for type_, places in found.items()}

    def of(self, *types: str) -> tuple[Place, ...]:
        """Every resource of these types, by type, then in the order of the estate."""
        return tuple(place for type_ in types for place in self._by_type.get(type_, ()))

    @cached_property
    def regions(self) -> tuple[str, ...]:
        """Regions in which something keeps data or serves, sorted."""
        return tuple(sorted({place.region for place in self.of(*_TELLING) if place.region}))

    # -- pointing ----------------------------------------------------------------------------------------------

    def target(self, place: Place, path: str, *types: str) -> Place | None:
        """The resource of these types that a property names, by reference or by one of its identifiers."""
        return next(iter(self.targets(place, path, *types)), None)

    def targets(self, place: Place, path: str, *types: str) -> tuple[Place, ...]:
        """The resources that a property, or each item of a list, names."""
        value = place.value(path)
        items: Iterable[Value] = value if isinstance(value, FrozenList) else () if value is MISSING else (value,)
        found = (self.pointed(place.stack, item, types, place.region) for item in items)
        return tuple(one for one in found if one is not None)

    def pointed(self, stack: str, value: Value, types: tuple[str, ...], region: str = "") -> Place | None:
        """The resource that a value names. Names may be the same in two regions; the one of ``region`` is meant."""
        if isinstance(value, Secret):
            value = value.unknown if value.unknown is not None else None
        if isinstance(value, Unknown):
            return next(self._referred(stack, value, types), None)
        if not isinstance(value, str):
            return None
        found = [place for type_ in types for place in self._named.get((type_, value), ())]
        return next((place for place in found if place.region == region), found[0] if found else None)

    def _referred(self, stack: str, value: Unknown, types: tuple[str, ...]) -> Iterator[Place]:
        for reference in value.references:
            home, origin = self.estate.origin(stack, reference)
            node = self.estate[home].get(origin.urn)
            if node is not None and node.type in types:
                yield Place(home, self.estate[home], node)

    def same(self, one: Place, path: str, other: Place) -> bool:
        """Whether a property names a resource."""
        return self.target(one, path, other.node.type) == other

    @cached_property
    def _named(self) -> Mapping[tuple[str, str], tuple[Place, ...]]:
        """Type and identifier → the resources that are called so."""
        found: dict[tuple[str, str], list[Place]] = {}
        for type_, places in self._by_type.items():
            for place in places:
                names = (*(place.node.inputs.get(name) for name in _IDENTIFIERS), place.node.id)
                for name in {name for name in names if isinstance(name, str)}:
                    found.setdefault((type_, name), []).append(place)
        return {key: tuple(places) for key, places in found.items()}

    def origin(self, stack: str, value: Value | Presence) -> tuple[str, Reference] | str | None:
        """What makes a value: a text, or the output of a resource; None where it is not known."""
        if isinstance(value, Unknown) and value.ref is not None:
            return self.estate.origin(stack, value.ref)
        return value if isinstance(value, str) else None

    def zones(self, place: Place, path: str) -> frozenset[str] | None:
        """The availability zones of the subnets that a property lists; None where one of them is not known."""
        value = place.value(path)
        if not isinstance(value, FrozenList):
            return None
        subnets = self.targets(place, path, "aws:ec2/subnet:Subnet")
        zones = [zone for subnet in subnets if isinstance(zone := subnet.value("availabilityZone"), str)]
        return frozenset(zones) if zones and len(zones) == len(value) else None


_TELLING = (
    "aws:dynamodb/table:Table",
    "aws:ecs/service:Service",
    "aws:efs/fileSystem:FileSystem",
    "aws:eks/nodeGroup:NodeGroup",
    "aws:elasticache/replicationGroup:ReplicationGroup",
    "aws:rds/cluster:Cluster",
    "aws:rds/instance:Instance",
    "aws:s3/bucket:Bucket",
)


def number(value: Value | Presence, default: float | None = None) -> float | None:
    """A number, ``default`` where nobody set it, None where it is not known."""
    if value is MISSING or value is None:
        return default
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def items(value: Value | Presence) -> tuple[FrozenMap, ...]:
    """The mappings in a list; none where it is no list."""
    return tuple(item for item in value if isinstance(item, FrozenMap)) if isinstance(value, FrozenList) else ()


def hidden(value: Value | Presence) -> bool:
    """Whether something is set that cannot be read before deployment."""
    return isinstance(value, Unknown | Secret)
