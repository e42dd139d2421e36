"""The global stack: what spans the region stacks of an environment; `global` itself is a word of the language."""

from __future__ import annotations

from contracts.settings import GlobalStackSettings
from stacks.world.between import peer, replicate
from stacks.world.edge import make_edge
from stacks.world.outputs import export
from stacks.world.recovery import make_recovery
from stacks.world.regions import read_regions

__all__ = ["build"]


def build(settings: GlobalStackSettings) -> None:
    """Declare everything that leads to the regions, and from one to the other.

    Raises:
        pulumi.RunError: a region stack was never deployed, or exports too little; with every problem of both, and no
            resource has been declared.
    """
    name = f"{settings.environment}-global"
    regions = read_regions(settings)
    edge = make_edge(settings, regions, name)
    replicate(settings, regions, name)
    make_recovery(settings, regions, edge.accelerator, name)
    export(settings, regions, edge, peer(settings, regions, name))
