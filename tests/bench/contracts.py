"""How long a fresh interpreter takes to read, ask and compare a generated estate, and how that grows."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from tests.bench import estates
from tests.bench.figures import Figure, ratios
from tests.bench.processes import BenchmarkError, Run, keeping_bytecode, run

CONTRACTS = 1000
SECONDS = 4.0
GROWTH = 2.2


def measure(project: Path, rounds: int) -> list[Figure]:
    """`atoll contract check --against` of 1,000 contracts and of half as many, and without what was, in turns."""
    with tempfile.TemporaryDirectory(prefix="atoll-bench-") as name:
        folder = Path(name)
        commands: dict[str, list[str]] = {"bare": [sys.executable, "-c", "import console.contract"]}
        for contracts in (CONTRACTS // 2, CONTRACTS):
            uses = estates.write(folder / f"{contracts}-before", contracts, later=False)
            if (written := estates.write(folder / f"{contracts}-after", contracts, later=True)) != uses:
                raise BenchmarkError(f"the two estates have {uses} and {written} uses")
            check = [sys.executable, "-m", "console", "contract", "check", str(folder / f"{contracts}-after")]
            commands[f"{contracts} alone"] = check
            commands[str(contracts)] = [*check, "--against", str(folder / f"{contracts}-before")]
        runs: dict[str, list[Run]] = {what: [] for what in commands}
        run(commands[str(CONTRACTS // 2)], cwd=project, env=keeping_bytecode())  # not counted: writes bytecode
        for _ in range(rounds):
            for what, command in commands.items():
                runs[what].append(run(command, cwd=project, env=keeping_bytecode(), limit=120))
    whole, half = (runs[str(contracts)] for contracts in (CONTRACTS, CONTRACTS // 2))
    seconds = {what: tuple(one.seconds for one in done) for what, done in runs.items()}
    return [
        Figure(name="contracts: imports", unit="s", values=seconds["bare"]),
        Figure(name=f"contracts: check of {CONTRACTS}", unit="s", values=seconds[f"{CONTRACTS} alone"]),
        Figure(name=f"contracts: check of {CONTRACTS // 2}, compared", unit="s", values=seconds[str(CONTRACTS // 2)]),
        Figure(
            name=f"contracts: check of {CONTRACTS}, compared",
            unit="s",
            values=seconds[str(CONTRACTS)],
            target=SECONDS,
            peak_mib=tuple(one.peak_mib for one in whole),
            note=f"{uses} uses; one contract of {estates.CHANGED} differs from the previous version",
        ),
        Figure(
            name=f"contracts: check of {CONTRACTS}, compared, CPU",
            unit="s",
            values=tuple(one.cpu_seconds for one in whole),
            target=SECONDS,
        ),
        ratios(
            "contracts: twice as many, CPU",
            [one.cpu_seconds for one in whole],
            [one.cpu_seconds for one in half],
            target=GROWTH,
        ),
    ]
