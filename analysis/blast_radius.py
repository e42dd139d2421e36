"""What fails when one resource does, and what a change of it touches downstream, over all stacks that read it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from analysis.blast_facts import quotas_of, supported_until, survivors
from analysis.change.replacement import forces, held, is_known, keeps_copy, protection
from analysis.diagrams.scene import Scene
from contracts.change.radius import BlastRadius, Fate, Hit, Survivor, Touch
from graph.estate import Estate
from graph.nodes import STACK_REFERENCE_TYPE, Node
from graph.resource_graph import ResourceGraph
from graph.values import Secret, Unknown

MOST = 5
"""Names in one sentence."""


@dataclass(frozen=True, slots=True)
class _Use:
    """One input of a resource that takes its value from another resource's output; the output is empty if unknown."""

    path: str
    urn: str
    output: str


def blast_radius(estate: Estate, urn: str, *, today: date) -> BlastRadius:
    """The blast radius of a resource of an estate; of a component, that of all that is in it.

    Args:
        estate: the stacks to look in, those that are read included.
        urn: the resource.
        today: the day that ends of support are compared with.

    Raises:
        GraphError: no stack of the estate has the resource.
    """
    stack = estate.stack_of(urn) or urn.removeprefix("urn:pulumi:").partition("::")[0]
    graph = estate[stack]
    node = graph[urn]
    start = (node, *(() if node.custom else (one for one in graph.descendants(urn) if one.custom)))
    ordered = [(graph, one, _uses(estate, graph, one)) for graph in estate.values() for one in _in_order(graph)]
    hits = _hits(ordered, {one.urn for one in start})
    touches, longest = _touches(ordered, {one.urn: one for one in start if one.custom})
    scene = Scene(estate)
    lives = survivors(scene, start)
    everyone = [*start, *(estate[hit.stack][hit.urn] for hit in hits)]
    support = supported_until(scene, everyone)
    holds = [data for one in start if (data := held(one))]
    quotas = quotas_of(scene, node)
    return BlastRadius(
        urn=urn,
        type=node.type,
        stack=stack,
        region=scene.region_of(node),
        fails=hits,
        readers=tuple(sorted({hit.stack for hit in hits} - {stack})),
        survives=lives,
        holds="; ".join(dict.fromkeys(holds)) or None,
        forced_by=tuple(path for path in node.inputs if forces(node, path)),
        replacement=touches,
        critical_path=longest,
        support=support,
        quotas=quotas,
        warnings=(
            *_of_itself(start, lives),
            *_of_replacement(estate, touches),
            *(
                f"Standard support of {one.engine} {one.version} ended on {one.ends}: {_name(one.urn)}."
                for one in support
                if one.ends is not None and one.ends < today
            ),
            *(f"The quota is full: {one.name}, {one.used} of {one.limit}." for one in quotas if one.used >= one.limit),
        ),
    )


def _in_order(graph: ResourceGraph) -> Iterator[Node]:
    """The resources of a stack, each after what it depends on."""
    done: set[str] = set()
    for first in graph:
        waiting = [(first, False)]
        while waiting:
            node, ready = waiting.pop()
            if ready:
                yield node
            elif node.urn not in done:
                done.add(node.urn)
                waiting.append((node, True))
                needs = graph.dependencies(node.urn, transitive=False)
                waiting.extend((one, False) for one in reversed(needs) if one.urn not in done)


def _uses(estate: Estate, graph: ResourceGraph, node: Node) -> tuple[_Use, ...]:
    """What a resource takes from others, of its own stack and of those that it reads, followed to who makes it."""
    if node.is_stack or node.is_provider or node.type == STACK_REFERENCE_TYPE:
        return ()
    found: dict[_Use, None] = {}
    exact: set[tuple[str, str]] = set()
    for reference in node.references:
        exact.add((reference.path.partition(".")[0].partition("[")[0], reference.target.urn))
        for target in {reference.target, estate.origin(graph.stack, reference.target)[1]}:
            found[_Use(reference.path, target.urn, target.output)] = None
    for path, urns in node.property_dependencies:
        found.update((_Use(path, urn, ""), None) for urn in urns if (path, urn) not in exact)
    for urn in node.dependencies:
        if not any(use.urn == urn for use in found):
            found[_Use("", urn, "")] = None
    return tuple(sorted(found, key=lambda use: (use.path, use.urn, use.output)))


_Ordered = list[tuple[ResourceGraph, Node, tuple[_Use, ...]]]


