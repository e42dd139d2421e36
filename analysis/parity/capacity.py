"""Whether either region can carry all traffic: what runs at once, what scaling may reach, and AWS's quotas.

Each region is taken to be sized for its own share. What carries 70 % with 7 tasks needs 10 for all; of what two
regions say, the smaller need is taken, for the other one has room to spare. So a region of 30 % needs 3.3 times its own
capacity, in advance, or the time of scaling.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum, unique
from math import ceil, floor

from analysis.parity.quotas import Quota, quotas
from analysis.recovery.services import NODES, SERVICE, counterparts, tasks
from analysis.recovery.stores import TABLE
from analysis.recovery.world import Place, World, number
from graph.resource_graph import ResourceGraph
from graph.values import MISSING

RAISED = "aws:servicequotas/serviceQuota:ServiceQuota"
"""A quota that the program asks AWS to raise."""


@dataclass(frozen=True)
class Share:
    """A region and the part of the traffic that it carries, 0 to 1."""

    stack: str
    region: str
    part: float


@unique
class Verdict(StrEnum):
    """Whether a region carries everything."""

    AT_ONCE = "at once"
    """What runs already is enough."""
    AFTER_SCALING = "after scaling"
    """What may run is enough; until it does, requests wait."""
    NOT = "not"
    """Not even the most that may run is enough."""
    UNKNOWN = "unknown"
    """A number is not known before deployment."""


@dataclass(frozen=True, kw_only=True)
class Capacity:
    """One kind of capacity, for the loss of one region."""

    survivor: str
    """Stack that has to carry everything."""
    lost: str
    what: str
    """Such as `tasks of api-gateway`."""
    runs: float | None
    """What always runs there."""
    most: float | None
    """What may run there, quotas included."""
    needed: float | None
    """What all traffic needs, by what runs in both regions."""
    verdict: Verdict
    limit: str
    """What sets `most`: a setting, or a quota with its source."""
    carries: str
    """How far it goes: the load of the lost region up to which the survivor has room."""

    @property
    def enough(self) -> bool:
        """Whether it is enough in the end."""
        return self.verdict in (Verdict.AT_ONCE, Verdict.AFTER_SCALING)


def capacity(graphs: Mapping[str, ResourceGraph], shares: Iterable[Share]) -> tuple[Capacity, ...]:
    """Judge each region as the only one left.

    Args:
        graphs: stack → graph, of all stacks or of the region stacks alone.
        shares: the region stacks and what each carries.
    """
    world, parts = World(graphs), tuple(shares)
    return tuple(
        found
        for survivor in parts
        for lost in parts
        if lost.stack != survivor.stack
        for found in _Survival(world, survivor, lost).judged()
    )


class _Survival:
    def __init__(self, world: World, survivor: Share, lost: Share) -> None:
        self.world, self.survivor, self.lost = world, survivor, lost

    def judged(self) -> Iterator[Capacity]:
        yield from self._group(SERVICE, "name", "tasks of {}", self._tasks, self._most_tasks)
        yield from self._group(NODES, "nodeGroupName", "nodes of {}", _nodes, _most_nodes)
        yield from self._group(TABLE, "name", "write units of {}", _writes, _most_writes)
        yield from self._quotas()

    def _tasks(self, place: Place) -> float | None:
        return tasks(self.world, place)

    def _most_tasks(self, place: Place) -> float | None:
        return tasks(self.world, place, "maxCapacity")

    def _group(
        self,
        type_: str,
        name: str,
        what: str,
        runs: Callable[[Place], float | None],
        most: Callable[[Place], float | None],
    ) -> Iterator[Capacity]:
        for place in self.world.of(type_):
            if place.stack != self.lost.stack:
                continue
            twin = next(
                (one for one in counterparts(self.world, place, name) if one.stack == self.survivor.stack), None
            )
            label = what.format(place.value(name))
            if twin is None:
                if type_ != TABLE:  # a table's other half may be a replica, which parity looks for
                    yield self._one(label, runs(place), 0, 0, "there is none in the other region", most(place))
                continue
            if runs(place) == 0 or most(place) == 0:
                continue  # scaled from nothing by what waits, or paid by request: AWS limits it alone
            yield self._one(label, runs(place), runs(twin), most(twin), twin.source(""), most(place))

    def _one(
        self,
        what: str,
        lost_runs: float | None,
        runs: float | None,
        most: float | None,
        limit: str,
        lost_most: float | None,
    ) -> Capacity:
        needed = _needed(lost_runs, self.lost.part, runs, self.survivor.part)
        if needed is None or most is None or runs is None:
            verdict = Verdict.UNKNOWN
        elif runs >= needed:
            verdict = Verdict.AT_ONCE
        else:
            verdict = Verdict.AFTER_SCALING if most >= needed else Verdict.NOT
        return Capacity(
            survivor=self.survivor.stack,
            lost=self.lost.stack,
            what=what,
            runs=runs,
            most=most,
            needed=needed,
            verdict=verdict,
            limit=limit,
            carries=self._carries(most, lost_most),
        )

    def _carries(self, most: float | None, lost_most: float | None) -> str:
        """Up to how much of what the lost region runs the survivor can take over."""
        if most is None or lost_most is None:
            return ""
        room = floor(most * self.lost.part)
        return f"as long as {self.lost.stack} needs at most {min(room, int(lost_most))} of its {lost_most:g}"

    def _quotas(self) -> Iterator[Capacity]:
        """What all that may run in the survivor counts for, against AWS's quotas."""
        for default in quotas():
            own = [place for place in self.world.of(*default.types) if place.region == self.survivor.region]
            if not own:
                continue
            quota = self._raised(default)
            total = self._used(own, quota)
            within = total is not None and total <= quota.value
            yield Capacity(
                survivor=self.survivor.stack,
                lost=self.lost.stack,
                what=quota.what,
                runs=None,
                most=quota.value,
                needed=total,
                verdict=Verdict.UNKNOWN if total is None else Verdict.AT_ONCE if within else Verdict.NOT,
                limit=str(quota),
                carries="",
            )

    def _raised(self, quota: Quota) -> Quota:
        """A quota with what the program itself asks for."""
        for place in self.world.of(RAISED):
            value = number(place.value("value"))
            if place.value("quotaCode") == quota.code and place.region == self.survivor.region and value is not None:
                return replace(quota, value=max(value, quota.value), page=place.source("value"))
        return quota

    def _used(self, own: list[Place], quota: Quota) -> float | None:
        if quota.counts == "each-zone":
            subnets = [self.world.target(place, "subnetId", "aws:ec2/subnet:Subnet") for place in own]
            zones = [subnet.value("availabilityZone") if subnet is not None else None for subnet in subnets]
            return None if not all(isinstance(zone, str) for zone in zones) else max(map(zones.count, zones))
        uses = [quota_use(self.world, place, quota) for place in own]
        known = [use for use in uses if use is not None]
        return None if len(known) < len(uses) else max(known) if quota.counts == "tasks" else sum(known)


