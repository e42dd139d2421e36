"""How long the largest stack takes, with every switch on: its graph, a resource of it, and all questions about it."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from tests.bench.figures import Figure
from tests.bench.processes import Run, keeping_bytecode, run

GRAPH_SECONDS = 4.0
GRAPH_MIB = 350.0
RECORDER_MILLISECONDS = 2.0
QUESTION_SECONDS = 5.0
STACK = Path("tests") / "stacks" / "region" / "Pulumi.all-enabled.yaml"

START = """
import json, sys, time
from pathlib import Path
from console import lifetime
lifetime.prepare(["graph"])
from console.offline import record_stack
file = Path(sys.argv[1])
"""
END = """
print()
print(json.dumps({"cpu": time.process_time(), "resources": len(graph), **more}))
"""
GRAPH = f"""{START}
from graph.codec import to_json
graph, more = record_stack(file).graph, {{}}
print(to_json(graph))
{END}"""
RECORDER = f"""{START}
record_stack(file)  # not counted: imports what the program needs of the SDK
begun = time.process_time()
graph = record_stack(file).graph
more = {{"again": time.process_time() - begun}}
{END}"""
QUESTION = f"""{START}
from analysis.reach import check, drawn_ids, region_intents
from contracts.settings import load_any
from policies.catalogue import controls
from policies.profiles import profile, profile_name
from policies.run import run
graph = record_stack(file, drawn_ids).graph
settings = load_any(file)
used = profile(profile_name(settings.environment))
done = run(graph, tuple(controls().values()), layer=settings.layer, settings=used.settings)
assert not done.broken
more = {{"answers": len(done.results), "unintended": len(check([graph], region_intents("all-enabled")))}}
{END}"""


def measure(project: Path, rounds: int) -> list[Figure]:
    """The graph, the recorder and the whole question, in turns, each in a fresh interpreter."""
    programs = {"graph": GRAPH, "recorder": RECORDER, "question": QUESTION}

    def play(program: str) -> Run:
        command = [sys.executable, "-c", program, str(STACK)]
        return run(command, cwd=project, env=keeping_bytecode(), limit=300)

    for program in programs.values():
        play(program)  # not counted: writes bytecode that a user's second run finds
    runs: dict[str, list[Run]] = {name: [] for name in programs}
    for _ in range(rounds):
        for name, program in programs.items():
            runs[name].append(play(program))
    told = {name: [_told(one) for one in done] for name, done in runs.items()}
    size = told["graph"][0]["resources"]
    memory = tuple(one.peak_mib for one in runs["graph"])
    return [
        Figure(
            name="golden: graph, cold",
            unit="s",
            values=tuple(one.seconds for one in runs["graph"]),
            target=GRAPH_SECONDS,
            peak_mib=memory,
            note=f"{size} resources, the whole process; golden: … CPU is the time it was not kept waiting",
        ),
        Figure(name="golden: graph, cold, CPU", unit="s", values=tuple(one["cpu"] for one in told["graph"])),
        Figure(name="golden: graph, memory", unit="MiB", values=memory, target=GRAPH_MIB),
        Figure(
            name="golden: recorder, a resource",
            unit="ms",
            values=tuple(one["again"] * 1000 / one["resources"] for one in told["recorder"]),
            target=RECORDER_MILLISECONDS,
            note="CPU time of a second recording in the same process",
        ),
        Figure(
            name="golden: graph, controls and reach, cold",
            unit="s",
            values=tuple(one.seconds for one in runs["question"]),
            target=QUESTION_SECONDS,
            peak_mib=tuple(one.peak_mib for one in runs["question"]),
            note=f"{told['question'][0]['answers']} answers of controls, and every intended edge",
        ),
        Figure(
            name="golden: graph, controls and reach, cold, CPU",
            unit="s",
            values=tuple(one["cpu"] for one in told["question"]),
        ),
    ]


def _told(one: Run) -> dict[str, Any]:
    """What the program says of itself in its last line."""
    return json.loads(one.output.splitlines()[-1])
