"""Which outputs of a stack change, and so reach into the stacks that read them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from analysis.preview.steps import Planned
from contracts.estate import OutputChange, OutputStep, Step
from graph.resource_graph import ResourceGraph
from graph.values import MISSING, FrozenList, FrozenMap, Presence, Secret, Unknown, Value, join_path


def output_changes(
    now: ResourceGraph, was: ResourceGraph | None, planned: Mapping[str, Planned]
) -> tuple[OutputChange, ...]:
    """Every output that is new, gone, or another one, by path.

    Args:
        now: the recording of the program, on its state.
        was: the state, None if the stack was never deployed.
        planned: URN → what becomes of the resource.
    """
    before = was.stack_outputs if was is not None else FrozenMap()
    return tuple(OutputChange(output=path, step=step) for path, step in _walk(now.stack_outputs, before, "", planned))


def _walk(
    now: Value | Presence, was: Value | Presence, path: str, planned: Mapping[str, Planned]
) -> Iterator[tuple[str, OutputStep]]:
    if now == was or (isinstance(now, Secret) and isinstance(was, Secret)) or (now is None and was is MISSING):
        return
    if isinstance(now, FrozenMap) and isinstance(was, FrozenMap):
        for key in sorted(now.keys() | was.keys()):
            yield from _walk(now.get(key, MISSING), was.get(key, MISSING), join_path(path, key), planned)
    elif isinstance(now, FrozenList) and isinstance(was, FrozenList) and len(now) == len(was):
        for index, (mine, theirs) in enumerate(zip(now, was, strict=True)):
            yield from _walk(mine, theirs, f"{path}[{index}]", planned)
    elif now is MISSING or now is None:
        if was is not None:
            yield path, OutputStep.REMOVED
    elif was is MISSING or was is None:
        yield path, OutputStep.ADDED
    elif isinstance(now, Unknown | Secret):
        if _is_drawn_anew(now, planned):
            yield path, OutputStep.REDRAWN
    else:
        yield path, OutputStep.CHANGED


def _is_drawn_anew(value: Unknown | Secret, planned: Mapping[str, Planned]) -> bool:
    """Whether what a value is made of changes; taken to be so where that is not known."""
    unknown = value.unknown if isinstance(value, Secret) else value
    made_of = [planned[one.urn].step for one in (() if unknown is None else unknown.references) if one.urn in planned]
    return not made_of or any(step not in (Step.SAME, Step.UNDECIDED) for step in made_of)
