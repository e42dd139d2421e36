"""See what outputs are made of: `Output.concat`, `format`, `json_dumps` and items, while a program is recorded.

The text of a policy document with one unknown ARN is unknown as a whole to the SDK. Here it is made a second time with
markers in the gaps, so that the recorder can tell text from gap. The program gets what it always gets.
An unknown number shows in JSON text as a quoted reference.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Generator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Final

import pulumi

from graph.tracking import OutputTracker

_TRACKER: ContextVar[OutputTracker | None] = ContextVar("tracker", default=None)
_MAKERS: Final = ("concat", "format", "json_dumps")


@contextmanager
def seeing_templates(tracker: OutputTracker) -> Generator[None]:
    """Let a tracker see the texts that this context makes; other contexts are not touched."""
    _watch()
    token = _TRACKER.set(tracker)
    try:
        yield
    finally:
        _TRACKER.reset(token)


@functools.cache
def _watch() -> None:
    """Put the watchers in the SDK's place, once; outside a recording they only pass on."""
    for name in _MAKERS:
        setattr(pulumi.Output, name, staticmethod(_watched(getattr(pulumi.Output, name))))
    _watch_items()


def _watch_items() -> None:
    take: Callable[[Any, Any], Any] = getattr(pulumi.Output, "__getitem__")  # noqa: B009 - as the makers above

    @functools.wraps(take)
    def taken(self: pulumi.Output[Any], key: Any) -> pulumi.Output[Any]:
        item = take(self, key)
        if (tracker := _TRACKER.get()) is not None and isinstance(key, str | int):
            tracker.add_item(self, key, item)
        return item

    setattr(pulumi.Output, "__getitem__", taken)  # noqa: B010 - the type checker takes methods for final


def _watched(make: Callable[..., pulumi.Output[str]]) -> Callable[..., pulumi.Output[str]]:
    @functools.wraps(make)
    def made(*args: Any, **kwargs: Any) -> pulumi.Output[str]:
        plain = make(*args, **kwargs)
        if (tracker := _TRACKER.get()) is not None:
            marked_args = [tracker.mark(arg) for arg in args]
            marked_kwargs = {key: tracker.mark(value) for key, value in kwargs.items()}
            tracker.add_twin(plain, make(*marked_args, **marked_kwargs))
        return plain

    return made
