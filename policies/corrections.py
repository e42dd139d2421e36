"""Corrections of a resource's inputs: pure, idempotent, and blind for everything but the properties they name.

Inputs are the engine's, in camelCase. What a correction does not name may be anything, also unknown or a secret that
the engine has wrapped, and is handed on as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias, cast

Inputs: TypeAlias = dict[str, Any]
Correction: TypeAlias = Callable[[Inputs], Inputs]


def setting(name: str, value: Any, *, unless: str | None = None) -> Correction:
    """Set one property; leave a resource alone that has the property `unless`, with which AWS would refuse it."""

    def correct(inputs: Inputs) -> Inputs:
        return inputs if unless is not None and inputs.get(unless) is not None else {**inputs, name: value}

    return correct


def inside(name: str, change: Correction) -> Correction:
    """Change a nested block, or begin one; one that cannot be read stays as it is."""

    def correct(inputs: Inputs) -> Inputs:
        found = inputs.get(name)
        if found is not None and not isinstance(found, Mapping):
            return inputs
        return {**inputs, name: change(dict(cast("Inputs", found or {})))}

    return correct


def within(name: str, **values: Any) -> Correction:
    """Set some properties of a nested block, and keep its others."""
    return inside(name, lambda inner: {**inner, **values})


def containing(name: str, *wanted: Any) -> Correction:
    """Add what a list lacks behind what it has."""

    def correct(inputs: Inputs) -> Inputs:
        have = items(inputs, name)
        if inputs.get(name) is not None and not isinstance(inputs[name], list):
            return inputs
        return {**inputs, name: [*have, *(value for value in wanted if value not in have)]}

    return correct


def each(name: str, change: Correction) -> Correction:
    """Change every block of a list; blocks that are not known yet stay as they are."""

    def correct(inputs: Inputs) -> Inputs:
        found = items(inputs, name)
        changed = [change(dict(cast("Inputs", one))) if isinstance(one, Mapping) else one for one in found]
        return {**inputs, name: changed} if found else inputs

    return correct


def in_turn(*corrections: Correction) -> Correction:
    """One correction after the other."""

    def correct(inputs: Inputs) -> Inputs:
        for one in corrections:
            inputs = one(inputs)
        return inputs

    return correct


def items(inputs: Inputs, name: str) -> list[Any]:
    """The items of a list; none where nobody wrote one, or where it is not known."""
    found = inputs.get(name)
    return list(cast("list[Any]", found)) if isinstance(found, list) else []


def number(value: Any) -> float:
    """A number, also one that is written as text; 0 for everything else."""
    try:
        return float(value) if isinstance(value, int | float | str) else 0.0
    except ValueError:
        return 0.0
