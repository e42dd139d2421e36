"""The estate, recorded offline, and all controls asked."""

from __future__ import annotations

from graph.record import record
from policies.catalogue import controls
from policies.run import run
from tests.bench.controls_program.estate import build


def main() -> int:
    """How many answers there are."""
    graph = record(
        build, project="controls", stack="thousand", account="111122223333", config={"aws:region": "us-east-1"}
    ).graph
    done = run(graph, controls().values(), layer="region")
    return 0 if done.broken else len(done.results)
