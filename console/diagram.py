"""`atoll diagram`: pictures of an estate, drawn from its graphs before anything is deployed (DIA-1)."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from analysis.diagrams import DiagramError, Format, Kind, files, pages
from console import project
from console.exits import Exit
from console.project import ProjectError
from console.talk import expects, fail, say
from contracts.settings import SettingsError
from graph.errors import GraphError

if TYPE_CHECKING:  # the program and its SDK take seconds to import; only the commands that need them pay
    from graph.estate import Estate

app = typer.Typer(help="Diagrams of an environment, drawn from its graphs.")
FOLDER = "docs/diagrams"
_Choice = TypeVar("_Choice", Kind, Format)
COMMITTED = "prod"
"""The environment whose diagrams are part of the documentation."""


@app.command()
@expects(SettingsError, ProjectError, GraphError, DiagramError, OSError)
def diagram(
    kind: Annotated[str, typer.Argument(help="dr, region, data, security or all.")] = "all",
    environment: Annotated[str, typer.Option(help="Environment: prod, staging, dev, or env-<name>.")] = COMMITTED,
    formats: Annotated[str, typer.Option("--format", help="drawio, svg, mermaid; several with commas.")] = "svg",
    output: Annotated[Path | None, typer.Option(help="Folder for the files; the current one if left out.")] = None,
    write: Annotated[
        bool, typer.Option("--write", help=f"Renew {FOLDER}: all of {COMMITTED}, in every format.")
    ] = False,
    check: Annotated[bool, typer.Option("--check", help=f"Compare {FOLDER} with the program.")] = False,
) -> None:
    """Draw what an environment consists of, its regions, its data and its defences; needs no cloud and no credentials.

    Exit code 0: drawn, or current; 1: a diagram does not fit its page; 3: --check found what is out of date.
    """
    if write and check:
        fail("give --write or --check, not both", Exit.USAGE)
    if write or check:
        _committed(write=write)
        return
    kinds, wanted = tuple(Kind) if kind == "all" else _chosen(Kind, kind), _chosen(Format, formats)
    made = drawn(_estate(environment), kinds, wanted)
    folder = output or Path()
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in made.items():
        (folder / name).write_text(text, encoding="utf-8")
    say(f"wrote {', '.join(made)} to {folder}/")


def drawn(
    estate: Estate, kinds: tuple[Kind, ...] = tuple(Kind), formats: tuple[Format, ...] = tuple(Format)
) -> dict[str, str]:
    """File name → content of the diagrams of an estate."""
    return {name: text for page in pages(estate, kinds) for name, text in files(page, formats).items()}


def late(folder: Path, made: dict[str, str]) -> list[str]:
    """Names of diagrams that are missing, different or left over, sorted."""
    there = {path.name for path in folder.glob("*.*")}
    wrong = {name for name, text in made.items() if name not in there or (folder / name).read_text("utf-8") != text}
    return sorted(wrong | (there - made.keys()))


def _committed(*, write: bool) -> None:
    folder = project.root() / FOLDER
    made = drawn(_estate(COMMITTED))
    names = late(folder, made)
    for name in names:
        if not write:
            say(f"{FOLDER}/{name} is out of date")
        elif name in made:
            folder.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(made[name], encoding="utf-8")
        else:
            (folder / name).unlink()
    if write:
        say(f"wrote {len(names)} of the {len(made)} files of {FOLDER}" if names else f"{FOLDER} is current")
    elif names:
        say("Run `atoll diagram --write` and commit what it changes.")
        raise typer.Exit(Exit.FINDINGS)
    else:
        say(f"{FOLDER} is current")


def _estate(environment: str) -> Estate:
    from console.offline import offline_estate

    return offline_estate(project.root(), environment=environment)


def _chosen(kinds: type[_Choice], said: str) -> tuple[_Choice, ...]:
    wanted = [word.strip() for word in said.split(",")]
    if unknown := [word for word in wanted if word not in set(kinds)]:
        fail(f"there is no {', '.join(unknown)}; there are {', '.join(kinds)}", Exit.USAGE)
    return tuple(kinds(word) for word in wanted)
