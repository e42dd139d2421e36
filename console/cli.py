"""`atoll`: noun, verb. Each noun is one module; this one only puts them together."""

from __future__ import annotations

import typer

from console import cloud, contract, cost, doctor, environment, graph, settings, stack

app = typer.Typer(name="atoll", no_args_is_help=True, add_completion=True, pretty_exceptions_enable=False)
app.add_typer(stack.app, name="stack")
cloud.app.command("env")(environment.env)
app.add_typer(cloud.app, name="cloud")
app.add_typer(graph.app, name="graph")
app.add_typer(settings.app, name="settings")
app.add_typer(cost.app, name="cost")
app.add_typer(contract.app, name="contract")
app.command("doctor")(doctor.doctor)


@app.callback()
def atoll() -> None:
    """The platform on one machine: settings, stacks, the graph between them, and the embedded cloud."""


def main() -> None:
    """Entry point of the `atoll` command."""
    app()
