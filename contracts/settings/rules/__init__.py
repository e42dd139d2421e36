"""What settings must be to one another: rules by subject, and one table of what each environment must reach."""

from contracts.settings.rules import (
    connectivity,
    data,
    delivery,
    environments,
    flows,
    global_stack,
    kubernetes,
    kubernetes_layer,
    monitoring,
    network,
    pair,
    registry,
    security,
    spending,
    stores,
    workload,
)
from contracts.settings.rules.engine import Finding, findings, follow

__all__ = [
    "Finding",
    "connectivity",
    "data",
    "delivery",
    "environments",
    "findings",
    "flows",
    "follow",
    "global_stack",
    "kubernetes",
    "kubernetes_layer",
    "monitoring",
    "network",
    "pair",
    "registry",
    "security",
    "spending",
    "stores",
    "workload",
]
