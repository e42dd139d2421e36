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

COMPLETION = ("install_completion", "show_completion")
"""Options that every app of Typer would have; one shell needs them once."""
EXIT_CODES = (
    "Exit codes of every command: 0 done, 1 failed, 2 wrong usage, 3 findings, 4 locked by another run, "
    "5 drift or a breaking change."
)


class Nouns(TyperGroup):
    """Imports a noun when it is used: a question to the graph must not wait for the embedded cloud's imports."""

    def __init__(self, **attributes: Any) -> None:
        """Know the names of the nouns, which a misspelt one is compared with."""
        super().__init__(**attributes)
        self.commands = dict.fromkeys(NOUNS)

    def list_commands(self, ctx: Any) -> list[str]:
        """The nouns, in their order."""
        return list(NOUNS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """The command of one noun, None if there is no such noun."""
        if cmd_name not in NOUNS:
            return None
        command = get_command(importlib.import_module(f"console.{MODULES.get(cmd_name, cmd_name)}").app)
        command.name = cmd_name
        command.params = [option for option in command.params if option.name not in COMPLETION]  # those of `atoll`
        return command


app = typer.Typer(name="atoll", cls=Nouns, no_args_is_help=True, pretty_exceptions_enable=False, epilog=EXIT_CODES)


@app.callback()
def atoll() -> None:
    """The platform on one machine: settings, stacks, the graph between them, and the embedded cloud."""


def main() -> None:
    """Entry point of the `atoll` command."""
    lifetime.prepare(sys.argv[1:])
    app()
