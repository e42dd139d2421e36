"""Plain values out of parsed calls, told apart with their types."""

from __future__ import annotations

from typing import Any, TypeGuard


def is_members(value: object) -> TypeGuard[dict[str, Any]]:
    """A structure or a map."""
    return isinstance(value, dict)


def is_items(value: object) -> TypeGuard[list[Any]]:
    """A list."""
    return isinstance(value, list)
