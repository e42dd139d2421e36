"""Preview every stack in one process: each program on its last state, with what its peers will export."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from analysis.preview import StackSteps, output_changes
from console.estate import order, stack_file
from console.offline import exported, record_one
from console.preview.states import States
from contracts.estate import EstatePreview, StackPreview, StackStatus, Step
from contracts.settings import AnySettings
from graph.errors import RecordingError
from graph.estate import Estate
from graph.resource_graph import ResourceGraph


def preview_estate(
    project: Path, stacks: Iterable[str], states: States, said: Callable[[str], None] = lambda _: None
) -> EstatePreview:
    """Preview stacks and those that they read, in the order of their dependencies.

    A stack that refuses what it is given is told with its reason, and the stacks that read it wait; all others are
    previewed.

    Args:
        project: folder of the stack files.
        stacks: what is wanted.
        states: the last state of each stack.
        said: is told which stack comes next.

    Raises:
        SettingsError: a stack file is wrong.
        EstateError: dependencies go in a circle, or lead to no stack.
        EngineCommandError: a state cannot be read.
    """
    found = order(project, stacks)
    done: dict[str, StackPreview] = {}
    graphs: dict[str, ResourceGraph] = {}
    exports: dict[str, Mapping[str, Any]] = {}
    for stack, settings in found.settings.items():
        said(stack)
        state = states(stack)
        stopped = [peer for peer in found.needs(stack) if peer not in graphs]
        if stopped:
            done[stack] = _stopped(stack, state, StackStatus.WAITING, f"it reads {', '.join(stopped)}")
            continue
        changed = {peer: {one.output for one in done[peer].outputs} for peer in found.needs(stack)}
        steps = StackSteps(state, changed)
        try:
            graph, exports[stack] = _recorded(project, stack, settings, steps, {p: exports[p] for p in changed})
        except RecordingError as error:
            done[stack] = _stopped(stack, state, StackStatus.REFUSED, str(error))
            continue
        graphs[stack] = graph
        resources = steps.resources(graph)
        counts = Counter(one.step for one in resources)
        done[stack] = StackPreview(
            stack=stack,
            status=StackStatus.PREVIEWED,
            deployed=state is not None,
            counts={step: counts[step] for step in Step if counts[step]},
            resources=tuple(one for one in resources if one.step is not Step.SAME),
            outputs=output_changes(graph, state, steps.planned),
        )
    return EstatePreview(stacks=_with_readers(done, Estate(graphs)))


def _recorded(
    project: Path, stack: str, settings: AnySettings, steps: StackSteps, read: Mapping[str, Mapping[str, Any]]
) -> tuple[ResourceGraph, dict[str, Any]]:
    recording = record_one(stack_file(project, stack), settings, steps, read)
    return recording.graph, exported(recording)


def _stopped(stack: str, state: ResourceGraph | None, status: StackStatus, problem: str) -> StackPreview:
    return StackPreview(stack=stack, status=status, deployed=state is not None, problem=problem)


def _with_readers(done: Mapping[str, StackPreview], estate: Estate) -> tuple[StackPreview, ...]:
    """Say of each output that changes who reads it; those that could not be previewed read nothing that is known."""
    return tuple(
        each.model_copy(
            update={
                "outputs": tuple(
                    one.model_copy(update={"readers": _readers(estate, each.stack, one.output)}) for one in each.outputs
                )
            }
        )
        for each in done.values()
    )


def _readers(estate: Estate, stack: str, output: str) -> tuple[str, ...]:
    return tuple(sorted({one.reader for one in estate.readers(stack, output) if one.path}))
