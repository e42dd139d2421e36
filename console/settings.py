"""`atoll settings`: check stack files, keep their schema current, show the address plan.

Nothing here calls AWS or starts the engine.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from console.exits import Exit
from console.project import ProjectError, root, stack_file, stacks
from console.schema import CheckOnly, Write, keep
from console.talk import expects, fail, result, result_json, say
from contracts import addresses
from contracts.settings import SettingsError, load_any, schema

app = typer.Typer(
    name="settings",
    help="Check stack files, keep their schema current, show the address plan.",
    no_args_is_help=True,
    add_completion=False,
)

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@app.command()
@expects(ProjectError, status=Exit.USAGE)
def check(
    stack: Annotated[
        list[str] | None,
        typer.Option("-s", "--stack", help="Stack or stack file; may be repeated. All of the project's if left out."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Find everything that is wrong in stack files. Exit code 0: nothing, 2: no such file, 3: problems."""
    files = _files(stack)
    results = {file: _problems(file) for file in files}
    if as_json:
        found = [
            {"file": file.name, "ok": error is None, "problems": [asdict(p) for p in error.problems] if error else []}
            for file, error in results.items()
        ]
        result_json({"stacks": found})
    else:
        for file, error in results.items():
            result(str(error) + "\n" if error else f"{file.name} is fine")
    if any(results.values()):
        say("Correct the settings above and run `atoll settings check` again.")
        raise typer.Exit(Exit.FINDINGS)


@app.command("schema")
def schema_command(write: Write = False, check_only: CheckOnly = False) -> None:
    """Keep the JSON Schema of stack files current; without an option, print it."""
    keep(schema, "settings", write=write, check_only=check_only)


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
        result_json(plan)
        return
    _table(("block", "VPC", "pods"), rows)
    result(f"\non demand  {pool[0]} to {pool[-1]} in {addresses.ON_DEMAND_RANGE}, pods in {addresses.ON_DEMAND_PODS}")
    for name, net in addresses.RESERVED.items():
        result(f"reserved   {net} ({name})")
    result(f"\nroom for {left.long_lived} more long-lived VPCs and {left.on_demand} on-demand environments")


def _problems(file: Path) -> SettingsError | None:
    try:
        load_any(file)
    except SettingsError as error:
        return error
    return None


def _files(names: list[str] | None) -> list[Path]:
    """The stack files that are meant: by stack, by path, or all of the project's."""
    if not names:
        found = [stack_file(stack) for stack in stacks()]
        return found or fail(f"there is no Pulumi.<stack>.yaml in {root().name}: name a file with -s", Exit.USAGE)
    return [Path(name) if Path(name).is_file() else stack_file(name) for name in names]


def _pods(name: str) -> str:
    return str(addresses.pod_block(name) or "")


def _table(header: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> None:
    lines = [header, *rows]
    widths = [max(len(line[column]) for line in lines) for column in range(len(header))]
    for line in lines:
        result("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())
