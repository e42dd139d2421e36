"""How long a fresh interpreter takes for the offline graph of dev, and how much of it is imports."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.bench.figures import Figure, less
from tests.bench.processes import Run, keeping_bytecode, run

GRAPH_SECONDS = 2.5
IMPORT_SECONDS = 1.2


def measure(project: Path, rounds: int) -> list[Figure]:
    """Bare start, imports of one stack and the whole command, in turns."""
    commands = {
        "bare": [sys.executable, "-c", "pass"],
        "imports": [sys.executable, "-c", "import stacks"],
        "graph": [sys.executable, "-m", "console", "graph", "show", "dev", "--json"],
    }
    environment = keeping_bytecode()
    run(commands["graph"], cwd=project, env=environment)  # not counted: writes bytecode that a user's second run finds
    runs: dict[str, list[Run]] = {name: [] for name in commands}
    for _ in range(rounds):
        for name, command in commands.items():
            runs[name].append(run(command, cwd=project, env=environment, limit=120))
    seconds = {name: [one.seconds for one in done] for name, done in runs.items()}
    return [
        Figure(name="interpreter, bare", unit="s", values=tuple(seconds["bare"])),
        less("imports of one stack", seconds["imports"], seconds["bare"], target=IMPORT_SECONDS),
        less("offline graph of dev, without imports", seconds["graph"], seconds["imports"]),
        Figure(
            name="offline graph of dev, cold",
            unit="s",
            values=tuple(seconds["graph"]),
            target=GRAPH_SECONDS,
            peak_mib=tuple(one.peak_mib for one in runs["graph"]),
            note="a fresh interpreter each time, bytecode and file cache warm",
        ),
    ]
