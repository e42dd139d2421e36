"""What a resource graph costs a month by list prices, line by line.

A resource type is priced, known to be free for a stated reason, or *unknown*: an unknown one is reported and makes the
total a lower bound, it never counts as zero silently. Usage that no graph can know (traffic, stored data) is assumed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from analysis.cost_free import FREE
from analysis.cost_rules import RULES, Charge, Context, NoPriceError
from analysis.prices import PriceTable
from analysis.usage import Usage
from graph.resource_graph import ResourceGraph

CENT = Decimal("0.01")


@dataclass(frozen=True, kw_only=True)
class Line:
    """One charge of one resource."""

    resource: str
    """Logical name."""
    type: str
    service: str
    sku: str
    quantity: Decimal
    unit: str
    usd: Decimal
    """A month, unrounded."""


@dataclass(frozen=True, kw_only=True)
class Unpriced:
    """A resource, or a part of one, that nobody knows the price of here."""

    resource: str
    type: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class Estimate:
    """All lines, and what is missing from them."""

    lines: tuple[Line, ...]
    unknown: tuple[Unpriced, ...]

    @property
    def total(self) -> Decimal:
        """Sum of the lines in USD a month, rounded to cents; a lower bound while anything is unknown."""
        return sum((line.usd for line in self.lines), Decimal(0)).quantize(CENT)

    def by_service(self) -> dict[str, Decimal]:
        """Return the sum of each service, dearest first."""
        sums: dict[str, Decimal] = {}
        for line in self.lines:
            sums[line.service] = sums.get(line.service, Decimal(0)) + line.usd
        return {service: sums[service].quantize(CENT) for service in sorted(sums, key=lambda name: -sums[name])}


def estimate(graph: ResourceGraph, prices: PriceTable, usage: Usage) -> Estimate:
    """Price every AWS resource of a graph for one month."""
    lines: list[Line] = []
    unknown: list[Unpriced] = []
    context = Context(graph=graph, usage=usage)
    for node in graph:
        if node.package != "aws" or node.is_provider:
            continue
        rule: Callable[..., Iterable[Charge]] | None = RULES.get(node.type)
        if rule is None:
            if node.type not in FREE:
                unknown.append(Unpriced(resource=node.name, type=node.type, reason="no rule prices this type"))
            continue
        try:
            for charge in rule(node, context):
                price = prices.get(charge.price)
                if price is None:
                    reason = f"the price table has no {charge.price}"
                    unknown.append(Unpriced(resource=node.name, type=node.type, reason=reason))
                    continue
                lines.append(
                    Line(
                        resource=node.name,
                        type=node.type,
                        service=price.service,
                        sku=price.sku,
                        quantity=charge.quantity,
                        unit=price.unit,
                        usd=price.usd * charge.quantity,
                    )
                )
        except NoPriceError as error:
            unknown.append(Unpriced(resource=node.name, type=node.type, reason=str(error)))
    return Estimate(lines=tuple(lines), unknown=tuple(unknown))


def table(found: Estimate) -> str:
    """Return the estimate as text: a line a charge, the sum, then what is unknown."""
    rows = [
        f"{line.resource:<40} {line.sku:<48} {line.quantity:>10.2f} {line.unit:<16} {line.usd:>8.2f}"
        for line in sorted(found.lines, key=lambda line: -line.usd)
    ]
    missing: Mapping[str, str] = {f"{item.type} {item.resource}": item.reason for item in found.unknown}
    return "\n".join(
        [
            *rows,
            f"{'total USD a month':<117} {found.total:>8}",
            *(f"unknown: {who}: {why}" for who, why in missing.items()),
        ]
    )
