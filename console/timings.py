"""What an update waited for: the chain of resources that a deployed stack was ready only after.

The engine notes when each resource was made. A resource that was made `n` seconds after the last one it needs took at
most `n` seconds, so the state alone tells the chain that decided how long `up` took, and by what each link was tied.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias

Resource: TypeAlias = Mapping[str, Any]
BY_ORDER = "dependsOn"
"""A link that no value crosses: the program asked for the order alone."""


@dataclass(frozen=True)
class Step:
    """One resource of the chain."""

    urn: str
    """The resource."""
    seconds: float
    """From when the one before was ready until this one was: its own work, and any waiting for a free hand."""
    through: str
    """What tied it to the one before: the property that takes its value, `dependsOn`, or empty for the first."""

    @property
    def name(self) -> str:
        """Type and logical name, as the engine shows them."""
        return " ".join(self.urn.split("::")[-2:]).rsplit("$", 1)[-1]


@dataclass(frozen=True)
class Timings:
    """How long a stack took to come up, and why."""

    seconds: float
    """From the first resource that was ready to the last one."""
    resources: int
    """How many resources have a time: those that the cloud holds."""
    chain: tuple[Step, ...]
    """What waited for what, first one first; ends at the resource that was ready last."""


def timings(exported: Mapping[str, Any]) -> Timings | None:
    """The critical path of the update that made a stack, by its export; None if it holds nothing that was made.

    Resources that a later update made anew count with their later time: of a stack that was changed since, the chain
    tells the last change.
    """
    listed: list[Resource] = exported["deployment"].get("resources") or []
    resources: dict[str, Resource] = {one["urn"]: one for one in listed if not one.get("delete")}
    ready = {urn: _moment(one["created"]) for urn, one in resources.items() if one.get("custom") and one.get("created")}
    if not ready:
        return None
    chain = list(_back_from(max(ready, key=lambda urn: (ready[urn], urn)), resources, ready))
    chain.reverse()
    began = min(ready.values())
    return Timings(seconds=max(ready.values()) - began, resources=len(ready), chain=tuple(chain))


def _back_from(urn: str, resources: Mapping[str, Resource], ready: Mapping[str, float]) -> Iterator[Step]:
    """The chain from its end to its beginning."""
    began = min(ready.values())
    while True:
        wanted: list[str] = resources[urn].get("dependencies") or []
        needed = [one for one in wanted if one in ready and ready[one] <= ready[urn]]
        if not needed:
            yield Step(urn, ready[urn] - began, "")
            return
        latest = max(needed, key=lambda one: (ready[one], one))
        yield Step(urn, ready[urn] - ready[latest], _tie(resources[urn], latest))
        urn = latest


def _tie(resource: Resource, needed: str) -> str:
    """The first property that takes a value of the other, else that only the order was asked for."""
    by_property: Mapping[str, list[str]] = resource.get("propertyDependencies") or {}
    return next((name for name in sorted(by_property) if needed in by_property[name]), BY_ORDER)


def _moment(text: str) -> float:
    """Seconds since the epoch; the engine writes nanoseconds, which Python's parser does not read."""
    seconds, _, rest = text.rstrip("Z").partition(".")
    return datetime.fromisoformat(f"{seconds}+00:00").timestamp() + float(f"0.{rest or 0}")


def lines(stack: str, found: Timings) -> Iterator[str]:
    """The timings for people: how long, then the chain, and how much of it is order alone."""
    yield f"{stack}: {found.resources} resources were ready within {found.seconds:.0f} s. The last one waited for:"
    for step in found.chain:
        yield f"  {step.seconds:8.1f} s  {step.name}{f'  ({step.through})' if step.through else ''}"
    orders = sum(step.through == BY_ORDER for step in found.chain)
    verb = "is an order" if orders == 1 else "are orders"
    yield f"{orders} of {len(found.chain)} links {verb} alone ({BY_ORDER}): no value crosses there."
