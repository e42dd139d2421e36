"""`atoll recovery …`: how long recovery takes and what it loses, computed from the program (DR-2).

Not to be taken for `console.recovery`, which is `atoll stack recover`: the state of a deployment that was interrupted.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from console import project
from console.exits import Exit
from console.project import ProjectError
from console.schema import CheckOnly, Write, keep
from console.talk import expects, fail, result, result_json, say
from contracts.recovery.targets import RecoveryTargets
from contracts.settings import AnySettings, KubernetesStackSettings, SettingsError, load_any
from graph.errors import GraphError

if TYPE_CHECKING:  # the program and its SDK take seconds to import; only the commands that need them pay
    from analysis.recovery import Budget, Decision, Judgement
    from graph.estate import Estate

app = typer.Typer(no_args_is_help=True, help="How long recovery takes, and what it loses.")
targets_app = typer.Typer(no_args_is_help=True, help="What recovery has to reach.")
app.add_typer(targets_app, name="targets")
_KNOWN = (SettingsError, ProjectError, GraphError)

Environment = Annotated[str, typer.Option(help="Environment whose stacks recover together.")]
Automatic = Annotated[
    bool, typer.Option("--automatic", help="The plan for a lost region begins by itself, without approval.")
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON; `atoll recovery schema` describes it.")]


@dataclass(frozen=True)
class Together:
    """The stacks of one environment that recover together, and what is asked of them."""

    estate: Estate
    settings: Mapping[str, AnySettings]

    @property
    def targets(self) -> dict[str, RecoveryTargets]:
        """Stack → its targets; those of the global stack are about all stacks, any other's about itself alone."""
        found = {name: getattr(one, "recovery", None) for name, one in self.settings.items()}
        return {name: targets for name, targets in found.items() if isinstance(targets, RecoveryTargets)}


@app.callback()
def recovery() -> None:
    """How long recovery takes, and what it loses."""


@targets_app.callback()
def targets() -> None:
    """What recovery has to reach."""


@app.command("budget")
@expects(*_KNOWN)
def show_budget(
    environment: Environment = "prod",
    drill: Annotated[bool, typer.Option("--drill", help="Run each scenario 10,000 times on paper.")] = False,
    seed: Annotated[int, typer.Option(help="Seed of the drill; the same one gives the same answer.")] = 3,
    records: Annotated[bool, typer.Option("--records", help="Show buckets of logs and audits too.")] = False,
    automatic: Automatic = False,
    as_json: Json = False,
) -> None:
    """Compute RTO and RPO of each service and store in each scenario, with the source of each number.

    Exit code 0: computed, 3: a number is not known before deployment.
    """
    from analysis.recovery import report
    from analysis.recovery.drill import RUNS
    from analysis.recovery.drill import drill as drilled

    together = recovering(settings_of(environment))
    found = _budget(together, automatic=automatic)
    drawn = report.drills(drilled(found, seed=seed)) if drill else None
    if as_json:
        name = f"{RUNS} runs, seed {seed}" if drill else ""
        judged = judgements(together, found)
        result_json(report.document(together.estate, found, judged, drawn, name).model_dump(mode="json"))
    else:
        result("\n".join(report.lines(found, drawn, all_kinds=records)))
    if any(not span.figures.known for one in found.outcomes for span in (one.rto, one.rpo) if span is not None):
        say("Some numbers are not known before deployment: they pass no target.")
        raise typer.Exit(Exit.FINDINGS)


@targets_app.command("check")
@expects(*_KNOWN)
def check_targets(
    environment: Environment = "prod",
    every: Annotated[bool, typer.Option("--all", help="Show what is met, too.")] = False,
    automatic: Automatic = False,
    as_json: Json = False,
) -> None:
    """Hold the targets of an environment against its recovery budget.

    Exit code 0: every target is met, or met typically where that is asked, 1: there are no targets, 3: one is missed,
    met only typically, or not known.
    """
    from analysis.recovery import report

    together = recovering(settings_of(environment))
    found = _budget(together, automatic=automatic)
    judged = judgements(together, found)
    if not together.targets:
        fail(f"no stack of {environment} has targets: write atoll:recovery, such as {{preset: single-region}}")
    if as_json:
        result_json(report.document(together.estate, found, judged).model_dump(mode="json"))
    else:
        result("\n".join(report.target_lines(judged, every=every)))
    refused = sum(not one.accepted for one in judged)
    if refused:
        say(f"{refused} of {len(judged)} are not as asked. `atoll recovery budget` shows what each number is made of.")
        raise typer.Exit(Exit.FINDINGS)


@app.command("price")
@expects(*_KNOWN)
def show_price(
    environment: Environment = "prod",
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Compare what ways to run an environment cost a month with how fast they recover: the price of resilience.

    Exit code 0: priced completely, 3: a price is not known.
    """
    from analysis.recovery.price import price_of_resilience
    from analysis.recovery.report import price_data, price_lines
    from console.resilience_price import variants_of

    found = price_of_resilience(variants_of(environment))
    if as_json:
        result_json(price_data(found))
    else:
        result("\n".join(price_lines(found)))
    if not all(one.complete for one in found):
        say("Prices are lower bounds: `atoll cost estimate` tells which are not known.")
        raise typer.Exit(Exit.FINDINGS)


@app.command("schema")
def schema_command(write: Write = False, check_only: CheckOnly = False) -> None:
    """Keep the JSON Schema of the report current; without an option, print it."""
    from contracts.published import RECOVERY_REPORT

    keep(RECOVERY_REPORT, "recovery", write=write, check_only=check_only)


def settings_of(environment: str) -> Mapping[str, AnySettings]:
    """The stacks of an environment that recover together; what runs on clusters is left out, for it keeps no data.

    Raises:
        ProjectError: the environment has no stack.
    """
    from console.estate import stacks_of

    loaded = {name: load_any(project.stack_file(name)) for name in stacks_of(project.root(), environment)}
    found: dict[str, AnySettings] = {
        name: one for name, one in loaded.items() if not isinstance(one, KubernetesStackSettings)
    }
    if not found:
        raise ProjectError(f"No stack of the environment {environment} keeps data: its stacks are of clusters alone.")
    return found


def recovering(settings: Mapping[str, AnySettings]) -> Together:
    """Stacks, and those that they read, recorded together."""
    from console.offline import offline_estate

    estate = offline_estate(project.root(), settings)
    return Together(estate, {name: settings.get(name) or load_any(project.stack_file(name)) for name in estate})


def judgements(together: Together, found: Budget) -> tuple[Judgement, ...]:
    """Every target of the stacks, those of one region against that stack alone."""
    from analysis.recovery import budget, judge
    from contracts.settings.global_stack import GlobalStackSettings

    judged: list[Judgement] = []
    for name, asked in together.targets.items():
        whole = isinstance(together.settings[name], GlobalStackSettings) or len(together.estate) == 1
        judged += judge(found if whole else budget({name: together.estate[name]}, found.decision), asked)
    return tuple(judged)


def _budget(together: Together, *, automatic: bool) -> Budget:
    from analysis.recovery import Decision, budget

    decision: Decision = Decision.AUTOMATIC if automatic else Decision.APPROVAL
    return budget(together.estate, decision)
