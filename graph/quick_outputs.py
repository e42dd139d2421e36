"""Outputs of the Pulumi SDK without most of their cost, while a program is recorded.

The SDK makes four futures and a task for every output property of every resource, most of which nobody reads, and a
future or a task for every part of a document that is given to `Output.json_dumps` or `Output.all`. For 1,300 resources
these are 44,000 tasks: half of the time of a recording. Here a property's future is made when somebody asks for it,
and a document takes one task however deep it is, or none if it holds no output. What a program or the recorder can see
stays the same: values, what is known, what is secret, dependencies, and errors.

This is the one file that reaches into how the SDK makes outputs; `tests/graph/test_quick_outputs.py` compares it with
the SDK's own and fails when that changes shape. Outside a recording the SDK is as it was.
"""

from __future__ import annotations

import asyncio
import functools
import inspect
from collections.abc import Awaitable, Callable, Generator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, Final, cast

import pulumi
from pulumi import _types  # pyright: ignore[reportPrivateUsage]
from pulumi import output as sdk
from pulumi.runtime import resource, rpc
from pulumi.runtime.settings import SETTINGS

_ON: ContextVar[bool] = ContextVar("quick_outputs", default=False)
_PLAIN: Final = frozenset({str, int, float, bool, type(None)})
_PURE: Final = (
    "resource_types",
    "resource_pulumi_to_py_names",
    "resource_py_to_pulumi_names",
    "input_type_py_to_pulumi_names",
    "unwrap_type",
    "unwrap_optional_type",
)
"""Questions about a type whose answer never changes, and which the SDK asks again for every resource."""

_Data: Any = sdk._OutputData  # pyright: ignore[reportPrivateUsage]
_Output: Any = pulumi.Output
_from_input: Callable[[Any], Any] = _Output.from_input
_all: Callable[..., Any] = _Output.all
_track: Callable[[Any], None] = _Output._track
_transfer_properties: Callable[..., Any] = rpc.transfer_properties
_create_urn: Callable[..., Any] = resource.create_urn
_is_input_type: Callable[[Any], bool] = _types.is_input_type


@contextmanager
def quick_outputs() -> Generator[None]:
    """Let this context, and what is started in it, make outputs quickly."""
    _install()
    token = _ON.set(True)
    try:
        yield
    finally:
        _ON.reset(token)


@functools.cache
def _install() -> None:
    """Put the functions below in the SDK's place, once; outside a recording they only pass on."""
    _Output.from_input = staticmethod(_quick_from_input)
    _Output.all = staticmethod(_quick_all)
    _Output._track = _quick_track
    cast("Any", rpc).transfer_properties = _quick_transfer_properties
    cast("Any", resource).create_urn = _quick_create_urn
    for name in _PURE:
        setattr(_types, name, functools.cache(getattr(_types, name)))


class Promised(pulumi.Output[Any]):
    """An output property of a resource: its future is made when it is asked for."""

    def __init__(self, resource: pulumi.Resource) -> None:  # pyright: ignore[reportMissingSuperCall] - futures, at once
        self._promised_by = resource
        self._promise: asyncio.Future[Any] | None = None
        self._settled: tuple[Any, bool, bool, set[Any] | None, Exception | None] | None = None

    @property
    def _data(self) -> asyncio.Future[Any]:  # pyright: ignore[reportIncompatibleVariableOverride]
        if self._promise is None:
            self._promise = asyncio.Future()
            if self._settled is not None:
                self._fulfil(self._promise, *self._settled)
            if self._settled is None or self._settled[-1] is not None:
                _quick_track(self)
        return self._promise

    def settle(
        self, value: Any, is_known: bool, is_secret: bool, dependencies: set[Any] | None, failed: Exception | None
    ) -> None:
        """Say what it is, once; the SDK calls this by position when a registration is answered."""
        self._settled = (value, is_known, is_secret, dependencies, failed)
        if self._promise is not None:
            self._fulfil(self._promise, *self._settled)

    def _fulfil(
        self,
        future: asyncio.Future[Any],
        value: Any,
        is_known: bool,
        is_secret: bool,
        dependencies: set[Any] | None,
        failed: Exception | None,
    ) -> None:
        if failed is not None:
            future.set_exception(failed)
            return
        resources = {*(dependencies or ()), self._promised_by}
        future.set_result(_Data(resources=resources, value=value, is_known=is_known, is_secret=is_secret))


def _quick_transfer_properties(res: pulumi.Resource, props: Mapping[str, Any], custom: bool) -> dict[str, Any]:
    if not _ON.get():
        return _transfer_properties(res, props, custom)
    promised = {name: Promised(res) for name in props if name != "urn" and not (name == "id" and custom)}
    vars(res).update(promised)
    return {name: output.settle for name, output in promised.items()}