def _hits(ordered: _Ordered, start: set[str]) -> tuple[Hit, ...]:
    """Dependents, nearest first."""
    near: dict[str, tuple[int, str]] = dict.fromkeys(start, (0, ""))
    found: list[Hit] = []
    for graph, node, uses in ordered:
        if node.urn in start:
            continue
        ways = sorted((near[use.urn][0], use.urn) for use in uses if use.urn in near)
        if not ways:
            continue
        distance, through = ways[0][0] + node.custom, ways[0][1]
        near[node.urn] = (distance, through)
        if node.custom:
            found.append(Hit(urn=node.urn, type=node.type, stack=graph.stack, distance=distance, through=through,
                             holds=held(node)))  # fmt: skip
    return tuple(sorted(found, key=lambda hit: (hit.distance, hit.urn)))


def _touches(ordered: _Ordered, start: dict[str, Node]) -> tuple[tuple[Touch, ...], tuple[str, ...]]:
    """What is replaced or updated in turn, and the longest chain of replacements."""
    nodes: dict[str, Node] = {}
    found: dict[str, Touch] = {}
    before: dict[str, str] = {}
    for _, node, uses in ordered:
        nodes[node.urn] = node
        if node.urn in start:
            found[node.urn] = _touch(node, Fate.REPLACED, (), 0)
            continue
        changed = [
            use for use in uses if use.path and use.urn in found and _changes(nodes[use.urn], found[use.urn], use)
        ]
        if not changed or not node.custom:
            continue
        last = max(changed, key=lambda use: (found[use.urn].step, use.urn))
        before[node.urn] = last.urn
        paths = tuple(sorted({use.path for use in changed}))
        found[node.urn] = _touch(node, _fate(node, changed, found), paths, found[last.urn].step + 1)
    touches = tuple(sorted(found.values(), key=lambda touch: (touch.step, touch.urn)))
    ends = [touch for touch in touches if touch.fate is not Fate.UPDATED]
    chain = [max(ends, key=lambda touch: (touch.step, touch.urn)).urn] if ends else []
    while chain and chain[-1] in before:
        chain.append(before[chain[-1]])
    return touches, tuple(reversed(chain))


def _changes(node: Node, touch: Touch, use: _Use) -> bool:
    """Whether an output is another one after a replacement: not where the program itself says what it is."""
    if touch.fate is Fate.UPDATED:
        return False
    said = node.inputs.get(use.output)
    return said is None or isinstance(said, Unknown | Secret)


def _fate(node: Node, changed: list[_Use], found: dict[str, Touch]) -> Fate:
    sure = [forces(node, use.path) for use in changed if found[use.urn].fate is Fate.REPLACED]
    maybe = [forces(node, use.path) for use in changed if found[use.urn].fate is Fate.UNKNOWN]
    if True in sure:
        return Fate.REPLACED
    return Fate.UNKNOWN if None in sure or any(answer is not False for answer in maybe) else Fate.UPDATED


def _touch(node: Node, fate: Fate, inputs: tuple[str, ...], step: int) -> Touch:
    goes = fate is not Fate.UPDATED
    return Touch(
        urn=node.urn,
        fate=fate,
        inputs=inputs,
        step=step,
        loses=held(node) if goes else None,
        refused_by=protection(node) if goes else None,
        last_copy=goes and keeps_copy(node),
    )


def _of_itself(start: tuple[Node, ...], lives: tuple[Survivor, ...]) -> Iterator[str]:
    for node in start:
        if not node.custom:
            continue
        if (data := held(node)) and not lives:
            yield f"{node.name} holds {data}, and nothing copies them to another region."
        if node.type.startswith("aws:") and not is_known(node.type):
            yield f"No table says what forces a replacement of {node.type}: read the preview."


def _of_replacement(estate: Estate, touches: tuple[Touch, ...]) -> Iterator[str]:
    losing = [touch for touch in touches if touch.loses]
    if losing:
        sure = [_name(touch.urn) for touch in losing if touch.fate is Fate.REPLACED and not touch.last_copy]
        if sure:
            yield f"A replacement loses data: {_several(sure)}."
        if maybe := [_name(touch.urn) for touch in losing if touch.fate is Fate.UNKNOWN]:
            yield f"A replacement may lose data: {_several(maybe)}."
    if refused := [_name(touch.urn) for touch in touches if touch.refused_by]:
        yield f"AWS refuses to delete {_several(refused)} until its deletion protection is off."
    nodes = [estate[str(estate.stack_of(touch.urn))][touch.urn] for touch in touches if touch.fate is not Fate.UPDATED]
    if kept := [node.name for node in nodes if node.options.retain_on_delete]:
        yield f"The old one stays as an orphan that no stack knows: {_several(kept)}."
    if guarded := [node.name for node in nodes if node.protect]:
        yield f"Pulumi refuses to replace {_several(guarded)} until `protect` is off."


def _name(urn: str) -> str:
    return urn.rsplit("::", 1)[-1]


def _several(names: list[str]) -> str:
    shown = ", ".join(names[:MOST])
    return f"{shown} and {len(names) - MOST} more" if len(names) > MOST else shown
