"""How every command speaks: results on stdout, talk on stderr, one clear message for an error."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from functools import wraps
from typing import Any, NoReturn, ParamSpec, TypeVar

import typer
from rich.console import Console, RenderableType

from console.exits import Exit

P = ParamSpec("P")
R = TypeVar("R")

PIPE_WIDTH = 200
"""Columns of a table or tree that goes into a file or another program."""
talk = Console(stderr=True, highlight=False)
"""For progress and explanations."""


def say(message: str) -> None:
    """Tell a person what is going on."""
    talk.print(message, style="dim", markup=False, soft_wrap=True)


def result(text: str) -> None:
    """Print a result as it is."""
    print(text)  # noqa: T201 - the result goes out as it is


def rich_result(thing: RenderableType) -> None:
    """Print a result that Rich lays out: a tree or a table."""
    Console(highlight=False, width=None if sys.stdout.isatty() else PIPE_WIDTH).print(thing)


def result_json(value: Any) -> None:
    """Print a result for a program to read."""
    json.dump(value, sys.stdout, indent=2, sort_keys=True, default=str)
    print()  # noqa: T201


def fail(message: str, status: Exit = Exit.FAILED) -> NoReturn:
    """Say what is wrong and end the command."""
    talk.print(f"error: {message}", style="bold red", markup=False, soft_wrap=True)
    raise typer.Exit(status)


def expects(*errors: type[Exception], status: Exit = Exit.FAILED) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Turn the named errors of a command into a message: they are written for people, a traceback is not.

    A `LookupError` is a name that nothing has, which is a wrong command line in every command, whatever `status` is.
    """

    def decorate(command: Callable[P, R]) -> Callable[P, R]:
        @wraps(command)
        def run(*args: P.args, **kwargs: P.kwargs) -> R:
            try:
                return command(*args, **kwargs)
            except errors as error:
                fail(str(error), Exit.USAGE if isinstance(error, LookupError) else status)

        return run

    return decorate
