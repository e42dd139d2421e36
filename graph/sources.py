"""Where in the program a resource is declared, as the SDK tells the engine, without its cost.

For every resource the SDK extracts the text of the whole call stack from files that it looks up on disk again. That
takes a tenth of a recording; the numbers of the lines are all that anybody reads.
"""

from __future__ import annotations

import sys
from functools import cache
from pathlib import Path

from pulumi.runtime import resource
from pulumi.runtime.proto import source_pb2

_CONSTRUCTORS = 3
"""Resource, CustomResource or ComponentResource, and the class itself: what called them is the program."""


def read_stacks_quickly() -> None:
    """Put `stack_trace` in the place of the SDK's own function, which gives the same frames."""
    resource._get_stack_trace = stack_trace  # pyright: ignore[reportPrivateUsage]


def stack_trace() -> source_pb2.StackTrace:
    """The frames above the constructor of the resource, the nearest first; none where there are too few."""
    frame = sys._getframe()  # pyright: ignore[reportPrivateUsage]  # the public way asks for text, too
    constructors = 0
    while frame is not None:
        constructors += frame.f_code.co_name == "__init__"
        if constructors == _CONSTRUCTORS:
            break
        frame = frame.f_back
    frames: list[source_pb2.StackFrame] = []
    while frame is not None and (frame := frame.f_back) is not None:
        position = source_pb2.SourcePosition(uri=_uri(frame.f_code.co_filename), line=frame.f_lineno)
        frames.append(source_pb2.StackFrame(pc=position))
    return source_pb2.StackTrace(frames=frames)


@cache
def _uri(file: str) -> str:
    """A file as the SDK names it; nothing for code that came from no file."""
    path = Path(file)
    return path.as_uri() if path.is_absolute() else ""
