"""How long a report of a change takes: two revisions cold, one of them known, both known."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.bench.figures import Figure
from tests.bench.processes import Run, keeping_bytecode, run

COLD_SECONDS, KNOWN_SECONDS = 8.0, 1.0
BASE, HEAD, STACK = "HEAD~1", "HEAD", "staging"
REPORT = """
import json, sys, time
begun = time.perf_counter()
from pathlib import Path
from console import lifetime
lifetime.prepare(["change"])
from console.change.compare import compare
from console.change.markdown import to_markdown
from console.change.store import Store
project, base, head, stack, folder = sys.argv[1:]
report = compare(Path(project), base, head, stacks=[stack], store=Store(Path(folder)))
size = sum(one.resources_after for one in report.stacks)
print(json.dumps({"resources": size, "characters": len(to_markdown(report))}))
"""


def measure(project: Path, rounds: int) -> list[Figure]:
    """Each state of the cache in turns, in a fresh interpreter; `known` is what a side costs that was recorded before.

    The base and the head are told apart by a store that holds the one and not the other: a report of the base against
    itself fills it.
    """
    times: dict[str, list[Run]] = {"cold": [], "one known": [], "both known": []}

    def play(folder: Path, base: str, head: str) -> Run:
        command = [sys.executable, "-c", REPORT, str(project), base, head, STACK, str(folder)]
        return run(command, cwd=project, env=keeping_bytecode(), limit=300)

    size = 0
    for number in range(rounds + 1):
        with TemporaryDirectory() as name:
            cold, other = Path(name) / "cold", Path(name) / "other"
            runs = {"cold": play(cold, BASE, HEAD), "both known": play(cold, BASE, HEAD)}
            play(other, BASE, BASE)
            runs["one known"] = play(other, BASE, HEAD)
        if number:  # the first writes bytecode that a user's second run finds
            for key, done in runs.items():
                times[key].append(done)
            size = json.loads(runs["cold"].output.splitlines()[-1])["resources"]
    targets = {"cold": COLD_SECONDS, "both known": KNOWN_SECONDS}
    return [
        Figure(
            name=f"change report, {key}",
            unit="s",
            values=tuple(one.seconds for one in runs),
            target=targets.get(key),
            peak_mib=tuple(one.peak_mib for one in runs),
            note=f"{STACK}, {size} resources a side, whole processes",
        )
        for key, runs in times.items()
    ]
