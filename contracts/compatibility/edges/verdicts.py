"""The answer: what changed in each contract, what its version must say, and whom it breaks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from contracts.compatibility.edges.promises import LOOSENED
from contracts.compatibility.verdict import Bump, Change, needed_bump, raised
from contracts.services.dependencies import Dependency
from contracts.services.estate import EstateFinding, Kind
from contracts.services.reading import LoadedContract
from contracts.services.semver import Range, Version
from contracts.settings.errors import Path, Problem, yaml_path

MOST_TOLD = 20
"""Reasons told of one contract; more of them have one cause."""
LONGEST_TOLD = 400
"""Characters of a reason: names come from documents."""
AGAIN = "then run `atoll contract diff` again"


@dataclass(frozen=True, eq=False)
class EdgeVerdict:
    """One consumer of a changed contract."""

    consumer: LoadedContract
    """Who uses it."""
    dependency: Dependency
    """How it is used."""
    old: LoadedContract
    """The version that the consumer was bound to."""
    accepts: bool
    """Whether the consumer's range accepts the new version, so that it will be bound to it."""
    changes: tuple[Change, ...]
    """The changes as this consumer meets them: `operation`, `subject` and `path` say where."""
    moves: bool = False
    """Whether the consumer itself has another version in the same change, and this is the earlier one."""

    @property
    def breaks(self) -> tuple[Change, ...]:
        """What is no longer good for this consumer, the undecided included."""
        return tuple(change for change in self.changes if change.refuses)

    @property
    def refuses(self) -> bool:
        """Whether the new version must not come."""
        return bool(self.breaks) and self.accepts and not self.moves


@dataclass(frozen=True, eq=False)
class ContractVerdict:
    """One contract that changed: a version that is new, that has other content, or that is gone."""

    id: str
    """`domain/service`."""
    old: LoadedContract
    """The highest release below the new version; the version that is gone."""
    new: LoadedContract | None
    """The version that comes; None where the contract is gone."""
    changes: tuple[Change, ...]
    """Everything that changed, used or not."""
    edges: tuple[EdgeVerdict, ...]
    """Everyone who is bound to the contract."""

    @property
    def needed(self) -> Bump:
        """The part of the version that the changes must raise."""
        return needed_bump(self.changes)

    @property
    def required(self) -> Version:
        """The lowest version that the changes allow."""
        release = self.old.contract.semver.release
        return Version(*raised(release, self.needed)) if self.needed else self.old.contract.semver

    @property
    def declared(self) -> Bump:
        """The part that was raised; NONE where the version stayed, or the contract is gone."""
        if self.new is None:
            return Bump.NONE
        was, now = self.old.contract.semver.release, self.new.contract.semver.release
        return next((bump for bump, a, b in zip(_BUMPS, was, now, strict=True) if a != b), Bump.NONE)

    @property
    def bump_too_small(self) -> bool:
        """Whether the version promises more than the changes keep; between pre-releases nothing is promised."""
        if self.new is None or self.old.contract.semver.prerelease:
            return False
        return self.new.contract.semver.release < self.required.release

    @property
    def refuses(self) -> bool:
        """Whether the new version must not come."""
        return self.bump_too_small or any(edge.refuses for edge in self.edges)

    @property
    def breaks(self) -> bool:
        """Whether it is refused because something breaks, or may."""
        return self.refuses and (self.needed is Bump.MAJOR or any(edge.refuses for edge in self.edges))

    @property
    def step(self) -> str:
        """`1.2.0 → 1.3.0`."""
        return f"{self.old.contract.version} → {self.new.contract.version if self.new else 'gone'}"

    def findings(self) -> Iterator[EstateFinding]:
        """What is refused, then what is only told."""
        if self.bump_too_small:
            yield from self._too_small()
        for edge in self.edges:
            yield from self._edge(edge)

    def _too_small(self) -> Iterator[EstateFinding]:
        reasons = [change for change in self.changes if change.bump is self.needed]
        for change in reasons[:MOST_TOLD]:
            meets = [e.consumer.contract.id for e in self.edges if any(_alike(change, c) for c in e.breaks)]
            who = f", which {_names(meets)} {change.verb}{'s' * (len(meets) == 1)}" if meets else ""
            found = f"{self.step}, but {change.sentence()}{who}: needs {self.required}"
            yield self._at(Kind.BUMP, found, f"{self.required} or above", self._raise_fix(), tuple(meets))
        if len(reasons) > MOST_TOLD:
            found = f"{self.step}, and {len(reasons) - MOST_TOLD} more reasons"
            yield self._at(Kind.BUMP, found, f"{self.required} or above", self._raise_fix(), ())

    def _raise_fix(self) -> str:
        keep = "keep what others rely on, or " if self.needed is Bump.MAJOR else ""
        return f"{keep}raise the version to {self.required}, {AGAIN}"

    def _edge(self, edge: EdgeVerdict) -> Iterator[EstateFinding]:
        consumer, wanted = edge.consumer.contract.id, edge.dependency.version
        ids = (consumer,)
        if self.new is None:
            found = f"{self.old.contract.version} is gone, and {consumer} uses it"
            fix = f"keep the contract until {consumer} has let go of it, {AGAIN}"
            yield self._at(Kind.BROKEN, found, f"a version that {wanted} accepts", fix, ids)
            return
        version = self.new.contract.version
        reasons = edge.breaks[:MOST_TOLD]
        if edge.refuses:
            for change in reasons:
                needs = f": needs {self.required}" if self.bump_too_small else ""
                found = f"{edge.old.contract.version} → {version}, but {change.sentence()}{needs}"
                allowed = f"what is good for {consumer}, whose range {wanted} accepts {version}"
                fix = (
                    f"keep it, or raise the version to {self.required}, which {wanted} leaves out, {AGAIN}"
                    if self.bump_too_small and self.required not in Range.parse(wanted)
                    else f"keep it, or let {consumer} move first or leave {version} out of its range, {AGAIN}"
                )
                yield self._at(Kind.BROKEN, found, allowed, fix, ids)
        elif edge.moves and reasons and edge.accepts:
            found = f"{version}, but {reasons[0].sentence()} in its version {edge.consumer.contract.version}"
            fix = f"deploy {consumer} first, it moves in the same change"
            yield self._at(Kind.ORDER, found, "both, one after the other", fix, ids)
        elif not edge.accepts and not edge.moves:
            yield self._left_out(edge, version)
        if edge.accepts and not edge.moves:
            yield from self._loosened(edge)

    def _left_out(self, edge: EdgeVerdict, version: str) -> EstateFinding:
        consumer, wanted = edge.consumer.contract.id, edge.dependency.version
        stays = edge.old.contract.version
        if not edge.breaks:
            found = f"{version} is good for {consumer}, whose range {wanted} leaves it out"
            fix = f"widen the range of {consumer} to {wanted} || ^{version}, or keep {stays} beside {version}"
            return self._at(Kind.READY, found, "two versions side by side", fix, (consumer,))
        found = f"{edge.breaks[0].sentence()}: {consumer} stays with {stays}, since {wanted} leaves {version} out"
        fix = f"keep {stays} beside {version} until {consumer} has moved"
        return self._at(Kind.BEHIND, found, "two versions side by side", fix, (consumer,))

    def _loosened(self, edge: EdgeVerdict) -> Iterator[EstateFinding]:
        for change in edge.changes:
            if LOOSENED in change.what:
                consumer = edge.consumer.contract.id
                found = f"{change.sentence()}, which consumer {consumer} counts on"
                fix = f"tell {edge.consumer.contract.owner.team}, whose own promises may rest on it"
                yield self._at(Kind.PROMISE, found, "a promise that is loosened knowingly", fix, (consumer,))

    def _at(self, kind: Kind, found: str, allowed: str, fix: str, others: tuple[str, ...]) -> EstateFinding:
        loaded, path = self.new or self.old, ("version",)
        return finding(kind, loaded, path, found, allowed, fix, (self.id, *others))


