"""`atoll settings`: check stack files, keep their schema current, show the address plan. Nothing here calls AWS or starts the engine."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from contracts import addresses
from contracts.settings import SettingsError, load, schema

OK, USAGE, FINDINGS = 0, 2, 3

app = typer.Typer(
    name="settings",
    help="Check stack files, keep their schema current, show the address plan.",
    no_args_is_help=True,
    add_completion=False,
)

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON to stdout.")]


@app.command()
def check(
    stack: Annotated[
        list[str] | None,
        typer.Option("-s", "--stack", help="Stack or stack file; may be repeated. All of the project's if left out."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Find everything that is wrong in stack files. Exit code 0: nothing, 2: no such file, 3: problems."""
    root = _project_root()
    files = [_stack_file(root, name) for name in stack] if stack else sorted(root.glob("Pulumi.*.yaml"))
    if not files:
        _usage(f"there is no Pulumi.<stack>.yaml in {root.name}: run this inside the project, or name a file with -s")
    results = {file: _problems(file) for file in files}
    if as_json:
        found = [
            {"file": file.name, "ok": error is None, "problems": [asdict(p) for p in error.problems] if error else []}
            for file, error in results.items()
        ]
        typer.echo(json.dumps({"stacks": found}, indent=2))
    else:
        for file, error in results.items():
            typer.echo(str(error) + "\n" if error else f"{file.name} is fine")
    if any(results.values()):
        typer.echo("Correct the settings above and run `atoll settings check` again.", err=True)
        raise typer.Exit(FINDINGS)


@app.command("schema")
def schema_command(
    write: Annotated[bool, typer.Option("--write", help="Write the schema file.")] = False,
    check_only: Annotated[bool, typer.Option("--check", help="Compare; exit code 3 if it is out of date.")] = False,
) -> None:
    """Keep the JSON Schema of stack files current; without an option, print it."""
    if write and check_only:
        _usage("choose one of --write and --check")
    if write:
        schema.write()
        typer.echo(f"wrote {schema.FILE.name}", err=True)
    elif not check_only:
        typer.echo(schema.render(), nl=False)
    elif schema.is_current():
        typer.echo(f"{schema.FILE.name} is current", err=True)
    else:
        typer.echo(f"{schema.FILE.name} is out of date: run `atoll settings schema --write` and commit it", err=True)
        raise typer.Exit(FINDINGS)


@app.command("addresses")
def addresses_command(as_json: AsJson = False) -> None:
    """Show the address plan and how many more environments fit."""
    left = addresses.capacity()
    pool = addresses.on_demand_names()
    rows = [(name, str(net), _pods(name)) for name, net in addresses.ADDRESS_PLAN.items()]
    if as_json:
        plan = {
            "blocks": [{"name": name, "cidr": cidr, "pods": pods or None} for name, cidr, pods in rows],
            "on_demand": {
                "range": str(addresses.ON_DEMAND_RANGE),
                "pods": str(addresses.ON_DEMAND_PODS),
                "first": pool[0],
                "last": pool[-1],
            },
            "reserved": {name: str(net) for name, net in addresses.RESERVED.items()},
            "capacity": asdict(left),
        }
        typer.echo(json.dumps(plan, indent=2))
        return
    _table(("block", "VPC", "pods"), rows)
    typer.echo(f"\non demand  {pool[0]} to {pool[-1]} in {addresses.ON_DEMAND_RANGE}, pods in {addresses.ON_DEMAND_PODS}")
    for name, net in addresses.RESERVED.items():
        typer.echo(f"reserved   {net} ({name})")
    typer.echo(f"\nroom for {left.long_lived} more long-lived VPCs and {left.on_demand} on-demand environments")


def _problems(file: Path) -> SettingsError | None:
    try:
        load(file)
    except SettingsError as error:
        return error
    return None


def _stack_file(root: Path, name: str) -> Path:
    """A stack's file, from its name or its path."""
    for candidate in (Path(name), root / f"Pulumi.{name}.yaml"):
        if candidate.is_file():
            return candidate
    stacks = ", ".join(_stack_names(root)) or "none"
    _usage(f"no stack and no file is called {name!r}; the project's stacks: {stacks}")


def _stack_names(root: Path) -> Iterable[str]:
    return (file.name.removeprefix("Pulumi.").removesuffix(".yaml") for file in sorted(root.glob("Pulumi.*.yaml")))


def _project_root() -> Path:
    """The folder with Pulumi.yaml, from here upwards; here if there is none."""
    here = Path.cwd()
    return next((folder for folder in (here, *here.parents) if (folder / "Pulumi.yaml").is_file()), here)


def _pods(name: str) -> str:
    return str(addresses.pod_block(name) or "")


def _table(header: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> None:
    lines = [header, *rows]
    widths = [max(len(line[column]) for line in lines) for column in range(len(header))]
    for line in lines:
        typer.echo("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())


def _usage(message: str) -> NoReturn:
    typer.echo(f"error: {message}", err=True)
    raise typer.Exit(USAGE)
