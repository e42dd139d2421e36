"""Figures of the recovery budget and of parity, as a comparison of revisions takes them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from analysis.change.measures import Measure
from analysis.change.sentences import origins
from analysis.parity import Declaration, Difference, Pair, parity
from analysis.parity.compare import Lack
from analysis.recovery import Outcome, budget
from analysis.recovery.spans import Figures, Span
from contracts.change import Origin, OriginKind, Question
from graph.estate import Estate
from graph.nodes import STACK_REFERENCE_TYPE
from graph.resource_graph import ResourceGraph


@dataclass(frozen=True)
class RecoveryMeasures:
    """RTO and RPO of every service and store in every scenario."""

    question: Literal[Question.RECOVERY, Question.PARITY] = Question.RECOVERY

    def measures(self, graphs: Mapping[str, ResourceGraph]) -> Iterator[Measure]:
        """The figures of the stacks of one environment, which recover together."""
        found = budget(Estate(_in_order(graphs)))
        for outcome in found.outcomes:
            yield _measure(outcome, "RTO", outcome.rto, graphs)
            if outcome.rpo is not None:
                yield _measure(outcome, "RPO", outcome.rpo, graphs)
        for name in found.uncovered:
            yield Measure(name=f"recovery of {name}", value="not computed: no rule knows its type", rank=None)


def _measure(outcome: Outcome, what: str, span: Span, graphs: Mapping[str, ResourceGraph]) -> Measure:
    subject, figures = outcome.subject, span.figures
    pages = dict.fromkeys(term.source for term in span.decisive if term.source.startswith("https://"))
    urn = _places(graphs, (subject.urn,)) if subject.urn else ()
    return Measure(
        name=f"{what} of {subject} when {outcome.scenario.value}",
        value=_told(figures),
        rank=(figures.typical, figures.bound, figures.best) if figures.known else None,
        stack=subject.stack or None,
        origins=(*urn, *(Origin(kind=OriginKind.PAGE, at=page) for page in pages)),
    )


def _told(figures: Figures) -> str:
    if not figures.known:
        return f"unknown ({'; '.join(figures.unknown)})"
    if figures.lost:
        return "never: nothing brings it back"
    bound = "no bound" if math.isinf(figures.bound) else f"at most {figures.bound:g} s"
    return f"{figures.typical:g} s typically, {bound}"


@dataclass(frozen=True)
class ParityMeasures:
    """Differences between the two regions of an environment."""

    pairs: tuple[Pair, ...]
    declared: tuple[Declaration, ...] = ()
    question: Literal[Question.RECOVERY, Question.PARITY] = Question.PARITY

    def measures(self, graphs: Mapping[str, ResourceGraph]) -> Iterator[Measure]:
        """Every difference that nobody has declared, one by one."""
        estate = Estate(_in_order(graphs))
        for pair in self.pairs:
            if pair.left in graphs and pair.right in graphs:
                yield from (_difference(pair, one, graphs) for one in parity(estate, pair, self.declared).undeclared)


def _places(graphs: Mapping[str, ResourceGraph], urns: Iterable[str]) -> tuple[Origin, ...]:
    """Where resources are declared, and which they are."""
    nodes = [node for urn in urns for graph in graphs.values() if (node := graph.get(urn)) is not None]
    return tuple(dict.fromkeys(origin for node in nodes for origin in origins(node)))


def _difference(pair: Pair, one: Difference, graphs: Mapping[str, ResourceGraph]) -> Measure:
    what = one.path.rpartition(" > ")[2].rpartition(":")[2]
    of = f"{one.property} of " if one.property else ""
    return Measure(
        name=f"{of}{what} in {pair.left} and {pair.right}",
        origins=_places(graphs, one.urns),
        value=f"{one.left or 'nothing'} and {one.right or 'nothing'}",
        rank=None if one.kind is Lack.UNKNOWN else (1.0,),
        stack=pair.right,
        fault=True,
    )


def _in_order(graphs: Mapping[str, ResourceGraph]) -> dict[str, ResourceGraph]:
    """Each stack after those that it reads, as an estate wants them."""
    reads = {stack: set(_read_by(graph)) & graphs.keys() - {stack} for stack, graph in graphs.items()}
    done: dict[str, ResourceGraph] = {}
    while len(done) < len(graphs):
        ready = [stack for stack in graphs if stack not in done and reads[stack] <= done.keys()]
        for stack in ready or [stack for stack in graphs if stack not in done]:
            done[stack] = graphs[stack]
    return done


def _read_by(graph: ResourceGraph) -> Iterable[str]:
    return (str(node.inputs.get("name", node.name)).rpartition("/")[2] for node in graph.of_type(STACK_REFERENCE_TYPE))
