"""`atoll gitops …`: what clusters run beside the program, kept in step with its sources and held to real schemas."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
import yaml
from pydantic import ValidationError

from console.exits import Exit
from console.project import ProjectError, root, stack_file, stacks
from console.talk import expects, fail, result, result_json, say
from contracts.services.reading import ContractError
from contracts.settings import KubernetesStackSettings, SettingsError, load_any

if TYPE_CHECKING:
    from contracts.kubernetes.rendering import Sources
    from contracts.kubernetes.teams import TeamsFile

app = typer.Typer(no_args_is_help=True, help="What clusters run beside the program: generate it, and check it.")

NO_OBJECTS = ("kustomization.yaml", "teams.yaml")
"""Files below `gitops/` that hold no objects of Kubernetes."""


class GitopsError(Exception):
    """The teams' file is wrong; the message holds every problem."""


@app.command()
@expects(ProjectError, SettingsError, ContractError, GitopsError)
def render(
    write: Annotated[
        bool, typer.Option("--write", help="Write the generated files, and remove those not needed.")
    ] = False,
    check: Annotated[bool, typer.Option("--check", help="Compare; exit code 3 if any is out of date.")] = False,
) -> None:
    """Generate objects from stack files, teams and contracts; without an option, list the files."""
    if write and check:
        fail("choose one of --write and --check", Exit.USAGE)
    folder = root()
    wanted = rendered(folder)
    stale = sorted(generated(folder) - set(wanted))
    differing = [path for path, text in wanted.items() if _text(folder / path) != text]
    if write:
        for path in differing:
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text(wanted[path], encoding="utf-8")
        for path in stale:
            (folder / path).unlink()
        say(f"{len(differing)} files written, {len(stale)} removed, {len(wanted) - len(differing)} were current")
    elif not check:
        result("\n".join(map(str, wanted)))
    elif differing or stale:
        for path in [*differing, *stale]:
            result(f"{path} is out of date")
        say("run `atoll gitops render --write` and commit what it changes")
        raise typer.Exit(Exit.FINDINGS)
    else:
        say(f"{len(wanted)} generated files are current")


@app.command()
@expects(ProjectError)
def validate(as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False) -> None:
    """Hold every object below gitops/ to the schemas of Kubernetes and of its kind. Exit code 3 for problems."""
    from contracts.kubernetes.schemas import Schemas
    from embedded.definitions import DefinitionsError, obtain
    from embedded.home import cache_dir

    try:
        schemas: Schemas = obtain(cache_dir(), say)
    except DefinitionsError as error:
        fail(str(error))
    folder, count, found = root(), 0, list[dict[str, Any]]()
    for path, index, document in objects(folder):
        count += 1
        name = f"{document.get('kind')} {document.get('metadata', {}).get('name')}" if document else "nothing"
        found += [
            {"file": str(path), "document": index + 1, "object": name, "problem": str(problem)}
            for problem in schemas.problems(document)
        ]
    if as_json:
        result_json({"objects": count, "problems": found})
    else:
        for each in found:
            result(f"{each['file']} document {each['document']} ({each['object']})  {each['problem']}")
        say(f"{count} objects, {len(found)} problems")
    if found:
        raise typer.Exit(Exit.FINDINGS)


def rendered(folder: Path) -> dict[Path, str]:
    """Every generated file of a project, by its path below it.

    Raises:
        SettingsError, ContractError, GitopsError: a source is wrong.
    """
    from contracts.kubernetes.rendering import render as render_all

    return render_all(sources(folder), written(folder))


def sources(folder: Path) -> Sources:
    """What the generated files follow from."""
    from contracts.kubernetes.rendering import Sources
    from contracts.services import read

    settings = (load_any(stack_file(stack)) for stack in stacks() if stack.endswith("-kubernetes"))
    estate = read(folder / "services")
    owners = {
        versions[max(versions)].contract.id: versions[max(versions)].contract.owner.team
        for versions in estate.by_id.values()
    }
    teams = _teams(folder)
    if problems := list(teams.problems(owners)):
        raise GitopsError("gitops/teams.yaml is refused:\n" + "\n".join(f"  {problem}" for problem in problems))
    found = tuple(each for each in settings if isinstance(each, KubernetesStackSettings))
    return Sources(teams=teams, stacks=found, estate=estate, accounts={})


def _teams(folder: Path) -> TeamsFile:
    from contracts.kubernetes.teams import FILE, TeamsFile
    from contracts.settings.translate import refusals

    try:
        content = yaml.safe_load((folder / FILE).read_text(encoding="utf-8"))
        return TeamsFile.model_validate_json(json.dumps(content), strict=True)
    except FileNotFoundError:
        raise GitopsError(f"there is no {FILE}; it names the teams and what their namespaces may use") from None
    except yaml.YAMLError as error:
        raise GitopsError(f"{FILE} is no YAML: {str(error).splitlines()[0]}") from None
    except ValidationError as error:
        told = refusals(error.errors(include_url=False), "", TeamsFile)
        lines = [f"  {'.'.join(map(str, r.path[1:]))}: found {r.found}; allowed: {r.allowed}; {r.fix}" for r in told]
        raise GitopsError(f"{FILE} is refused:\n" + "\n".join(lines)) from None


def generated(folder: Path) -> set[Path]:
    """Generated files that are there."""
    from contracts.kubernetes.rendering import GENERATED

    return {path for path in _files(folder) if path.name.startswith(GENERATED)}


def written(folder: Path) -> set[Path]:
    """Files that are written by hand."""
    return _files(folder) - generated(folder)


def objects(folder: Path) -> Iterator[tuple[Path, int, Any]]:
    """Every object below `gitops/`: its file, its place in it from 0, and itself."""
    for path in sorted(_files(folder)):
        if path.name not in NO_OBJECTS:
            documents = yaml.safe_load_all((folder / path).read_text(encoding="utf-8"))
            for index, document in enumerate(documents):
                yield path, index, document


def _files(folder: Path) -> set[Path]:
    return {path.relative_to(folder) for path in (folder / "gitops").rglob("*.yaml")}


def _text(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.is_file() else None
