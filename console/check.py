"""`atoll check ENVIRONMENT`: every question that has a right answer, asked at once of all stacks of an environment."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated

import typer

from console import project
from console.exits import Exit
from console.parity import PairError
from console.project import ProjectError
from console.talk import expects, result, result_json
from contracts.services import ContractError
from contracts.settings import AnySettings, SettingsError
from graph.errors import GraphError

if TYPE_CHECKING:  # the program and its SDK take seconds to import
    from analysis.recovery import Judgement
    from graph.estate import Estate
    from graph.resource_graph import ResourceGraph

app = typer.Typer(no_args_is_help=True)
SHOWN = 20
"""Findings of one question that are printed; `--json` has all of them."""


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What one question says of all stacks together."""

    question: str
    ok: bool
    """False for what is wrong, and for what nobody can tell before deployment."""
    summary: str
    """What was looked at, and how it stands."""
    findings: tuple[str, ...] = ()
    """What is wrong or not known, in sentences that begin with the stack."""
    command: str
    """What shows more."""


@dataclass(frozen=True, kw_only=True)
class _Asked:
    """An environment in the two forms that questions take."""

    environment: str
    settings: Mapping[str, AnySettings]
    drawn: Estate
    """With ids in the place of those that AWS will draw, by which networks of several stacks are joined."""
    plain: Estate


