"""Estimates and differences as text and as plain data for programs; USD a month, rounded to cents."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from analysis.cost.budget import Check
from analysis.cost.difference import Change, Difference
from analysis.cost.estimate import CENT, Estimate, largest
from analysis.cost.prices import Price

LARGEST = 10
WIDTH = 96


def table(found: Estimate) -> str:
    """Return every line of an estimate, dearest first, then the sum and what is unknown."""
    rows = [
        f"{line.resource:<44} {line.sku:<52} {line.quantity:>12.2f} {line.unit:<16} {line.usd:>9.2f}"
        for line in sorted(found.lines, key=lambda line: (-line.usd, line.urn))
    ]
    return "\n".join([*rows, _sum(found, 137), *_unknown(found)])


def summary(found: Estimate, checks: Iterable[Check] = ()) -> str:
    """Return the sums of an estimate, its dearest resources, its assumptions, and how it stands to budgets."""
    parts = [
        _block("component", found.by_component()),
        _block("AWS service", found.by_service()),
        _block("team", found.by_team()),
        _block("environment", found.by_environment()),
        _block(f"{LARGEST} dearest resources", dict(largest(found, LARGEST))),
        _assumptions(found),
        "\n".join([_sum(found, WIDTH), *map(str, checks), *_unknown(found)]),
    ]
    return "\n\n".join(part for part in parts if part)


def data(found: Estimate, checks: Iterable[Check] = ()) -> dict[str, Any]:
    """Return an estimate as plain data."""
    names = {line.urn: (line.stack, line.resource, line.type) for line in found.lines}
    return {
        "total_usd": found.total,
        "complete": not found.unknown,
        "by_component": _rounded(found.by_component()),
        "by_service": _rounded(found.by_service()),
        "by_team": _rounded(found.by_team()),
        "by_environment": _rounded(found.by_environment()),
        "resources": [
            {**dict(zip(("stack", "resource", "type"), names[urn], strict=True)), "usd": usd.quantize(CENT)}
            for urn, usd in found.by_resource().items()
        ],
        "lines": [
            {
                "resource": line.resource,
                "price": line.key,
                "region": line.region,
                "quantity": f"{line.quantity.normalize():f}",
                "unit": line.unit,
                "usd": line.usd.quantize(CENT),
                "assumes": list(line.assumes),
            }
            for line in found.lines
        ],
        "assumptions": [
            {"name": item.name, "quantity": item.quantity, "unit": item.unit, "why": item.why}
            for item in found.assumptions
        ],
        "unknown": [
            {"stack": item.stack, "resource": item.resource, "type": item.type, "reason": item.reason}
            for item in found.unknown
        ],
        "budgets": [
            {
                "environment": item.environment,
                "limit_usd": item.limit_usd,
                "estimated_usd": item.estimated_usd,
                "verdict": item.verdict.value,
            }
            for item in checks
        ],
    }


def changes(found: Difference) -> str:
    """Return what changes between two estimates as text."""
    parts = [
        _changed("resource", found.resources),
        _changed("AWS service", found.services),
        _changed("team", found.teams),
        f"${found.before.total} → ${found.after.total} a month, {_signed(found.usd)}"
        + (f", {found.percent} % of the first" if found.percent is not None else ""),
        "\n".join([*_unknown(found.before), *_unknown(found.after)]),
    ]
    return "\n\n".join(part for part in parts if part)


def changes_data(found: Difference) -> dict[str, Any]:
    """Return what changes between two estimates as plain data."""
    return {
        "before_usd": found.before.total,
        "after_usd": found.after.total,
        "change_usd": found.usd,
        "after_percent_of_before": found.percent,
        "complete": found.complete,
        "resources": [_change_data(change) for change in found.resources],
        "services": [_change_data(change) for change in found.services],
        "teams": [_change_data(change) for change in found.teams],
    }


def price_list(prices: Iterable[Price]) -> str:
    """Return prices as text, a line each: what it is, the figure, how old, and what it rests on."""
    return "\n".join(
        f"{price.key:<54} {price.usd.normalize():>14f} {price.unit:<18} {price.as_of} {price.basis:<9} {price.page}"
        for price in prices
    )


def _rounded(sums: Mapping[str, Decimal]) -> dict[str, Decimal]:
    return {name: usd.quantize(CENT) for name, usd in sums.items()}


def _block(title: str, sums: Mapping[str, Decimal]) -> str:
    rows = [f"  {name:<{WIDTH - 14}} {usd:>11.2f}" for name, usd in sums.items() if usd]
    told = title if title[0].isdigit() else f"by {title}"
    return "\n".join([f"{told}, USD a month", *rows]) if rows else ""


def _assumptions(found: Estimate) -> str:
    rows = [f"  {item.name:<36} {item.quantity:>9f} {item.unit}; {item.why}" for item in found.assumptions]
    return "\n".join(["assumed for a month", *rows]) if rows else ""


def _sum(found: Estimate, width: int) -> str:
    return f"{'total USD a month':<{width - 11}} {found.total:>11}"


def _unknown(found: Estimate) -> Iterator[str]:
    for item in found.unknown:
        yield f"unknown: {item.type} {item.resource}: {item.reason}"


def _changed(title: str, found: Iterable[Change]) -> str:
    rows = [
        f"  {change.name:<60} {change.before:>10.2f} → {change.after:>10.2f} {_signed(change.usd.quantize(CENT)):>10}"
        for change in found
    ]
    return "\n".join([f"by {title}", *rows]) if rows else ""


def _signed(usd: Decimal) -> str:
    return f"{usd:+.2f}"


def _change_data(change: Change) -> dict[str, Any]:
    return {
        "name": change.name,
        "before_usd": change.before.quantize(CENT),
        "after_usd": change.after.quantize(CENT),
        "change_usd": change.usd.quantize(CENT),
    }
