"""`atoll dr rehearse`: a disaster in the embedded cloud, and the plan that answers it."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from console import project
from console.dr.deployed import global_settings
from console.dr.plans import Stack
from console.engine import CloudChoice, Runner
from console.errors import EngineCommandError
from console.exits import Exit
from console.project import ProjectError
from console.talk import expects, fail, result, say
from contracts.recovery.scenarios import Scenario
from contracts.settings import SettingsError
from embedded.cloud import CloudError
from embedded.home import state_dir
from graph.errors import GraphError

if TYPE_CHECKING:  # only a rehearsal pays for what it plays with
    from console.dr.rehearsal.record import Rehearsal
    from console.dr.rehearsal.scenes import Rehearser

_REHEARSED = (Scenario.REGION_LOSS, Scenario.DATABASE_FAILURE, Scenario.ZONE_LOSS)


def register(app: typer.Typer) -> None:
    """Add the command to `atoll dr`."""
    app.command()(rehearse)


@expects(SettingsError, ProjectError, EngineCommandError, GraphError, CloudError)
def rehearse(
    scenario: Annotated[Scenario, typer.Argument(help="region-loss, database-failure or zone-loss.")],
    region: Annotated[str, typer.Option(help="Region that is lost, or whose database or zone is.")] = "us-east-1",
    zone: Annotated[str | None, typer.Option(help="Zone of a zone-loss; the region's first if left out.")] = None,
    stack: Stack = "global",
    settings: Annotated[
        Path | None, typer.Option(help="Folder of the stack files, for a smaller estate; the project's if left out.")
    ] = None,
    deployed: Annotated[
        bool, typer.Option("--no-deploy", help="The stacks are there: do not deploy them first.")
    ] = False,
    orders: Annotated[int, typer.Option(min=1, help="Orders through each region before and at the loss.")] = 10,
    lag: Annotated[float, typer.Option(min=0.1, help="Seconds that copies in the other region are late.")] = 2.0,
    output: Annotated[Path | None, typer.Option(help="Folder for report.html and report.json.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Hold a rehearsal: deploy, send orders, take something away, run the plan, count, heal, return, and preview.

    Everything happens in the embedded cloud. Exit code 3: something was not shown that was to be shown.
    """
    if scenario not in _REHEARSED:
        fail(f"{scenario} cannot be rehearsed; there are {', '.join(_REHEARSED)}", Exit.USAGE)
    from console.dr.rehearsal.scenes import RehearsalError, Rehearser
    from console.dr.theatre import Theatre

    _refuse_unknown((settings or project.root()) / f"Pulumi.{stack}.yaml", region, zone)
    folder = output or state_dir() / "recovery" / time.strftime("rehearsal-%Y%m%d-%H%M%S")
    folder.mkdir(parents=True, exist_ok=True)
    theatre = Theatre(Runner.open(CloudChoice.EMBEDDED), (settings or project.root()).absolute(), stack)
    if not deployed:
        theatre.up()
    try:
        found = _held(Rehearser(theatre.stage(), folder, orders, lag, say), scenario, region, zone)
    except RehearsalError as error:
        fail(str(error), Exit.USAGE)
    _write(found, folder)
    _show(found, as_json)
    if not found.holds:
        raise typer.Exit(Exit.FINDINGS)


def _refuse_unknown(file: Path, region: str, zone: str | None) -> None:
    """A place that the environment does not have is told before everything is deployed, not after."""
    regions = [one.region for one in global_settings(file).regions.values()]
    if region not in regions:
        fail(f"{region} is no region of {file.name}; it has {', '.join(regions)}", Exit.USAGE)
    if zone is not None and zone[:-1] != region:
        fail(f"{zone} is no zone of {region}; such as {region}a", Exit.USAGE)


def _held(rehearser: Rehearser, scenario: Scenario, region: str, zone: str | None) -> Rehearsal:
    if rehearser.stage.cloud.status().faults:
        fail("the embedded cloud has faults already; end them first: atoll cloud heal", Exit.USAGE)
    try:
        match scenario:
            case Scenario.REGION_LOSS:
                return rehearser.region_loss(region)
            case Scenario.DATABASE_FAILURE:
                return rehearser.database_failure(region)
            case _:
                return rehearser.zone_loss(zone or f"{region}a")
    finally:
        rehearser.stage.cloud.heal()


def _write(found: Rehearsal, folder: Path) -> None:
    from console.dr.rehearsal.page import to_html

    (folder / "report.html").write_text(to_html(found), encoding="utf-8")
    (folder / "report.json").write_text(found.model_dump_json(indent=2) + "\n", encoding="utf-8")
    say(f"wrote {folder / 'report.html'} and report.json")


def _show(found: Rehearsal, as_json: bool) -> None:
    if as_json:
        result(found.model_dump_json(indent=2))
        return
    for claim in found.claims:
        result(f"{'holds' if claim.holds else 'FAILS'}  {claim.claim}: {claim.found}")
    failing = sum(not claim.holds for claim in found.claims)
    result(f"{found.scenario} of {found.place}: {failing} of {len(found.claims)} claims do not hold")
