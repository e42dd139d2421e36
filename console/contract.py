"""`atoll contract`: begin contracts, check and compare them, show who uses whom, keep their schema current.

Nothing here calls AWS or starts the engine; the registry's commands, which do call AWS, are in `console.registry.cli`.
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from console import differences, new_stack
from console.exits import Exit
from console.past import PastError, folder_as_it_was
from console.project import ProjectError, root
from console.registry import cli as registry
from console.schema import CheckOnly, Write, keep
from console.talk import expects, fail, result, result_json, say
from contracts.compatibility.edges import Comparison, compare
from contracts.compatibility.wellformed import malformed
from contracts.services import ContractError, Estate, EstateFinding, ServiceContract, findings, read, schema
from contracts.services.reading import NAME, load
from contracts.services.scaffold import ScaffoldError, Shape, create
from contracts.settings import SettingsError

app = typer.Typer(
    name="contract",
    help="Begin service contracts, check and compare them, show who uses whom; publish and find them.",
    no_args_is_help=True,
    add_completion=False,
)

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Folder = Annotated[
    Path | None,
    typer.Argument(help="Folder of all contracts; services/ of the project if left out.", show_default=False),
]


@app.command()
@expects(ProjectError, PastError, status=Exit.USAGE)
def check(
    folder: Folder = None,
    against: Annotated[
        str | None, typer.Option(help="The contracts as they were, a folder or a git revision: refuse what breaks.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Find all that is wrong with contracts.

    Exit code 0: nothing, 2: no contracts there, 3: problems, 5: a change that breaks.
    """
    where = _folder(folder)
    estate = _estate(where, as_json=as_json)
    before = _before(against, where, estate) if against is not None else Estate(())
    comparison = compare(before, estate) if against is not None else None
    known = set(before.contracts)
    changed = (loaded for loaded in estate.contracts if loaded not in known)
    found = [*(comparison.findings if comparison is not None else ()), *malformed(changed), *findings(estate)]
    refused = any(finding.kind.refuses for finding in found)
    if as_json:
        told = {"ok": not refused, "problems": [], "findings": [differences.finding(finding) for finding in found]}
        result_json(told)
    else:
        _tell(found)
        result(_summary(estate, found))
    _end(refused, comparison, "check")


@app.command()
@expects(ProjectError, PastError, status=Exit.USAGE)
def diff(
    folder: Folder = None,
    against: Annotated[
        str, typer.Option(metavar="FOLDER|REVISION", help="The contracts as they were: a folder or a git revision.")
    ] = "HEAD",
    as_json: AsJson = False,
) -> None:
    """Show what changed since, the version it needs, and whom it breaks.

    Exit code 0: nothing is refused, 2: no contracts there, 3: problems, 5: a change that breaks.
    """
    where = _folder(folder)
    estate = _estate(where, as_json=as_json)
    comparison = compare(_before(against, where, estate), estate)
    found = list(comparison.findings)
    if as_json:
        told = {
            "ok": not comparison.refuses,
            "breaking": comparison.breaks,
            "contracts": differences.as_json(comparison),
            "findings": [differences.finding(finding) for finding in found],
        }
        result_json(told)
    else:
        for line in differences.lines(comparison):
            result(line)
        if comparison.contracts:
            result("")
        _tell(found)
        wrong = sum(finding.kind.refuses for finding in found)
        changed = _count(len(comparison.contracts), "contract changed", "contracts changed")
        result(f"{changed}, {_count(wrong, 'problem', 'problems') if wrong else 'no problem'}")
    _end(comparison.refuses, comparison, "diff")


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


@app.command()
@expects(ProjectError, ContractError, status=Exit.USAGE)
def suggest(
    folder: Folder = None,
    least: Annotated[float, typer.Option(min=0, max=1, help="Least confidence of a proposal.")] = 0.5,
    as_json: AsJson = False,
) -> None:
    """Propose what contracts may lack, judged by what others use; each is a question to the owner, none a finding.

    Exit code 2: contracts that cannot be read.
    """
    from analysis import contract_suggestions

    found = contract_suggestions.suggest(contract_suggestions.observed(read(_folder(folder))), least=least)
    if as_json:
        result_json([asdict(each) | {"event": str(each.event)} for each in found])
        return
    for each in found:
        result(f"{each.consumer} → {each.event}  {each.confidence:.0%} ({each.rule}): {each.reason}")
    say(f"{len(found)} proposals of at least {least:.0%}." if found else "Nothing is proposed.")


@app.command("schema")
def schema_command(write: Write = False, check_only: CheckOnly = False) -> None:
    """Keep the JSON Schema of contracts current; without an option, print it."""
    keep(schema, "contract", write=write, check_only=check_only)


@app.command()
@expects(ProjectError, ScaffoldError, SettingsError, status=Exit.USAGE)
def new(
    contract_id: Annotated[str, typer.Argument(metavar="DOMAIN/SERVICE", help="Identity of the new contract.")],
    kind: Annotated[Shape, typer.Option(help="What kind of service it is.")] = Shape.REST,
    folder: Annotated[Path | None, typer.Option(help="Folder of all contracts; services/ if left out.")] = None,
    stack: Annotated[
        str | None,
        typer.Option(
            "-s", "--stack", help="Region's stack, such as dev, to begin the service's own stack file for, too."
        ),
    ] = None,
) -> None:
    """Begin a service: a contract that passes every check, and code that runs.

    Exit code 2: no such id, or it is there already.
    """
    where = folder or root() / "services"
    if stack is not None:
        new_stack.place(contract_id, stack)
    for path in create(where, contract_id, kind):
        result(str(path))
    if stack is not None:
        result(str(new_stack.write_stack(load(where / contract_id / NAME).contract, stack)))
    say("Say what the service really does, then run `atoll contract check`.")


def _folder(folder: Path | None) -> Path:
    where = folder or root() / "services"
    if not where.is_dir():
        fail(f"there is no folder {where}: name the one with the contracts", Exit.USAGE)
    if next(where.rglob(NAME), None) is None:
        fail(f"there is no {NAME} in {where}: begin one with `atoll contract new DOMAIN/SERVICE`", Exit.USAGE)
    return where


def _estate(where: Path, *, as_json: bool) -> Estate:
    """The contracts as they are; the command ends if they are refused."""
    try:
        return read(where)
    except ContractError as error:
        if as_json:
            result_json({"ok": False, "problems": [asdict(p) for p in error.problems], "findings": []})
        else:
            result(str(error))
        say("Correct the contracts above and run `atoll contract check` again.")
        raise typer.Exit(Exit.FINDINGS) from None


def _before(against: str, where: Path, estate: Estate) -> Estate:
    """The contracts as they were, judged by what was supported then; those that are the same are not read again."""
    with folder_as_it_was(against, where) as past:
        try:
            return read(past, today=date.min, known=estate)
        except ContractError as error:
            fix = "Compare with a revision whose contracts are whole."
            fail(f"the contracts of {against} cannot be compared. {fix}\n{error}", Exit.USAGE)


def _tell(found: list[EstateFinding]) -> None:
    for finding in found:
        result(f"{finding.kind}{'' if finding.kind.refuses else ' (for information)'}\n{finding.problem}\n")


def _end(refused: bool, comparison: Comparison | None, command: str) -> None:
    if refused:
        say(f"Correct the contracts above and run `atoll contract {command}` again.")
        raise typer.Exit(Exit.DRIFT if comparison is not None and comparison.breaks else Exit.FINDINGS)


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


registry.add_to(app)  # behind the commands above in the help
