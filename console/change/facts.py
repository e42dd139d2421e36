"""What every question of a report needs to know of one stack in one revision."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from pydantic import Field

from analysis.change import AccessFacts, CostFacts, PolicyFinding, ReachFacts, access_facts, cost_facts, reach_facts
from contracts.change.deltas import Part
from graph.resource_graph import ResourceGraph

WAIVERS = Path("policies") / "waivers.yaml"


class About(Part):
    """What a stack is, by its own settings."""

    layer: str = ""
    environment: str = ""
    region: str = ""
    contract: str | None = None
    region_stack: str | None = None
    peer_stack: str | None = None
    """Stack that leads, of a stack that follows it in another region."""
    tags: Mapping[str, str] = Field(default_factory=dict[str, str])
    budget_usd: str | None = None
    problem: str | None = None
    """Why there is no graph of it."""


class Facts(Part):
    """The answers; a question that has none for this stack is None."""

    policies: tuple[PolicyFinding, ...]
    problems: tuple[str, ...]
    """Controls that raised, and waivers that are wrong."""
    cost: CostFacts
    access: AccessFacts
    reach: ReachFacts | None
    """None for what runs on a cluster: its network is the cluster's."""


def facts_of(graph: ResourceGraph, about: About, joined: Sequence[ResourceGraph], waivers: bytes | None) -> Facts:
    """Ask every question.

    Args:
        graph: of the stack.
        about: what it is.
        joined: graphs of the stacks that it stands on.
        waivers: the file of its revision; None if it has none.
    """
    findings, problems = _policies(graph, about, waivers)
    return Facts(
        policies=findings,
        problems=problems,
        cost=_cost(graph, about),
        access=_access(graph, joined),
        reach=_reach(graph, about, joined),
    )


def _policies(
    graph: ResourceGraph, about: About, waivers: bytes | None
) -> tuple[tuple[PolicyFinding, ...], tuple[str, ...]]:
    import yaml

    from policies.catalogue import controls, requirements
    from policies.gate import judge
    from policies.profiles import profile, profile_name
    from policies.run import run
    from policies.verdicts import Fail
    from policies.waivers import parse, today

    used = profile(profile_name(about.environment))
    done = run(graph, tuple(controls().values()), layer=about.layer, settings=used.settings)
    try:
        given: Any = yaml.safe_load(waivers) if waivers else None
    except yaml.YAMLError:
        given = "no YAML"
    judged = judge(done, used, parse(given, today(Path.cwd())), graph.stack)
    found: list[PolicyFinding] = []
    for each in judged.findings:
        verdict, node = each.result.verdict, graph.get(each.result.urn)
        control = each.result.control
        says = verdict.message if isinstance(verdict, Fail) else f"{getattr(verdict, 'property', '?')} is not known yet"
        found.append(
            PolicyFinding(
                control=control.id,
                severity=control.severity,
                urn=each.result.urn,
                name=each.result.name,
                says=says,
                outcome=each.outcome,
                why=each.why,
                frameworks=tuple(sorted({requirement.framework for requirement in requirements(control)})),
                declared=str(node.source) if node is not None and node.source else None,
            )
        )
    return tuple(found), judged.problems


def _cost(graph: ResourceGraph, about: About) -> CostFacts:
    from analysis.cost import estimate
    from analysis.cost.prices import price_table
    from analysis.cost.usage import profile_of, usage_of

    used = usage_of(profile_of(about.environment), about.contract)
    found = estimate(graph, price_table(), used, tags=about.tags, region=about.region)
    budget = Decimal(about.budget_usd) if about.budget_usd is not None else None
    declared = {node.urn: str(node.source) for node in graph if node.source}
    return cost_facts(found, price_table(), about.environment, budget, declared)


def _access(graph: ResourceGraph, joined: Sequence[ResourceGraph]) -> AccessFacts:
    from analysis.iam import check, read_model

    return access_facts(read_model(graph, *joined), check(graph, *joined), graph)


def _reach(graph: ResourceGraph, about: About, joined: Sequence[ResourceGraph]) -> ReachFacts | None:
    from analysis.reach import region_intents

    if about.layer == "region":
        return reach_facts([graph], region_intents(graph.stack))
    if about.layer == "service" and about.region_stack is not None:
        return reach_facts([*joined, graph], region_intents(about.region_stack), graph.stack)
    return None


def main(folder: Path, names: Sequence[str]) -> None:
    """Work out the facts of recorded stacks of a folder; see `recording`. Each name is `stack` or `stack,joined,…`."""
    from console import lifetime
    from graph.codec import from_json

    lifetime.prepare(["graph"])
    graphs: dict[str, ResourceGraph] = {}

    def graph(stack: str) -> ResourceGraph:
        if stack not in graphs:
            graphs[stack] = from_json((folder / f"{stack}.graph.json").read_bytes())
        return graphs[stack]

    waivers = folder / "waivers.yaml"
    for name in names:
        stack, *joined = name.split(",")
        about = About.model_validate(json.loads((folder / f"{stack}.json").read_bytes()))
        given = waivers.read_bytes() if waivers.is_file() else None
        found = facts_of(graph(stack), about, [graph(other) for other in joined], given)
        (folder / f"{stack}.facts.json").write_text(found.model_dump_json(), encoding="utf-8")


if __name__ == "__main__":
    import sys

    main(Path(sys.argv[1]), sys.argv[2:])
