"""Questions to the registry: what there is, what is bound, where it runs, and who uses it."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from console.registry.bundle import Manifest, corrupt, manifest_path
from console.registry.cache import Cache
from console.registry.errors import RegistryError, UnreachableError
from console.registry.parameters import Described, Parameters
from contracts.outputs.region import OutputsError
from contracts.outputs.service import ServiceOutputs, record_path
from contracts.services import Range, Version
from contracts.settings.kind import near
from contracts.settings.registry import CONTRACTS_PATH, DECISIONS_PATH, DEPLOYMENTS_PATH

T = TypeVar("T")
U = TypeVar("U")
COMMITTED, ABORTED = "committed", "aborted"
"""What becomes of a publication of several contracts; the first to be written stands."""


@dataclass(frozen=True)
class Entry:
    """A version that the registry lists."""

    id: str
    version: Version
    digest: str
    published: str
    """Date and time, ISO 8601."""
    classification: str
    run: str
    """The publication that wrote it."""
    joint: bool
    """Whether it was published together with others."""

    def plain(self) -> dict[str, Any]:
        """The entry as plain values."""
        return {**vars(self), "version": str(self.version)}


@dataclass(frozen=True)
class Answer(Generic[T]):
    """An answer and how old it is."""

    value: T
    age_seconds: int
    """0: the registry was asked just now."""
    unreachable: str | None = None
    """Why an answer older than allowed is given; None if it is not."""

    def with_value(self, value: U) -> Answer[U]:
        """Another value of the same age."""
        return Answer(value, self.age_seconds, self.unreachable)


@dataclass(frozen=True)
class Resolution:
    """What a range is bound to."""

    entry: Entry
    deployment: ServiceOutputs | None
    """The deployment record; None if none was asked for, or the contract is not deployed there."""
    age_seconds: int
    """Of the oldest answer that this is made of."""
    unreachable: str | None
    """Why that is older than allowed; None if it is not."""


@dataclass(frozen=True)
class Use:
    """A version that uses another contract."""

    consumer: Entry
    range: str
    bound: Version | None
    """The version that its range is bound to; None if none satisfies it."""
    deployed: tuple[str, ...]
    """`environment/region` where this version runs."""


class Registry:
    """The registry as a reader sees it.

    Versions never change, so their contents are kept for ever. Lists and deployment records are answered from memory
    while they are younger than `staleness_seconds`, and beyond that only if the registry cannot be reached, which the
    answer says.
    """

    def __init__(self, parameters: Parameters, cache: Cache, staleness_seconds: int, *, fresh: bool = False) -> None:
        """`fresh`: ask the registry, and take no older answer for any reason."""
        self._parameters = parameters
        self._cache = cache
        self._staleness = staleness_seconds
        self._fresh = fresh

    def entries(self, contract_id: str | None = None) -> Answer[tuple[Entry, ...]]:
        """Every published version, or those of one contract, sorted by id and version."""
        everything = f"versions {CONTRACTS_PATH}"
        if contract_id is None:
            answer = self._ask(lambda: self._list(CONTRACTS_PATH, deep=True), everything)
        else:
            path = f"{CONTRACTS_PATH}/{contract_id}"
            answer = self._ask(lambda: self._list(path, deep=False), f"versions {path}", everything)
        found = (_entry(one) for one in answer.value if contract_id in (None, one["id"]))
        return answer.with_value(tuple(sorted(found, key=lambda entry: (entry.id, entry.version))))

    def resolve(
        self, contract_id: str, wanted: str, *, environment: str | None = None, region: str | None = None
    ) -> Resolution:
        """The highest version in a range and, if asked for, where it runs in an environment and region.

        Raises:
            RegistryError: nothing satisfies the range; the message lists what there is.
        """
        answer = self.entries(contract_id)
        known = {entry.version: entry for entry in answer.value}
        best = Range.parse(wanted).best(known)
        if best is None:
            raise RegistryError(self._nothing(contract_id, wanted, known))
        resolution = Resolution(known[best], None, answer.age_seconds, answer.unreachable)
        if environment is None or region is None:
            return resolution
        record = self.deployment(environment, region, contract_id)
        oldest = max(answer.age_seconds, record.age_seconds)
        return Resolution(known[best], record.value, oldest, answer.unreachable or record.unreachable)

    def deployment(self, environment: str, region: str, contract_id: str) -> Answer[ServiceOutputs | None]:
        """The deployment record of a contract; its value is None where it is not deployed."""
        name = record_path(environment, region, contract_id)
        answer = self._ask(lambda: self._parameters.get(name), f"record {name}")
        return answer.with_value(_record(name, answer.value) if answer.value is not None else None)

    def deployments(self) -> Answer[dict[str, ServiceOutputs]]:
        """`environment/region/domain/service` → deployment record."""
        answer = self._ask(lambda: self._parameters.below(DEPLOYMENTS_PATH), f"records {DEPLOYMENTS_PATH}")
        prefix = f"{DEPLOYMENTS_PATH}/"
        return answer.with_value(
            {name.removeprefix(prefix): _record(name, text) for name, text in answer.value.items()}
        )

    def consumers(self, contract_id: str) -> Answer[tuple[Use, ...]]:
        """Who uses a contract: of each other contract its newest release, and whatever version is deployed."""
        everything, records = self.entries(), self.deployments()
        versions = {entry.version for entry in everything.value if entry.id == contract_id}
        places = places_of(records.value)
        candidates = [entry for entry in current(everything.value, places) if entry.id != contract_id]
        contents = self.contents(candidates)
        uses: list[Use] = []
        for entry in candidates:
            used = json.loads(contents[entry.digest])["contract"].get("consumes", {}).get(contract_id)
            if used is not None:
                wanted = str(used["version"])
                runs = tuple(sorted(places.get((entry.id, str(entry.version)), ())))
                uses.append(Use(entry, wanted, Range.parse(wanted).best(versions), runs))
        oldest = max(everything.age_seconds, records.age_seconds)
        return Answer(tuple(uses), oldest, everything.unreachable or records.unreachable)

    def contents(self, entries: Iterable[Entry]) -> dict[str, bytes]:
        """Digest → content of these versions, each checked against its digest.

        Raises:
            CorruptError: what is stored is not what was published.
            UnreachableError: a content is neither here nor to be had.
        """
        found: dict[str, bytes] = {}
        missing: list[Entry] = []
        for entry in entries:
            content = self._cache.content(entry.digest)
            if content is None:
                missing.append(entry)
            else:
                found[entry.digest] = content
        for entry, content in self._fetch(missing):
            self._cache.keep_content(entry.digest, content)
            found[entry.digest] = content
        return found

    def _fetch(self, entries: Sequence[Entry]) -> Iterable[tuple[Entry, bytes]]:
        if not entries:
            return
        names = {manifest_path(entry.id, entry.version): entry for entry in entries}
        texts = self._parameters.get_many(list(names))
        manifests = {name: Manifest.parse(name, text) for name, text in texts.items()}
        parts = self._parameters.get_many([part for one in manifests.values() for part in one.part_names])
        for name, entry in names.items():
            if name not in manifests:
                raise corrupt(name, "it is listed, and there is none")
            if manifests[name].digest != entry.digest:
                raise corrupt(name, "its list entry and its content have different digests")
            yield entry, manifests[name].content(parts)

    def _list(self, path: str, *, deep: bool) -> list[dict[str, Any]]:
        """Visible versions as plain values: published alone, or by a publication that was committed."""
        found = [one for one in map(_described, self._parameters.describe(path, deep=deep)) if one is not None]
        runs = sorted({one["run"] for one in found if one["joint"]})
        decided = self._parameters.get_many([f"{DECISIONS_PATH}/{run}" for run in runs])
        visible = {name.rpartition("/")[2] for name, decision in decided.items() if decision == COMMITTED}
        return [one for one in found if not one["joint"] or one["run"] in visible]

    def _ask(self, ask: Callable[[], T], question: str, *wider: str) -> Answer[T]:
        """Answer from memory or by asking; a `wider` question, if it was asked later, has the answer in it."""
        kept = () if self._fresh else filter(None, map(self._cache.answer, (question, *wider)))
        known = min(kept, key=lambda one: one.age_seconds, default=None)
        if known is not None and known.age_seconds < self._staleness:
            return Answer(known.value, known.age_seconds)
        try:
            value = ask()
        except UnreachableError as error:
            if known is None:
                raise
            return Answer(known.value, known.age_seconds, str(error))
        self._cache.keep_answer(question, value)
        return Answer(value, 0)

    def _nothing(self, contract_id: str, wanted: str, known: Mapping[Version, Entry]) -> str:
        if known:
            versions = sorted(known, reverse=True)
            listed = ", ".join(map(str, versions[:8])) + (" …" if len(versions) > 8 else "")
            return (
                f"no version of {contract_id} satisfies {wanted}; published: {listed}. Widen the range, or publish a "
                "version in it: atoll contract publish"
            )
        ids = sorted({entry.id for entry in self.entries().value})
        return (
            f"{contract_id} is not published; {near(contract_id, ids) or 'see what is: atoll contract list'} "
            "Publish it with: atoll contract publish"
        )


def current(entries: Iterable[Entry], places: Mapping[tuple[str, str], object]) -> list[Entry]:
    """The newest release of each contract (or pre-release, where there is no release), and whatever is deployed."""
    by_id: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        by_id[entry.id].append(entry)
    found: list[Entry] = []
    for some in by_id.values():
        newest = max(some, key=lambda entry: (not entry.version.prerelease, entry.version))
        found += [one for one in some if one is newest or (one.id, str(one.version)) in places]
    return found


def places_of(records: Mapping[str, ServiceOutputs]) -> dict[tuple[str, str], list[str]]:
    """Contract and version → `environment/region` where it runs."""
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    for place, record in records.items():
        environment, region = place.split("/")[:2]
        found[record.contract, record.version].append(f"{environment}/{region}")
    return found


def _described(parameter: Described) -> dict[str, Any] | None:
    """A manifest's description with its id and version; None for a part, a decision and whatever else is there."""
    names = parameter.name.removeprefix(f"{CONTRACTS_PATH}/").split("/")
    if len(names) != 3 or names[0].startswith("_"):
        return None
    try:
        Version.parse(names[2])
        facts = json.loads(parameter.description)
        told = {key: facts[key] for key in ("classification", "digest", "joint", "published", "run")}
    except (ValueError, KeyError, TypeError):
        return None
    return {**told, "id": "/".join(names[:2]), "version": names[2]}


def _entry(values: Mapping[str, Any]) -> Entry:
    known: dict[str, Any] = {**values, "version": Version.parse(values["version"])}
    return Entry(**known)


def _record(name: str, text: str) -> ServiceOutputs:
    *_, environment, _, domain, service = name.split("/")
    try:
        return ServiceOutputs.from_record(text, contract=f"{domain}/{service}", stack=f"{service}-{environment}")
    except OutputsError as error:
        raise RegistryError(f"{name} in the registry: {error}") from None
