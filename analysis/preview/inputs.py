"""In which inputs a resource of the program differs from what the state says it was made with."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from graph.agreement import is_nothing, normal_inputs, same_content
from graph.nodes import Node
from graph.paths import parse_path
from graph.values import MISSING, FrozenList, FrozenMap, Presence, Secret, Unknown, Value, is_unknown, join_path


@dataclass(frozen=True, slots=True)
class Difference:
    """One input that is not, or may not be, what it was."""

    path: str
    """Property path."""
    now: Value | Presence
    """In the program; unknown where deployment draws it."""

    @property
    def unknown(self) -> bool:
        """Whether it may be the same after all."""
        return is_unknown(self.now)


def differences(now: Node, was: Node, provider: Node | None) -> Iterator[Difference]:
    """Inputs that differ, as deep as both sides have them.

    What the program ignores is left out, and what only the provider has filled in. Two secrets count as the same: their
    values are in no graph.

    Args:
        now: the resource in the program.
        was: the same in the state.
        provider: the resource's provider in the program, whose default tags the state has among the resource's own.
    """
    filled = frozenset(was.defaulted)
    ignored = tuple(parse_path(path) for path in now.options.ignore_changes)
    for found in _walk(normal_inputs(now, provider), normal_inputs(was, provider), ""):
        steps = parse_path(found.path)
        ours = found.now is not MISSING or found.path not in filled
        if ours and not any(steps[: len(one)] == one for one in ignored):
            yield found


def _walk(now: Value | Presence, was: Value | Presence, path: str) -> Iterator[Difference]:
    if now == was or (isinstance(now, Secret) and isinstance(was, Secret)):
        return
    if (is_nothing(now) and is_nothing(was)) or same_content(now, was):
        return
    if isinstance(now, FrozenMap) and isinstance(was, FrozenMap):
        for key in sorted(now.keys() | was.keys()):
            yield from _walk(now.get(key, MISSING), was.get(key, MISSING), join_path(path, key))
    elif isinstance(now, FrozenList) and isinstance(was, FrozenList) and len(now) == len(was):
        for index, (mine, theirs) in enumerate(zip(now, was, strict=True)):
            yield from _walk(mine, theirs, f"{path}[{index}]")
    elif isinstance(now, Secret):
        # Its value is not here to be compared.
        yield Difference(path, Secret(Unknown() if now.unknown is None else now.unknown))
    else:
        yield Difference(path, now)
