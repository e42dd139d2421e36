"""Production as it is: both region stacks, recorded once a process, for every test that asks about them."""

from __future__ import annotations

from functools import cache

from console.offline import offline_estate
from graph.estate import Estate
from graph.nodes import Node
from tests.conftest import PROJECT

PRIMARY, SECONDARY = "prod", "prod-west"


@cache
def estate() -> Estate:
    """The primary, then the secondary, which reads it."""
    return offline_estate(PROJECT, [SECONDARY])


def only(stack: str, kind: str, name: str | None = None) -> Node:
    """The one resource of a type, by its logical name where there are several."""
    [found] = [node for node in estate()[stack].of_type(kind) if name is None or node.name == name]
    return found