_BUMPS = (Bump.MAJOR, Bump.MINOR, Bump.PATCH)


@dataclass(frozen=True, eq=False)
class Comparison:
    """Two estates compared: whether the later one may take the place of the earlier."""

    contracts: tuple[ContractVerdict, ...]
    """Contracts that changed, by id and version."""
    history: tuple[EstateFinding, ...]
    """Versions that go down, and published versions with other content."""

    @cached_property
    def findings(self) -> tuple[EstateFinding, ...]:
        """Everything that is to be told, with places and ways out; what refuses comes first."""
        found = [*self.history, *(finding for verdict in self.contracts for finding in verdict.findings())]
        return tuple(sorted(found, key=lambda finding: not finding.kind.refuses))

    @property
    def refuses(self) -> bool:
        """Whether the later estate must not come."""
        return any(finding.kind.refuses for finding in self.findings)

    @property
    def breaks(self) -> bool:
        """Whether it is refused because something breaks, or may."""
        return any(verdict.breaks for verdict in self.contracts) or any(
            verdict.new is None and verdict.edges for verdict in self.contracts
        )


def finding(
    kind: Kind, loaded: LoadedContract, path: Path, found: str, allowed: str, fix: str, ids: tuple[str, ...]
) -> EstateFinding:
    """A finding whose words are a sentence; what comes from documents is made harmless for terminals, and cut."""
    plain = "".join(char if char.isprintable() else ascii(char)[1:-1] for char in found)
    cut = plain if len(plain) <= LONGEST_TOLD else f"{plain[: LONGEST_TOLD - 1]}…"
    problem = Problem(loaded.file, loaded.source.line(path), yaml_path(path), cut, allowed, fix)
    return EstateFinding(kind, problem, tuple(dict.fromkeys(ids)))


def _alike(one: Change, other: Change) -> bool:
    """Whether two changes tell the same; what a whole interface changed is met at an operation."""
    if (one.path, one.subject, one.what) != (other.path, other.subject, other.what):
        return False
    return one.operation == other.operation or not one.operation or not one.path


def _names(ids: list[str]) -> str:
    return f"consumer {ids[0]}" if len(ids) == 1 else f"consumers {', '.join(ids)}"
