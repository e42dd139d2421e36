"""`atoll contract`: begin contracts, check them alone and together, show who uses whom, keep their schema current.

Nothing here calls AWS or starts the engine.
"""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from console.exits import Exit
from console.project import ProjectError, root
from console.schema import CheckOnly, Write, keep
from console.talk import expects, fail, result, result_json, say
from contracts.services import ContractError, Estate, EstateFinding, ServiceContract, findings, progress, read, schema
from contracts.services.reading import NAME
from contracts.services.scaffold import ScaffoldError, Shape, create

app = typer.Typer(
    name="contract",
    help="Begin service contracts, check them alone and together, show who uses whom.",
    no_args_is_help=True,
    add_completion=False,
)

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON to stdout.")]
Folder = Annotated[
    Path | None,
    typer.Argument(help="Folder of all contracts; services/ of the project if left out.", show_default=False),
]


@app.command()
@expects(ProjectError, status=Exit.USAGE)
def check(
    folder: Folder = None,
    against: Annotated[
        Path | None, typer.Option(help="Folder of the contracts as they were: refuse downgrades and silent changes.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Find everything that is wrong with contracts. Exit code 0: nothing, 2: no contracts there, 3: problems."""
    where = _folder(folder)
    try:
        estate = read(where)
        before = read(_folder(against)) if against is not None else None
    except ContractError as error:
        if as_json:
            result_json({"ok": False, "problems": [asdict(p) for p in error.problems], "findings": []})
        else:
            result(str(error))
        say("Correct the contracts above and run `atoll contract check` again.")
        raise typer.Exit(Exit.FINDINGS) from None
    found = [*(progress(before, estate) if before is not None else ()), *findings(estate)]
    refused = any(finding.kind.refuses for finding in found)
    if as_json:
        result_json({"ok": not refused, "problems": [], "findings": [_json(finding) for finding in found]})
    else:
        for finding in found:
            result(f"{finding.kind}{'' if finding.kind.refuses else ' (for information)'}\n{finding.problem}\n")
        result(_summary(estate, found))
    if refused:
        say("Correct the contracts above and run `atoll contract check` again.")
        raise typer.Exit(Exit.FINDINGS)


@app.command()
@expects(ProjectError, ContractError, status=Exit.USAGE)
def graph(folder: Folder = None, as_json: AsJson = False) -> None:
    """Show who uses whom, and which version each is bound to. Exit code 2: contracts that cannot be read."""
    estate = read(_folder(folder))
    if as_json:
        edges = [edge for some in _edges(estate).values() for edge in some]
        result_json({"contracts": [_node(loaded.contract) for loaded in estate.contracts], "edges": edges})
        return
    edges = _edges(estate)
    for loaded in estate.contracts:
        result(f"{loaded.contract.id} {loaded.contract.version}")
        for edge in edges.get(loaded.file, ()):
            bound, how = edge["bound"] or "nothing", "waits" if edge["synchronous"] else "listens"
            what = ", ".join([*edge["calls"], *edge["events"]])
            result(f"  → {edge['provider']} {edge['range']} = {bound}  {how}: {what}")


@app.command("schema")
def schema_command(write: Write = False, check_only: CheckOnly = False) -> None:
    """Keep the JSON Schema of contracts current; without an option, print it."""
    keep(schema, "contract", write=write, check_only=check_only)


@app.command()
@expects(ProjectError, ScaffoldError, status=Exit.USAGE)
def new(
    contract_id: Annotated[str, typer.Argument(metavar="DOMAIN/SERVICE", help="Identity of the new contract.")],
    kind: Annotated[Shape, typer.Option(help="What kind of service it is.")] = Shape.REST,
    folder: Annotated[Path | None, typer.Option(help="Folder of all contracts; services/ if left out.")] = None,
) -> None:
    """Begin a contract that passes every check. Exit code 2: no such id, or it is there already."""
    for path in create(folder or root() / "services", contract_id, kind):
        result(str(path))
    say("Say what the service really does, then run `atoll contract check`.")


def _folder(folder: Path | None) -> Path:
    where = folder or root() / "services"
    if not where.is_dir():
        fail(f"there is no folder {where}: name the one with the contracts", Exit.USAGE)
    if next(where.rglob(NAME), None) is None:
        fail(f"there is no {NAME} in {where}: begin one with `atoll contract new DOMAIN/SERVICE`", Exit.USAGE)
    return where


def _summary(estate: Estate, found: list[EstateFinding]) -> str:
    wrong = sum(finding.kind.refuses for finding in found)
    counts = (
        _count(len(estate.contracts), "contract", "contracts"),
        _count(len(estate.edges), "dependency", "dependencies"),
        _count(wrong, "problem", "problems") if wrong else "no problem",
    )
    return ", ".join(counts)


def _count(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"


def _json(finding: EstateFinding) -> dict[str, Any]:
    return {
        "kind": finding.kind,
        "refuses": finding.kind.refuses,
        "contracts": finding.contracts,
        **asdict(finding.problem),
    }


def _node(contract: ServiceContract) -> dict[str, Any]:
    return {"id": contract.id, "version": contract.version, "domain": contract.domain, "owner": contract.owner.team}


def _edges(estate: Estate) -> dict[str, list[dict[str, Any]]]:
    """File of a contract → what it uses."""
    found: dict[str, list[dict[str, Any]]] = {}
    for edge in estate.edges:
        told = {
            "consumer": edge.consumer.contract.id,
            "consumer_version": edge.consumer.contract.version,
            "provider": edge.provider_id,
            "range": edge.dependency.version,
            "bound": edge.provider.contract.version if edge.provider is not None else None,
            "synchronous": edge.synchronous,
            "calls": list(edge.dependency.calls),
            "events": list(edge.dependency.events),
        }
        found.setdefault(edge.consumer.file, []).append(told)
    return found