def _quick_track(self: Any) -> None:
    """Let the end of the program wait for an output; one that is there already needs no waiting."""
    if not _ON.get():
        _track(self)
        return
    future: asyncio.Future[Any] = self._data
    if future.done() and not future.cancelled() and future.exception() is None:
        return
    waiting: set[asyncio.Future[Any]] = cast("Any", SETTINGS).outputs

    def forget(done: asyncio.Future[Any]) -> None:
        if not done.cancelled() and done.exception() is None:
            waiting.discard(done)

    waiting.add(future)
    future.add_done_callback(forget)


def _quick_create_urn(name: Any, type_: Any, parent: Any = None, project: Any = None, stack: Any = None) -> Any:
    """A URN of plain texts, which the SDK computes for each registration in case that there is no engine."""
    if _ON.get() and parent and type(parent) is str and type(name) is str and type(type_) is str:
        return _output_of(f"{parent[: parent.rfind('::')]}${type_}::{name}")
    return _create_urn(name, type_, parent, project, stack)


def _quick_from_input(value: Any) -> Any:
    kind = cast("type[Any]", type(value))
    if issubclass(kind, dict | list) and value and _ON.get() and not _is_input_type(kind):
        return _whole(value)
    return _from_input(value)


def _quick_all(*args: Any, **kwargs: Any) -> Any:
    if not _ON.get() or bool(args) == bool(kwargs):  # both are an error, neither is nothing to do
        return _all(*args, **kwargs)
    return _whole(kwargs or list(args))


@dataclass(frozen=True, slots=True)
class _Gap:
    """A place of a document that an output fills."""

    number: int


def _whole(document: Any) -> Any:
    """One output for a document, however many it holds."""
    fillings: list[Callable[[], Awaitable[Any]]] = []
    shape = _shape(document, fillings)
    if not fillings:
        return _output_of(shape)

    async def gather() -> Any:
        filled = [await filling() for filling in fillings]
        return _Data(
            resources=cast("set[Any]", set()).union(*(data.resources for data in filled)),
            value=_fill(shape, [data.value for data in filled]),
            is_known=all(data.is_known for data in filled),
            is_secret=any(data.is_secret for data in filled),
        )

    return _Output._from_data(gather())


def _shape(value: Any, fillings: list[Callable[[], Awaitable[Any]]]) -> Any:
    """A copy with gaps where outputs are; what they will be is appended to the list."""
    kind = cast("type[Any]", type(value))
    if kind in _PLAIN:
        return value
    if isinstance(value, pulumi.Output):
        output = cast("Any", value)
        output._untrack()  # a failure is told by the whole, as by `apply`
        fillings.append(lambda: _flattened(output))
    elif _is_input_type(kind):
        fillings.append(_data_of(_from_input(value)))
    elif kind is dict and all(type(key) is str for key in value):
        return {key: _shape(item, fillings) for key, item in value.items()}
    elif kind is list:
        return [_shape(item, fillings) for item in value]
    elif isinstance(value, dict | list | tuple) or inspect.isawaitable(value):
        fillings.append(_data_of(_from_input(value)))  # the SDK has its opinion of keys that are no text
    else:
        return value
    return _Gap(len(fillings) - 1)


def _fill(shape: Any, values: list[Any]) -> Any:
    kind = cast("type[Any]", type(shape))
    if kind is dict:
        return {key: _fill(item, values) for key, item in shape.items()}
    if kind is list:
        return [_fill(item, values) for item in shape]
    return values[shape.number] if kind is _Gap else shape


def _data_of(output: Any) -> Callable[[], Awaitable[Any]]:
    return lambda: output._data


async def _flattened(output: Any) -> Any:
    """What an output is, outputs inside its value included: `output.apply(Output.from_input, True)`."""
    data = await output._data
    value = data.value
    if not data.is_known and not sdk.contains_unknowns(value):
        return _Data(resources=data.resources, value=sdk.UNKNOWN, is_known=False, is_secret=data.is_secret)
    if type(value) in _PLAIN:
        return data
    inner = await _Output.from_input(value)._data
    return _Data(
        resources=data.resources | inner.resources,
        value=inner.value,
        is_known=inner.is_known,
        is_secret=inner.is_secret or data.is_secret,
    )


def _output_of(value: Any) -> Any:
    """An output whose value is there already."""
    future: asyncio.Future[Any] = asyncio.Future()
    future.set_result(_Data(resources=cast("set[Any]", set()), value=value, is_known=True, is_secret=False))
    return _Output._from_data(future)
