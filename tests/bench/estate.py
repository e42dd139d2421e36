"""How long all production stacks take in one process, cold: their graphs, and every question about them at once."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from tests.bench.figures import Figure
from tests.bench.processes import Run, keeping_bytecode, run

GRAPH_SECONDS = 5.0
GRAPH_MIB = 350.0
EVERYTHING_SECONDS, EVERYTHING_MIB = 5.0, 350.0
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
EVERYTHING = """
import atexit, sys, time
atexit.register(lambda: print(time.process_time()))
from console.cli import main
sys.argv = ["atoll", "check", sys.argv[1]]
main()
"""
"""`atoll check prod`: graphs, all controls, reach, recovery, parity, capacity and cost."""


def measure(project: Path, rounds: int) -> list[Figure]:
    """The graphs, the recorder alone and everything, in turns, each in a fresh interpreter."""
    programs = {"graphs": GRAPHS, "recorder": RECORDER, "everything": EVERYTHING}

    def play(program: str) -> Run:
        return run([sys.executable, "-c", program, ENVIRONMENT], cwd=project, env=keeping_bytecode(), limit=300)

    for program in programs.values():
        play(program)  # not counted: writes bytecode that a user's second run finds
    runs: dict[str, list[Run]] = {name: [] for name in programs}
    for _ in range(rounds):
        for name, program in programs.items():
            runs[name].append(play(program))
    everything = runs.pop("everything")
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
        Figure(
            name="estate: everything, cold",
            unit="s",
            values=tuple(one.seconds for one in everything),
            target=EVERYTHING_SECONDS,
            note="`atoll check prod`: graphs, controls, reach, recovery, parity, cost; whole process",
        ),
        Figure(
            name="estate: everything, cold, CPU",
            unit="s",
            values=tuple(float(one.output.splitlines()[-1]) for one in everything),
        ),
        Figure(
            name="estate: everything, memory",
            unit="MiB",
            values=tuple(one.peak_mib for one in everything),
            target=EVERYTHING_MIB,
        ),
    ]


def _told(one: Run) -> dict[str, Any]:
    """What the program says of itself in its last line."""
    return json.loads(one.output.splitlines()[-1])
