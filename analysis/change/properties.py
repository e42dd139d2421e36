"""Which properties of two states of a resource differ."""

from __future__ import annotations

import json
from collections.abc import Iterator

from analysis.change.replacement import forces
from contracts.change import PropertyDelta
from graph.codec import encode
from graph.nodes import Node
from graph.paths import parse_path
from graph.values import MISSING, FrozenList, FrozenMap, Presence, Secret, Unknown, Value, freeze, join_path, walk

LONGEST = 400
"""Characters of a value that are shown; a policy document may have thousands."""


def property_deltas(before: Node, after: Node) -> tuple[PropertyDelta, ...]:
    """Every input that differs, as deep as both sides have it; what the program ignores is left out."""
    if before.inputs == after.inputs:
        return ()
    ignored = tuple(parse_path(path) for path in after.options.ignore_changes)
    return tuple(
        PropertyDelta(path=path, before=shown(was), after=shown(now), forces_replacement=forces(after, path))
        for path, was, now in _differences(before.inputs, after.inputs, "")
        if not any(parse_path(path)[: len(steps)] == steps for steps in ignored)
    )


def hangs_on_deployment(node: Node) -> bool:
    """Whether an input cannot be compared: it is worked out of others after deployment, or is a secret."""
    return any(
        isinstance(value, Secret) or (isinstance(value, Unknown) and not value.parts) for _, value in walk(node.inputs)
    )


def shown(value: Value | Presence) -> str | None:
    """A value as JSON text, with marks for what is unknown or secret; None where nobody set it."""
    match value:
        case Presence():
            return None
        case Unknown():
            text = "".join(
                part if isinstance(part, str) else f"${{{part.urn.rpartition('::')[2]}.{part.output}}}"
                for part in value.parts
            )
            return _short(text) if text else "<unknown>"
        case Secret():
            return "<secret>"
        case FrozenMap() | FrozenList():
            return _short(json.dumps(encode(value), ensure_ascii=False, sort_keys=True))
        case _:
            return _short(json.dumps(encode(value), ensure_ascii=False))


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def _differences(
    before: Value | Presence, after: Value | Presence, path: str
) -> Iterator[tuple[str, Value | Presence, Value | Presence]]:
    if isinstance(before, FrozenMap) and isinstance(after, FrozenMap):
        for key in sorted({*before, *after}):
            yield from _differences(before.get(key, MISSING), after.get(key, MISSING), join_path(path, key))
    elif isinstance(before, FrozenList) and isinstance(after, FrozenList) and len(before) == len(after):
        for index, (was, now) in enumerate(zip(before, after, strict=True)):
            yield from _differences(was, now, f"{path}[{index}]")
    elif type(before) is not type(after) or before != after:
        inside = _document(before), _document(after)
        if inside[0] is None or inside[1] is None:
            yield path, before, after
        else:
            yield from _differences(inside[0], inside[1], path)


def _document(value: Value | Presence) -> FrozenMap | FrozenList | None:
    """What a text holds that is a JSON document, as policies and dashboards are; None for any other value."""
    if not isinstance(value, str) or value[:1] not in ("{", "["):
        return None
    try:
        found = freeze(json.loads(value))
    except (ValueError, TypeError):
        return None
    return found if isinstance(found, FrozenMap | FrozenList) else None
