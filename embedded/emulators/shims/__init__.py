"""Named repairs of moto: one file each, with the reason, so that each can go when moto no longer needs it.

A shim is a module with `REASON` and either ``apply()`` (changes moto once, before it serves) or ``wrap(application)``
(stands around its WSGI application). Every shim is named in ``gaps.yaml`` with what it stands in for.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from types import ModuleType
from typing import Any

ALL: tuple[ModuleType, ...] = tuple(
    importlib.import_module(f"{__name__}.{found.name}") for found in pkgutil.iter_modules(__path__)
)
"""Every module of this package is a shim, in the order of their names."""


def names() -> frozenset[str]:
    """The shims by name, as ``gaps.yaml`` refers to them."""
    return frozenset(module.__name__.rsplit(".", 1)[1] for module in ALL)


def repair() -> None:
    """Apply every shim that changes moto itself."""
    for module in ALL:
        if hasattr(module, "apply"):
            module.apply()


def wrap(application: Callable[..., Any]) -> Callable[..., Any]:
    """The application inside every shim that stands around it."""
    for module in ALL:
        if hasattr(module, "wrap"):
            application = module.wrap(application)
    return application
