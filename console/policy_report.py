"""`atoll policy report`, `runtime` and `docs`: what an auditor reads, what AWS Config runs, what the docs show."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from console import project
from console.errors import EngineCommandError
from console.exits import Exit
from console.graph import GraphSource, graph_of
from console.project import ProjectError
from console.talk import expects, fail, result, say
from contracts.settings import SettingsError
from graph.errors import GraphError
from policies.profiles import ProfileError

if TYPE_CHECKING:
    from policies.evidence import Evidence

_KNOWN = (SettingsError, ProjectError, EngineCommandError, GraphError, ProfileError, LookupError, OSError)
PAGE = "docs/controls.md"
TESTS = "tests/policies/test_controls.py"
WAIVERS = "policies/waivers.yaml"


def register(app: typer.Typer) -> None:
    """Add the commands to `atoll policy`."""
    for command in (report, runtime, docs):
        app.command()(command)


@expects(*_KNOWN)
def report(
    stack: Annotated[str, typer.Argument(help="Name of the stack.")],
    framework: Annotated[list[str] | None, typer.Option(help="Only this framework; may be given again.")] = None,
    form: Annotated[
        str, typer.Option("--format", help="html, json, csv, sarif (2.1.0), oscal (assessment results), ocsf or junit.")
    ] = "html",
    output: Annotated[Path | None, typer.Option(help="File to write; standard output if left out.")] = None,
    as_of: Annotated[
        str | None, typer.Option(help="Day of the report, such as 2026-11-30; the newest commit's time if left out.")
    ] = None,
    source: Annotated[GraphSource, typer.Option("--from", help="Where to take the graph from.")] = GraphSource.OFFLINE,
) -> None:
    """Report the evidence about a stack: requirement, controls, resources, verdict, test and source of the mapping."""
    from policies.evidence import FORMATS

    if form not in FORMATS:
        fail(f"there is no format {form}; there are {', '.join(FORMATS)}", Exit.USAGE)
    text = FORMATS[form](evidence_of(stack, framework or (), _day(as_of), source))
    if output is None:
        sys.stdout.write(text)
        return
    with output.open("w", encoding="utf-8", newline="") as file:
        file.write(text)
    say(f"wrote {output}")


def evidence_of(
    stack: str,
    frameworks: list[str] | tuple[str, ...] = (),
    as_of: datetime | None = None,
    source: GraphSource = GraphSource.OFFLINE,
) -> Evidence:
    """Run every control over a stack and put the evidence together; the clock is never asked, if there is a commit."""
    from contracts.settings import load_any
    from policies.catalogue import controls
    from policies.evidence import Subject, build
    from policies.gate import judge
    from policies.profiles import profile, profile_name
    from policies.run import run
    from policies.waivers import load as load_waivers

    root = project.root()
    settings = load_any(project.stack_file(stack))
    used = profile(profile_name(settings.environment))
    commit, committed = newest_commit(root)
    day = as_of or committed
    asked = tuple(controls().values())
    graph = graph_of(stack, source)
    done = run(graph, asked, layer=settings.layer, settings=used.settings, today=day.date())
    waivers = load_waivers(root / WAIVERS, day.date())
    about = Subject(
        environment=settings.environment,
        profile=used.name,
        commit=commit,
        as_of=day,
        advice=used.advisory,
        waivers=waivers.valid,
        frameworks=tuple(frameworks),
    )
    return build(graph, asked, done, judge(done, used, waivers, stack), about)


def _day(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        return datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError:
        fail(f"--as-of: {text} is no day such as 2026-11-30", Exit.USAGE)


def newest_commit(root: Path) -> tuple[str, datetime]:
    """The newest commit of the program and its time; outside a repository `unknown` and now."""
    done = subprocess.run(
        ["git", "log", "-1", "--format=%h %ct"], cwd=root, capture_output=True, text=True, check=False
    )
    words = done.stdout.split()
    if done.returncode or len(words) != 2:
        return "unknown", datetime.now(UTC).replace(microsecond=0)
    changed = subprocess.run(["git", "diff", "--quiet", "HEAD"], cwd=root, capture_output=True, check=False).returncode
    return words[0] + (" and changes since" if changed else ""), datetime.fromtimestamp(int(words[1]), UTC)


@expects(*_KNOWN)
def runtime(
    framework: Annotated[
        str, typer.Option(help="Name of a pack: a framework, baseline, reliability or cost.")
    ] = "baseline",
    automatic: Annotated[
        bool, typer.Option("--automatic", help="Let AWS Config start remediations by itself.")
    ] = False,
    output: Annotated[Path | None, typer.Option(help="Folder to write a file for each part to.")] = None,
) -> None:
    """Print the AWS Config conformance pack of a framework, with its remediations."""
    from policies.runtime import conformance_packs

    packs = conformance_packs(framework, automatic=automatic)
    if not packs:
        say(f"no control of {framework} can be asked at run time")
    for pack in packs:
        if output is None:
            result(
                f"# {pack.name}: {len(pack.rules)} rules, {pack.remediations} remediations\n{pack.template.rstrip()}"
            )
            continue
        output.mkdir(parents=True, exist_ok=True)
        file = output / f"{pack.name}.yaml"
        file.write_text(pack.template, encoding="utf-8")
        say(f"wrote {file}: {len(pack.rules)} rules, {pack.remediations} remediations")


@expects(*_KNOWN)
def docs(
    write: Annotated[bool, typer.Option("--write", help="Write docs/controls.md and the list of proofs.")] = False,
    check: Annotated[bool, typer.Option("--check", help="Compare; exit code 3 if they are out of date.")] = False,
) -> None:
    """Print the table of the controls, or write it, or check that it is current."""
    from policies.evidence import proofs
    from policies.evidence.controls_page import render

    if write and check:
        fail("choose one of --write and --check", Exit.USAGE)
    if not write and not check:
        result(render().rstrip())
        return
    root = project.root()
    files = {root / PAGE: render(), proofs.FILE: proofs.render(collected_tests(root))}
    stale = [path for path, text in files.items() if not path.is_file() or path.read_text(encoding="utf-8") != text]
    for path in stale:
        if write:
            path.write_text(files[path], encoding="utf-8")
            say(f"wrote {path.relative_to(root)}")
        else:
            say(f"{path.relative_to(root)} is out of date: run `atoll policy docs --write` and commit it")
    if not stale:
        say("docs/controls.md and the list of proofs are current")
    elif check:
        raise typer.Exit(Exit.FINDINGS)


def collected_tests(root: Path) -> list[str]:
    """Node ids of the mutations, as pytest collects them.

    Raises:
        ChildProcessError: pytest cannot collect them.
    """
    command = [
        sys.executable,
        "-m",
        "pytest",
        TESTS,
        "--collect-only",
        "-q",
        "-p",
        "no:randomly",
        "-p",
        "no:cacheprovider",
    ]
    environment = {key: value for key, value in os.environ.items() if not key.startswith("PYTEST_")}
    done = subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        said = (done.stderr or done.stdout).strip().splitlines()[-1:]
        raise ChildProcessError(
            f"pytest cannot collect {TESTS}: {' '.join(said)}. Run `pytest {TESTS} --collect-only`."
        )
    return [line for line in done.stdout.splitlines() if "::" in line]
