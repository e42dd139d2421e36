"""What changes in the monthly cost from one graph to another, resource by resource."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from analysis.cost.estimate import CENT, Estimate, Line


@dataclass(frozen=True, kw_only=True)
class Change:
    """One resource, service or team that costs another amount; USD a month, unrounded."""

    name: str
    before: Decimal
    after: Decimal

    @property
    def usd(self) -> Decimal:
        """What is added; negative where something is saved."""
        return self.after - self.before


@dataclass(frozen=True, kw_only=True)
class Difference:
    """Two estimates side by side."""

    before: Estimate
    after: Estimate
    resources: tuple[Change, ...]
    """Those that cost another amount, the greatest change first."""
    services: tuple[Change, ...]
    teams: tuple[Change, ...]

    @property
    def usd(self) -> Decimal:
        """Change of the total in USD a month, rounded to cents."""
        return self.after.total - self.before.total

    @property
    def percent(self) -> Decimal | None:
        """What the second costs in percent of the first; None where the first costs nothing."""
        return (self.after.total / self.before.total * 100).quantize(CENT) if self.before.total else None

    @property
    def complete(self) -> bool:
        """Whether both sides are known completely; a difference of lower bounds says nothing."""
        return not self.before.unknown and not self.after.unknown


def difference(before: Estimate, after: Estimate) -> Difference:
    """Compare two estimates; a resource is the same on both sides by its type, and its name but for the environment.

    So two revisions of one stack are compared resource by resource, and so are two environments.
    """
    return Difference(
        before=before,
        after=after,
        resources=_changes(before.sums(_identity), after.sums(_identity)),
        services=_changes(before.by_service(), after.by_service()),
        teams=_changes(before.by_team(), after.by_team()),
    )


def _identity(line: Line) -> str:
    name = line.resource.removeprefix(f"{line.environment}-").replace(line.region, "region")
    return f"{name} ({line.type.rpartition(':')[2]})"


def _changes(before: Mapping[str, Decimal], after: Mapping[str, Decimal]) -> tuple[Change, ...]:
    nothing = Decimal(0)
    every = [
        Change(name=name, before=before.get(name, nothing), after=after.get(name, nothing))
        for name in sorted(before.keys() | after.keys())
    ]
    return tuple(sorted((change for change in every if change.usd), key=lambda change: -abs(change.usd)))
