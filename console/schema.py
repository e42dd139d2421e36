"""What every noun with a JSON Schema offers: print it, write it, or check that its file is current."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Protocol

import typer

from console.exits import Exit
from console.talk import fail, result, say

Write = Annotated[bool, typer.Option("--write", help="Bring what is generated up to date.")]
CheckOnly = Annotated[bool, typer.Option("--check", help="Compare; exit code 3 if it is out of date.")]


class Schema(Protocol):
    """What renders one schema file from the models: a module, or an object like it."""

    @property
    def FILE(self) -> Path:  # noqa: N802  # modules have constants
        """Where the file is."""
        ...

    def render(self) -> str:
        """The text of the file."""
        ...

    def is_current(self) -> bool:
        """Whether the file says that."""
        ...

    def write(self) -> None:
        """Bring the file up to date."""
        ...


def keep(schema: Schema, noun: str, *, write: bool, check_only: bool) -> None:
    """Do what the options of `atoll <noun> schema` say; without one, print the schema."""
    if write and check_only:
        fail("choose one of --write and --check", Exit.USAGE)
    if write:
        schema.write()
        say(f"wrote {schema.FILE.name}")
    elif not check_only:
        result(schema.render().rstrip())
    elif schema.is_current():
        say(f"{schema.FILE.name} is current")
    else:
        say(f"{schema.FILE.name} is out of date: run `atoll {noun} schema --write` and commit it")
        raise typer.Exit(Exit.FINDINGS)
