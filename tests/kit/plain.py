"""Values of a graph as plain Python, for comparison with literals."""

from __future__ import annotations

from typing import Any

from graph.values import FrozenMap, Secret, Unknown


def plain(value: Any) -> Any:
    """Maps and lists at any depth; what is unknown or secret becomes a word that says so."""
    if isinstance(value, FrozenMap):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, tuple):
        return [plain(item) for item in value]  # pyright: ignore[reportUnknownVariableType]
    return "(unknown)" if isinstance(value, Unknown) else "(secret)" if isinstance(value, Secret) else value
