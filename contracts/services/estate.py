"""The estate: every contract of a folder, who uses whom, and the questions asked of it as a whole."""

from __future__ import annotations

import gc
from collections import defaultdict
from collections.abc import Generator, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from enum import StrEnum, unique
from functools import cached_property
from pathlib import Path as FilePath

from contracts.services.contract import ServiceContract
from contracts.services.dependencies import Dependency, Interaction
from contracts.services.reading import NAME, ContractError, LoadedContract, load
from contracts.services.semver import Range, Version
from contracts.settings.errors import Problem


@unique
class Kind(StrEnum):
    """What a finding is about."""

    UNMET = "unmet-dependency"
    RANGE = "unsatisfied-range"
    CYCLE = "synchronous-cycle"
    STORE = "store-claimed-twice"
    FOREIGN_STORE = "cross-domain-store"
    EVENT = "event-provided-twice"
    CONFUSABLE = "confusable-names"
    SERVICE = "service-name-taken"
    NAME = "aws-name-taken"
    REPEATED = "version-twice"
    DOWNGRADE = "version-downgrade"
    CHANGED = "changed-without-version"
    BUMP = "version-bump-too-small"
    DOCUMENT = "malformed-document"
    BROKEN = "consumer-broken"
    SIDE_BY_SIDE = "versions-side-by-side"
    ORPHAN = "orphan"
    BEHIND = "consumer-stays-behind"
    """The new version is no longer good for a consumer, whose range leaves it out."""
    READY = "consumer-may-move"
    """The new version is still good for a consumer, whose range leaves it out."""
    ORDER = "deploy-consumer-first"
    """A consumer moves in the same change, and its earlier version would break."""
    PROMISE = "promise-loosened"

    @property
    def refuses(self) -> bool:
        """Whether it stops a deployment; the others are only told."""
        return self not in _TOLD


_TOLD = frozenset({Kind.SIDE_BY_SIDE, Kind.ORPHAN, Kind.BEHIND, Kind.READY, Kind.ORDER, Kind.PROMISE})


@dataclass(frozen=True)
class EstateFinding:
    """One answer about the estate, at a place in a contract."""

    kind: Kind
    """What it is about."""
    problem: Problem
    """Where, what was found, what is allowed, how to fix it."""
    contracts: tuple[str, ...]
    """The contracts it is about, by id."""


@dataclass(frozen=True, eq=False)
class Edge:
    """One use of a contract by another."""

    consumer: LoadedContract
    """Who uses it."""
    provider_id: str
    """What is used."""
    dependency: Dependency
    """How it is used."""
    provider: LoadedContract | None
    """The version that is bound: the highest one in the range; None if there is none."""

    @property
    def synchronous(self) -> bool:
        """Whether the consumer waits for the provider."""
        return any(call.interaction is Interaction.SYNC for call in self.dependency.calls.values())


@dataclass(frozen=True, eq=False)
class Estate:
    """Contracts that live together; two versions of one contract may."""

    contracts: tuple[LoadedContract, ...]
    """Sorted by id and version."""

    @classmethod
    def of(cls, contracts: Iterable[LoadedContract]) -> Estate:
        """Put contracts together."""
        return cls(tuple(sorted(contracts, key=lambda c: (c.contract.id, c.contract.semver, c.file))))

    @cached_property
    def by_id(self) -> Mapping[str, Mapping[Version, LoadedContract]]:
        """Id → version → contract."""
        found: dict[str, dict[Version, LoadedContract]] = defaultdict(dict)
        for loaded in self.contracts:
            found[loaded.contract.id].setdefault(loaded.contract.semver, loaded)
        return dict(found)

    @cached_property
    def edges(self) -> tuple[Edge, ...]:
        """Every use, each bound to the highest version that its range accepts."""
        return tuple(self._edges())

    def _edges(self) -> Iterator[Edge]:
        for loaded in self.contracts:
            for provider_id, dependency in loaded.contract.consumes.items():
                versions = self.by_id.get(provider_id, {})
                best = Range.parse(dependency.version).best(versions)
                yield Edge(loaded, provider_id, dependency, versions[best] if best is not None else None)

    def newest(self, contract_id: str) -> ServiceContract | None:
        """The highest version of a contract that is no pre-release, or the highest at all; None if there is none."""
        versions = self.by_id.get(contract_id, {})
        best = max(versions, key=lambda version: (not version.prerelease, version), default=None)
        return versions[best].contract if best is not None else None


def read(folder: FilePath, *, today: date | None = None, known: Estate | None = None) -> Estate:
    """Read every `contract.yaml` below a folder.

    Args:
        folder: such as `services/`.
        today: day on which versions must be in support; the current one if left out.
        known: an estate that was judged as strictly; a contract that has the same files there is taken from it.

    Raises:
        ContractError: with everything that is wrong in any contract.
    """
    there = {loaded.file: loaded for loaded in known.contracts} if known is not None else {}
    loaded: list[LoadedContract] = []
    problems: list[Problem] = []
    with _without_collecting():
        for path in sorted(folder.rglob(NAME)):
            name = path.relative_to(folder).as_posix()
            try:
                same = there.get(name)
                loaded.append(same if same and _as_read(path, same) else load(path, today=today, shown_as=name))
            except ContractError as error:
                problems += error.problems
    if problems:
        raise ContractError(f"the estate in {folder.name or folder}", problems)
    return Estate.of(loaded)


@contextmanager
def _without_collecting() -> Generator[None]:
    """Let the garbage collector wait: what is read stays, and it would look at all of it again and again."""
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collects:
            gc.enable()


def _as_read(path: FilePath, loaded: LoadedContract) -> bool:
    """Whether a contract's files are, character by character, what was read before."""
    files = ((path.name, loaded.source.text), *loaded.documents.texts())
    return all(_holds(path.parent / name, text) for name, text in files)


def _holds(file: FilePath, text: str) -> bool:
    try:
        return not file.is_symlink() and file.read_text(encoding="utf-8") == text
    except (OSError, UnicodeDecodeError):
        return False
