"""`atoll dr plans`, `plan` and `runbook`: what would be done, read before it has to be."""

from __future__ import annotations

from typing import Annotated

import typer

from console import project
from console.exits import Exit
from console.project import ProjectError
from console.talk import expects, result, result_json, say
from contracts.settings import SettingsError
from graph.errors import GraphError

KNOWN = (SettingsError, ProjectError, GraphError, OSError)
FOLDER = "docs/runbooks"
Stack = Annotated[str, typer.Option("-s", "--stack", help="Global stack whose environment it is about.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def register(app: typer.Typer) -> None:
    """Add the commands to `atoll dr`."""
    app.command("plans")(list_plans)
    app.command("plan")(show_plan)
    app.command()(runbook)


@expects(*KNOWN)
def list_plans(stack: Stack = "global", as_json: Json = False) -> None:
    """List the recovery plans of an environment, from its stack files: nothing has to be deployed."""
    from console.dr.planned import planned

    found = planned(project.stack_file(stack)).plans.values()
    if as_json:
        result_json([{"name": p.name, "title": p.title, "typical_seconds": p.expected_seconds()} for p in found])
        return
    wide = max(len(plan.name) for plan in found)
    result("\n".join(f"{plan.name:<{wide}}  typically {plan.expected_seconds():>4} s  {plan.title}" for plan in found))


@expects(*KNOWN)
def show_plan(
    name: Annotated[str, typer.Argument(help="Plan, such as failover-us-east-1, or what it is for, such as failover.")],
    stack: Stack = "global",
    as_json: Json = False,
) -> None:
    """Show the steps of a plan in their order; what only a deployment knows stands as a variable."""
    from console.dr.planned import planned

    every = planned(project.stack_file(stack)).plans
    found = [plan for plan in every.values() if name in (plan.name, plan.kind.value)]
    if not found:
        raise ProjectError(f"there is no plan {name}; plans: {', '.join(every)}")
    if as_json:
        result_json([plan.model_dump(mode="json") for plan in found])
        return
    for plan in found:
        result(f"{plan.name}: {plan.title} (typically {plan.expected_seconds()} s)")
        for number, wave in enumerate(plan.waves(), start=1):
            for step in wave:
                result(f"  {number}. {step.id:<28} {step.expected.typical_seconds:>5} s  {step.title}")


@expects(*KNOWN)
def runbook(
    stack: Stack = "global",
    scenario: Annotated[str | None, typer.Option(help="One scenario, such as region-loss; all if left out.")] = None,
    write: Annotated[bool, typer.Option("--write", help=f"Write the pages below {FOLDER}.")] = False,
    check: Annotated[bool, typer.Option("--check", help="Exit with 3 when a page is out of date.")] = False,
) -> None:
    """Print the runbooks, write them, or check that they are current."""
    from console.dr.planned import planned
    from console.dr.runbook import runbooks

    pages = runbooks(planned(project.stack_file(stack)))
    if scenario is not None:
        if f"{scenario}.md" not in pages:
            known = ", ".join(name.removesuffix(".md") for name in pages)
            raise ProjectError(f"there is no scenario {scenario}; scenarios: {known}")
        pages = {f"{scenario}.md": pages[f"{scenario}.md"]}
    folder = project.root() / FOLDER
    if not (write or check):
        result("\n".join(pages.values()))
        return
    late = [
        name for name, text in pages.items() if not (folder / name).is_file() or (folder / name).read_text() != text
    ]
    for name in late:
        if write:
            folder.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(pages[name], encoding="utf-8")
        say(f"{FOLDER}/{name} {'is written' if write else 'is out of date: atoll dr runbook --write'}")
    if late and not write:
        raise typer.Exit(Exit.FINDINGS)
