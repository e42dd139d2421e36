"""How long all controls take on a loaded graph, and how that grows: a generated estate of real resources."""

from __future__ import annotations

import gc
import re
import time

from graph import ResourceGraph
from graph.codec import from_json, to_json
from policies.catalogue import controls
from policies.run import run
from tests.bench.figures import Figure, ratios
from tests.bench.processes import BenchmarkError
from tests.policies.kit import TODAY, compliant_graph

FEW, MANY = 1_000, 10_000
SECONDS_FEW, SECONDS_MANY = 0.1, 1.0
GROWTH = 2.16
"""Twice n log n at 10,000: 2 · ln 10,000 / ln 5,000."""
URN = re.compile(r'urn:pulumi:[^"#}]+')
ONCE = re.compile(
    r"(atoll:[a-z]+|pulumi:.*"
    r"|aws:(accessanalyzer|backup|budgets|cfg|cloudtrail|guardduty|inspector2|macie2|organizations|securityhub|shield)"
    r"|aws:(rds/eventSubscription|cloudwatch/(logMetricFilter|compositeAlarm)|iam/accountPasswordPolicy)"
    r"|aws:(s3/accountPublic|ebs/encryptionBy|ebs/snapshotBlock|ec2/default|ec2/vpcBlock)\w*)[:/].*"
)
"""Types of which an account or a region has few, however large it is."""


def estate(resources: int) -> ResourceGraph:
    """The compliant programs of the tests, which hold every type that a control asks, as often as make up a number."""
    once = compliant_graph()
    text = to_json(once)
    copied = {node.urn for node in once if ONCE.fullmatch(node.type) is None}
    nodes = list(once)
    number = 0
    while len(nodes) < resources:
        number += 1

        def renamed(match: re.Match[str], number: int = number) -> str:
            return f"{match[0]}-{number}" if match[0] in copied else match[0]

        another = from_json(URN.sub(renamed, text))
        nodes += [node for node in another if node.urn not in once]
    return ResourceGraph(nodes[:resources], project=once.project, stack=once.stack)


def ask(graph: ResourceGraph) -> tuple[float, int]:
    """Seconds from a loaded graph to the answers of all controls, and how many answers there are."""
    everything = tuple(controls().values())
    gc.collect()
    begun = time.perf_counter()
    done = run(graph, everything, layer="region", today=TODAY)
    seconds = time.perf_counter() - begun
    if done.broken:
        raise BenchmarkError(f"{done.broken[0].control.id} raised {done.broken[0].error}")
    return seconds, len(done.results)


def measure(rounds: int) -> list[Figure]:
    """1,000 resources, half of 10,000 and all of them, in turns."""
    sizes = (FEW, MANY // 2, MANY)
    estates = {size: estate(size) for size in sizes}
    _, answers = ask(estates[MANY])  # not counted: warms up
    seconds = {size: [0.0] * rounds for size in sizes}
    for turn in range(rounds):
        for size in sizes:
            seconds[size][turn] = ask(estates[size])[0]
    note = f"{len(controls())} controls, {answers} answers about {MANY} resources"
    return [
        Figure(name=f"controls: {FEW} resources", unit="s", values=tuple(seconds[FEW]), target=SECONDS_FEW),
        Figure(name=f"controls: {MANY // 2} resources", unit="s", values=tuple(seconds[MANY // 2])),
        Figure(
            name=f"controls: {MANY} resources", unit="s", values=tuple(seconds[MANY]), target=SECONDS_MANY, note=note
        ),
        ratios("controls: twice as many", seconds[MANY], seconds[MANY // 2], target=GROWTH),
    ]
