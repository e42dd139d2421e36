"""`atoll stack …`: deploy, preview, refresh, destroy and look at one stack."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from console import project, timings
from console.engine import CloudChoice, Runner
from console.errors import EngineCommandError
from console.exits import Exit
from console.policy import refuse_findings
from console.project import ProjectError
from console.recovery import adopted, interrupted
from console.registry.errors import RefusedPublicationError, RegistryError
from console.talk import expects, fail, result, result_json, say, talk
from contracts.services import ContractError
from contracts.settings import SettingsError, load_any
from contracts.settings.service import ServiceStackSettings
from embedded.plugins import PluginKind
from graph.errors import GraphError
from policies.profiles import ProfileError

if TYPE_CHECKING:
    from console.registry.releasing import Release

app = typer.Typer(no_args_is_help=True, help="Deploy, preview, refresh, destroy and look at one stack.")

Stack = Annotated[str, typer.Argument(help="Name of the stack, as in Pulumi.<stack>.yaml.")]
Cloud = Annotated[
    CloudChoice,
    typer.Option("--cloud", envvar="ATOLL_CLOUD", help="Where: the embedded cloud, or AWS as the shell is set up."),
]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")]
Parallel = Annotated[int, typer.Option(min=1, max=16, help="Stacks at work at the same time.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Print the order, and do nothing.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
_KNOWN = (SettingsError, ProjectError, EngineCommandError, ContractError, RegistryError, GraphError, ProfileError)


def _prepare(stack: str, cloud: CloudChoice) -> Runner:
    """Validate the settings before anything is started, then prepare engine and cloud."""
    load_any(project.stack_file(stack))
    runner = Runner.open(cloud)
    runner.select(stack)
    return runner


def _agree(question: str, yes: bool, cloud: CloudChoice) -> None:
    """Ask, on a terminal and where it matters; a script has to say `--yes`."""
    if yes or cloud is CloudChoice.EMBEDDED:
        return
    if not talk.is_terminal:
        fail(f"{question} Not on a terminal: run the command again with --yes.", Exit.USAGE)
    if not typer.confirm(question, err=True):
        raise typer.Exit(Exit.FAILED)


def _finish(status: Exit, stack: str) -> None:
    """End the command; an error names the next one."""
    if status is Exit.LOCKED:
        say(f"Another update holds the stack, or was killed. If none is running: atoll stack recover {stack}")
    if status is not Exit.OK:
        raise typer.Exit(status)


@app.command()
@expects(*_KNOWN)
@expects(RefusedPublicationError, status=Exit.DRIFT)
def up(
    stack: Stack,
    cloud: Cloud = CloudChoice.EMBEDDED,
    yes: Yes = False,
    with_dependencies: Annotated[
        bool, typer.Option("--with-dependencies", help="Deploy what it depends on first, independent stacks together.")
    ] = False,
    parallel: Parallel = 2,
    dry_run: DryRun = False,
) -> None:
    """Deploy a stack that the controls let through; a service's contract is checked before and published after.

    Exit code 3: controls refuse it. 5: its contract would break a registered consumer. Nothing was deployed then.
    With --with-dependencies, that of the first stack that failed; what does not need it goes on.
    """
    project.stack_file(stack)
    if with_dependencies:
        _fleet("up", stack, cloud, parallel=parallel, yes=yes, dry_run=dry_run)
        return
    if dry_run:
        fail(f"--dry-run goes with --with-dependencies; for one stack: atoll stack preview {stack}", Exit.USAGE)
    refuse_findings(stack)
    runner = _prepare(stack, cloud)
    pending = interrupted(runner.export(stack), runner.environment, noted=runner.notes_creations)
    if pending:
        fail(
            f"An earlier update of {stack} was killed while it created {len(pending)} resource(s). "
            f"Bring them into the state first: atoll stack recover {stack}",
            Exit.LOCKED,
        )
    release = _release(stack, cloud)
    if release is not None:
        release.check()
    _agree(f"Deploy {stack} to AWS?", yes, cloud)
    status = runner.run("up", "--stack", stack, "--yes", "--skip-preview", "--suppress-progress")
    _stand_ins(runner)
    _finish(status, stack)
    if release is not None:
        release.publish()
    say(
        "\nTry next:\n"
        f"  atoll stack preview {stack}         # no change\n"
        f"  atoll graph show {stack}            # what there is, and what depends on what\n"
        "  atoll cloud status               # the embedded cloud behind it\n"
        '  eval "$(atoll cloud env)"        # then plain pulumi and aws commands work too\n'
        f"  atoll stack destroy {stack}"
    )


@app.command()
@expects(*_KNOWN)
def preview(
    stack: Annotated[str | None, typer.Argument(help="Name of the stack, as in Pulumi.<stack>.yaml.")] = None,
    cloud: Cloud = CloudChoice.EMBEDDED,
    expect_no_changes: Annotated[
        bool, typer.Option("--expect-no-changes", help="Exit 5 when there would be a change.")
    ] = False,
    estate: Annotated[
        bool, typer.Option("--estate", help="Preview all stacks in one process, without the engine.")
    ] = False,
    environment: Annotated[
        str | None, typer.Option("--environment", help="With --estate: the stacks of this environment alone.")
    ] = None,
    states: Annotated[
        Path | None,
        typer.Option(help="With --estate: folder with <stack>.json, each by `pulumi stack export`.", exists=True),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="With --estate: print JSON.")] = False,
) -> None:
    """Show what `up` would change, in one stack or with --estate in all.

    With --estate, exit code 1: a stack refuses what it would be given. Its problem is in the output.
    """
    if estate:
        _preview_estate(stack, environment, cloud, states, as_json=as_json, expect_no_changes=expect_no_changes)
        return
    if stack is None:
        fail("Name a stack, or say --estate for all of them.", Exit.USAGE)
    if environment is not None or states is not None or as_json:
        fail("--environment, --states and --json go with --estate: the engine previews one stack.", Exit.USAGE)
    runner = _prepare(stack, cloud)
    extra = ["--expect-no-changes"] if expect_no_changes else []
    status = runner.run("preview", "--stack", stack, "--diff", *extra)
    _stand_ins(runner)
    if status is Exit.FAILED and expect_no_changes:
        status = Exit.DRIFT
    _finish(status, stack)


def _preview_estate(
    stack: str | None,
    environment: str | None,
    cloud: CloudChoice,
    states: Path | None,
    *,
    as_json: bool,
    expect_no_changes: bool,
) -> None:
    if stack is not None and environment is not None:
        fail("Name a stack, with all that it reads, or an environment: not both.", Exit.USAGE)
    from console.estate import stacks_of  # the program and its SDK take seconds to import
    from console.preview.estate import preview_estate
    from console.preview.states import states_in, states_of
    from console.preview.text import lines

    folder = project.root()
    wanted = [project.stack_file(stack).name.split(".")[1]] if stack else stacks_of(folder, environment)
    found = preview_estate(
        folder, wanted, states_in(states) if states else states_of(cloud), lambda name: say(f"previewing {name}")
    )
    if as_json:
        result_json(found.model_dump(mode="json"))
    else:
        result("\n".join(lines(found)))
    if found.refused:
        raise typer.Exit(Exit.FAILED)
    if expect_no_changes and found.changes:
        raise typer.Exit(Exit.DRIFT)


@app.command()
@expects(*_KNOWN)
def refresh(stack: Stack, cloud: Cloud = CloudChoice.EMBEDDED) -> None:
    """Bring the state up to date with what is really there."""
    runner = _prepare(stack, cloud)
    _finish(runner.run("refresh", "--stack", stack, "--yes", "--skip-preview", "--suppress-progress"), stack)


@app.command()
@expects(*_KNOWN)
def destroy(
    stack: Stack,
    cloud: Cloud = CloudChoice.EMBEDDED,
    yes: Yes = False,
    with_dependents: Annotated[
        bool, typer.Option("--with-dependents", help="Destroy what depends on it first.")
    ] = False,
    parallel: Parallel = 2,
    dry_run: DryRun = False,
) -> None:
    """Delete everything in a stack; protected resources refuse."""
    if with_dependents:
        project.stack_file(stack)
        _fleet("destroy", stack, cloud, parallel=parallel, yes=yes, dry_run=dry_run)
        return
    if dry_run:
        fail("--dry-run goes with --with-dependents, and prints the order.", Exit.USAGE)
    runner = _prepare(stack, cloud)
    _agree(f"Delete everything in {stack} on AWS?", yes, cloud)
    _finish(runner.run("destroy", "--stack", stack, "--yes", "--skip-preview", "--suppress-progress"), stack)


@app.command()
@expects(*_KNOWN)
def recover(
    stack: Stack,
    cloud: Cloud = CloudChoice.EMBEDDED,
    forget: Annotated[bool, typer.Option("--forget", help="Drop creations that nobody noted the end of.")] = False,
) -> None:
    """After an update was killed: clear its lock, and take what it was creating into the state."""
    runner = _prepare(stack, cloud)
    runner.quietly("cancel", stack, "--yes")
    exported = runner.export(stack)
    pending = interrupted(exported, runner.environment, noted=runner.notes_creations)
    unknown = [entry.urn for entry in pending if not entry.certain]
    if unknown and not forget:
        names = "\n".join(f"  {urn}" for urn in unknown)
        fail(
            f"Nobody noted what became of these creations:\n{names}\n"
            "If the update was killed just now, its plug-in may still be at work: wait a minute and try again. If not, "
            "look for them in the account and delete or import what is there, then run: "
            f"atoll stack recover {stack} --forget",
            Exit.FINDINGS,
        )
    if pending:
        found = sum(entry.identifier is not None for entry in pending)
        say(f"taking {found} resource(s) into the state that were created while nobody watched")
        runner.replace(stack, adopted(exported, pending))
    _finish(runner.run("refresh", "--stack", stack, "--yes", "--skip-preview", "--suppress-progress"), stack)


@app.command()
@expects(*_KNOWN)
def outputs(stack: Stack, cloud: Cloud = CloudChoice.EMBEDDED, as_json: Json = False) -> None:
    """Print the outputs of a stack; secrets stay hidden."""
    runner = _prepare(stack, cloud)
    values = runner.ask("stack", "output", "--stack", stack, "--json")
    if not values and not runner.export(stack)["deployment"].get("resources"):
        fail(_nothing_of(stack))
    if as_json:
        result_json(values)
    else:
        result("\n".join(f"{name}: {value}" for name, value in sorted(values.items())))


@app.command("timings")
@expects(*_KNOWN)
def show_timings(stack: Stack, cloud: Cloud = CloudChoice.EMBEDDED, as_json: Json = False) -> None:
    """Show what the last deployment of a stack waited for: its critical path."""
    found = timings.timings(_prepare(stack, cloud).export(stack))
    if found is None:
        fail(_nothing_of(stack))
    if as_json:
        result_json({"stack": stack, **asdict(found)})
    else:
        result("\n".join(timings.lines(stack, found)))


def _nothing_of(stack: str) -> str:
    return f"Nothing of {stack} is deployed. Next: atoll stack up {stack}"


@app.command("list")
@expects(*_KNOWN)
def list_stacks(as_json: Json = False) -> None:
    """Print the stacks of this project."""
    names = project.stacks()
    if as_json:
        result_json(names)
    else:
        result("\n".join(names))


def _fleet(verb: str, stack: str, cloud: CloudChoice, *, parallel: int, yes: bool, dry_run: bool) -> None:
    """One command for several stacks, in their order."""
    from console.fleet import command

    folder = project.root()
    fleet = command.to_deploy(folder, stack) if verb == command.UP else command.to_destroy(folder, stack)
    if dry_run:
        result("\n".join(fleet.plan()))
        return
    names = command.told(list(fleet.needs))
    _agree(f"Deploy {names} to AWS?" if verb == command.UP else f"Delete everything in {names} on AWS?", yes, cloud)
    status = command.run(fleet, cloud, parallel=parallel, project=folder)
    if status is not Exit.OK:
        raise typer.Exit(status)


def _release(stack: str, cloud: CloudChoice) -> Release | None:
    """The way of a service stack's contract into the registry; None for a stack of another layer."""
    settings = load_any(project.stack_file(stack))
    if not isinstance(settings, ServiceStackSettings):
        return None
    from console.registry.releasing import Release  # the SDK, which other layers do not need

    return Release.of(stack, settings.contract, cloud)


def _stand_ins(runner: Runner) -> None:
    """Say when a plug-in was not the official one: what was seen is then convenience, not proof."""
    if runner.session is None:
        return
    names = [f"{p.name} {p.version}" for p in runner.session.plugins if p.kind is PluginKind.STAND_IN]
    if names:
        say(f"Plug-ins: stand-in for {', '.join(names)} (the official one cannot be downloaded here).")
