"""What a resource graph costs a month by list prices, line by line.

A resource is priced, known to be free for a stated reason, or *unknown*: an unknown one is reported and makes the
total a lower bound; it never counts as zero silently. Usage that no graph can know (traffic, stored data) is assumed,
and each line names its assumptions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from analysis.cost.charges import Charge, Context, NoPriceError
from analysis.cost.free import FREE
from analysis.cost.prices import PriceTable
from analysis.cost.rules import rule_of
from analysis.cost.usage import Assumption, Usage
from graph.nodes import Node
from graph.resource_graph import ResourceGraph

CENT = Decimal("0.01")
NOBODY = "(no owner)"
NOWHERE = "(no environment)"


@dataclass(frozen=True, kw_only=True)
class Line:
    """One charge of one resource."""

    stack: str
    urn: str
    resource: str
    """Logical name."""
    type: str
    component: str
    """The outermost component that it is part of, such as `dev-alb (LoadBalancer)`; itself where there is none."""
    owner: str
    """Team, by the tag `Owner`."""
    environment: str
    """By the tag `Environment`."""
    region: str
    key: str
    """Key of the price table."""
    service: str
    sku: str
    quantity: Decimal
    unit: str
    usd: Decimal
    """A month, unrounded."""
    assumes: tuple[str, ...] = ()
    """Names of the assumptions in the quantity."""


@dataclass(frozen=True, kw_only=True)
class Unpriced:
    """A resource, or a part of one, that nobody knows the price of here."""

    stack: str
    urn: str
    resource: str
    type: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class Estimate:
    """All lines, and what is missing from them."""

    lines: tuple[Line, ...]
    unknown: tuple[Unpriced, ...]
    assumptions: tuple[Assumption, ...] = ()
    """Those that some line is made of, by name; of several contracts' the one is kept for each."""

    @property
    def total(self) -> Decimal:
        """Sum of the lines in USD a month, rounded to cents; a lower bound while anything is unknown."""
        return sum((line.usd for line in self.lines), Decimal(0)).quantize(CENT)

    def sums(self, of: Callable[[Line], str]) -> dict[str, Decimal]:
        """Return the unrounded sum of each group of lines, dearest first."""
        found: dict[str, Decimal] = {}
        for line in self.lines:
            found[of(line)] = found.get(of(line), Decimal(0)) + line.usd
        return {name: found[name] for name in sorted(found, key=lambda name: (-found[name], name))}

    def by_resource(self) -> dict[str, Decimal]:
        """Return the sum of each resource, by its URN."""
        return self.sums(lambda line: line.urn)

    def by_component(self) -> dict[str, Decimal]:
        """Return the sum of each component."""
        return self.sums(lambda line: line.component)

    def by_service(self) -> dict[str, Decimal]:
        """Return the sum of each AWS service."""
        return self.sums(lambda line: line.service)

    def by_team(self) -> dict[str, Decimal]:
        """Return the sum of each owner."""
        return self.sums(lambda line: line.owner)

    def by_environment(self) -> dict[str, Decimal]:
        """Return the sum of each environment."""
        return self.sums(lambda line: line.environment)


def together(estimates: Iterable[Estimate]) -> Estimate:
    """Return several estimates as one."""
    parts = list(estimates)
    named = {(item.name, item.quantity): item for part in parts for item in part.assumptions}
    return Estimate(
        lines=tuple(line for part in parts for line in part.lines),
        unknown=tuple(item for part in parts for item in part.unknown),
        assumptions=tuple(named[key] for key in sorted(named)),
    )


def estimate(
    graph: ResourceGraph,
    prices: PriceTable,
    usage: Usage,
    *,
    tags: Mapping[str, str] | None = None,
    region: str = "",
) -> Estimate:
    """Price every resource of a graph for one month.

    ``tags`` and ``region`` stand for those of resources that have none of their own, such as objects on a cluster.
    """
    lines: list[Line] = []
    unknown: list[Unpriced] = []
    context = Context(graph=graph, usage=usage)
    for node in graph:
        if not node.custom or node.is_provider or node.package == "pulumi":
            continue  # what its children are made of is priced, not the component
        place = _Place.of(node, graph, tags or {}, region)
        try:
            for charge in _charges(node, context):
                lines.append(_line(place, charge, prices))
        except NoPriceError as error:
            reason = str(error)
            unknown.append(Unpriced(stack=graph.stack, urn=node.urn, resource=node.name, type=node.type, reason=reason))
    used = sorted({name for line in lines for name in line.assumes})
    return Estimate(
        lines=tuple(lines), unknown=tuple(unknown), assumptions=tuple(usage.assumptions[name] for name in used)
    )


def _charges(node: Node, context: Context) -> Iterable[Charge]:
    rule = rule_of(node.type)
    if rule is not None:
        return rule(node, context)
    if node.type in FREE:
        return ()
    raise NoPriceError("no rule prices this type")


@dataclass(frozen=True, kw_only=True)
class _Place:
    """Where a resource belongs, whatever it is charged for."""

    node: Node
    stack: str
    component: str
    owner: str
    environment: str
    region: str

    @classmethod
    def of(cls, node: Node, graph: ResourceGraph, tags: Mapping[str, str], region: str) -> _Place:
        own = {**tags, **graph.tags_all(node)}
        whole = next((item for item in reversed(graph.ancestors(node.urn)) if not item.is_stack), node)
        return cls(
            node=node,
            stack=graph.stack,
            component=f"{whole.name} ({whole.type.rpartition(':')[2]})",
            owner=str(own.get("Owner", NOBODY)),
            environment=str(own.get("Environment", NOWHERE)),
            region=node.region if isinstance(node.region, str) else region,
        )


def _line(place: _Place, charge: Charge, prices: PriceTable) -> Line:
    price = prices.get(charge.price, place.region)
    if price is None:
        where = f" in {place.region}" if place.region else ": its region is not known"
        raise NoPriceError(f"the price table has no {charge.price}{where}")
    return Line(
        stack=place.stack,
        urn=place.node.urn,
        resource=place.node.name,
        type=place.node.type,
        component=place.component,
        owner=place.owner,
        environment=place.environment,
        region=place.region,
        key=price.key,
        service=price.service,
        sku=price.sku,
        quantity=charge.quantity,
        unit=price.unit,
        usd=price.usd * charge.quantity,
        assumes=charge.assumes,
    )


def largest(found: Estimate, count: int) -> Iterator[tuple[str, Decimal]]:
    """Yield the dearest resources by name, and what they cost."""
    names = {line.urn: line.resource for line in found.lines}
    for urn, usd in list(found.by_resource().items())[:count]:
        yield names[urn], usd
