"""`atoll docs write` and `atoll docs check`."""

from __future__ import annotations

from pathlib import Path

import typer

from console import project
from console.exits import Exit
from console.project import ProjectError
from console.talk import expects, say
from contracts.settings import SettingsError
from graph.errors import GraphError

app = typer.Typer(no_args_is_help=True, help="The reference in docs/reference, generated from the code.")
FOLDER = "docs/reference"
_KNOWN = (ProjectError, SettingsError, GraphError, OSError, LookupError)


@app.command()
@expects(*_KNOWN)
def write() -> None:
    """Write the reference; pages of what is there no longer are removed."""
    root = project.root()
    pages = _pages(root)
    late = differences(root / FOLDER, pages)
    for name in late:
        path = root / FOLDER / name
        if name in pages:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(pages[name], encoding="utf-8")
        else:
            path.unlink()
    say(f"wrote {len(late)} of the {len(pages)} pages of {FOLDER}" if late else f"{FOLDER} is current")


@app.command()
@expects(*_KNOWN)
def check() -> None:
    """Compare the reference with the code; exit code 3 if it is out of date."""
    root = project.root()
    late = differences(root / FOLDER, _pages(root))
    for name in late:
        say(f"{FOLDER}/{name} is out of date")
    if late:
        say("Run `atoll docs write` and commit what it changes.")
        raise typer.Exit(Exit.FINDINGS)
    say(f"{FOLDER} is current")


def differences(folder: Path, pages: dict[str, str]) -> list[str]:
    """Names of pages that are missing, different or left over, sorted."""
    there = {path.relative_to(folder).as_posix() for path in folder.rglob("*.md")}
    wrong = {name for name, text in pages.items() if name not in there or _text(folder / name) != text}
    return sorted(wrong | (there - pages.keys()))


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def _pages(root: Path) -> dict[str, str]:
    from console.docs.reference import pages  # imports every component

    return pages(root)
