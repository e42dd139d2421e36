"""`atoll release …`: what a delivery pipeline does beside deploying stacks (DEL-1, ECS-3)."""

from __future__ import annotations

from typing import Annotated

import typer
from botocore.exceptions import BotoCoreError, ClientError
from rich.table import Table

from console import project
from console.engine import CloudChoice, Runner
from console.errors import EngineCommandError
from console.exits import Exit
from console.project import ProjectError
from console.release.clients import Clients
from console.release.gate import SEVERITIES, GateError, scan
from console.release.shift import ShiftError, cluster_of, moves, shift
from console.release.trial import TRIALS, Outcome, Place
from console.talk import expects, fail, result_json, rich_result, say
from contracts.settings import SettingsError, StackSettings, load

app = typer.Typer(no_args_is_help=True, help="Judge images, move traffic, and try what is deployed.")

Stack = Annotated[str, typer.Argument(help="Name of a region's stack.")]
Cloud = Annotated[
    CloudChoice,
    typer.Option("--cloud", envvar="ATOLL_CLOUD", help="Where: the embedded cloud, or AWS as the shell is set up."),
]
Within = Annotated[float, typer.Option("--within", min=0, help="Seconds to wait at most.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
_KNOWN = (SettingsError, ProjectError, EngineCommandError, GateError, ShiftError, ClientError, BotoCoreError)


def _clients(settings: StackSettings, cloud: CloudChoice) -> Clients:
    if cloud is CloudChoice.AWS:
        return Clients(settings, {})
    return Clients(settings, Runner.open(cloud).environment)


@app.command()
@expects(*_KNOWN)
def gate(
    stack: Stack,
    repository: Annotated[str, typer.Argument(help="Repository of the image, such as staging/order.")],
    tag: Annotated[str, typer.Argument(help="Tag of the image.")],
    refuse: Annotated[str, typer.Option(help=f"Least severity that is refused: {', '.join(SEVERITIES)}.")] = "HIGH",
    within: Within = 300,
    cloud: Cloud = CloudChoice.EMBEDDED,
    as_json: Json = False,
) -> None:
    """Wait for the scan of an image, and refuse it for what was found. Exit code 3: it is refused."""
    if refuse not in SEVERITIES:
        fail(f"there is no severity {refuse!r}; there are {', '.join(SEVERITIES)}", Exit.USAGE)
    settings = load(project.stack_file(stack))
    found = scan(_clients(settings, cloud)("ecr"), repository, tag, within=within)
    grave = found.grave(refuse)
    if as_json:
        result_json({"repository": repository, "tag": tag, "findings": found.counts, "refused": grave})
    else:
        counts = ", ".join(f"{count} {severity.lower()}" for severity, count in found.counts.items()) or "nothing"
        say(f"{repository}:{tag}: the scan found {counts}")
    if grave:
        raise typer.Exit(Exit.FINDINGS)


@app.command(name="shift")
@expects(*_KNOWN)
def shift_traffic(stack: Stack, within: Within = 3600, cloud: Cloud = CloudChoice.EMBEDDED) -> None:
    """Let CodeDeploy move every service to its newest task definition. Exit code 1: one went back."""
    settings = load(project.stack_file(stack))
    clients = _clients(settings, cloud)
    if not settings.ecs.enabled:
        say(f"{stack} has no ECS cluster, so there is nothing to move")
        return
    ecs, codedeploy = clients("ecs"), clients("codedeploy")
    wanted = list(moves(ecs, codedeploy, cluster_of(ecs, settings.environment)))
    if not wanted:
        say(f"{stack}: every service that CodeDeploy moves runs its newest task definition")
        return
    shift(codedeploy, wanted, within=within, say=say)


@app.command(name="try")
@expects(*_KNOWN)
def try_it(
    stack: Stack,
    test: Annotated[str, typer.Argument(help=f"What to try: {', '.join(TRIALS)}.")],
    url: Annotated[str | None, typer.Option(help="Where; https:// and the domain of the stack if left out.")] = None,
    as_json: Json = False,
) -> None:
    """Try what is deployed, through its public address. Exit code 3: something is not as it should be."""
    if test not in TRIALS:
        fail(f"there is no trial {test!r}; there are {', '.join(TRIALS)}", Exit.USAGE)
    settings = load(project.stack_file(stack))
    place = _place(settings, url)
    if not place.health:
        fail(f"{stack}: no service has a public path, so there is nothing to try; give one a path in ecs.services")
    outcomes = list(TRIALS[test](place))
    _show(outcomes, as_json)
    if not all(outcome.passed for outcome in outcomes):
        raise typer.Exit(Exit.FINDINGS)


def _place(settings: StackSettings, url: str | None) -> Place:
    paths = [
        service.path.replace("/*", service.health_path)
        for service in settings.ecs.services.values()
        if service.path is not None
    ]
    return Place(
        (url or f"https://{settings.edge.domain}").rstrip("/"),
        sorted(paths),
        settings.observability.alarm_thresholds.latency_p95_milliseconds,
        settings.edge.web_acl,
    )


def _show(outcomes: list[Outcome], as_json: bool) -> None:
    if as_json:
        result_json([{"what": each.what, "passed": each.passed, "seen": each.seen} for each in outcomes])
        return
    table = Table("", "what", "seen", box=None)
    for each in outcomes:
        table.add_row("ok" if each.passed else "no", each.what, each.seen)
    rich_result(table)
