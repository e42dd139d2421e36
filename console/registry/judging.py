"""May these contracts be published? Asked of the registry's own consumers, before anything is written."""

from __future__ import annotations

import json
import tempfile
from collections import defaultdict
from collections.abc import Generator, Iterable, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from console.registry.bundle import Bundle, corrupt, manifest_path
from console.registry.errors import RefusedPublicationError
from console.registry.reading import Entry, Registry, current, places_of
from contracts.compatibility.edges import Comparison, compare
from contracts.compatibility.wellformed import malformed
from contracts.services import ContractError, Estate, EstateFinding, LoadedContract, Version, load
from contracts.services.reading import NAME


@dataclass(frozen=True)
class Judgement:
    """What the registry's consumers say to a publication."""

    comparison: Comparison
    malformed: tuple[EstateFinding, ...]
    """Documents that their own language refuses."""
    unmet: tuple[str, ...]
    """Dependencies that nothing published, or published with it, satisfies: told, not refused."""


def order_problem(new: Version, known: Iterable[Version]) -> str | None:
    """Why a version comes too late; None if it may be published.

    A new version is above every published one, or is a patch of an older line: above all that share its major and
    minor number, of which there must be one. So a fix reaches consumers that stay on 1.4 after 2.0, and no 1.5 appears
    behind the back of those who already compared 1.4 with 2.0.
    """
    versions = sorted(known)
    if not versions or new in versions or new > versions[-1]:
        return None
    line = [version for version in versions if version.release[:2] == new.release[:2]]
    if line and new > line[-1]:
        return None
    if line:
        return f"it is below {line[-1]}, the newest of {new.major}.{new.minor}: raise it above that"
    return (
        f"it is below {versions[-1]}, the newest, and no {new.major}.{new.minor} was ever published: "
        f"raise it above {versions[-1]}, or make it a patch of a published line"
    )


def refuse_late(bundles: Sequence[Bundle], known: Mapping[str, Iterable[Version]]) -> None:
    """Refuse versions that come too late.

    Raises:
        RefusedPublicationError: naming each.
    """
    late = [
        f"{bundle} cannot be published: {problem}."
        for bundle in bundles
        if (problem := order_problem(bundle.version, known.get(bundle.id, ()))) is not None
    ]
    if late:
        raise RefusedPublicationError("\n".join([*late, "Nothing was published."]))


def judge(registry: Registry, contracts: Sequence[LoadedContract]) -> Judgement:
    """Compare the registry as it is with the registry as it would be.

    Weighed are each contract's newest release and every deployed version, and of the contracts that are published or
    used by them the newest of each line (major.minor), to which ranges are bound.
    """
    entries = registry.entries().value
    places = places_of(registry.deployments().value)
    wanted = {one.contract.id for one in contracts} | {used for one in contracts for used in one.contract.consumes}
    weighed = {(e.id, e.version): e for e in (*current(entries, places), *_lines(e for e in entries if e.id in wanted))}
    with materialised(registry, list(weighed.values())) as published:
        before = Estate.of(published)
        added = [one for one in contracts if (one.contract.id, one.contract.semver) not in weighed]
        after = Estate.of([*published, *added])
        comparison = compare(before, after)
        # Findings read documents when asked; afterwards the folder is gone.
        _ = comparison.findings
        new = {id(one) for one in added}
        unmet = [
            f"{edge.consumer.contract.id} {edge.consumer.contract.version} uses {edge.provider_id} "
            f"{edge.dependency.version}, of which no version is published"
            for edge in after.edges
            if edge.provider is None and id(edge.consumer) in new
        ]
    return Judgement(comparison, tuple(malformed(added)), tuple(unmet))


def refuse_breaking(judgement: Judgement) -> None:
    """Refuse what would break a registered consumer, promises more than it keeps, or cannot be read by anybody.

    Raises:
        RefusedPublicationError: with every reason.
    """
    if judgement.malformed:
        reasons = [f"{one.kind}\n{one.problem}" for one in judgement.malformed]
        raise RefusedPublicationError("\n".join([*reasons, "Nothing was published."]))
    if judgement.comparison.refuses:
        reasons = [f"{one.kind}\n{one.problem}" for one in judgement.comparison.findings if one.kind.refuses]
        raise RefusedPublicationError(
            "The registry's consumers refuse this:\n"
            + "\n".join(reasons)
            + "\nNothing was published. See the changes with: atoll contract diff"
        )


@contextmanager
def materialised(registry: Registry, entries: Sequence[Entry]) -> Generator[list[LoadedContract]]:
    """Published contracts, read as files of a folder that lasts as long as the block: documents may be read late.

    A runtime whose support has ended since does not unmake a contract: each is read as of its publication.

    Raises:
        CorruptError: what is stored is no valid contract.
    """
    contents = registry.contents(entries)
    with tempfile.TemporaryDirectory(prefix="atoll-registry-") as folder:
        yield [_written(Path(folder), entry, contents[entry.digest]) for entry in entries]


def _written(folder: Path, entry: Entry, content: bytes) -> LoadedContract:
    values = json.loads(content)
    home = folder / str(entry.version) / entry.id
    home.mkdir(parents=True)
    (home / NAME).write_text(json.dumps(values["contract"], ensure_ascii=False), encoding="utf-8")
    for name, text in values["documents"].items():
        path = home / name
        if not path.resolve().is_relative_to(home.resolve()):
            raise corrupt(manifest_path(entry.id, entry.version), f"it has a document outside its folder: {name!r}")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    try:
        return load(
            home / NAME, today=date.fromisoformat(entry.published[:10]), shown_as=f"{entry.id}@{entry.version}/{NAME}"
        )
    except ContractError as error:
        raise corrupt(manifest_path(entry.id, entry.version), f"it is no valid contract\n{error}\n") from None


def _lines(entries: Iterable[Entry]) -> list[Entry]:
    """The newest release of each line of each contract."""
    lines: dict[tuple[str, tuple[int, ...]], list[Entry]] = defaultdict(list)
    for entry in entries:
        lines[entry.id, entry.version.release[:2]].append(entry)
    return [max(some, key=lambda one: (not one.version.prerelease, one.version)) for some in lines.values()]
