"""`atoll docs`: compare the reference with the code, or write it."""

from __future__ import annotations

from pathlib import Path

import typer

from console import project
from console.exits import Exit
from console.project import ProjectError
from console.schema import CheckOnly, Write
from console.talk import expects, fail, say
from contracts.settings import SettingsError
from graph.errors import GraphError

app = typer.Typer()
FOLDER = "docs/reference"


@app.command(name="docs")
@expects(ProjectError, SettingsError, GraphError, OSError, LookupError)
def docs(write: Write = False, check_only: CheckOnly = False) -> None:
    """Compare the reference in docs/reference with the code it is generated from, or bring it up to date.

    Pages of what is there no longer are removed. Exit code 0: it is current, 3: it is out of date.
    """
    if write and check_only:
        fail("choose one of --write and --check", Exit.USAGE)
    root = project.root()
    pages = _pages(root)
    late = differences(root / FOLDER, pages)
    if not late:
        say(f"{FOLDER} is current")
    elif write:
        _write(root / FOLDER, pages, late)
        say(f"wrote {len(late)} of the {len(pages)} pages of {FOLDER}")
    else:
        for name in late:
            say(f"{FOLDER}/{name} is out of date")
        say("Run `atoll docs --write` and commit what it changes.")
        raise typer.Exit(Exit.FINDINGS)


def _write(folder: Path, pages: dict[str, str], late: list[str]) -> None:
    for name in late:
        path = folder / name
        if name in pages:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(pages[name], encoding="utf-8")
        else:
            path.unlink()


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