@app.command(name="check")
@expects(SettingsError, ProjectError, GraphError, ContractError, PairError, LookupError)
def check(
    environment: Annotated[str, typer.Argument(help="dev, staging, prod, or env-<name>.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Say whether an environment may be deployed as the program describes it, and what stands against it.

    Asks all controls, whether the network is as meant, the recovery targets, parity and capacity of two regions, and
    the budgets: of the program alone, without credentials. Exit code 0: all is as it should be, 1: the environment
    cannot be built, 3: something is not, or is not known before deployment.
    """
    asked = _recorded(environment)
    answers = tuple(_answers(asked))
    if as_json:
        stacks = {stack: len(graph) for stack, graph in asked.plain.items()}
        result_json({"environment": environment, "stacks": stacks, "answers": [asdict(one) for one in answers]})
    else:
        result("\n".join(lines(environment, asked.plain, answers)))
    if any(not one.ok for one in answers):
        raise typer.Exit(Exit.FINDINGS)


def _recorded(environment: str) -> _Asked:
    from analysis.reach import drawn_ids, undrawn_estate
    from console.estate import stacks_of
    from console.offline import offline_estate
    from contracts.settings import load_any

    drawn = offline_estate(project.root(), stacks_of(project.root(), environment), outputs=drawn_ids)
    settings = {stack: load_any(project.stack_file(stack)) for stack in drawn}
    return _Asked(environment=environment, settings=settings, drawn=drawn, plain=undrawn_estate(drawn))


def lines(environment: str, stacks: Mapping[str, ResourceGraph], answers: tuple[Answer, ...]) -> Iterator[str]:
    """Yield the verdict, a line for each question, then what is wrong."""
    open_ones = [one for one in answers if not one.ok]
    verdict = f"{len(open_ones)} of {len(answers)} questions stand against it" if open_ones else "nothing against it"
    yield f"{environment}: {verdict}"
    counted = ", ".join(f"{stack} {len(graph)}" for stack, graph in stacks.items())
    yield f"{sum(map(len, stacks.values()))} resources: {counted}"
    yield ""
    for one in answers:
        yield f"{'ok' if one.ok else 'open':<5} {one.question:<9} {one.summary}"
    for one in open_ones:
        yield ""
        yield f"{one.question}, more by `{one.command}`:"
        yield from (f"  {line}" for finding in one.findings[:SHOWN] for line in finding.splitlines())
        if more := len(one.findings[SHOWN:]):
            yield f"  and {more} more"
    yield ""
    yield "Not asked here: `atoll contract check`, `atoll iam escalate STACK`, `atoll change report --base main`."


def _answers(asked: _Asked) -> Iterator[Answer]:
    yield _policies(asked)
    yield _reach(asked)
    yield from _recovery(asked)
    yield _cost(asked)


def _policies(asked: _Asked) -> Answer:
    from console.policy import judged_graph
    from policies.catalogue import controls

    found: list[str] = []
    counts: Counter[str] = Counter()
    for stack, graph in asked.plain.items():
        judged = judged_graph(graph)
        counts.update(one.outcome for one in judged.findings)
        for one in judged.blocking:
            told = getattr(one.result.verdict, "message", None) or f"{one.result.verdict} is not known"
            found.append(f"{stack}: {one.result.control.id}: {one.result.name}: {told}")
        found += [f"{stack}: {problem}" for problem in judged.problems]
    told = ", ".join(f"{number} {outcome}" for outcome, number in sorted(counts.items())) or "all of them met"
    return _answer("policies", found, f"{len(controls())} controls: {told}", "atoll policy check STACK")


def _reach(asked: _Asked) -> Answer:
    from analysis.reach import check as differences
    from console.reach import network
    from contracts.settings import KubernetesStackSettings
    from contracts.settings.global_stack import GlobalStackSettings

    found: list[str] = []
    needed, networks = 0, 0
    for stack, settings in asked.settings.items():
        if isinstance(settings, KubernetesStackSettings | GlobalStackSettings):
            continue  # the one's network is the cluster's, the other has none
        graphs, intents = network(stack, asked.drawn.__getitem__)
        networks, needed = networks + 1, needed + len(intents.edges)
        found += [f"{stack}: {one}" for one in differences(graphs, intents)]
    summary = f"{needed} ways of {networks} networks are open as meant, and no others"
    return _answer("reach", found, f"{len(found)} ways are not as meant" if found else summary, "atoll reach --check")


def _recovery(asked: _Asked) -> Iterator[Answer]:
    from analysis.recovery import budget
    from console.parity import held_against
    from console.resilience import Together, judgements
    from contracts.settings import KubernetesStackSettings
    from graph.estate import Estate

    # What runs on clusters keeps no data.
    settings = {name: one for name, one in asked.settings.items() if not isinstance(one, KubernetesStackSettings)}
    together = Together(Estate({name: asked.plain[name] for name in settings}), settings)
    judged = judgements(together, budget(together.estate))
    missed = [_missed(one) for one in judged if not one.accepted]
    summary = f"{len(judged) - len(missed)} of {len(judged)} targets hold" if judged else "no stack has targets"
    yield _answer("recovery", missed, summary, f"atoll recovery targets check --environment {asked.environment}")
    if not any(getattr(getattr(one, "pair", None), "peer_stack", None) for one in settings.values()):
        return  # one region alone has no other to be like
    found, carried, _, expired = held_against(together.estate, settings, asked.environment)
    short = [f"{one.survivor}: {one.what} without {one.lost}: {one.verdict}" for one in carried if not one.enough]
    told = [*map(str, found.undeclared), *found.stale, *expired, *short]
    summary = f"{found.compared} resources in both regions, {len(found.undeclared)} undeclared differences, "
    summary += f"{len(carried) - len(short)} of {len(carried)} capacities carry everyone"
    yield _answer("parity", told, summary, f"atoll parity --environment {asked.environment}")


def _missed(one: Judgement) -> str:
    about = f"{one.outcome.subject.stack} {one.outcome.subject}".strip() if one.outcome is not None else "nothing"
    return f"{about}: {one.target} when {one.scenario}: {one.why}"


def _cost(asked: _Asked) -> Answer:
    from analysis.cost.budget import check as held
    from console.cost import priced

    found: list[str] = []
    total, limits = Decimal(0), Decimal(0)
    for stack, graph in asked.plain.items():
        estimate = priced(graph, project.stack_file(stack))
        total += estimate.total
        found += [f"{stack}: the price of {one.resource} is not known: {one.reason}" for one in estimate.unknown]
        limit = getattr(getattr(asked.settings[stack], "cost", None), "monthly_budget_usd", None)
        if limit is not None:
            limits += Decimal(limit)
            judged = held(estimate, asked.environment, Decimal(limit))
            found += [f"{stack}: {judged}"] if judged.verdict != "within" else []
    summary = f"${total:,} a month; budgets of the regions: ${limits:,}"
    return _answer("cost", found, summary, f"atoll cost estimate {' '.join(asked.plain)}")


def _answer(question: str, found: Sequence[str], summary: str, command: str) -> Answer:
    return Answer(question=question, ok=not found, summary=summary, findings=tuple(found), command=command)
