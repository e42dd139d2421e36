"""How a comparison of contracts is shown: each contract that changed, its consumers, and what follows."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from contracts.compatibility.edges import Comparison, ContractVerdict, EdgeVerdict
from contracts.compatibility.verdict import Change
from contracts.services import EstateFinding

MOST_SHOWN = 30
"""Changes of one contract that are listed for a person."""


def lines(comparison: Comparison) -> list[str]:
    """The comparison for a person, without what is refused."""
    found: list[str] = []
    for verdict in comparison.contracts:
        bump = f"needs {verdict.needed.word}, has {verdict.declared.word}"
        found.append(f"{verdict.id} {verdict.step}: {bump if verdict.new else 'gone'}")
        found += [f"  {change.severity:<10}  {_plain(change.sentence())}" for change in verdict.changes[:MOST_SHOWN]]
        if (more := len(verdict.changes) - MOST_SHOWN) > 0:
            found.append(f"  and {more} more, all of them with --json")
        found += [f"  → {edge.consumer.contract.id} {edge.dependency.version}: {_fate(edge)}" for edge in verdict.edges]
    return found


def _plain(text: str) -> str:
    return "".join(char if char.isprintable() else ascii(char)[1:-1] for char in text)


def _fate(edge: EdgeVerdict) -> str:
    good = f"breaks at {len(edge.breaks)} place{'s' * (len(edge.breaks) != 1)}" if edge.breaks else "still good"
    if edge.moves:
        return f"{good}, in its earlier version {edge.consumer.contract.version}"
    return good if edge.accepts else f"{good}, and stays with {edge.old.contract.version}"


def as_json(comparison: Comparison) -> list[dict[str, Any]]:
    """The comparison for a program."""
    return [_contract(verdict) for verdict in comparison.contracts]


def finding(found: EstateFinding) -> dict[str, Any]:
    """One finding for a program."""
    return {"kind": found.kind, "refuses": found.kind.refuses, "contracts": found.contracts, **asdict(found.problem)}


def _contract(verdict: ContractVerdict) -> dict[str, Any]:
    return {
        "id": verdict.id,
        "before": verdict.old.contract.version,
        "after": verdict.new.contract.version if verdict.new is not None else None,
        "needed": verdict.needed.word,
        "declared": verdict.declared.word,
        "lowest_version": str(verdict.required) if verdict.new is not None else None,
        "refused": verdict.refuses,
        "changes": [_change(change) for change in verdict.changes],
        "consumers": [_edge(edge) for edge in verdict.edges],
    }


def _edge(edge: EdgeVerdict) -> dict[str, Any]:
    return {
        "id": edge.consumer.contract.id,
        "version": edge.consumer.contract.version,
        "range": edge.dependency.version,
        "bound": edge.old.contract.version,
        "accepts": edge.accepts,
        "moves": edge.moves,
        "refused": edge.refuses,
        "breaks": [_change(change) for change in edge.breaks],
    }


def _change(change: Change) -> dict[str, Any]:
    return {
        "operation": change.operation,
        "subject": change.subject,
        "path": change.path,
        "what": change.what,
        "severity": change.severity,
        "bump": change.bump.word,
        "sentence": change.sentence(),
    }
