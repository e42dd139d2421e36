"""What a change costs a month: sums of services, teams and environments, and the resources that make the difference."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal

from analysis.cost.budget import check
from analysis.cost.estimate import CENT, Estimate
from analysis.cost.prices import PriceTable
from contracts.change import CostDelta, CostOf, CostTotal, Effect, Origin, OriginKind
from contracts.change.deltas import Part, Usd

NOTHING = Decimal(0)


class CostLine(Part):
    """One charge."""

    urn: str
    resource: str
    """Logical name and last word of the type."""
    service: str
    team: str
    environment: str
    usd: Usd
    assumes: tuple[str, ...]
    page: str | None
    """Of the price."""
    declared: str | None = None
    """`path:line` of the resource."""


class UnknownPrice(Part):
    """A resource that nobody can price."""

    urn: str
    resource: str
    reason: str
    declared: str | None = None


class CostFacts(Part):
    """What a stack costs in one revision."""

    lines: tuple[CostLine, ...]
    unknown: tuple[UnknownPrice, ...]
    assumptions: Mapping[str, str]
    """Name → quantity, unit and why."""
    total: CostTotal


def cost_facts(
    found: Estimate,
    prices: PriceTable,
    environment: str,
    budget_usd: Decimal | None,
    declared: Mapping[str, str] | None = None,
) -> CostFacts:
    """Take from an estimate what a comparison needs; ``declared`` is where resources are, `path:line` by URN."""
    places = declared or {}
    checked = check(found, environment, budget_usd) if budget_usd is not None else None
    return CostFacts(
        lines=tuple(
            CostLine(
                urn=line.urn,
                resource=f"{line.resource} ({line.type.rpartition(':')[2]})",
                service=line.service,
                team=line.owner,
                environment=line.environment,
                usd=line.usd,
                assumes=line.assumes,
                page=price.page if (price := prices.get(line.key, line.region)) is not None else None,
                declared=places.get(line.urn),
            )
            for line in found.lines
        ),
        unknown=tuple(
            UnknownPrice(
                urn=item.urn,
                resource=f"{item.type.rpartition(':')[2]} {item.resource}",
                reason=item.reason,
                declared=places.get(item.urn),
            )
            for item in found.unknown
        ),
        assumptions={item.name: f"{item.quantity:f} {item.unit}; {item.why}" for item in found.assumptions},
        total=CostTotal(
            usd=found.total, unknown=len(found.unknown), target=checked.verdict.value if checked is not None else None
        ),
    )


def cost_deltas(before: CostFacts | None, after: CostFacts | None, stack: str) -> Iterator[CostDelta]:
    """Compare the cost of one stack; None where the stack is not there."""
    one, other = before or _NONE, after or _NONE
    assumptions = {**one.assumptions, **other.assumptions}
    for of, key in _GROUPS.items():
        was, now = _sums(one, key), _sums(other, key)
        for subject in sorted(was.keys() | now.keys()):
            old, new = was.get(subject, NOTHING), now.get(subject, NOTHING)
            if old != new:
                lines = [line for facts in (one, other) for line in facts.lines if key(line) == subject]
                yield _delta(stack, of, subject, old, new, lines, assumptions)
    known = {(each.urn, each.reason) for each in one.unknown}
    for each in other.unknown:
        if (each.urn, each.reason) not in known:
            yield CostDelta(
                effect=Effect.UNKNOWN,
                stack=stack,
                subject=each.urn,
                sentence=f"What {each.resource} costs is not known: {each.reason}.",
                origins=_place(each.urn, each.declared),
                of=CostOf.RESOURCE,
                before_usd=NOTHING,
                after_usd=NOTHING,
            )
    if other.total.target == "over" and one.total.target != "over":
        yield CostDelta(
            effect=Effect.WARNS,
            stack=stack,
            subject=f"{stack} budget",
            sentence=f"{stack} goes above its budget: ${one.total.usd} → ${other.total.usd} a month.",
            of=CostOf.ENVIRONMENT,
            before_usd=one.total.usd,
            after_usd=other.total.usd,
        )


_NONE = CostFacts(lines=(), unknown=(), assumptions={}, total=CostTotal(usd=NOTHING, unknown=0))
_GROUPS: Mapping[CostOf, Callable[[CostLine], str]] = {
    CostOf.SERVICE: lambda line: line.service,
    CostOf.TEAM: lambda line: line.team,
    CostOf.ENVIRONMENT: lambda line: line.environment,
    CostOf.RESOURCE: lambda line: line.urn,
}


def _sums(facts: CostFacts, key: Callable[[CostLine], str]) -> dict[str, Decimal]:
    found: dict[str, Decimal] = {}
    for line in facts.lines:
        found[key(line)] = found.get(key(line), NOTHING) + line.usd
    return found


def _place(urn: str, declared: str | None) -> tuple[Origin, ...]:
    file = (Origin(kind=OriginKind.FILE, at=declared),) if declared else ()
    return (*file, Origin(kind=OriginKind.URN, at=urn))


def _delta(
    stack: str,
    of: CostOf,
    subject: str,
    old: Decimal,
    new: Decimal,
    lines: list[CostLine],
    assumptions: Mapping[str, str],
) -> CostDelta:
    was, now = old.quantize(CENT), new.quantize(CENT)
    name = lines[0].resource if of is CostOf.RESOURCE else subject
    assumed = sorted({name for line in lines for name in line.assumes})
    pages = sorted({line.page for line in lines if line.page})
    urn = _place(subject, lines[-1].declared) if of is CostOf.RESOURCE else ()
    return CostDelta(
        effect=Effect.INFORMS if new > old else Effect.IMPROVES,
        stack=stack,
        subject=subject,
        sentence=f"{name}: ${was} → ${now} a month ({now - was:+.2f}).",
        origins=(*urn, *(Origin(kind=OriginKind.PAGE, at=page) for page in pages)),
        of=of,
        before_usd=was,
        after_usd=now,
        assumes=tuple(f"{name} {assumptions[name]}" for name in assumed if name in assumptions),
    )
