"""Two estates compared, edge by edge: is what changed still good for what each consumer uses?

    comparison = compare(before, after)
    comparison.refuses, comparison.findings

Pure: nothing is read but the documents of the contracts. Whoever publishes or deploys a contract asks with the estate
as it is and the estate as it would be.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import replace

from contracts.compatibility.edges.difference import Difference, same
from contracts.compatibility.edges.verdicts import Comparison, ContractVerdict, EdgeVerdict
from contracts.compatibility.verdict import breaking
from contracts.services.estate import Edge, Estate, EstateFinding, Kind
from contracts.services.history import progress
from contracts.services.reading import LoadedContract
from contracts.services.semver import Range, Version

__all__ = ["Comparison", "ContractVerdict", "EdgeVerdict", "compare"]


def compare(before: Estate, after: Estate) -> Comparison:
    """Judge an estate by the one that it follows.

    Args:
        before: every contract as it is.
        after: every contract as it would be; what `before` has and this has not is gone.
    """
    contracts = tuple(_Comparison(before, after).verdicts())
    return Comparison(contracts, tuple(_history(progress(before, after), contracts)))


def _history(found: list[EstateFinding], contracts: tuple[ContractVerdict, ...]) -> Iterator[EstateFinding]:
    """The same, with the version that the changes need."""
    needs = {verdict.id: verdict for verdict in contracts if verdict.new is not None}
    for finding in found:
        verdict = needs.get(finding.contracts[0])
        if finding.kind is Kind.CHANGED and verdict is not None:
            fix = f"raise the version to {verdict.required} or above"
            yield replace(finding, problem=replace(finding.problem, fix=fix))
        else:
            yield finding


class _Comparison:
    """One comparison; two versions are compared once, however many use them."""

    def __init__(self, before: Estate, after: Estate) -> None:
        self._before = before
        self._after = after
        self._users = _by_provider(after)
        self._earlier = _by_provider(before)
        self._differences: dict[tuple[int, int], Difference] = {}

    def verdicts(self) -> Iterator[ContractVerdict]:
        for contract_id, known in self._before.by_id.items():
            there = self._after.by_id.get(contract_id, {})
            if not there:
                yield self._gone(known[max(known)])
            for version, loaded in there.items():
                old = known.get(version) or _predecessor(known, version)
                if old is not None and (version not in known or not same(old, loaded)):
                    yield self._verdict(old, loaded)

    def _gone(self, old: LoadedContract) -> ContractVerdict:
        edges = tuple(
            EdgeVerdict(edge.consumer, edge.dependency, old, accepts=True, changes=(breaking("", "is gone"),))
            for edge in self._users.get(old.contract.id, ())
        )
        return ContractVerdict(old.contract.id, old, None, (breaking("", "the contract is gone"),), edges)

    def _verdict(self, old: LoadedContract, new: LoadedContract) -> ContractVerdict:
        changes = self._difference(old, new).changes
        return ContractVerdict(old.contract.id, old, new, tuple(changes), tuple(self._edges(old, new)))

    def _edges(self, old: LoadedContract, new: LoadedContract) -> Iterator[EdgeVerdict]:
        contract_id = old.contract.id
        current = self._users.get(contract_id, ())
        told: dict[str, list[Edge]] = defaultdict(list)
        for edge in current:
            told[edge.consumer.contract.id].append(edge)
            if (verdict := self._edge(edge, old, new)) is not None:
                yield verdict
        for edge in self._earlier.get(contract_id, ()):
            consumer = edge.consumer.contract.id
            moved = consumer in told and all(other.dependency != edge.dependency for other in told[consumer])
            leaves = consumer not in told and consumer in self._after.by_id
            if moved or leaves:
                verdict = self._edge(edge, old, new)
                if verdict is not None and verdict.breaks:
                    yield replace(verdict, moves=True)

    def _edge(self, edge: Edge, old: LoadedContract, new: LoadedContract) -> EdgeVerdict | None:
        """The verdict for one consumer; None for one that is, and stays, bound to a higher version."""
        wanted = Range.parse(edge.dependency.version)
        version = new.contract.semver
        accepts = version in wanted
        known = self._before.by_id[old.contract.id]
        was = wanted.best(known)
        if accepts and (best := wanted.best(self._after.by_id[old.contract.id])) is not None and best > version:
            return None
        if not accepts and was is not None and was > version:
            return None
        bound = known[was] if was is not None else old
        changes = self._difference(bound, new).met(edge.dependency, edge.consumer.contract)
        return EdgeVerdict(edge.consumer, edge.dependency, bound, accepts, tuple(changes))

    def _difference(self, old: LoadedContract, new: LoadedContract) -> Difference:
        key = (id(old), id(new))
        if key not in self._differences:
            self._differences[key] = Difference(old, new)
        return self._differences[key]


def _by_provider(estate: Estate) -> Mapping[str, list[Edge]]:
    found: dict[str, list[Edge]] = defaultdict(list)
    for edge in estate.edges:
        found[edge.provider_id].append(edge)
    return found


def _predecessor(known: Mapping[Version, LoadedContract], version: Version) -> LoadedContract | None:
    """The highest release below a version, or the highest pre-release if there is none; None for the first version."""
    below = [other for other in known if other < version]
    best = max(below, key=lambda other: (not other.prerelease, other), default=None)
    return known[best] if best is not None else None
