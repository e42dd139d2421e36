"""What becomes of each resource, decided while the program is recorded, as an engine decides it in a preview.

A resource that stays as it is gives the outputs that its state has, so that what takes its values sees them too; one
that is created or replaced gives none. So a change goes on through the program, and through outputs into other stacks,
exactly as far as values do. What a provider would compute anew in an update is known for a few properties only, and
which change replaces a resource is read from a table (`analysis.change.replacement`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass
from typing import Any, Final

from analysis.change.replacement import forces, held
from analysis.preview.inputs import Difference, differences
from contracts.estate import Cause, ResourceStep, Step
from graph.estate import output_path
from graph.nodes import STACK_REFERENCE_TYPE, Node
from graph.paths import parse_path
from graph.resource_graph import ResourceGraph
from graph.values import Asset, ResourceReference, Unknown, Value, walk

REDRAWN: Final = frozenset(
    {"etag", "lastModified", "lastUpdatedDate", "latestVersion", "qualifiedArn", "qualifiedInvokeArn", "revision"}
    | {"sourceCodeHash", "tagsAll", "version", "versionId"}
)
"""Outputs that providers work out anew in any update."""
_NEW: Final = (Step.CREATE, Step.REPLACE)


@dataclass(frozen=True, slots=True)
class Planned:
    """What becomes of one resource."""

    node: Node
    step: Step
    was: str | None
    """URN in the state, None for a new one."""
    paths: tuple[str, ...] = ()
    forced_by: tuple[str, ...] = ()
    causes: tuple[Cause, ...] = ()


class StackSteps:
    """The steps of one stack; an instance is the `ProviderModel` of its recording."""

    def __init__(self, state: ResourceGraph | None, changed: Mapping[str, Set[str]]) -> None:
        """Begin with what is there.

        Args:
            state: the stack's last state, None if it was never deployed.
            changed: stack that is read → paths of its outputs that change.
        """
        self._state = state
        self._changed = changed
        self.planned: dict[str, Planned] = {}
        """URN → what becomes of it, for what providers manage."""
        self._taken: set[str] = set()
        """URNs of the state that a resource of the program goes on with."""
        self._peers: dict[str, str] = {}
        """URN of a `StackReference` → stack."""

    def __call__(self, node: Node) -> Mapping[str, Any]:
        """Decide about a resource, and give the outputs that it will have as far as they are known."""
        if node.type == STACK_REFERENCE_TYPE:
            self._peers[node.urn] = str(node.inputs.get("name") or node.name).rsplit("/", 1)[-1]
            return {}
        was = self._twin(node)
        if was is None:
            if not node.external:
                self.planned[node.urn] = Planned(node, Step.CREATE, None, causes=self._causes(node, ()))
            return {}
        self._taken.add(was.urn)
        planned = self._plan(node, was)
        self.planned[node.urn] = planned
        return _outputs(was, planned)

    def _twin(self, node: Node) -> Node | None:
        """The same resource in the state, under its own URN or an alias of it."""
        if self._state is None:
            return None
        for urn in (node.urn, *(_alias(node.urn, alias) for alias in node.options.aliases)):
            if (found := self._state.get(urn)) is not None:
                return found
        return None

    def _plan(self, node: Node, was: Node) -> Planned:
        provider = self.planned.get(node.provider or "")
        found = list(differences(node, was, provider.node if provider else None))
        certain = [one for one in found if not one.unknown or self._changes(node, one)]
        paths = tuple(one.path for one in found)
        causes = self._causes(node, [one.path for one in certain])
        forced = tuple(one.path for one in certain if forces(node, one.path) and not node.is_provider)
        if forced:
            return Planned(node, Step.REPLACE, was.urn, paths, forced, causes)
        step = Step.UPDATE if certain else Step.UNDECIDED if found else Step.SAME
        return Planned(node, step, was.urn, paths, causes=causes)

    # -- where values come from ------------------------------------------------------------------------------------

    def _changes(self, node: Node, difference: Difference) -> bool:
        """Whether a value that is not known comes from something that changes, and so is another one."""
        for urn, output in self._sources(node, difference):
            if (peer := self._peers.get(urn)) is not None:
                if any(_touch(output, path) for path in self._changed.get(peer, ())):
                    return True
            elif (planned := self.planned.get(urn)) is not None and (
                planned.step in _NEW or (planned.step is Step.UPDATE and _is_redrawn(planned, output))
            ):
                return True
        return False

    def _sources(self, node: Node, difference: Difference) -> Iterator[tuple[str, str]]:
        """URN and output of what a value is made of; the output is empty where only the resource is known."""
        value = difference.now
        unknown = getattr(value, "unknown", value)  # of a secret, what it wraps
        exact = unknown.references if isinstance(unknown, Unknown) else ()
        if exact:
            yield from ((one.urn, _output(self._peers, one.urn, one.output)) for one in exact)
            return
        top = parse_path(difference.path)[0]
        for name, urns in node.property_dependencies:
            if name == top:
                yield from ((urn, "") for urn in urns)

    def _causes(self, node: Node, paths: Iterable[str]) -> tuple[Cause, ...]:
        """Changed outputs of other stacks that lead to the inputs at these paths, through resources of this one too."""
        wanted = [parse_path(path) for path in paths]
        found: set[tuple[str, str]] = set()
        exact: set[tuple[str | int, str]] = set()
        for reference in node.references:
            steps = parse_path(reference.path)
            exact.add((steps[0], reference.target.urn))
            if any(_within(steps, one) for one in wanted):
                output = _output(self._peers, reference.target.urn, reference.target.output)
                found.update(self._beyond(reference.target.urn, output))
        for name, urns in node.property_dependencies:
            if any(one[0] == name for one in wanted):
                for urn in urns:
                    if (name, urn) not in exact:
                        found.update(self._beyond(urn, ""))
        return tuple(Cause(stack=stack, output=output) for stack, output in sorted(found))

    def _beyond(self, urn: str, output: str) -> Iterator[tuple[str, str]]:
        if (peer := self._peers.get(urn)) is not None:
            yield from ((peer, output or path) for path in self._changed.get(peer, ()) if _touch(output, path))
        elif (planned := self.planned.get(urn)) is not None:
            yield from ((cause.stack, cause.output) for cause in planned.causes)

    # -- the result ------------------------------------------------------------------------------------------------

    def resources(self, graph: ResourceGraph) -> tuple[ResourceStep, ...]:
        """What becomes of every resource, once the program has been recorded as `graph`; those that stay included."""
        found = [_told(planned) for planned in self.planned.values() if not planned.node.external]
        for node in graph:
            if not node.custom and not node.external:
                was = self._twin(node)
                if was is not None:
                    self._taken.add(was.urn)
                found.append(_told(Planned(node, Step.CREATE if was is None else Step.SAME, was and was.urn)))
        for node in self._state or ():
            if node.urn not in self._taken and not node.external and not node.options.retain_on_delete:
                found.append(_told(Planned(node, Step.DELETE, node.urn), goes=node))
        return tuple(sorted(found, key=lambda one: (list(Step).index(one.step), one.urn)))


def _told(planned: Planned, goes: Node | None = None) -> ResourceStep:
    node = planned.node
    lost = goes or (node if planned.step is Step.REPLACE else None)
    return ResourceStep(
        urn=node.urn,
        type=node.type,
        name=node.name,
        step=planned.step,
        paths=planned.paths,
        forced_by=planned.forced_by,
        causes=planned.causes,
        protected=lost is not None and lost.protect,
        holds=held(node) if lost is not None else None,
    )


def _outputs(was: Node, planned: Planned) -> Mapping[str, Any]:
    if planned.step in _NEW:
        return {}
    changed = {parse_path(path)[0] for path in planned.paths} if planned.step is Step.UPDATE else set[str | int]()
    redrawn = REDRAWN if planned.step is Step.UPDATE else frozenset[str]()
    known = {
        name: value
        for name, value in was.outputs.items()
        if name not in changed and name not in redrawn and not _is_of_this_machine(value)
    }
    return {**known, "id": was.id} if was.id else known


def _is_of_this_machine(value: Value) -> bool:
    return any(isinstance(item, Asset | ResourceReference) for _, item in walk(value))


def _is_redrawn(planned: Planned, output: str) -> bool:
    """Whether an update gives an output anew: it is such a one, or an input that is not known itself."""
    if not output:
        return True
    top = parse_path(output)[0]
    return top in REDRAWN or any(parse_path(path)[0] == top for path in planned.paths)


def _output(peers: Mapping[str, str], urn: str, output: str) -> str:
    return (output_path(output) or "") if urn in peers else output


def _alias(urn: str, alias: str) -> str:
    """The URN that an alias names: itself, or the parts in which it differs (`name=old`)."""
    if alias.startswith("urn:"):
        return alias
    parts = dict(part.split("=", 1) for part in alias.split(",") if "=" in part)
    head, project, chain, name = urn.split("::", 3)
    qualified = f"{chain.rpartition('$')[0]}${parts['type']}" if "type" in parts and "$" in chain else chain
    return f"{head}::{project}::{qualified}::{parts.get('name', name)}"


def _touch(one: str, other: str) -> bool:
    """Whether one path is, holds or is held by another; an empty one holds all."""
    mine, theirs = parse_path(one), parse_path(other)
    shorter = min(len(mine), len(theirs))
    return mine[:shorter] == theirs[:shorter]


def _within(steps: tuple[str | int, ...], wanted: tuple[str | int, ...]) -> bool:
    shorter = min(len(steps), len(wanted))
    return steps[:shorter] == wanted[:shorter]
