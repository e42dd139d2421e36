"""How long the graphs of all production stacks take, in one process: regions, what spans them, and their clusters."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from tests.bench.figures import Figure
from tests.bench.processes import Run, keeping_bytecode, run

GRAPH_SECONDS = 5.0
GRAPH_MIB = 350.0
RECORDER_MILLISECONDS = 2.0
ENVIRONMENT = "prod"

START = """
import sys, time
from pathlib import Path
from console import lifetime
lifetime.prepare(["graph"])
from console.offline import offline_estate
def made():
    return offline_estate(Path("."), environment=sys.argv[1])
"""
END = """
import json
told = {"cpu": time.process_time(), "stacks": {stack: len(graph) for stack, graph in estate.items()}, **more}
print(json.dumps(told))
"""
GRAPHS = f"""{START}
estate, more = made(), {{}}
more["references"] = len(estate.references)
{END}"""
RECORDER = f"""{START}
made()  # not counted: imports what the programs need of the SDK
begun = time.process_time()
estate = made()
more = {{"again": time.process_time() - begun}}
{END}"""


def measure(project: Path, rounds: int) -> list[Figure]:
    """The graphs and the recorder alone, in turns, each in a fresh interpreter."""
    programs = {"graphs": GRAPHS, "recorder": RECORDER}

    def play(program: str) -> Run:
        return run([sys.executable, "-c", program, ENVIRONMENT], cwd=project, env=keeping_bytecode(), limit=300)

    for program in programs.values():
        play(program)  # not counted: writes bytecode that a user's second run finds
    runs: dict[str, list[Run]] = {name: [] for name in programs}
    for _ in range(rounds):
        for name, program in programs.items():
            runs[name].append(play(program))
    told = {name: [_told(one) for one in done] for name, done in runs.items()}
    stacks: dict[str, int] = told["graphs"][0]["stacks"]
    size = sum(stacks.values())
    listed = ", ".join(f"{stack} {count}" for stack, count in stacks.items())
    memory = tuple(one.peak_mib for one in runs["graphs"])
    return [
        Figure(
            name="estate: graphs, cold",
            unit="s",
            values=tuple(one.seconds for one in runs["graphs"]),
            target=GRAPH_SECONDS,
            peak_mib=memory,
            note=f"{size} resources ({listed}), {told['graphs'][0]['references']} reads between stacks; whole process",
        ),
        Figure(
            name="estate: graphs, cold, CPU",
            unit="s",
            values=tuple(one["cpu"] for one in told["graphs"]),
            note="the time that the process was not kept waiting by others",
        ),
        Figure(name="estate: graphs, memory", unit="MiB", values=memory, target=GRAPH_MIB),
        Figure(
            name="estate: recorder, a resource",
            unit="ms",
            values=tuple(one["again"] * 1000 / size for one in told["recorder"]),
            target=RECORDER_MILLISECONDS,
            note="CPU time of a second recording in the same process",
        ),
    ]


def _told(one: Run) -> dict[str, Any]:
    """What the program says of itself in its last line."""
    return json.loads(one.output.splitlines()[-1])
