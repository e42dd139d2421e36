"""Who drifted: read from what the engine says of a stack when it asks the cloud about every resource.

Two documents of the engine are compared with what they know already: `pulumi refresh --preview-only --json` holds what
was deployed against what is there, `pulumi preview --json` the program against what was deployed.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, cast

from analysis.change.properties import shown
from analysis.change.replacement import forces, held
from analysis.change.sentences import origins, what
from contracts.change import PropertyDelta
from contracts.change.drift import Drift, DriftKind, DriftReport
from graph.engine_json import JsonObject, displayed_text, node_from, parse
from graph.nodes import Node
from graph.paths import look_up
from graph.values import Presence, Value

_QUIET: Final = frozenset({"same", "refresh", "read"})
MOST = 4


def drift_report(stack: str, refreshed: str | bytes, previewed: str | bytes) -> DriftReport:
    """Put together what both documents say.

    Args:
        stack: name of the stack.
        refreshed: output of `pulumi refresh --preview-only --json`.
        previewed: output of `pulumi preview --json`.

    Raises:
        FormatError: one of them is something else.
    """
    asked = _steps(refreshed, "the refresh")
    found = [*_outside(asked), *_behind(_steps(previewed, "the preview"))]
    return DriftReport(
        stack=stack,
        looked_at=sum("::aws:" in str(step.get("urn")) or step.get("provider") is not None for step in asked),
        drifted=tuple(sorted(found, key=lambda drift: (drift.urn, drift.kind))),
    )


def _steps(document: str | bytes, name: str) -> list[JsonObject]:
    return cast("list[JsonObject]", parse(document, name).get("steps") or [])


def _outside(steps: list[JsonObject]) -> Iterator[Drift]:
    """What somebody changed or deleted behind the program's back."""
    for step in steps:
        if step.get("op") in _QUIET:
            continue
        was, now = _node(step, "oldState"), _node(step, "newState")
        if was is None:
            continue
        if now is None:
            data = held(was)
            lost = f" It held {data}, which a new one does not have." if data else ""
            sentence = f"{what(was)} is gone: somebody deleted it outside the program.{lost}"
            yield _drift(DriftKind.GONE, was, sentence)
            continue
        properties = _properties(step, was, now)
        if properties:
            sentence = f"{what(was)} was changed outside the program: {_told(properties)}."
            yield _drift(DriftKind.CHANGED, was, sentence, properties)


def _behind(steps: list[JsonObject]) -> Iterator[Drift]:
    """What the program says, and nobody has deployed."""
    for step in steps:
        operation = str(step.get("op"))
        node = _node(step, "newState") or _node(step, "oldState")
        if operation in _QUIET or node is None or operation in {"create-replacement", "delete-replaced"}:
            continue
        was, now = _node(step, "oldState"), _node(step, "newState")
        properties = _properties(step, was, now) if was is not None and now is not None else ()
        sentence = f"{what(node)} would be {_PAST.get(operation, operation)}: the program changed and was not deployed."
        yield _drift(DriftKind.BEHIND, node, sentence, properties)


_PAST: Final = {"create": "created", "update": "updated", "delete": "deleted", "replace": "replaced"}


def _node(step: JsonObject, side: str) -> Node | None:
    state = step.get(side)
    return node_from(cast("JsonObject", state), displayed_text, deployed=True) if isinstance(state, dict) else None


def _properties(step: JsonObject, was: Node, now: Node) -> tuple[PropertyDelta, ...]:
    """The paths that the engine names, with both values; outputs where there is no such input."""
    named = cast("JsonObject", step.get("detailedDiff") or {}) or dict.fromkeys(
        cast("list[str]", step.get("diffReasons") or [])
    )
    found: list[PropertyDelta] = []
    for path in sorted(map(str, named)):
        before, after = (shown(_value(side, path)) for side in (was, now))
        if before != after:
            found.append(PropertyDelta(path=path, before=before, after=after, forces_replacement=forces(was, path)))
    return tuple(found)


def _value(node: Node, path: str) -> Value | Presence:
    top = path.partition(".")[0].partition("[")[0]
    return look_up(node.outputs if top in node.outputs else node.inputs, path)


def _told(properties: tuple[PropertyDelta, ...]) -> str:
    listed = [f"{each.path} {each.before or '(not set)'} → {each.after or '(not set)'}" for each in properties[:MOST]]
    return ", ".join(listed) + (f" and {len(properties) - MOST} more" if len(properties) > MOST else "")


def _drift(kind: DriftKind, node: Node, sentence: str, properties: tuple[PropertyDelta, ...] = ()) -> Drift:
    return Drift(
        kind=kind,
        urn=node.urn,
        type=node.type,
        id=node.id if isinstance(node.id, str) else None,
        sentence=sentence,
        properties=properties,
        origins=origins(node),
    )
