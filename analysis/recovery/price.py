"""The price of resilience: what each way to run an environment costs a month, and how fast it recovers for that."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from analysis.cost.estimate import Estimate
from analysis.recovery.budget import Budget
from analysis.recovery.databases import CLUSTER_INSTANCE, INSTANCE
from analysis.recovery.model import Kind
from analysis.recovery.spans import Figures, Latest
from analysis.recovery.stores import CACHE
from contracts.recovery.scenarios import Scenario
from contracts.recovery.targets import Measure
from graph.nodes import Node
from graph.resource_graph import ResourceGraph
from graph.values import FrozenMap

Question = tuple[Kind, Measure, Scenario]
QUESTIONS: tuple[Question, ...] = (
    (Kind.SERVICE, Measure.RTO, Scenario.ZONE_LOSS),
    (Kind.DATABASE, Measure.RTO, Scenario.ZONE_LOSS),
    (Kind.DATABASE, Measure.RTO, Scenario.REGION_LOSS),
    (Kind.DATABASE, Measure.RPO, Scenario.REGION_LOSS),
    (Kind.TABLE, Measure.RPO, Scenario.REGION_LOSS),
    (Kind.REGION, Measure.RTO, Scenario.REGION_LOSS),
)
"""What is asked of each variant: the slowest of the kind in the scenario."""


@dataclass(frozen=True, kw_only=True)
class Variant:
    """One way to run an environment, whole: its estimate and its budget."""

    name: str
    estimate: Estimate
    budget: Budget


@dataclass(frozen=True, kw_only=True)
class Priced:
    """A variant with its price and what it gives for it."""

    name: str
    usd: Decimal
    """A month, by list prices; a lower bound unless `complete`."""
    complete: bool
    more_usd: Decimal
    """What it costs more than the first variant."""
    times: Mapping[Question, Figures | None]
    """The slowest of each kind in seconds; None where the variant has nothing of the kind."""


def without_standby(graph: ResourceGraph) -> ResourceGraph:
    """The graph with one instance of every database and cache: settings of production refuse that, rightly."""
    kept: list[Node] = []
    clusters: set[object] = set()
    for node in graph:
        if node.type == CLUSTER_INSTANCE:
            cluster = str(node.inputs.get("clusterIdentifier"))
            if cluster in clusters:
                continue
            clusters.add(cluster)
        kept.append(replace(node, inputs=FrozenMap({**node.inputs, **_ALONE.get(node.type, {})})))
    return ResourceGraph(kept, project=graph.project, stack=graph.stack)


_ALONE: Mapping[str, Mapping[str, object]] = {
    CACHE: {"replicasPerNodeGroup": 0, "multiAzEnabled": False, "automaticFailoverEnabled": False},
    INSTANCE: {"multiAz": False},
}
"""Type → inputs of one that has no second."""


def price_of_resilience(variants: Sequence[Variant], questions: Iterable[Question] = QUESTIONS) -> tuple[Priced, ...]:
    """Return the variants with prices and times, in their order; the first one is what the others are compared with."""
    asked = tuple(questions)
    return tuple(
        Priced(
            name=one.name,
            usd=one.estimate.total,
            complete=not one.estimate.unknown,
            more_usd=one.estimate.total - variants[0].estimate.total,
            times={question: slowest(one.budget, question) for question in asked},
        )
        for one in variants
    )


def slowest(found: Budget, question: Question) -> Figures | None:
    """The slowest of a kind in a scenario, or what loses most; None where there is nothing of the kind."""
    kind, measure, scenario = question
    spans = [one.rto if measure is Measure.RTO else one.rpo for one in found.of([kind], scenario)]
    known = [span for span in spans if span is not None]
    return Latest(*dict.fromkeys(known)).figures if known else None
