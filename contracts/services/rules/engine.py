"""What the rules of a contract are made of: the sections that are valid, and a walk over everything in them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, cast

from pydantic import BaseModel

from contracts.services.compute import Compute
from contracts.services.dependencies import Dependency
from contracts.services.identity import Identity
from contracts.services.interfaces import Provides
from contracts.services.messaging import Messaging
from contracts.services.stores import Stores
from contracts.settings.rules.engine import Finding, Path

NOT_NAMES = frozenset({"routes", "resolvers", "calls", "environment", "filter_policy", "detail", "attributes"})
"""Mappings whose keys are paths, operations or fields: what they may look like is decided elsewhere."""

Rule = Callable[["Sections"], Iterator[Finding]]


@dataclass(frozen=True)
class Sections:
    """The sections of one contract that are valid by themselves; what is not stands here as its default."""

    values: Mapping[str, Any]
    """Section → value, the valid ones only."""
    today: date
    """Day on which versions must be in support."""

    @property
    def id(self) -> str | None:
        """Identity of the contract."""
        return self.values.get("id")

    @property
    def provides(self) -> Provides:
        """What others may rely on."""
        return self.values.get("provides", Provides())

    @property
    def consumes(self) -> Mapping[str, Dependency]:
        """What is used of others."""
        return self.values.get("consumes", {})

    @property
    def stores(self) -> Stores:
        """Where data is kept."""
        return self.values.get("stores", Stores())

    @property
    def compute(self) -> Compute:
        """What runs."""
        return self.values.get("compute", Compute())

    @property
    def messaging(self) -> Messaging:
        """Queues, topics, buses and rules."""
        return self.values.get("messaging", Messaging())

    @property
    def identity(self) -> Identity:
        """User pools."""
        return self.values.get("identity", Identity())

    def everything(self) -> tuple[tuple[Path, BaseModel], ...]:
        """Every model in the contract with its path, from the outside in."""
        return self._everything

    @cached_property
    def _everything(self) -> tuple[tuple[Path, BaseModel], ...]:
        found: list[tuple[Path, BaseModel]] = []
        for name, value in self.values.items():
            if isinstance(value, _HOLDERS):
                _gather((name,), value, found)
        return tuple(found)

    def mappings(self) -> Iterator[tuple[Path, Mapping[str, Any]]]:
        """Every mapping whose keys are names that people choose, with its path."""
        for name, value in self.values.items():
            if isinstance(value, dict):
                yield (name,), value
        for path, model in self.everything():
            for name, value in model.__dict__.items():
                if isinstance(value, dict) and name not in NOT_NAMES:
                    yield (*path, name), cast("dict[str, Any]", value)


_HOLDERS = (BaseModel, dict, tuple)


def _gather(path: Path, value: Any, found: list[tuple[Path, BaseModel]]) -> None:
    """Add every model in a value to `found`, from the outside in."""
    if isinstance(value, BaseModel):
        found.append((path, value))
        items: Iterable[tuple[str | int, Any]] = value.__dict__.items()
    elif isinstance(value, dict):
        items = cast("dict[str, Any]", value).items()
    else:
        items = enumerate(cast("tuple[Any, ...]", value))
    for key, item in items:
        if isinstance(item, _HOLDERS):  # most are plain values
            _gather((*path, key), item, found)
