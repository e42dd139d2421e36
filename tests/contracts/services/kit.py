"""Estates for tests: the sample one, edited copies of it, and generated ones."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from contracts.services import ContractError, Estate, EstateFinding, Kind, findings, read
from contracts.services.contract import ServiceContract
from contracts.services.documents import Documents
from contracts.services.reading import LoadedContract
from contracts.settings import Problem
from contracts.settings.yaml_file import Source

SAMPLE = Path(__file__).with_name("estate")
TODAY = date(2026, 11, 21)


def sample(tmp_path: Path) -> Path:
    """A copy of the sample estate to be spoilt."""
    return Path(shutil.copytree(SAMPLE, tmp_path / "services"))


def edit(folder: Path, file: str, old: str, new: str) -> int:
    """Replace a text that is there exactly once; the line where it began."""
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{old!r} is {text.count(old)} times in {file}"
    path.write_text(text.replace(old, new), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1


def refusal(folder: Path) -> list[Problem]:
    with pytest.raises(ContractError) as caught:
        read(folder, today=TODAY)
    return list(caught.value.problems)


def refusing(folder: Path) -> list[EstateFinding]:
    return [finding for finding in findings(read(folder, today=TODAY)) if finding.kind.refuses]


def values(file: str) -> dict[str, Any]:
    return YAML(typ="safe").load((SAMPLE / file).read_text(encoding="utf-8"))


def contract(contract_id: str, version: str = "1.0.0", **parts: Any) -> LoadedContract:
    """A contract in memory; `calls` maps providers to (range, waits)."""
    calls: dict[str, tuple[str, bool]] = parts.pop("calls", {})
    consumes = {
        provider: {
            "version": wanted,
            "calls": {"get": {"interaction": "sync" if waits else "async", "timeout_ms": 1000 if waits else None}},
        }
        for provider, (wanted, waits) in calls.items()
    }
    described = {
        "id": contract_id,
        "version": version,
        "description": "For tests.",
        "owner": {"team": "team", "email": "team@example.com"},
        "data_classification": "internal",
        "slo": {"availability_percent": 99.9, "latency_p95_ms": 100, "error_rate_percent": 1},
        "consumes": consumes,
    }
    file = f"{contract_id}/contract.yaml"
    made = ServiceContract.model_validate(described | parts)
    return LoadedContract(made, file, Path(), frozenset({"get"}), Documents(Path(), contract_id), Source(file))


def generated(contracts: int, edges: int) -> Estate:
    """An estate without circles in which everyone calls a few of those before it."""
    each = edges // contracts
    return Estate.of(
        contract(
            f"d{n % 20}/s{n}",
            calls={f"d{p % 20}/s{p}": ("^1.0.0", True) for p in range(max(0, n - each), n)},
        )
        for n in range(contracts)
    )


def kinds(estate: Estate) -> set[Kind]:
    return {finding.kind for finding in findings(estate)}
