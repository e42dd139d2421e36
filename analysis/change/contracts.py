"""Contracts that differ, and which consumer that breaks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from contracts.change import ContractDelta, Effect, Origin, OriginKind
from contracts.compatibility.edges import Comparison, ContractVerdict, compare
from contracts.services import Estate, EstateFinding, Kind, LoadedContract, findings

_TOLD: Final = frozenset({Kind.BEHIND, Kind.ORDER, Kind.PROMISE, Kind.SIDE_BY_SIDE})
"""Kinds that stop nothing, and that somebody should know of."""


def contract_deltas(before: Estate, after: Estate, folder: str = "services") -> Iterator[ContractDelta]:
    """Compare two estates: every contract that differs, every consumer that is met, every question newly open.

    Args:
        before: contracts of the earlier revision.
        after: of the later one.
        folder: where they lie in the project, for links.
    """
    comparison = compare(before, after)
    yield from (_changed(verdict, folder) for verdict in comparison.contracts)
    yield from _came(before, after, folder)
    yield from _found(comparison, folder)
    was = {_key(finding) for finding in findings(before)}
    now = findings(after)
    yield from (_finding(finding, folder) for finding in now if _key(finding) not in was)
    there = {_key(finding) for finding in now}
    for finding in findings(before):
        if finding.kind.refuses and _key(finding) not in there:
            sentence = f"No longer: {finding.problem.path} of {finding.contracts[0]} ({finding.kind})."
            yield _delta(finding.kind, Effect.IMPROVES, finding.contracts, sentence)


def _changed(verdict: ContractVerdict, folder: str) -> ContractDelta:
    gone = verdict.new is None
    effect = Effect.BREAKS if verdict.breaks else Effect.BLOCKS if verdict.refuses else Effect.INFORMS
    users = [edge.consumer.contract.id for edge in verdict.edges]
    met = [edge.consumer.contract.id for edge in verdict.edges if edge.refuses]
    parts = [f"{verdict.id} {verdict.step}: {len(verdict.changes)} changes"]
    if not gone:
        parts.append(f"the version needs {verdict.needed.word} and has {verdict.declared.word}")
    parts.append(f"breaks {', '.join(met)}" if met else f"good for {', '.join(users)}" if users else "nobody uses it")
    shown = verdict.new or verdict.old
    return ContractDelta(
        effect=effect,
        stack=None,
        subject=verdict.id,
        sentence="; ".join(parts) + ".",
        origins=(_place(shown, folder),),
        kind="removed" if gone else "changed",
        contracts=(verdict.id, *dict.fromkeys(users)),
        before=verdict.old.contract.version,
        after=None if verdict.new is None else verdict.new.contract.version,
    )


def _came(before: Estate, after: Estate, folder: str) -> Iterator[ContractDelta]:
    for contract_id, versions in after.by_id.items():
        if contract_id not in before.by_id:
            loaded = versions[max(versions)]
            yield ContractDelta(
                effect=Effect.INFORMS,
                stack=None,
                subject=contract_id,
                sentence=f"{contract_id} {loaded.contract.version} is new.",
                origins=(_place(loaded, folder),),
                kind="added",
                contracts=(contract_id,),
                after=loaded.contract.version,
            )


def _found(comparison: Comparison, folder: str) -> Iterator[ContractDelta]:
    told: set[tuple[str, str, str]] = set()
    for finding in sorted(comparison.findings, key=lambda one: one.kind is not Kind.BROKEN):
        problem = finding.problem
        key = (finding.contracts[0], problem.path, problem.value)
        if key not in told:  # a change that breaks a consumer also asks for a version: that is said with it
            yield _finding(finding, folder)
        told.add(key)


def _finding(finding: EstateFinding, folder: str) -> ContractDelta:
    problem = finding.problem
    effect = Effect.INFORMS
    if finding.kind is Kind.BROKEN:
        effect = Effect.BREAKS
    elif finding.kind.refuses:
        effect = Effect.BLOCKS
    elif finding.kind in _TOLD:
        effect = Effect.WARNS
    place = f"{folder}/{problem.file}:{problem.line or 1}" if problem.file else folder
    sentence = (
        f"{finding.contracts[0]} {problem.path}: {problem.value}. Allowed: {problem.allowed}. Fix: {problem.fix}."
    )
    origin = Origin(kind=OriginKind.FILE, at=place)
    return _delta(finding.kind, effect, finding.contracts, sentence, origin)


def _key(finding: EstateFinding) -> tuple[str, str, str, tuple[str, ...]]:
    return finding.kind, finding.problem.path, finding.problem.value, finding.contracts


def _delta(
    kind: Kind, effect: Effect, contracts: tuple[str, ...], sentence: str, origin: Origin | None = None
) -> ContractDelta:
    return ContractDelta(
        effect=effect,
        stack=None,
        subject=contracts[0],
        sentence=sentence,
        origins=(origin,) if origin else (),
        kind=kind,
        contracts=tuple(dict.fromkeys(contracts)),
    )


def _place(loaded: LoadedContract, folder: str) -> Origin:
    return Origin(kind=OriginKind.FILE, at=f"{folder}/{loaded.file}:1")
