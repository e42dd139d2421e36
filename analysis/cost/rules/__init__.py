"""How each resource type is charged: pure functions from a node to charges of one month, by area."""

from __future__ import annotations

from analysis.cost.charges import Rule
from analysis.cost.rules import compute, data, kubernetes, messaging, network, observability, security, world

RULES: dict[str, Rule] = {
    **compute.RULES,
    **data.RULES,
    **messaging.RULES,
    **network.RULES,
    **observability.RULES,
    **security.RULES,
    **world.RULES,
}
"""Resource type of AWS → how it is charged."""


def rule_of(type_: str) -> Rule | None:
    """Return how a resource type is charged, or None where no rule knows it."""
    return kubernetes.rule_for(type_) if type_.startswith("kubernetes:") else RULES.get(type_)
