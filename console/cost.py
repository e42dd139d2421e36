"""`atoll cost …`: what a stack would cost by list prices, before it is deployed."""

from __future__ import annotations

from typing import Annotated

import typer

from console import project
from console.exits import Exit
from console.project import ProjectError
from console.talk import expects, result, result_json, say
from contracts.settings import SettingsError

app = typer.Typer(no_args_is_help=True, help="What a stack costs.")


@app.callback()
def cost() -> None:
    """What a stack costs."""


@app.command("estimate")
@expects(SettingsError, ProjectError)
def estimate_stack(
    stack: Annotated[str, typer.Argument(help="Name of the stack.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Price every resource of a stack for one month; exit 3 when the price of something is not known."""
    from analysis import cost, usage
    from analysis.prices import price_table
    from console.offline import record_stack

    found = cost.estimate(record_stack(project.stack_file(stack)).graph, price_table(), usage.SMALL)
    if as_json:
        result_json(
            {
                "total_usd": found.total,
                "by_service": found.by_service(),
                "complete": not found.unknown,
                "unknown": [
                    {"resource": entry.resource, "type": entry.type, "reason": entry.reason} for entry in found.unknown
                ],
            }
        )
    else:
        result(cost.table(found))
    if found.unknown:
        say(f"The total is a lower bound: {len(found.unknown)} price(s) are not known.")
        raise typer.Exit(Exit.FINDINGS)