def _needed(lost: float | None, lost_part: float, own: float | None, own_part: float) -> float | None:
    """What all traffic needs, by the region that has less to spare; what carries nothing says nothing."""
    if lost is None or own is None:
        return None
    needs = [count / part for count, part in ((lost, lost_part), (own, own_part)) if part > 0 and count > 0]
    return ceil(min(needs)) if needs else 0


def _nodes(group: Place) -> float | None:
    return number(group.value("scalingConfig.desiredSize"))


def _most_nodes(group: Place) -> float | None:
    return number(group.value("scalingConfig.maxSize"))


def _writes(table: Place) -> float | None:
    """Write units of a table; zero where it is paid by request."""
    mode = table.value("billingMode")
    if mode == "PAY_PER_REQUEST":
        return 0
    return number(table.value("writeCapacity"), 0) if mode in ("PROVISIONED", MISSING) else None


def _most_writes(table: Place) -> float | None:
    return _writes(table)


def quota_use(world: World, place: Place, quota: Quota) -> float | None:
    """What a resource may use of a quota when it is scaled to its most; None where it is not known."""
    if quota.counts == "each":
        return 1
    if quota.counts == "tasks-vcpu":
        most = tasks(world, place, "maxCapacity")
        task = world.target(place, "taskDefinition", "aws:ecs/taskDefinition:TaskDefinition")
        cpu = task.value("cpu") if task is not None else MISSING
        units = float(cpu) if isinstance(cpu, str) and cpu.isdigit() else number(cpu)
        return None if most is None or units is None else most * units / 1024
    return tasks(world, place, "maxCapacity")
