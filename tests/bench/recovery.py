"""How long the questions about recovery take on top of the graphs of all production stacks (DR-1, DR-2)."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from tests.bench.figures import Figure
from tests.bench.processes import Run, keeping_bytecode, run

SECONDS = 0.5
DRILL_SECONDS = 3.0
PROGRAM = """
import json, time
from console import lifetime
lifetime.prepare(["recovery"])
from console.parity import pair_of, shares_of
from console.resilience import recovering, settings_of
together = recovering(settings_of("prod"))
pair = pair_of(together.settings, "prod")
shares = shares_of(together.settings, pair)
begun = time.perf_counter()
from analysis.parity import capacity, parity
from analysis.recovery import budget, judge
found = budget(together.estate)
judged = [one for asked in together.targets.values() for one in judge(found, asked)]
compared = parity(together.estate, pair)
carried = capacity(together.estate, shares)
questions = time.perf_counter() - begun
begun = time.perf_counter()
from analysis.recovery.drill import drill
drawn = drill(found)
drilled = time.perf_counter() - begun
print()
print(json.dumps({
    "questions": questions, "drill": drilled, "resources": together.estate.resources,
    "outcomes": len(found.outcomes), "judged": len(judged), "pairs": compared.compared, "drawn": len(drawn),
}))
"""


def measure(project: Path, rounds: int) -> list[Figure]:
    """Budget, targets, parity and capacity, with their imports; then the drill. Each in a fresh interpreter."""

    def play() -> Run:
        return run([sys.executable, "-c", PROGRAM], cwd=project, env=keeping_bytecode(), limit=300)

    play()  # not counted: writes bytecode that a user's second run finds
    told: list[dict[str, Any]] = [json.loads(play().output.splitlines()[-1]) for _ in range(rounds)]
    one = told[0]
    return [
        Figure(
            name="recovery: budget, targets, parity, capacity",
            unit="s",
            values=tuple(each["questions"] for each in told),
            target=SECONDS,
            note=f"on top of the graphs of {one['resources']} resources: {one['outcomes']} outcomes, "
            f"{one['judged']} judgements, {one['pairs']} pairs of resources",
        ),
        Figure(
            name="recovery: drill of 10,000 runs",
            unit="s",
            values=tuple(each["drill"] for each in told),
            target=DRILL_SECONDS,
            note=f"{one['drawn']} times with their percentiles",
        ),
    ]
