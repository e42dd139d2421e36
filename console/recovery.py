"""What an update was creating when it was killed, and where those resources are now.

The engine records an operation before it starts. When it is killed, the record stays without an identifier. A plug-in
that finishes what it was doing, and notes the identifier, lets the resource be taken into the state instead of being
created a second time.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, cast

from embedded.aws_plugin.creations import Step, latest

_CREATING = "creating"


@dataclass(frozen=True)
class Interrupted:
    """One creation that the engine never saw the end of."""

    urn: str
    identifier: str | None
    """Where the resource is, when the plug-in noted it."""
    certain: bool
    """Whether it is known what became of it; if not, somebody has to look."""


def interrupted(exported: Mapping[str, Any], environment: Mapping[str, str], *, noted: bool) -> list[Interrupted]:
    """The creations that were under way when the last update ended, in the order of their start.

    Args:
        exported: what `pulumi stack export` prints, parsed.
        environment: of the engine; it leads to the plug-in's notes.
        noted: whether the aws plug-in notes what it creates (the stand-in does, before it begins). What it has no note
            of was then never begun: the engine was killed before its call arrived.
    """
    notes = latest(environment)
    found: list[Interrupted] = []
    for resource in _under_creation(exported):
        urn: str = resource["urn"]
        step, identifier = notes.get(urn, (None, ""))
        has_no_body = not resource.get("custom")  # a component is nothing but its children
        never_begun = noted and step is None and str(resource.get("type")).startswith("aws:")
        certain = has_no_body or never_begun or step in (Step.FINISHED, Step.FAILED)
        found.append(Interrupted(urn, identifier or None, certain))
    return found


def adopted(exported: Mapping[str, Any], found: Iterable[Interrupted]) -> dict[str, Any]:
    """The exported stack without interrupted creations, and with a resource for each that came to be.

    The new resources have inputs and no outputs; a refresh reads the rest. (`pulumi refresh` has options for this. The
    engines we tried, 3.250, drop the creation and take nothing in.)
    """
    identifiers = {entry.urn: entry.identifier for entry in found}
    deployment = dict(exported["deployment"])
    operations = cast("list[dict[str, Any]]", deployment.get("pending_operations") or [])
    nothing_yet: dict[str, Any] = {}
    born = [
        {**resource, "id": identifiers[resource["urn"]], "outputs": nothing_yet}
        for resource in _under_creation(exported)
        if identifiers.get(resource["urn"])
    ]
    deployment["pending_operations"] = [operation for operation in operations if operation["type"] != _CREATING]
    deployment["resources"] = [*deployment.get("resources", []), *born]
    return {**exported, "deployment": deployment}


def _under_creation(exported: Mapping[str, Any]) -> list[dict[str, Any]]:
    deployment = cast("dict[str, Any]", exported.get("deployment") or {})
    operations = cast("list[dict[str, Any]]", deployment.get("pending_operations") or [])
    return [operation["resource"] for operation in operations if operation["type"] == _CREATING]
