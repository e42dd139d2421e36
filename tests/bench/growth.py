"""How the whole question grows with the estate: from 1,000 resources to 10,000, in CPU time."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable
from pathlib import Path

import pulumi
from pulumi_aws import iam, s3

from analysis.cost import estimate
from analysis.cost.prices import price_table
from analysis.cost.usage import profile_of, usage_of
from analysis.reach import check, drawn_ids, region_intents
from analysis.recovery import budget
from console.offline import record_stack
from contracts.settings import StackSettings, load_any
from graph import Estate, ResourceGraph
from graph.codec import from_json, to_json
from graph.record import record
from policies.catalogue import controls
from policies.profiles import profile, profile_name
from policies.run import run
from stacks.provider import tags
from tests.bench.figures import Figure, ratios

STACK = "staging"
"""About 1,000 resources: one region with everything that a region has."""
COPIES = (1, 5, 10)
EACH = 4
"""Resources of one turn of the program below."""
GROWTH = 2.16
"""Twice n log n at 10,000: 2 · ln 10,000 / ln 5,000."""


def regions(project: Path, copies: int) -> tuple[StackSettings, Estate]:
    """A region as often as asked, each a stack of its own, as estates grow."""
    file = project / f"Pulumi.{STACK}.yaml"
    settings = load_any(file)
    assert isinstance(settings, StackSettings), "a region"
    text = to_json(record_stack(file, drawn_ids).graph)
    graphs: dict[str, ResourceGraph] = {}
    for number in range(copies):
        name = f"{STACK}{number}"
        own = text.replace(f"urn:pulumi:{STACK}::", f"urn:pulumi:{name}::")
        graphs[name] = from_json(own.replace(f'"stack": "{STACK}"', f'"stack": "{name}"'))
    return settings, Estate(graphs)


def ask(settings: StackSettings, some: Estate) -> None:
    """Ask all controls, whether the network is as meant, the recovery budget, and the cost, of loaded graphs."""
    every, used = tuple(controls().values()), profile(profile_name(settings.environment))
    for name, graph in some.items():
        run(graph, every, layer=settings.layer, settings=used.settings)
        check([graph], region_intents(name))
        usage = usage_of(profile_of(settings.environment))
        estimate(graph, price_table(), usage, tags=tags(settings, STACK), region=settings.region)
    budget(some)


def declare(resources: int) -> Callable[[], None]:
    """A program of one stack with so many resources, which take values from one another."""

    def program() -> None:
        for number in range(resources // EACH):
            whole = pulumi.ComponentResource("atoll:bench:Whole", f"whole-{number}")
            child = pulumi.ResourceOptions(parent=whole)
            bucket = s3.Bucket(f"bucket-{number}", opts=child)
            role = iam.Role(f"role-{number}", assume_role_policy="{}", opts=child)
            allowed = bucket.arn.apply(lambda arn: pulumi.Output.json_dumps({"Statement": [{"Resource": arn}]}))
            iam.RolePolicy(f"policy-{number}", role=role.id, policy=allowed, opts=child)
            whole.register_outputs({"role": role.arn})

    return program


def _seconds(work: Callable[[], object]) -> float:
    """CPU seconds, without looks for garbage: commands that answer and end take none (`console.lifetime`)."""
    gc.collect()
    gc.disable()
    try:
        begun = time.process_time()
        work()
        return time.process_time() - begun
    finally:
        gc.enable()


def measure(project: Path, rounds: int) -> list[Figure]:
    """Questions and recorder, at each size in turns."""
    settings, all_of_them = regions(project, COPIES[-1])
    estates = {copies: Estate(dict(list(all_of_them.items())[:copies])) for copies in COPIES}
    sizes = {copies: one.resources for copies, one in estates.items()}
    ask(settings, estates[1])  # not counted: reads tables
    _seconds(lambda: record(declare(EACH)))  # not counted: imports
    asked: dict[int, list[float]] = {copies: [] for copies in COPIES}
    recorded: dict[int, list[float]] = {copies: [] for copies in COPIES}
    for _ in range(rounds):
        for copies in COPIES:
            asked[copies].append(_seconds(lambda copies=copies: ask(settings, estates[copies])))
            recorded[copies].append(_seconds(lambda copies=copies: record(declare(sizes[copies]))))
    return [
        *_figures("questions", asked, sizes),
        *_figures("recorder", recorded, sizes),
    ]


def _figures(name: str, seconds: dict[int, list[float]], sizes: dict[int, int]) -> list[Figure]:
    _, half, whole = COPIES
    told = [
        Figure(name=f"growth: {name}, {sizes[copies]} resources", unit="s", values=tuple(seconds[copies]), note="CPU")
        for copies in COPIES
    ]
    return [*told, ratios(f"growth: {name}, twice as many", seconds[whole], seconds[half], target=GROWTH)]
