"""`atoll`: noun, verb. Each noun is one module; this one only knows where they are."""

from __future__ import annotations

import importlib
import sys
from typing import Any

import typer
from typer.core import TyperGroup
from typer.main import get_command

from console import lifetime

NOUNS = (
    *("stack", "cloud", "graph", "diagram", "change", "drift", "explain", "blast-radius", "cost", "contract", "policy"),
    *("check", "recovery", "dr", "parity", "reach", "iam", "risk", "gitops", "release", "settings", "docs", "doctor"),
)
"""Commands, in the order of the help; each is the `app` of the module `console.<name>`, but for `MODULES`."""
MODULES = {"recovery": "resilience", "dr": "dr.cli", "blast-radius": "blast_radius"}
"""Noun → its module, where `console.<name>` is something else."""


class Nouns(TyperGroup):
    """Imports a noun when it is used: a question to the graph must not wait for the embedded cloud's imports."""

    def list_commands(self, ctx: Any) -> list[str]:
        """The nouns, in their order."""
        return list(NOUNS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """The command of one noun, None if there is no such noun."""
        if cmd_name not in NOUNS:
            return None
        command = get_command(importlib.import_module(f"console.{MODULES.get(cmd_name, cmd_name)}").app)
        command.name = cmd_name
        return command


app = typer.Typer(name="atoll", cls=Nouns, no_args_is_help=True, pretty_exceptions_enable=False)


@app.callback()
def atoll() -> None:
    """The platform on one machine: settings, stacks, the graph between them, and the embedded cloud."""


def main() -> None:
    """Entry point of the `atoll` command."""
    lifetime.prepare(sys.argv[1:])
    app()
