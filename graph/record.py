"""Record the resource graph of a program offline: no engine, no plug-in, no credentials, no sockets.

The program runs as in a first preview: what AWS would compute is unknown. Each recording runs in a thread of its own,
with its own event loop and its own Pulumi settings, so recordings do not see one another and may be made anywhere,
a running event loop included.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import threading
import warnings
from collections.abc import Callable, Coroutine, Generator, Iterable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar, cast

import pulumi
from google.protobuf import empty_pb2
from pulumi.runtime import settings, stack
from pulumi.runtime.config import set_all_config

from graph.invokes import InvokeHook, aws_answers
from graph.monitor import Diagnostic, ProviderModel, RecordingEngine, RecordingMonitor
from graph.nodes import STACK_REFERENCE_TYPE, Node
from graph.quick_outputs import quick_outputs
from graph.resource_graph import ResourceGraph
from graph.sources import read_stacks_quickly
from graph.surroundings import Surroundings, place
from graph.templates import seeing_templates
from graph.tracking import OutputTracker
from graph.values import FrozenMap

T = TypeVar("T")

Program = Callable[[], Any]


@dataclass(frozen=True, slots=True)
class Recording:
    """What a program says when it is run offline."""

    graph: ResourceGraph
    stack_outputs: FrozenMap
    diagnostics: tuple[Diagnostic, ...]


def _nothing_known(node: Node) -> Mapping[str, Any]:
    return {}


def record(
    program: Program,
    *,
    project: str = "atoll",
    stack: str = "dev",
    organization: str = "organization",
    config: Mapping[str, str] | None = None,
    secret_keys: Iterable[str] = (),
    account: str | None = None,
    invokes: Mapping[str, InvokeHook] | None = None,
    outputs: ProviderModel = _nothing_known,
    stack_outputs: Mapping[str, Mapping[str, Any]] | None = None,
    root: Path | None = None,
) -> Recording:
    """Run a program and return its graph.

    ``config`` has full keys (``aws:region``); those in ``secret_keys`` are handed out as secrets. ``account`` is the
    12-digit id of resources whose provider names no other. ``invokes`` answers data sources by token, in addition to
    the ones that the account and region answer. ``outputs`` may know computed outputs. ``stack_outputs`` maps a stack's
    name (``prod`` or ``org/project/prod``) to its outputs. ``root`` is the folder that source lines are relative to
    (default: the working directory).

    Raises ``RecordingError`` for what has no answer offline; whatever the program itself raises comes through as it is.
    """
    values = dict(config or {})
    region = values.get("aws:region", "us-east-1")
    tracker = OutputTracker()
    engine = RecordingEngine()
    monitor = RecordingMonitor(
        project=project,
        stack=stack,
        tracker=tracker,
        invokes={**aws_answers(account, region), **(invokes or {})},
        stack_outputs=stack_outputs or {},
        model=outputs,
        root=(root or Path.cwd()).resolve(),
    )

    read_stacks_quickly()

    async def run() -> None:
        _configure(monitor, engine, organization)
        set_all_config(values, list(secret_keys))
        asyncio.get_running_loop().set_default_executor(_Inline())
        with quick_outputs(), seeing_templates(tracker):
            await _run_program(program, tracker, monitor)

    _run_apart(run)
    graph = ResourceGraph(place(monitor.nodes.values(), Surroundings(account, region)), project=project, stack=stack)
    return Recording(graph, graph.stack_outputs, tuple(engine.diagnostics))


async def _run_program(program: Program, tracker: OutputTracker, monitor: RecordingMonitor) -> None:
    def mark(args: pulumi.ResourceTransformationArgs) -> pulumi.ResourceTransformationResult:
        if args.type_ == STACK_REFERENCE_TYPE and isinstance(name := args.props.get("name"), str):
            monitor.outputs_of_stack(name)  # fails on the line that asks, rather than when the answer is read
        props = tracker.mark(args.props)
        tracker.add(args.resource)
        if isinstance(args.resource, pulumi.ComponentResource):
            _mark_registered_outputs(args.resource, tracker)
        return pulumi.ResourceTransformationResult(props, args.opts)

    async def body() -> None:
        top = stack.Stack()
        # Transformations are inherited by every resource and run in this process, before anything is serialised.
        top._transformations = [mark]  # pyright: ignore[reportPrivateUsage]
        try:
            made = program()
            if isinstance(made, Coroutine):
                await made
            top.outputs = tracker.mark(top.outputs)
        finally:
            top._finish()  # pyright: ignore[reportPrivateUsage]
        await _settle()

    await stack.run_pulumi_func(body)


async def _settle() -> None:
    """Wait for registrations and outputs all at once.

    The SDK waits as well, but looks at every pending output again after each one that completes: with the thousands
    of a real stack that takes longer than everything else. It then finds them done, and raises what failed.
    """
    while True:
        current = cast("Any", settings.SETTINGS)
        tasks: list[asyncio.Future[Any]] = [*current.rpc_manager.rpcs, *current.outputs]
        running = {task for task in tasks if not task.done()}
        if not running:
            return
        done, _ = await asyncio.wait(running, return_when=asyncio.FIRST_EXCEPTION)
        if any(task.cancelled() or task.exception() for task in done):
            return


def _mark_registered_outputs(component: pulumi.ComponentResource, tracker: OutputTracker) -> None:
    register = component.register_outputs

    def register_marked(outputs: Any) -> None:
        register(tracker.mark(outputs) if isinstance(outputs, Mapping) else outputs)

    component.register_outputs = register_marked  # this instance alone, for this recording


def _configure(monitor: RecordingMonitor, engine: RecordingEngine, organization: str) -> None:
    own = settings.Settings(
        project=monitor.project,
        stack=monitor.stack,
        monitor=monitor,
        engine=engine,
        dry_run=True,
        legacy_apply_enabled=False,
        organization=organization,
        root_directory=str(monitor.root),
    )
    features = cast("Any", monitor).GetDeploymentInfo(empty_pb2.Empty()).supportedFeatures
    cast("Any", own).monitor_features = set(features)  # the SDK asks the engine for them when a program starts
    settings.ROOT.set(None)


class _Inline(ThreadPoolExecutor):
    """Runs each call at once: the monitor is in this process, a thread per call would only cost order and time."""

    def submit(self, fn: Callable[..., T], /, *args: Any, **kwargs: Any) -> Future[T]:
        future: Future[T] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:
            future.set_exception(error)
        return future


def _run_apart(run: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Run a coroutine to its end in a fresh thread, which starts with no event loop and no context of its caller."""
    failure: list[BaseException] = []

    def target() -> None:
        loop = asyncio.new_event_loop()
        asyncio.set_event_loop(loop)
        try:
            loop.run_until_complete(run())
        except BaseException as error:
            failure.append(error)
            _abandon(loop)
        finally:
            asyncio.set_event_loop(None)
            loop.close()

    thread = threading.Thread(target=target, name="record")
    with _without_collection():
        thread.start()
        thread.join()
    if failure:
        raise failure[0]


@contextlib.contextmanager
def _without_collection() -> Generator[None]:
    """Leave cycles alone meanwhile: while a program declares nothing is garbage, and looking for it takes long."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def _abandon(loop: asyncio.AbstractEventLoop) -> None:
    """End what a failed program left running: its errors follow from the first, which is the one to report.

    The SDK's half-built outputs are freed here and quietly, or Python would warn of them at some later time.
    """
    loop.set_exception_handler(lambda _loop, _context: None)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "coroutine .* was never awaited", RuntimeWarning)
        while tasks := asyncio.all_tasks(loop):
            for task in tasks:
                task.cancel()
            loop.run_until_complete(asyncio.gather(*tasks, return_exceptions=True))
        gc.collect()
