"""How tasks are shared between on-demand and spot Fargate: pure arithmetic, no resources."""

from __future__ import annotations

from dataclasses import dataclass

ON_DEMAND = "FARGATE"
SPOT = "FARGATE_SPOT"


@dataclass(frozen=True, kw_only=True)
class CapacityShare:
    """One item of a capacity provider strategy."""

    provider: str
    weight: int
    """Relative share of the tasks beyond `base`, 0 to 1000."""
    base: int
    """Tasks placed here before weights count; ECS lets one item of a strategy have a base."""


def capacity_shares(spot_percent: int) -> tuple[CapacityShare, ...]:
    """Return the capacity provider strategy that places `spot_percent` percent of the tasks on spot.

    All of it (100) or nothing (0) is one item. Anything between keeps a base of one task on demand, so that a service
    of one task is never only on capacity that AWS may take back within two minutes.

    Raises:
        ValueError: `spot_percent` is outside 0 to 100.
    """
    if not 0 <= spot_percent <= 100:
        raise ValueError(f"spot_percent is {spot_percent}; it is a percentage, 0 to 100")
    if spot_percent == 0:
        return (CapacityShare(provider=ON_DEMAND, weight=1, base=0),)
    if spot_percent == 100:
        return (CapacityShare(provider=SPOT, weight=1, base=0),)
    return (
        CapacityShare(provider=ON_DEMAND, weight=100 - spot_percent, base=1),
        CapacityShare(provider=SPOT, weight=spot_percent, base=0),
    )
