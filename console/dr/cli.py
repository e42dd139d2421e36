"""`atoll dr …`: recovery in practice."""

from __future__ import annotations

import typer

from console.dr import plans, rehearse, run

app = typer.Typer(no_args_is_help=True, help="Recovery in practice: plans, run and rehearsed.")
plans.register(app)
run.register(app)
rehearse.register(app)
