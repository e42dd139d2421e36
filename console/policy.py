"""`atoll policy …`: whether a stack is as the controls say, before it is deployed and afterwards."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Table

from console import policy_report, project
from console.errors import EngineCommandError
from console.exits import Exit
from console.graph import GraphSource, graph_of
from console.project import ProjectError
from console.talk import expects, fail, result, result_json, rich_result, say
from contracts.settings import SettingsError
from graph.errors import GraphError
from policies.profiles import ProfileError

if TYPE_CHECKING:
    from graph import ResourceGraph
    from policies.control import AnyControl
    from policies.gate import Judged, Judgement
    from policies.profiles import Profile
    from policies.run import Run
    from policies.verdicts import Verdict

app = typer.Typer(no_args_is_help=True, help="Controls: what must be true of every resource, checked and explained.")
_KNOWN = (SettingsError, ProjectError, EngineCommandError, GraphError, ProfileError, LookupError)
WAIVERS = "policies/waivers.yaml"
policy_report.register(app)

Stack = Annotated[str, typer.Argument(help="Name of the stack.")]
Pack = Annotated[str | None, typer.Option(help="Only the controls of this pack; all of them if left out.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@app.command()
@expects(*_KNOWN)
def check(
    stack: Stack,
    pack: Pack = None,
    source: Annotated[GraphSource, typer.Option("--from", help="Where to take the graph from.")] = GraphSource.OFFLINE,
    as_json: AsJson = False,
) -> None:
    """Check a stack. Exit code 0: it may be deployed, 1: a control or a waiver is broken, 3: findings block it."""
    judgement = judged(stack, pack, source)
    if as_json:
        result_json(_as_json(stack, judgement))
    else:
        for found in judgement.findings:
            result(_lines(found))
        for problem in judgement.problems:
            result(f"broken   {problem}")
        result(_summary(judgement))
    if judgement.problems:
        raise typer.Exit(Exit.FAILED)
    if judgement.blocking:
        say("`atoll policy explain CONTROL` shows why a control is there and how to meet it.")
        raise typer.Exit(Exit.FINDINGS)


def refuse_findings(stack: str) -> None:
    """Check a stack before it is deployed: told is everything, refused what blocks.

    It reads the program alone, so that no option of the engine can leave it out.

    Raises:
        typer.Exit: 3 for findings that block, 1 for a control or a waiver that is broken.
    """
    judgement = judged(stack)
    if judgement.passes:
        return
    for found in judgement.blocking:
        say(_lines(found))
    for problem in judgement.problems:
        say(f"broken   {problem}")
    fail(
        f"{stack} is not deployed: {_summary(judgement)}. Correct it, or see `atoll policy explain CONTROL`.",
        Exit.FAILED if judgement.problems else Exit.FINDINGS,
    )


def judged(stack: str, pack: str | None = None, source: GraphSource = GraphSource.OFFLINE) -> Judgement:
    """Run the controls of a pack, or all, over a stack, and weigh the findings."""
    return judged_graph(graph_of(stack, source), pack)


def judged_graph(graph: ResourceGraph, pack: str | None = None) -> Judgement:
    """The same of a graph that is at hand."""
    from policies.gate import judge
    from policies.waivers import load, today

    done, profile = _run(graph, pack)
    waivers = load(project.root() / WAIVERS, today(project.root()))
    return judge(done, profile, waivers, graph.stack, every_control=pack is None)


def _run(graph: ResourceGraph, pack: str | None) -> tuple[Run, Profile]:
    from contracts.settings import load_any
    from policies.catalogue import controls
    from policies.packs import controls_of
    from policies.profiles import profile, profile_name
    from policies.run import run

    settings = load_any(project.stack_file(graph.stack))
    chosen = controls_of(pack) if pack is not None else tuple(controls().values())
    used = profile(profile_name(settings.environment))
    return run(graph, chosen, layer=settings.layer, settings=used.settings), used


@app.command()
@expects(*_KNOWN)
def verdicts(stack: Stack) -> None:
    """Print what every control says of every resource, from the program alone, as JSON: for the packs in the engine."""
    done, _ = _run(graph_of(stack, GraphSource.OFFLINE), None)
    result_json({f"{r.control.id} {r.urn}": _word(r.verdict) for r in done.results})


def _word(verdict: Verdict) -> str:
    from policies.verdicts import Fail, NotApplicable, Pass

    match verdict:
        case Pass():
            return "pass"
        case NotApplicable(reason):
            return f"not-applicable {reason}"
        case Fail(message):
            return f"fail {message}"
        case _:
            return f"unknown {verdict.property}"


@app.command("list")
@expects(*_KNOWN)
def list_controls(pack: Pack = None, as_json: AsJson = False) -> None:
    """List the controls, or those of a pack."""
    from policies.catalogue import controls, requirements
    from policies.packs import controls_of

    chosen = controls_of(pack) if pack is not None else tuple(controls().values())
    if as_json:
        result_json([_described(control) for control in chosen])
        return
    table = Table("control", "severity", "title", "supports", box=None, pad_edge=False)
    for control in chosen:
        frameworks = sorted({requirement.framework for requirement in requirements(control)})
        table.add_row(control.id, control.severity, control.title, ", ".join(frameworks))
    rich_result(table)


@app.command()
@expects(*_KNOWN)
def explain(
    control_id: Annotated[
        str, typer.Argument(metavar="CONTROL", help="Id of a control; `atoll policy list` has them.")
    ],
    as_json: AsJson = False,
) -> None:
    """Say what a control wants, why, how to meet it and which requirements it supports."""
    from policies.catalogue import controls

    known = controls()
    if control_id not in known:
        from contracts.settings.kind import near

        raise LookupError(f"there is no control {control_id}; {near(control_id, list(known)) or '`atoll policy list`'}")
    described = _described(known[control_id])
    if as_json:
        result_json(described)
        return
    supports: Any = described.pop("supports")
    for name, value in described.items():
        result(f"{name:>12}  {value if name != 'snippet' else str(value).replace(chr(10), chr(10) + ' ' * 14)}")
    for requirement in supports:
        result(f"{'supports':>12}  {requirement['framework']} {requirement['id']}  ({requirement['source']})")


def _described(control: AnyControl) -> dict[str, Any]:
    from policies.catalogue import requirements

    return {
        "control": control.id,
        "title": control.title,
        "severity": control.severity,
        "pillar": control.pillar,
        "why": control.rationale,
        "fix": control.remediation.summary,
        "snippet": control.remediation.snippet,
        "supports": [{"framework": r.framework, "id": r.id, "source": r.source} for r in requirements(control)],
    }


def _lines(found: Judged) -> str:
    verdict = _word(found.result.verdict).partition(" ")
    what = verdict[2] if verdict[0] == "fail" else f"{verdict[2]} is not known before deployment: no pass"
    control = found.result.control
    lines = [f"{found.outcome:<8} {control.severity:<8} {control.id}", f"         {found.result.name}: {what}"]
    lines.append(f"         {found.why}" if found.why else f"         fix: {control.remediation.summary}")
    return "\n".join(lines)


def _summary(judgement: Judgement) -> str:
    counts = Counter(found.outcome for found in judgement.findings)
    told = ", ".join(f"{counts[outcome]} {outcome}" for outcome in sorted(counts)) or "no finding"
    return f"{told}{f', {len(judgement.problems)} broken' if judgement.problems else ''}"


def _as_json(stack: str, judgement: Judgement) -> Mapping[str, Any]:
    return {
        "stack": stack,
        "passes": judgement.passes,
        "problems": judgement.problems,
        "findings": [
            {
                "control": found.result.control.id,
                "severity": found.result.control.severity,
                "urn": found.result.urn,
                "verdict": _word(found.result.verdict),
                "outcome": found.outcome,
                "why": found.why,
            }
            for found in judgement.findings
        ],
    }
