"""Load the graph that a deployment would lead to from ``pulumi preview --json``."""

from __future__ import annotations

from collections import Counter
from typing import Final, cast

from graph.engine_json import JsonObject, displayed_text, node_from, parse
from graph.errors import FormatError
from graph.nodes import Node
from graph.resource_graph import ResourceGraph
from graph.surroundings import Surroundings, place

_DELETIONS: Final = frozenset(
    {"delete", "delete-replaced", "read-discard", "discard-replaced", "remove-pending-replace"}
)


def load(
    document: str | bytes | JsonObject, *, state: ResourceGraph | None = None, account: str | None = None
) -> ResourceGraph:
    """The graph after the previewed update.

    By default the command leaves out resources that stay as they are. Run it with ``--show-sames`` and
    ``--show-reads``, or give the graph of the stack's ``state``, from which those are taken. ``account`` is the
    12-digit id of resources whose provider names no other. Raises ``FormatError``, also if resources are missing.
    """
    preview = parse(document, "the preview")
    steps = preview.get("steps")
    if not isinstance(steps, list):
        raise FormatError("the preview has no steps; make one with `pulumi preview --json --show-sames --show-reads`")
    nodes: dict[str, Node] = {}
    shown: Counter[str] = Counter()
    deleted: set[str] = set()
    for step in cast("list[JsonObject]", steps):
        operation, urn = str(step.get("op")), str(step.get("urn"))
        if operation in _DELETIONS:
            deleted.add(urn)
        elif isinstance(new := step.get("newState"), dict):
            shown[operation] += urn not in nodes
            nodes[urn] = node_from(cast("JsonObject", new), displayed_text, deployed=False)
    if state is not None:
        kept = {node.urn: node for node in state if node.urn not in deleted}
        nodes = {**kept, **nodes}
    else:
        _require_all(cast("JsonObject", preview.get("changeSummary") or {}), shown)
    if not nodes:
        raise FormatError("the preview leaves no resources: there is no graph to show")
    stack, project = next(iter(nodes)).removeprefix("urn:pulumi:").split("::")[:2]
    region = cast("JsonObject", preview.get("config") or {}).get("aws:region")
    return ResourceGraph(place(nodes.values(), Surroundings(account, region)), project=project, stack=stack)


def _require_all(summary: JsonObject, shown: Counter[str]) -> None:
    hidden = {operation: int(summary.get(operation, 0)) - shown[operation] for operation in ("same", "read")}
    if any(count > 0 for count in hidden.values()):
        missing = " and ".join(f"{count} of {operation!r}" for operation, count in hidden.items() if count > 0)
        raise FormatError(
            f"the preview leaves out resources: {missing}; run `pulumi preview --json --show-sames --show-reads`, "
            "or give the graph of the exported state"
        )
