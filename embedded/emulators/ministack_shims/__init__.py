"""Named repairs of MiniStack, as `embedded.emulators.shims` are of moto: one file each, with the reason.

A shim is a module with `REASON` and ``apply()``, which changes MiniStack once, before it serves. MiniStack reads its
settings when it is imported, so nothing here is imported before they are set. Every shim is named in ``gaps.yaml``.
"""

from __future__ import annotations

import importlib
import pkgutil
from types import ModuleType
from typing import Any


def part(name: str) -> Any:
    """A module of MiniStack (`services.sqs`); untyped, for it has no stubs and what is repaired is private."""
    return importlib.import_module(f"ministack.{name}")


def names() -> frozenset[str]:
    """The shims by name, as ``gaps.yaml`` refers to them; imports none of them."""
    return frozenset(found.name for found in pkgutil.iter_modules(__path__))


def load() -> tuple[ModuleType, ...]:
    """Every shim, in the order of their names. Imports MiniStack, which reads its settings then."""
    return tuple(importlib.import_module(f"{__name__}.{name}") for name in sorted(names()))


def repair() -> None:
    """Apply every shim."""
    for module in load():
        module.apply()
