"""`atoll parity`: does the other region have everything, and can either carry everyone (DR-1)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from console import project
from console.exits import Exit
from console.project import ProjectError
from console.resilience import recovering, settings_of
from console.schema import CheckOnly, Write, keep
from console.talk import expects, result, result_json, say
from contracts.settings import AnySettings, SettingsError, StackSettings
from graph.errors import GraphError

if TYPE_CHECKING:
    from analysis.parity import Capacity, Pair, Parity, Share
    from graph.estate import Estate

app = typer.Typer(invoke_without_command=True, help="Does each region have what the other has, and can it carry all.")


class PairError(Exception):
    """The differences of an environment are declared wrongly."""


@app.callback()
@expects(SettingsError, ProjectError, GraphError, PairError)
def parity(
    context: typer.Context,
    environment: Annotated[str, typer.Option(help="Environment whose two regions are compared.")] = "prod",
    every: Annotated[bool, typer.Option("--all", help="Show declared differences, too.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON; `atoll parity schema` describes it.")] = False,
) -> None:
    """Compare the two regions of an environment, and judge each as the only one left.

    Differences that are meant are declared in parity.yaml, each with its reason and owner. Exit code 0: every
    difference is declared and either region can carry everyone, 3: not so, or not known before deployment.
    """
    if context.invoked_subcommand is not None:
        return
    from analysis.parity import report

    settings = settings_of(environment)
    found, judged, shares, expired = held_against(recovering(settings).estate, settings, environment)
    if as_json:
        result_json(report.document(found, judged, shares, expired).model_dump(mode="json"))
    else:
        result("\n".join(report.lines(found, judged, shares, expired, every=every)))
    short = [one for one in judged if not one.enough]
    outdated = (*found.stale, *expired)
    if found.undeclared or short or outdated:
        say(
            f"{len(found.undeclared)} differences are not declared, {len(outdated)} declarations are out of date, "
            f"{len(short)} capacities are not enough or not known. What is meant is declared in parity.yaml."
        )
        raise typer.Exit(Exit.FINDINGS)


@app.command("schema")
def schema_command(write: Write = False, check_only: CheckOnly = False) -> None:
    """Keep the JSON Schema of the report current; without an option, print it."""
    from contracts.published import PARITY_REPORT

    keep(PARITY_REPORT, "parity", write=write, check_only=check_only)


def held_against(
    estate: Estate, settings: Mapping[str, AnySettings], environment: str
) -> tuple[Parity, tuple[Capacity, ...], tuple[Share, ...], tuple[str, ...]]:
    """Differences of the two regions, each as the only one left, what each carries, and expired declarations.

    Raises:
        ProjectError: there are no two regions.
        PairError: a declaration is wrong.
    """
    from analysis.parity import capacity, declarations
    from analysis.parity import parity as compared
    from analysis.parity.declared import FILE, DeclarationError

    pair = pair_of(settings, environment)
    shares = shares_of(settings, pair)
    try:
        declared = declarations(project.root() / FILE, datetime.now(UTC).date())
    except DeclarationError as error:
        raise PairError(str(error)) from None
    return compared(estate, pair, declared.valid), capacity(estate, shares), shares, declared.expired


def pair_of(settings: Mapping[str, AnySettings], environment: str) -> Pair:
    """The two region stacks of an environment, the primary first.

    Raises:
        ProjectError: there are no two.
    """
    from analysis.parity import Pair

    for name, one in settings.items():
        if isinstance(one, StackSettings) and one.pair is not None and one.pair.peer_stack is not None:
            peer = settings.get(one.pair.peer_stack)
            if isinstance(peer, StackSettings):
                return Pair(one.pair.peer_stack, name, peer.region, one.region)
    raise ProjectError(f"{environment} has no two regions: none of its stacks names a primary (pair.peer_stack).")


def shares_of(settings: Mapping[str, AnySettings], pair: Pair) -> tuple[Share, ...]:
    """What part of the traffic each of two region stacks carries: by the global stack, else by halves."""
    from analysis.parity import Share
    from contracts.settings.global_stack import GlobalStackSettings

    regions = {pair.left: pair.left_region, pair.right: pair.right_region}
    for one in settings.values():
        if isinstance(one, GlobalStackSettings) and set(regions) <= set(one.regions):
            return tuple(
                Share(name, region, one.regions[name].weight_percent / 100) for name, region in regions.items()
            )
    return tuple(Share(name, region, 0.5) for name, region in regions.items())
