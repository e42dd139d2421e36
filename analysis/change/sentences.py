"""What becomes of a resource, in a sentence."""

from __future__ import annotations

from collections.abc import Sequence

from contracts.change import Origin, OriginKind, PropertyDelta
from graph.nodes import Node

LONGEST = 60
"""Characters of a value in a sentence."""
MOST = 4
"""Properties that are named in a sentence; the machine form has all of them."""


def what(node: Node) -> str:
    """A resource as people call it: its type's last word and its name."""
    return f"{node.type.rpartition(':')[2]} {node.name}"


def origins(node: Node) -> tuple[Origin, ...]:
    """Where a resource is declared, and which it is."""
    declared = (Origin(kind=OriginKind.FILE, at=str(node.source)),) if node.source else ()
    return (*declared, Origin(kind=OriginKind.URN, at=node.urn))


def created(node: Node) -> str:
    """It is new."""
    return f"{what(node)} is created."


def moved(before: Node, after: Node) -> str:
    """It is called another name, and is the same."""
    return f"{what(before)} becomes {what(after)} by an alias; nothing happens to it."


def gone(node: Node, guard: str | None, data: str | None, *, copied: bool) -> str:
    """It is no longer in the program."""
    if node.options.retain_on_delete:
        return f"{what(node)} leaves the program and stays in AWS: nobody manages it from then on, and it costs on."
    parts = [f"{what(node)} is deleted" + (f", and {data} with it" if data else "") + "."]
    if copied:
        parts.append("A last snapshot is kept.")
    if node.protect:
        parts.append("The program protects it, so the engine refuses: lift `protect` in a change of its own first.")
    elif guard is not None:
        parts.append(f"AWS refuses while {guard} is on: turn it off in a change of its own first.")
    return " ".join(parts)


def updated(node: Node, found: Sequence[PropertyDelta], because: Sequence[str]) -> str:
    """It is changed in place."""
    if not found:
        return f"{what(node)} is updated: it takes values from {_names(because)}, which is replaced."
    follows = f", and takes values from {_names(because)}, which is replaced" if because else ""
    return f"{what(node)} is updated: {_properties(found)}{follows}."


def undecided(node: Node, unclear: Sequence[str], data: str | None) -> str:
    """Nobody can tell whether it is updated or replaced."""
    listed = ", ".join(unclear[:MOST]) + (" …" if len(unclear) > MOST else "")
    risk = f"; a replacement would lose {data}" if data else ""
    return f"{what(node)} is updated or replaced: whether {listed} can change in place is not known{risk}."


def replaced(
    before: Node, found: Sequence[PropertyDelta], because: Sequence[str], guard: str | None, data: str | None
) -> str:
    """A new one takes its place."""
    forced = [each for each in found if each.forces_replacement]
    reason = (
        f"{_properties(forced)} cannot be changed in place"
        if forced
        else f"it takes a value that cannot be changed in place from {_names(because)}, which is replaced"
    )
    parts = [f"{what(before)} is replaced: {reason}."]
    if data:
        parts.append(f"The new one does not have {data}.")
    if before.options.retain_on_delete:
        parts.append("The old one stays in AWS, and nobody manages it.")
    if before.protect:
        parts.append("The program protects it, so the engine refuses: lift `protect` in a change of its own first.")
    elif guard is not None:
        parts.append(f"AWS refuses to delete the old one while {guard} is on.")
    return " ".join(parts)


def _properties(found: Sequence[PropertyDelta]) -> str:
    told = [f"{each.path} {_step(each.before, each.after)}" for each in found[:MOST]]
    return ", ".join(told) + (f" and {len(found) - MOST} more" if len(found) > MOST else "")


def _step(before: str | None, after: str | None) -> str:
    """Both values, shortened to where they differ."""
    if before is None or after is None or max(len(before), len(after)) <= LONGEST:
        return f"{_value(before)} → {_value(after)}"
    same = next(
        (i for i, (a, b) in enumerate(zip(before, after, strict=False)) if a != b), min(len(before), len(after))
    )
    start = max(0, same - 12) if same > LONGEST // 2 else 0
    return " → ".join(_value(("…" if start else "") + text[start:]) for text in (before, after))


def _value(text: str | None) -> str:
    if text is None:
        return "(not set)"
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def _names(urns: Sequence[str]) -> str:
    named = [f"{urn.split('::')[2].rpartition(':')[2]} {urn.rpartition('::')[2]}" for urn in urns[:MOST]]
    return " and ".join(named) + (" …" if len(urns) > MOST else "")
