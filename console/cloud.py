"""``atoll cloud``: start, stop, inspect, break and heal the embedded cloud.

Results go to stdout (``--json`` for machines), talk to stderr. Exit codes: 0 done, 1 failed, 2 wrong usage.
"""

from __future__ import annotations

import time
from dataclasses import asdict
from typing import Annotated, Any

import typer
from pydantic import ValidationError
from rich.table import Table

from console.environment import env
from console.exits import Exit
from console.kubeconfig import kubeconfig
from console.talk import fail as fail_command
from console.talk import result, result_json, rich_result, say
from contracts.recovery.actions import Store
from embedded.cloud import Cloud, CloudError, CloudStatus
from embedded.gateway import journal
from embedded.gateway.faults import Fault
from embedded.gateway.routes import Profile
from embedded.home import state_dir

app = typer.Typer(no_args_is_help=True, help="The embedded cloud: AWS on this machine, without an account.")

app.command("env")(env)
app.command("kubeconfig")(kubeconfig)

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@app.command()
def start(
    port: Annotated[int | None, typer.Option(help="Loopback port; else the last one, 4566, or any free.")] = None,
    profile: Annotated[list[Profile] | None, typer.Option(help="Move a group of services to MiniStack.")] = None,
    as_json: AsJson = False,
) -> None:
    """Start the cloud, or find the one that runs. Exit code 1: it cannot start, or runs without a profile asked for."""
    try:
        cloud = Cloud.start(state_dir(), port=port, profiles=profile or ())
    except CloudError as refused:
        fail_command(str(refused))
    status = cloud.status()
    if absent := sorted({each.value for each in profile or ()}.difference(status.profiles)):
        fail_command(
            f"The embedded cloud at {cloud.url} runs already, without the profile {', '.join(absent)}, which is chosen "
            "when a cloud starts. End it first, it keeps nothing: atoll cloud stop"
        )
    say(f"The embedded cloud listens on {cloud.url} (process {cloud.pid}).")
    _show_status(status, as_json)


@app.command()
def stop(as_json: AsJson = False) -> None:
    """Stop the cloud and its emulators; what moto held is gone."""
    cloud = Cloud.running(state_dir())
    if cloud:
        cloud.stop()
    say("Stopped." if cloud else "No cloud was running.")
    if as_json:
        result_json({"stopped": cloud is not None})


@app.command()
def status(as_json: AsJson = False) -> None:
    """Say what runs, what was called, and which answers came from the fallback."""
    _show_status(_cloud().status(), as_json)


@app.command()
def reset(as_json: AsJson = False) -> None:
    """Empty the emulators and every memory of the gateway; faults stay."""
    _cloud().reset()
    say("The cloud is empty.")
    if as_json:
        result_json({"reset": True})


@app.command("journal")
def show_journal(
    account: Annotated[str | None, typer.Option(help="Account id; * is a wildcard in every selector.")] = None,
    region: Annotated[str | None, typer.Option(help="Region.")] = None,
    service: Annotated[str | None, typer.Option(help="Service as boto3 names it.")] = None,
    action: Annotated[str | None, typer.Option(help="Action, for example CreateBucket or 'Delete*'.")] = None,
    route: Annotated[str | None, typer.Option(help="Who answered: moto, ministack, fallback, fault, gateway.")] = None,
    since: Annotated[str | None, typer.Option(help="How far back: 30s, 10m, 2h, 1d.")] = None,
    errors: Annotated[bool, typer.Option("--errors", help="Only calls that failed.")] = False,
    limit: Annotated[int, typer.Option(help="At most so many, the newest.")] = 1000,
    as_json: AsJson = False,
) -> None:
    """List recorded calls, oldest first. Works on a stopped cloud too."""
    home = state_dir()
    try:
        moment = journal.seconds_ago(since) if since else None
    except ValueError as wrong:
        raise typer.BadParameter(str(wrong), param_hint="--since") from None
    selectors: dict[str, Any] = {
        "account": account, "region": region, "service": service, "action": action, "route": route,
        "since": moment, "errors": errors, "limit": limit,
    }  # fmt: skip
    cloud = Cloud.running(home)
    calls = cloud.journal(**selectors) if cloud else journal.read(home / "journal.sqlite", **selectors)
    if as_json:
        result_json([asdict(call) for call in calls])
        return
    table = Table("time", "account", "region", "service", "action", "status", "ms", "route", "filled", box=None)
    for call in calls:
        clock = time.strftime("%H:%M:%S", time.localtime(call.time))
        columns = (
            clock,
            call.account,
            call.region,
            call.service,
            call.action,
            str(call.status),
            f"{call.duration:.0f}",
        )
        table.add_row(*columns, call.route, "yes" if call.filled else "")
    rich_result(table)


