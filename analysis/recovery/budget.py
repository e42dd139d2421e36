"""The recovery budget: what each scenario does to each service and store of stacks that recover together (DR-2)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum, unique

from analysis.recovery.backups import Backups
from analysis.recovery.databases import databases
from analysis.recovery.model import Kind, Outcome, Subject
from analysis.recovery.objects import Objects
from analysis.recovery.routes import DETECTIONS, Route, route_outcomes, routes
from analysis.recovery.services import services
from analysis.recovery.spans import Latest, Span, Sum
from analysis.recovery.stores import caches, files, tables
from analysis.recovery.terms import published
from analysis.recovery.world import World
from contracts.recovery.scenarios import Scenario
from graph.resource_graph import ResourceGraph

STATEFUL = (
    "aws:opensearch/domain:Domain",
    "aws:redshift/cluster:Cluster",
    "aws:redshiftserverless/namespace:Namespace",
    "aws:amp/workspace:Workspace",
    "aws:kinesis/stream:Stream",
    "aws:sqs/queue:Queue",
    "aws:ebs/volume:Volume",
)
"""Types that keep data and that no rule here computes: they are named, never passed over."""


@unique
class Decision(StrEnum):
    """Who begins the plan when a region is lost."""

    APPROVAL = "approval"
    """A person, after having seen it."""
    AUTOMATIC = "automatic"
    """The plan itself, by the health checks."""


@dataclass(frozen=True, kw_only=True)
class Budget:
    """All outcomes, and what could not be computed."""

    outcomes: tuple[Outcome, ...]
    uncovered: tuple[str, ...]
    """Resources that keep data and that no rule knows, `stack/name (type)`."""
    regions: tuple[str, ...]
    decision: Decision

    def of(self, kinds: Iterable[Kind], scenario: Scenario) -> tuple[Outcome, ...]:
        """Return the outcomes of a scenario for kinds of subjects."""
        wanted = frozenset(kinds)
        return tuple(one for one in self.outcomes if one.scenario is scenario and one.subject.kind in wanted)


def budget(graphs: Mapping[str, ResourceGraph], decision: Decision = Decision.APPROVAL) -> Budget:
    """Compute the budget of the stacks that recover together.

    Args:
        graphs: stack → graph, an estate or any other mapping.
        decision: who begins the plan when a region is lost.
    """
    world = World(graphs)
    backups = Backups(world)
    ways = routes(world)
    found = [
        *services(world, ways),
        *databases(world, backups),
        *tables(world, backups),
        *caches(world),
        *Objects(world, backups).outcomes(),
        *files(world, backups),
        *route_outcomes(ways),
    ]
    found += _regions(world, found, _noticed(ways), decision)
    return Budget(
        outcomes=tuple(found),
        uncovered=tuple(f"{place} ({place.node.type})" for place in world.of(*STATEFUL)),
        regions=world.regions,
        decision=decision,
    )


_OF_A_REGION = (Kind.DATABASE, Kind.TABLE, Kind.CACHE, Kind.OBJECTS, Kind.FILES)


def _regions(world: World, found: list[Outcome], noticed: Span, decision: Decision) -> Iterator[Outcome]:
    """A region as a whole: traffic leaves by itself; stores are promoted after somebody or something has decided."""
    decided = published("people-decide" if decision is Decision.APPROVAL else "plan-decides")
    for region in world.regions:
        lost = [one for one in found if one.scenario is Scenario.REGION_LOSS and one.subject.region == region]
        stores = [one for one in lost if one.subject.kind in _OF_A_REGION]
        serving = [one.rto for one in lost if one.subject.kind in (Kind.SERVICE, Kind.NODES)]
        promoted = Sum(noticed, decided, Latest(*dict.fromkeys(one.rto for one in stores)))
        who = Subject(kind=Kind.REGION, stack="", region=region, name=region)
        rpo = Latest(*dict.fromkeys(one.rpo for one in stores if one.rpo is not None))
        rto = Latest(*dict.fromkeys(serving), promoted) if stores else Latest(*dict.fromkeys(serving))
        yield Outcome(subject=who, scenario=Scenario.REGION_LOSS, rto=rto, rpo=rpo)


def _noticed(ways: Sequence[Route]) -> Span:
    """By the slowest health check that leads clients away, or by people."""
    checks = [term for way in ways for term in way.leads_away.terms if term.name in DETECTIONS]
    return max(checks, key=lambda term: term.bound, default=published("people-notice"))
