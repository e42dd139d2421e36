"""What remote components make: their children and outputs, as data, for everybody who has to know.

A remote component runs in a plug-in, so a program shows one opaque resource where AWS will see many. A blueprint says
which: the recorder of the offline graph expands it into nodes, and the stand-in plug-in of a closed network registers
the same children with the engine.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from contracts.blueprints import eks_cluster
from contracts.blueprints.model import Blueprint, BlueprintError, Child, JsonText, Made, Part, Undisclosed

__all__ = ["BLUEPRINTS", "Blueprint", "BlueprintError", "Child", "JsonText", "Made", "Part", "Undisclosed"]

BLUEPRINTS: Mapping[str, Callable[[str, Mapping[str, Any]], Blueprint]] = {eks_cluster.TOKEN: eks_cluster.blueprint}
"""Type token → what makes the blueprint of one component from its name and inputs (camelCase).

Raises BlueprintError for inputs that the blueprint does not know.
"""
