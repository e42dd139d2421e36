"""The golden region stack: every switch of the settings is on, and the tests of the requirements look at its graph."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from console.offline import record_stack
from graph.resource_graph import ResourceGraph

SETTINGS = Path(__file__).parent / "Pulumi.all-enabled.yaml"
"""Its settings; a new switch is switched on here in the change that brings it."""


@cache
def graph() -> ResourceGraph:
    """The stack as the program declares it, recorded once a process."""
    return record_stack(SETTINGS).graph
