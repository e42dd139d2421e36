"""What a rule works with: the charges it gives, what it may look at, and how it reads a node's inputs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, cast

from analysis.cost.usage import Usage
from graph.nodes import Node
from graph.resource_graph import ResourceGraph
from graph.values import MISSING, Secret, Unknown

ONE = Decimal(1)


class NoPriceError(Exception):
    """Something that the price depends on is not known: a property, or how much is used."""


@dataclass(frozen=True)
class Charge:
    """A quantity of something priced, for one month."""

    price: str
    """Key of the price table."""
    quantity: Decimal
    assumes: tuple[str, ...] = ()
    """Names of the assumptions in the quantity."""


@dataclass(frozen=True, kw_only=True)
class Context:
    """What a rule may look at beside its node."""

    graph: ResourceGraph
    usage: Usage
    seen: set[str] = field(default_factory=set[str])
    """Things that are charged once however many resources name them: custom metrics, dashboards."""

    def assumed(self, name: str) -> Decimal:
        """Return an assumed quantity.

        Raises:
            NoPriceError: nobody has assumed anything.
        """
        assumption = self.usage.get(name)
        if assumption is None:
            raise NoPriceError(f"no assumption says how much {name} is")
        return assumption.quantity

    def charge(self, price: str, *assumptions: str, times: Decimal | int = 1) -> Charge:
        """Return a charge whose quantity is the product of assumptions, and of what is known."""
        quantity = Decimal(times)
        for name in assumptions:
            quantity *= self.assumed(name)
        return Charge(price, quantity, assumptions)


Rule = Callable[[Node, Context], Iterable[Charge]]
"""A pure function from a node to the charges of one month."""


class KnownMap(Mapping[str, Any]):
    """A nested input; reading a part that is known after deployment only raises ``NoPriceError``, never passes."""

    def __init__(self, path: str, items: Mapping[str, Any]) -> None:
        self._path, self._items = path, items

    def __getitem__(self, key: str) -> Any:
        return _known(f"{self._path}.{key}", self._items[key])

    def __contains__(self, key: object) -> bool:
        return key in self._items

    def __iter__(self) -> Iterator[str]:
        return iter(self._items)

    def __len__(self) -> int:
        return len(self._items)


class KnownList(Sequence[Any]):
    """A nested list; its length is known even where its items are not."""

    def __init__(self, path: str, items: Sequence[Any]) -> None:
        self._path, self._items = path, items

    def __getitem__(self, index: Any) -> Any:
        return _known(f"{self._path}[{index}]", self._items[index])

    def __len__(self) -> int:
        return len(self._items)


def _known(path: str, found: Any) -> Any:
    if isinstance(found, Unknown | Secret):
        raise NoPriceError(f"{path} is not known before deployment")
    if isinstance(found, Mapping):
        return KnownMap(path, cast("Mapping[str, Any]", found))
    if isinstance(found, Sequence) and not isinstance(found, str):
        return KnownList(path, cast("Sequence[Any]", found))
    return found


def value(node: Node, name: str) -> Any:
    """Return a known input; None where it is not set. Its parts are looked at when they are read.

    Raises:
        NoPriceError: it is known after deployment only.
    """
    found = node.inputs.get(name, MISSING)
    return None if found is MISSING else _known(name, found)


def required(node: Node, name: str) -> Any:
    """Return a known input.

    Raises:
        NoPriceError: it is not set, or known after deployment only.
    """
    found = value(node, name)
    if found is None:
        raise NoPriceError(f"{name} is not set")
    return found


def referred(node: Node, path: str, graph: ResourceGraph, what: str) -> Node:
    """Return the resource that an input takes its value from.

    Raises:
        NoPriceError: it is not in the graph.
    """
    for reference in graph.references_of(node, path):
        found = graph.get(reference.urn)
        if found is not None:
            return found
    raise NoPriceError(f"its {what} is not in the graph")
