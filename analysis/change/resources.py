"""What becomes of each resource: created, updated, replaced, deleted, moved, left behind, or nobody can tell.

Read from two graphs alone, as an engine would plan it: a property that cannot be changed in place replaces its
resource, and what takes its value from a replaced resource follows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from analysis.change.properties import hangs_on_deployment, property_deltas
from analysis.change.replacement import forces, held, is_known, keeps_copy, protection
from analysis.change.sentences import created, gone, moved, origins, replaced, undecided, updated
from contracts.change import Effect, PropertyDelta, ResourceDelta, ResourceKind
from graph.nodes import Node
from graph.resource_graph import ResourceGraph
from graph.values import MISSING


@dataclass(frozen=True)
class Resources:
    """The differences of one stack."""

    deltas: tuple[ResourceDelta, ...]
    undecided: int
    """Resources that look the same, and of which some input cannot be compared before deployment."""


def resource_deltas(before: ResourceGraph | None, after: ResourceGraph | None) -> Resources:
    """Compare two graphs of one stack; None where the stack is not there."""
    return _Comparison(_managed(before), _managed(after), after).result()


def _managed(graph: ResourceGraph | None) -> dict[str, Node]:
    """What an engine manages: no components, which are their children, and nothing that is only read."""
    return {node.urn: node for node in graph or () if node.custom and not node.external and node.package != "pulumi"}


class _Comparison:
    def __init__(self, before: Mapping[str, Node], after: Mapping[str, Node], graph: ResourceGraph | None) -> None:
        self.before, self.after, self.graph = before, after, graph
        self.pairs = {urn: urn for urn in before.keys() & after.keys()}
        """URN now → URN before."""
        for urn, node in after.items():
            was = next((alias for alias in node.options.aliases if alias in before and alias not in after), None)
            if urn not in before and was is not None:
                self.pairs[urn] = was
        self.changed = {
            urn: found for urn, was in self.pairs.items() if (found := property_deltas(before[was], after[urn]))
        }
        self.replaced: dict[str, tuple[str, ...]] = {
            urn: () for urn, found in self.changed.items() if any(each.forces_replacement for each in found)
        }
        """URN of what is replaced → what it follows."""
        self.following: dict[str, tuple[str, ...]] = {}
        """URN of what takes a new value from a replaced resource → which."""
        self.unclear: dict[str, tuple[str, ...]] = {}
        """URN of what may be replaced with it → properties of which the provider would not say."""
        self._follow()

    def _follow(self) -> None:
        """What a replacement leads to: more replacements, and updates."""
        todo = list(self.replaced)
        while todo and self.graph is not None:
            urn = todo.pop()
            for node in self.graph.dependents(urn, transitive=False):
                if node.urn not in self.pairs or node.urn in self.replaced:
                    continue
                paths = self._paths_that_change(node, urn)
                if any(forces(node, path) for path in paths):
                    self.replaced[node.urn] = (urn,)
                    todo.append(node.urn)
                elif paths:
                    unclear = tuple(path for path in paths if forces(node, path) is None)
                    self.unclear[node.urn] = (*self.unclear.get(node.urn, ()), *unclear)
                    self.following[node.urn] = (*self.following.get(node.urn, ()), urn)
        self.following = {urn: because for urn, because in self.following.items() if urn not in self.replaced}

    def _paths_that_change(self, node: Node, target: str) -> list[str]:
        """Inputs that take another value when a resource is replaced; a name that the program gives stays."""
        now, was = self.after[target], self.before[self.pairs[target]]
        exact = [reference for reference in node.references if reference.target.urn == target]
        paths = [
            reference.path
            for reference in exact
            if (given := now.inputs.get(reference.target.output, MISSING)) is MISSING
            or given != was.inputs.get(reference.target.output, MISSING)
        ]
        told = {reference.path.partition(".")[0].partition("[")[0] for reference in exact}
        paths += [path for path, urns in node.property_dependencies if target in urns and path not in told]
        return paths

    # -- differences ----------------------------------------------------------------------------------------------

    def result(self) -> Resources:
        kept = set(self.pairs.values())
        deltas = [self._created(node) for urn, node in self.after.items() if urn not in self.pairs]
        deltas += [self._gone(node) for urn, node in self.before.items() if urn not in kept]
        same = 0
        for urn, was in self.pairs.items():
            delta = self._pair(self.before[was], self.after[urn])
            if delta is not None:
                deltas.append(delta)
            elif hangs_on_deployment(self.after[urn]):
                same += 1
        return Resources(tuple(deltas), same)

    def _created(self, node: Node) -> ResourceDelta:
        return _delta(node, ResourceKind.CREATE, Effect.INFORMS, created(node))

    def _gone(self, node: Node) -> ResourceDelta:
        kind = ResourceKind.LEAVE if node.options.retain_on_delete else ResourceKind.DELETE
        guard = protection(node)
        effect = Effect.INFORMS
        if node.protect or (guard is not None and kind is ResourceKind.DELETE):
            effect = Effect.BLOCKS
        elif kind is ResourceKind.LEAVE or held(node) is not None:
            effect = Effect.WARNS
        sentence = gone(node, guard, held(node), copied=keeps_copy(node))
        return _delta(node, kind, effect, sentence, holds=held(node))

    def _pair(self, before: Node, after: Node) -> ResourceDelta | None:
        urn = after.urn
        found = self.changed.get(urn, ())
        if urn in self.replaced:
            return self._replaced(before, after, found, self.replaced[urn])
        unclear = (*(each.path for each in found if each.forces_replacement is None), *self.unclear.get(urn, ()))
        because = self.following.get(urn, ())
        if unclear and (held(after) is not None or is_known(after.type)):
            sentence = undecided(after, unclear, held(after))
            effect = Effect.INFORMS if held(after) is None else Effect.UNKNOWN
            return _delta(after, ResourceKind.UNDECIDED, effect, sentence, found, because, held(after))
        if found or because:
            return _delta(after, ResourceKind.UPDATE, Effect.INFORMS, updated(after, found, because), found, because)
        if before.urn != urn:
            return _delta(after, ResourceKind.MOVE, Effect.INFORMS, moved(before, after))
        return None

    def _replaced(
        self, before: Node, after: Node, found: tuple[PropertyDelta, ...], because: tuple[str, ...]
    ) -> ResourceDelta:
        data, guard = held(after), protection(before)
        effect = Effect.WARNS if data is not None or before.options.retain_on_delete else Effect.INFORMS
        if before.protect or guard is not None:
            effect = Effect.BLOCKS
        sentence = replaced(before, found, because, guard, data)
        return _delta(after, ResourceKind.REPLACE, effect, sentence, found, because, data)


def _delta(
    node: Node,
    kind: ResourceKind,
    effect: Effect,
    sentence: str,
    properties: tuple[PropertyDelta, ...] = (),
    because: tuple[str, ...] = (),
    holds: str | None = None,
) -> ResourceDelta:
    return ResourceDelta(
        effect=effect,
        stack=node.urn.split("::")[0].rpartition(":")[2],
        subject=node.urn,
        sentence=sentence,
        origins=origins(node),
        kind=kind,
        type=node.type,
        properties=properties,
        because=because,
        holds=holds,
    )
