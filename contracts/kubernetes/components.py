"""What the platform brings to every cluster that wants it."""

from __future__ import annotations

from contracts.kubernetes.charts.mesh import mesh
from contracts.kubernetes.charts.nodes import nodes
from contracts.kubernetes.charts.observability import observability
from contracts.kubernetes.charts.platform import platform
from contracts.kubernetes.parts import Component


def components() -> tuple[Component, ...]:
    """Every component, in the order of their waves."""
    every = (*platform(), *mesh(), *nodes(), *observability())
    return tuple(sorted(every, key=lambda component: (component.wave, component.name)))
