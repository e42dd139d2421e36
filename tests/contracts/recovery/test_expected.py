"""The times of steps are those of the recovery budget."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from contracts.recovery import expected
from contracts.recovery.plan import Expected

ROOT = Path(__file__).parents[3]
TERMS: dict[str, dict[str, Any]] = yaml.safe_load((ROOT / "analysis/recovery/terms.yaml").read_text())["terms"]
NAMED = {
    name: value
    for name, value in vars(expected).items()
    if isinstance(value, Expected) and value.source.split(":")[0] in TERMS
}


def test_most_times_are_terms_of_the_budget_when_there_is_one() -> None:
    assert {"GLOBAL_FAILOVER", "CACHE", "DIAL", "TASKS", "WRITER", "RESTORE_DATABASE", "RESTORE_TABLE"} <= set(NAMED)


@pytest.mark.parametrize("name", sorted(NAMED))
def test_a_time_is_that_of_its_term_when_it_names_one(name: str) -> None:
    found = NAMED[name]
    term = TERMS[found.source.split(":")[0]]
    told = (found.best_seconds, found.typical_seconds, found.bound_seconds)
    assert told == (term["best"], term["typical"], term["bound"])
