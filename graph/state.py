"""Load the graph of a deployed stack from ``pulumi stack export``."""

from __future__ import annotations

from typing import cast

from graph.engine_json import JsonObject, is_default_provider, node_from, parse
from graph.errors import FormatError
from graph.resource_graph import ResourceGraph
from graph.surroundings import Surroundings, place

_VERSION = 3


def load(document: str | bytes | JsonObject, *, account: str | None = None) -> ResourceGraph:
    """The graph of an exported stack, secrets as marks whether the export shows them or not.

    Default providers are left out: they are where resources are, not something the program makes. ``account`` is the
    12-digit id of resources whose provider names no other. Raises ``FormatError``.
    """
    export = parse(document, "the exported stack")
    version, deployment = export.get("version"), export.get("deployment")
    if version != _VERSION or not isinstance(deployment, dict):
        raise FormatError(
            f"an exported stack of version {version!r} is not readable here (only version {_VERSION}); "
            "make one with `pulumi stack export`"
        )
    states = cast("list[JsonObject]", cast("JsonObject", deployment).get("resources") or [])
    live = [state for state in states if not state.get("delete")]  # replaced and waiting for their deletion
    region = next((_region(state) for state in live if is_default_provider(str(state.get("urn")))), None)
    nodes = [node_from(state, deployed=True) for state in live if not is_default_provider(str(state.get("urn")))]
    if not nodes:
        raise FormatError("the exported stack has no resources: deploy it first, or record the program instead")
    stack, project = nodes[0].urn.removeprefix("urn:pulumi:").split("::")[:2]
    return ResourceGraph(place(nodes, Surroundings(account, region)), project=project, stack=stack)


def _region(provider: JsonObject) -> str | None:
    return cast("JsonObject", provider.get("inputs") or {}).get("region")
