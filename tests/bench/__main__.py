"""`python -m tests.bench [names...] [--quick | --rounds N] [--json]`: measure, show a table, keep JSON in `.bench/`."""

from __future__ import annotations

import argparse
import json
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from embedded.aws_plugin.errors import PluginError
from embedded.cloud import CloudError
from embedded.engine import EngineError
from tests.bench import (
    change,
    contracts,
    controls,
    estate,
    gateway,
    golden,
    growth,
    offline,
    pair,
    plugin,
    reach,
    recovery,
    registry,
    rivals,
)
from tests.bench import compile as compilation
from tests.bench.figures import Figure, load_average, machine, table
from tests.bench.processes import BenchmarkError

PROJECT = Path(__file__).parents[2]
DEV = pair.Program("dev", PROJECT, "dev")
FAST = pair.Program("fast", Path(__file__).parent / "fast_program", "hundred")
START = pair.Program("start", FAST.folder, "one")


@dataclass(frozen=True, slots=True)
class Benchmark:
    """`measure` takes how often to repeat; `rounds` is that number when the user names no other."""

    about: str
    rounds: int
    measure: Callable[[int], list[Figure]]


def talk(line: str) -> None:
    """Progress, which is no result."""
    sys.stderr.write(f"{datetime.now(UTC):%H:%M:%S} {line}\n")
    sys.stderr.flush()


def _compare(program: pair.Program, start_up: pair.Program | None = None) -> Callable[[int], list[Figure]]:
    def measure(rounds: int) -> list[Figure]:
        with pair.embedded_cloud() as session:
            return pair.compare(session, program, rounds, talk, start_up)

    return measure


def _gateway(rounds: int) -> list[Figure]:
    with pair.embedded_cloud() as session:
        return gateway.measure(session, rounds)


BENCHMARKS: dict[str, Benchmark] = {
    "offline": Benchmark("offline graph of dev", 5, lambda rounds: offline.measure(PROJECT, rounds)),
    "golden": Benchmark("the largest stack: graph, recorder, all questions", 5, lambda n: golden.measure(PROJECT, n)),
    "estate": Benchmark("graphs of all production stacks in one process", 5, lambda n: estate.measure(PROJECT, n)),
    "growth": Benchmark("questions and recorder, 1,000 to 10,000 resources", 3, lambda n: growth.measure(PROJECT, n)),
    "change": Benchmark("report of a change, staging", 3, lambda rounds: change.measure(PROJECT, rounds)),
    "compile": Benchmark("compilation of the sample services", 5, lambda rounds: compilation.measure(PROJECT, rounds)),
    "contracts": Benchmark(
        "reading, asking and comparing 1,000 contracts", 5, lambda rounds: contracts.measure(PROJECT, rounds)
    ),
    "recovery": Benchmark("recovery, parity and capacity of production", 5, lambda n: recovery.measure(PROJECT, n)),
    "reach": Benchmark("who reaches whom in 10,000 resources", 5, reach.measure),
    "controls": Benchmark("all controls on 1,000 and 10,000 resources", 5, controls.measure),
    "rivals": Benchmark(
        "all controls against Checkov, cdk-nag and CrossGuard", 10, lambda rounds: rivals.measure(rounds, talk)
    ),
    "plugin": Benchmark("start and memory of the aws plug-in", 5, plugin.measure),
    "registry": Benchmark("dependencies from the contract registry, warm", 5, registry.measure),
    "gateway": Benchmark("overhead of the gateway", 5, _gateway),
    "fast": Benchmark("plug-in against Terraform, about 100 quick resources", 3, _compare(FAST, START)),
    "dev": Benchmark("plug-in against Terraform, the dev stack (slow resources dominate)", 3, _compare(DEV)),
}


def measure(names: list[str], rounds: int | None) -> tuple[list[dict[str, Any]], list[Figure], list[str]]:
    """Run benchmarks: their JSON, their figures, and what could not be measured."""
    records, figures, failures = list[dict[str, Any]](), list[Figure](), list[str]()
    for name in names:
        benchmark = BENCHMARKS[name]
        talk(f"{name}: {benchmark.about}")
        before, begun, found, failure = load_average(), time.monotonic(), list[Figure](), None
        try:
            found = benchmark.measure(rounds or benchmark.rounds)
        except (BenchmarkError, CloudError, EngineError, PluginError) as error:
            failure = f"{name}: {error}"
            failures.append(failure)
        figures += found
        records.append(
            {
                "name": name,
                "seconds": round(time.monotonic() - begun, 1),
                "load_before": before,
                "load_after": load_average(),
                "failure": failure,
                "figures": [figure.as_json() for figure in found],
            }
        )
    return records, figures, failures


def main() -> int:
    """The command; 1 when something could not be measured."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="name", help=f"which of {', '.join(BENCHMARKS)}; all when none")
    often = parser.add_mutually_exclusive_group()
    often.add_argument("--quick", dest="rounds", action="store_const", const=1, help="measure everything once")
    often.add_argument("--rounds", type=int, choices=range(1, 101), metavar="N", help="measure everything N times")
    parser.add_argument("--json", action="store_true", help="print JSON instead of the table")
    told = parser.parse_args()
    unknown = sorted(set(told.names) - set(BENCHMARKS))
    if unknown:
        parser.error(f"there is no benchmark {', '.join(unknown)}; there are: {', '.join(BENCHMARKS)}")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that what was started is ended, too
    started = datetime.now(UTC)
    records, figures, failures = measure(told.names or list(BENCHMARKS), told.rounds)
    about = {"started": started.isoformat(timespec="seconds"), "machine": machine()}
    document = json.dumps({**about, "benchmarks": records}, indent=2)
    file = PROJECT / ".bench" / f"{started:%Y%m%dT%H%M%SZ}.json"
    file.parent.mkdir(exist_ok=True)
    file.write_text(document + "\n", encoding="utf-8")
    sys.stdout.write((document if told.json else table(figures)) + "\n")
    sys.stderr.write("".join(f"not measured: {failure}\n" for failure in failures))
    talk(f"kept in {file.relative_to(PROJECT)}; load average now {load_average()}, {machine()['cpus']} CPUs")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
