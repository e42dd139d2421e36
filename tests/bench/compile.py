"""How long the sample services take from their files to grants, variables and open ports, cold."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.bench.figures import Figure
from tests.bench.processes import Run, keeping_bytecode, run

COMPILE_SECONDS = 1.0
PROGRAM = """
from pathlib import Path
from contracts.services import findings, read
from contracts.services.bindings import Service
from contracts.services.grants import Drawn, grants
from contracts.services.naming import Place
from contracts.services.reach import openings
from contracts.services.variables import Addresses, clashes, variables

estate = read(Path("services"))
assert not [found for found in findings(estate) if found.kind.refuses]
drawn = Drawn(database_user_arn=str, cache_token_arn="token")
addresses = Addresses(url_of=str, cache_token="token", search_endpoint="search")
for loaded in estate.contracts:
    service = Service(loaded, estate, Place("dev", "us-east-1", "222222222222"), {})
    assert not [*service.problems(), *clashes(service)]
    openings(service)
    for runner in service.workers:
        assert grants(service, runner, drawn) is not None
        assert variables(service, runner, addresses)
"""


def measure(project: Path, rounds: int) -> list[Figure]:
    """A fresh interpreter each time: imports, reading, the estate's questions, and the compilation."""

    def once() -> Run:
        return run([sys.executable, "-c", PROGRAM], cwd=project, env=keeping_bytecode(), limit=60)

    once()  # not counted: writes bytecode
    runs = [once() for _ in range(rounds)]
    return [
        Figure(
            name="compile the sample domains, cold",
            unit="s",
            values=tuple(one.seconds for one in runs),
            target=COMPILE_SECONDS,
            peak_mib=tuple(one.peak_mib for one in runs),
            note="imports included",
        ),
        Figure(
            name="compile the sample domains, cold, CPU",
            unit="s",
            values=tuple(one.cpu_seconds for one in runs),
            target=COMPILE_SECONDS,
        ),
    ]
