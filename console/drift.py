"""`atoll drift …`: whether what is deployed is what was deployed, and what the program says (DEL-4)."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from console import project
from console.engine import CloudChoice, Runner
from console.errors import EngineCommandError
from console.exits import Exit
from console.project import ProjectError
from console.talk import expects, result, say
from contracts.settings import SettingsError, load_any
from graph.errors import GraphError

app = typer.Typer(no_args_is_help=True, help="What was changed outside the program, or never deployed.")


@app.callback()
def drift() -> None:
    """What was changed outside the program, or never deployed."""


@app.command()
@expects(SettingsError, ProjectError, EngineCommandError, GraphError, OSError)
def check(
    stack: Annotated[str, typer.Argument(help="Name of the stack, as in Pulumi.<stack>.yaml.")],
    cloud: Annotated[
        CloudChoice,
        typer.Option("--cloud", envvar="ATOLL_CLOUD", help="Where: the embedded cloud, or AWS as the shell is set up."),
    ] = CloudChoice.EMBEDDED,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    output: Annotated[Path | None, typer.Option(help="File that the JSON is written to, too.")] = None,
) -> None:
    """Ask the cloud about every resource of a stack; nothing is changed, not even the state.

    Exit code 0: all is as it should be, 5: something drifted, or was never deployed.
    """
    from analysis.change.drift import drift_report

    load_any(project.stack_file(stack))
    runner = Runner.open(cloud)
    runner.select(stack)
    refreshed = runner.quietly("refresh", "--stack", stack, "--preview-only", "--json")
    previewed = runner.quietly("preview", "--stack", stack, "--json")
    found = drift_report(stack, refreshed, previewed)
    text = found.model_dump_json(indent=2)
    if output is not None:
        output.write_text(f"{text}\n", encoding="utf-8")
    if as_json:
        result(text)
    elif not found.looked_at and found.drifted:
        result(f"Nothing of {stack} is deployed.")
    else:
        for each in found.drifted:
            result(f"{each.kind:<8} {each.sentence}")
    if found.drifted:
        say(f"{len(found.drifted)} resource(s) differ. `atoll stack up {stack}` makes them what they should be.")
        raise typer.Exit(Exit.DRIFT)
    say(f"{stack} is as it was deployed, and as the program says: {found.looked_at} resources.")