@app.command()
def fail(
    region: Annotated[str | None, typer.Option(help="Fail this region.")] = None,
    service: Annotated[str | None, typer.Option(help="Fail this service (as boto3 names it).")] = None,
    action: Annotated[str | None, typer.Option(help="Fail this action.")] = None,
    account: Annotated[str | None, typer.Option(help="Only for this account.")] = None,
    error: Annotated[
        str | None, typer.Option(help="Error code; ServiceUnavailable unless only --latency is given.")
    ] = None,
    status_code: Annotated[int, typer.Option("--status", help="HTTP status of the error.")] = 503,
    latency: Annotated[float, typer.Option(help="Seconds to wait before the answer.")] = 0.0,
    refuse: Annotated[bool, typer.Option("--refuse", help="Close connections without an answer: it is gone.")] = False,
    zone: Annotated[
        str | None, typer.Option(help="Take this availability zone away; it goes with nothing else.")
    ] = None,
    probability: Annotated[float, typer.Option(help="Share of calls that are hit, above 0 up to 1.")] = 1.0,
    seed: Annotated[int, typer.Option(help="Fixes which calls are hit.")] = 0,
    as_json: AsJson = False,
) -> None:
    """Make calls fail or slow until healed."""
    code = error or (None if latency or refuse or zone else "ServiceUnavailable")
    try:
        fault = Fault(
            region=region, service=service, action=action, account=account, error=code, status=status_code,
            latency=latency, refuse=refuse, zone=zone, probability=probability, seed=seed,
        )  # fmt: skip
    except ValidationError as wrong:
        raise typer.BadParameter(
            "; ".join(item["msg"].removeprefix("Value error, ") for item in wrong.errors())
        ) from None
    made = _cloud().fail(**fault.model_dump())
    say(f"Fault {made.id} is active. End it with: atoll cloud heal {made.id}")
    result_json(made.model_dump(mode="json")) if as_json else result(made.id)


@app.command()
def lag(
    store: Annotated[Store | None, typer.Argument(help="What is copied; all are shown when none is named.")] = None,
    seconds: Annotated[float | None, typer.Argument(help="How late its copies in another region are.")] = None,
    as_json: AsJson = False,
) -> None:
    """Show or set how late copies in the other region are, in seconds."""
    try:
        found = _cloud().lag(**({store.value: seconds} if store is not None and seconds is not None else {}))
    except ValueError as wrong:
        raise typer.BadParameter(str(wrong)) from None
    result_json(found) if as_json else result("\n".join(f"{name:<10} {late:g}" for name, late in found.items()))


@app.command()
def heal(
    ids: Annotated[list[str] | None, typer.Argument(help="Faults to end; all when none is named.")] = None,
    as_json: AsJson = False,
) -> None:
    """End faults."""
    healed = _cloud().heal(*(ids or ()))
    missing = [name for name in ids or () if name not in healed]
    if missing:
        fail_command(f"No such fault: {', '.join(missing)}. See the active ones with: atoll cloud status", Exit.USAGE)
    say(f"{len(healed)} healed.")
    result_json({"healed": list(healed)}) if as_json else result("\n".join(healed))


def _cloud() -> Cloud:
    home = state_dir()
    cloud = Cloud.running(home)
    if cloud is None:
        fail_command(f"No cloud runs in {home}. Start it: atoll cloud start")
    return cloud


def _show_status(now: CloudStatus, as_json: bool) -> None:
    if as_json:
        result_json(now.as_json())
        return
    table = Table(show_header=False, box=None)
    table.add_row("endpoint", now.url)
    table.add_row("home", now.home)
    table.add_row("gateway", f"process {now.pid}")
    for emulator in now.emulators:
        table.add_row(emulator.name, f"{emulator.version}, process {emulator.pid}, {emulator.url}")
    for cluster in now.clusters:
        processes = f", processes {' '.join(map(str, cluster.pids))}" if cluster.pids else ""
        where = f"{cluster.account} {cluster.region} {cluster.endpoint}"
        table.add_row(f"cluster {cluster.name}", f"{cluster.state}, {where}{processes}")
    answered = ", ".join(f"{route} {number}" for route, number in now.by_route.items())
    table.add_row("calls", f"{now.calls}, of which {now.errors} failed ({answered})" if now.calls else "0")
    for name, counts in (("fallback", now.fallback), ("filled in", now.filled)):
        total = sum(counts.values())
        most = sorted(counts.items(), key=lambda item: -item[1])[:8]
        table.add_row(name, f"{total} (convenience, not proof)" if total else "0")
        for action, number in most:
            table.add_row("", f"{action} {number}")
    for fault in now.faults:
        table.add_row("fault", f"{fault.id}: {fault.sentence}")
    rich_result(table)
