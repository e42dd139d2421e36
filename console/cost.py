"""`atoll cost …`: what stacks would cost by list prices, before they are deployed (COST-2)."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from console import project
from console.exits import Exit
from console.project import ProjectError
from console.talk import expects, result, result_json, say
from contracts.settings import SettingsError
from graph.errors import GraphError

if TYPE_CHECKING:  # the program and its SDK take seconds to import; only the commands that need them pay
    from analysis.cost import Estimate
    from analysis.cost.budget import Check
    from graph.resource_graph import ResourceGraph

app = typer.Typer(no_args_is_help=True, help="What stacks cost a month.")
prices_app = typer.Typer(help="The prices that estimates are made of; `refresh` brings them up to date.")
app.add_typer(prices_app, name="prices")
_KNOWN = (SettingsError, ProjectError, GraphError)


@app.callback()
def cost() -> None:
    """What stacks cost a month."""


@app.command("estimate")
@expects(*_KNOWN)
def estimate_stacks(
    stacks: Annotated[list[str], typer.Argument(help="Names of stacks; several are added up.")],
    lines: Annotated[bool, typer.Option("--lines", help="Print every charge instead of sums.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Price every resource of stacks for one month, and compare each environment with its region's budget.

    Exit code 0: within the budget, 3: above it, or the price of something is not known.
    """
    from analysis.cost import report, together

    found = together(_estimate(project.stack_file(stack)) for stack in dict.fromkeys(stacks))
    checks = [check for stack in dict.fromkeys(stacks) if (check := _budget(stack, found))]
    if as_json:
        result_json(report.data(found, checks))
    else:
        result(report.table(found) if lines else report.summary(found, checks))
    _exit_when_unknown(found)
    if any(check.verdict != "within" for check in checks):
        raise typer.Exit(Exit.FINDINGS)


@app.command()
@expects(*_KNOWN)
def diff(
    before: Annotated[str, typer.Argument(help="A stack, or a file of `atoll graph show STACK --json`.")],
    after: Annotated[str, typer.Argument(help="What it is compared with, the same.")],
    at_most: Annotated[
        float | None, typer.Option(min=0, help="Exit with 3 when the second costs more percent of the first.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Tell what changes in the monthly cost from one graph to another.

    Two revisions are compared by saving the graph of the first: `atoll graph show staging --json > before.json`.
    Exit code 0: known completely, 3: the price of something is not known, or the second is above --at-most.
    """
    from analysis.cost import report
    from analysis.cost.difference import difference

    found = difference(_estimate_of(before), _estimate_of(after))
    if as_json:
        result_json(report.changes_data(found))
    else:
        result(report.changes(found))
    _exit_when_unknown(found.before, found.after)
    if at_most is not None and (found.percent is None or found.percent > Decimal(str(at_most))):
        say(f"{after} is not at most {at_most:g} % of {before}.")
        raise typer.Exit(Exit.FINDINGS)


@prices_app.callback(invoke_without_command=True)
@expects(*_KNOWN)
def prices(
    context: typer.Context,
    region: Annotated[str | None, typer.Option(help="AWS region; the first of the table if left out.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """List the prices that estimates are made of: each with its date, its page, and whether it was read from it."""
    if context.invoked_subcommand is not None:
        return
    from dataclasses import asdict

    from analysis.cost import report
    from analysis.cost.prices import price_table

    table = price_table()
    chosen = region or table.regions[0]
    if chosen not in table.regions:
        raise ProjectError(f"The price table has no region {chosen}. Regions: {', '.join(table.regions)}.")
    listed = sorted(table.all(chosen), key=lambda price: (price.service, price.key))
    if as_json:
        result_json([asdict(price) for price in listed])
    else:
        result(report.price_list(listed))
        recalled = sum(price.basis == "recalled" for price in listed)
        say(f"{recalled} of {len(listed)} figures were written down from memory: compare them with their page.")


@prices_app.command("refresh")
@expects(ProjectError, OSError)
def refresh_prices(
    check: Annotated[bool, typer.Option("--check", help="Change nothing; exit with 3 if a price differs.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Read prices from the AWS Price List API into analysis/cost/prices.yaml; wants AWS credentials that may read them.

    Exit code 0: done, 1: AWS cannot be asked, 3: with --check, a price differs.
    """
    from analysis.cost.prices import TABLE
    from analysis.cost.refresh import refresh
    from console.price_list import ask

    done = refresh(TABLE.read_text(encoding="utf-8"), ask())
    if as_json:
        result_json({"changed": done.changed, "read": done.read, "left": done.left})
    else:
        for name, (was, now) in done.changed.items():
            result(f"{name}: {was} → {now}")
    say(f"{len(done.read)} prices read, {len(done.changed)} differ, {len(done.left)} stay as they were.")
    if not check:
        TABLE.write_text(done.text, encoding="utf-8")
    elif done.changed:
        raise typer.Exit(Exit.FINDINGS)


def _estimate_of(what: str) -> Estimate:
    """The estimate of a stack, or of a graph that was saved."""
    if not what.endswith(".json"):
        return _estimate(project.stack_file(what))
    from graph.codec import from_json

    try:
        document = Path(what).read_bytes()
    except OSError as error:
        advice = "save one: atoll graph show STACK --json > graph.json"
        raise ProjectError(f"{what} cannot be read ({error.strerror}); {advice}") from None
    graph = from_json(document)
    return priced(graph, project.stack_file(graph.stack))


def _estimate(stack_file: Path) -> Estimate:
    from console.offline import record_stack

    return priced(record_stack(stack_file).graph, stack_file)


def priced(graph: ResourceGraph, stack_file: Path) -> Estimate:
    """The estimate of a graph, used as its stack's environment and contract are."""
    from analysis.cost import estimate
    from analysis.cost.prices import price_table
    from analysis.cost.usage import profile_of, usage_of
    from contracts.settings import ServiceStackSettings, load_any
    from stacks.provider import tags

    settings = load_any(stack_file)
    contract = settings.contract if isinstance(settings, ServiceStackSettings) else None
    used = usage_of(profile_of(settings.environment), contract)
    return estimate(graph, price_table(), used, tags=tags(settings, graph.stack), region=settings.region)


def _budget(stack: str, found: Estimate) -> Check | None:
    """How an environment stands to the budget of its region's stack; None for other stacks, which have none."""
    from analysis.cost.budget import check
    from contracts.settings import StackSettings, load_any

    settings = load_any(project.stack_file(stack))
    if not isinstance(settings, StackSettings):
        return None
    return check(found, settings.environment, Decimal(settings.cost.monthly_budget_usd))


def _exit_when_unknown(*estimates: Estimate) -> None:
    missing = sum(len(found.unknown) for found in estimates)
    if missing:
        say(f"The total is a lower bound: {missing} price(s) are not known.")
        raise typer.Exit(Exit.FINDINGS)
