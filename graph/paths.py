"""Property paths in Pulumi's notation: ``ingress[0].cidrBlocks``, ``tags["a.b"]``."""

from __future__ import annotations

import re
from functools import lru_cache

from graph.values import MISSING, FrozenList, FrozenMap, Presence, Secret, Unknown, Value

_STEP = re.compile(r'\.?([^.\[\]"]+)|\[(\d+)\]|\["((?:[^"\\]|\\.)*)"\]')


@lru_cache(maxsize=4096)  # the same few hundred paths are asked of every resource
def parse_path(path: str) -> tuple[str | int, ...]:
    """Split a path into keys and list indices. Raises ``ValueError`` that points at the first bad character."""
    steps: list[str | int] = []
    position = 0
    while position < len(path):
        match = _STEP.match(path, position)
        if match is None or (position == 0 and path[0] == "."):
            raise ValueError(
                f"property path {path!r} cannot be read from character {position + 1}; "
                'write it like `ingress[0].cidrBlocks` or `tags["a.b"]`'
            )
        key, index, quoted = match.groups()
        if key is not None:
            steps.append(key)
        elif index is not None:
            steps.append(int(index))
        else:
            steps.append(re.sub(r"\\(.)", r"\1", quoted))
        position = match.end()
    return tuple(steps)


def look_up(value: Value, path: str) -> Value | Presence:
    """The value at a path, ``MISSING`` if nobody set it, or the unknown or secret that hides it."""
    for step in parse_path(path):
        match value, step:
            case ((Unknown() | Secret()), _):
                return value  # what is inside cannot be known, and that is not the same as missing
            case FrozenMap(), str() if step in value:
                value = value[step]
            case FrozenList(), int() if step < len(value):
                value = value[step]
            case _:
                return MISSING
    return value
