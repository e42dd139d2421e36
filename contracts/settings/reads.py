"""Which stacks a stack reads, by its settings alone: what must be deployed before it."""

from __future__ import annotations

from contracts.settings.global_stack import GlobalStackSettings
from contracts.settings.kubernetes_stack import KubernetesStackSettings
from contracts.settings.reading import AnySettings
from contracts.settings.service import ServiceStackSettings
from contracts.settings.stack import StackSettings


def reads(settings: AnySettings) -> dict[str, str]:
    """Setting → stack whose outputs are read because of it; empty for a stack that reads nobody."""
    match settings:
        case ServiceStackSettings():
            return {"region_stack": settings.region_stack}
        case KubernetesStackSettings():
            others = {f"clusters.{name}.region_stack": one.region_stack for name, one in settings.clusters.items()}
            return {"region_stack": settings.region_stack, **others}
        case StackSettings():
            peer = settings.pair.peer_stack if settings.pair else None
            return {"pair.peer_stack": peer} if peer else {}
        case GlobalStackSettings():
            return {f"regions.{name}": name for name in settings.regions}
