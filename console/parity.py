"""`atoll parity`: does the other region have everything, and can it carry everyone (DR-1)."""

from __future__ import annotations

import typer

app = typer.Typer(help="Does each region have what the other has.")


@app.callback()
def parity() -> None:
    """Does each region have what the other has."""
