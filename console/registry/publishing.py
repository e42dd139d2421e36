"""Publishing: all contracts of a run or none, each version once and for ever.

What makes a version visible is one write that AWS does at most once (`Overwrite=False`): the manifest of a contract
that is published alone; for several, the decision `committed` of their run. Whoever is killed before that leaves
nothing that anybody sees, and a later run publishes over it: it first decides the dead run `aborted`, which a run that
was only slow then finds in its way. What was written is marked `pending` until then and can be taken back; afterwards
it is marked `published`, and the publisher role can no longer delete it.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from console.registry.bundle import Bundle, Manifest, digest_of, lay_out
from console.registry.errors import RefusedPublicationError, RegistryError, UnreachableError
from console.registry.parameters import Parameters
from console.registry.reading import ABORTED, COMMITTED
from contracts.settings.registry import DECISIONS_PATH

PATIENCE_SECONDS = 10.0
"""How long a run waits for another one to decide about the same version; it takes a second or two."""
POLL_SECONDS = 0.5


@dataclass(frozen=True)
class Published:
    """What became of a publication."""

    new: tuple[Bundle, ...]
    """Published by this run."""
    already: tuple[Bundle, ...]
    """Published before with the same content."""


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


@dataclass
class Publisher:
    """Writes to the registry."""

    parameters: Parameters
    patience_seconds: float = PATIENCE_SECONDS
    sleep: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.monotonic
    now: Callable[[], str] = _now
    """Date and time of a publication, ISO 8601."""

    def publish(self, bundles: Sequence[Bundle], check: Callable[[Sequence[Bundle]], None]) -> Published:
        """Publish contracts; on any failure, take back everything that was written.

        Args:
            bundles: the contracts, each once.
            check: refuses those that are new, by raising; called before anything is written.

        Raises:
            RefusedPublicationError: a version is published with other content, or the check refuses.
            RegistryError: AWS refused or could not be reached; the message says what is known.
        """
        new, already = self._split(bundles)
        if new:
            check(new)
            new, won_by_others = _Run(self, new).publish()
            already += won_by_others
        for bundle in already:
            self._heal(bundle)
        return Published(tuple(new), tuple(already))

    def _split(self, bundles: Sequence[Bundle]) -> tuple[list[Bundle], list[Bundle]]:
        """Those that are not published yet, and those that are."""
        texts = self.parameters.get_many([bundle.path for bundle in bundles])
        new: list[Bundle] = []
        already: list[Bundle] = []
        for bundle in bundles:
            manifest = Manifest.parse(bundle.path, texts[bundle.path]) if bundle.path in texts else None
            if manifest is None or (manifest.joint and self.decision(manifest.run) != COMMITTED):
                new.append(bundle)
            else:
                refuse_other_content(bundle, manifest)
                already.append(bundle)
        return new, already

    def decision(self, run: str) -> str | None:
        """What became of a joint publication; None if nothing yet."""
        return self.parameters.get(f"{DECISIONS_PATH}/{run}")

    def decide(self, run: str, decision: str) -> str:
        """Decide a joint publication, unless that was done; what stands."""
        if self.parameters.create(f"{DECISIONS_PATH}/{run}", decision, secure=False):
            self.parameters.seal(f"{DECISIONS_PATH}/{run}")
            return decision
        return self.decision(run) or decision

    def manifest(self, bundle: Bundle) -> Manifest | None:
        """The manifest under a version's name, visible or not; None if there is none."""
        text = self.parameters.get(bundle.path)
        return Manifest.parse(bundle.path, text) if text is not None else None

    def remove(self, path: str, run: str, *, by_force: bool = False) -> bool:
        """Delete the manifest of an aborted run; False where another run is about to.

        Only one may: a second one, late, would delete the manifest that the first has put there since.
        """
        lock = f"{DECISIONS_PATH}/{run}-{digest_of(path.encode())[:12]}"
        if self.parameters.create(lock, "removed", secure=False) or by_force:
            self.parameters.delete(path)
            return True
        return False

    def _heal(self, bundle: Bundle) -> None:
        """Mark what a run that was killed right after publishing has left unmarked."""
        manifest = self.manifest(bundle)
        if manifest is not None:
            if manifest.joint:
                self.parameters.seal(f"{DECISIONS_PATH}/{manifest.run}")
            self.seal(bundle, manifest.part_names)

    def seal(self, bundle: Bundle, parts: Sequence[str]) -> None:
        """Mark as published, and drop what killed runs left of the same version: no manifest can name it any more."""
        for name in (*parts, bundle.path):
            self.parameters.seal(name)
        for other in self.parameters.describe(f"{bundle.path}/parts"):
            if other.name not in parts:
                self.parameters.delete(other.name)


def refuse_other_content(bundle: Bundle, manifest: Manifest) -> None:
    """Refuse to publish a version again with other content.

    Raises:
        RefusedPublicationError: in one sentence.
    """
    if manifest.digest != bundle.digest:
        raise RefusedPublicationError(
            f"{bundle} is published since {manifest.published} with other content ({manifest.digest[:12]}…, yours is "
            f"{bundle.digest[:12]}…), and a published version never changes: raise `version` in its contract.yaml and "
            "publish again."
        )


@dataclass
class _Run:
    """One publication of contracts that are not published yet."""

    publisher: Publisher
    bundles: list[Bundle]
    run: str = field(default_factory=lambda: secrets.token_hex(8))
    parts: list[str] = field(default_factory=list[str])
    """Names of parts that were begun."""
    ours: list[Bundle] = field(default_factory=list[Bundle])
    """Contracts whose manifest was begun, and is not another run's."""

    def __post_init__(self) -> None:
        self.parameters = self.publisher.parameters
        self.joint = len(self.bundles) > 1
        published = self.publisher.now()
        self.layouts = {b.path: lay_out(b, run=self.run, joint=self.joint, published=published) for b in self.bundles}

    def publish(self) -> tuple[list[Bundle], list[Bundle]]:
        """Publish all or none: those of this run, and those that another run published meanwhile, all the same."""
        try:
            self._write()
        except BaseException as error:
            visible = self._visible()
            if visible is None:
                raise RegistryError(
                    f"{error}\nWhether {self._named()} was published is not known. Run the command again: it finishes "
                    "the publication, or says that it is done."
                ) from None
            if not visible:
                self._take_back(error)
                raise
        try:
            for bundle in self.ours:
                self.publisher.seal(bundle, list(self.layouts[bundle.path].parts))
        except RegistryError as error:
            raise RegistryError(
                f"{error}\n{self._named()} is published, but not yet marked so that nobody can delete it. Run the "
                "command again: it only does that."
            ) from None
        return self.ours, [bundle for bundle in self.bundles if bundle not in self.ours]

    def _write(self) -> None:
        for bundle in self.bundles:
            for name, value in self.layouts[bundle.path].parts.items():
                self.parts.append(name)
                self.parameters.create(name, value, secure=bundle.classified)
        for bundle in self.bundles:
            self.ours.append(bundle)
            if not self._claim(bundle):
                self.ours.remove(bundle)
                self._delete(self.layouts[bundle.path].parts)
        if self.joint and self.ours and self.publisher.decide(self.run, COMMITTED) != COMMITTED:
            raise RegistryError(
                "Another publication took over a version that this one was publishing. Nothing of this one was "
                "published. See what is, then run again: atoll contract list"
            )

    def _claim(self, bundle: Bundle) -> bool:
        """Write the manifest; False where another run has published the same content meanwhile."""
        layout, path, publisher = self.layouts[bundle.path], bundle.path, self.publisher
        patience = publisher.patience_seconds
        begun = publisher.clock()
        while not self.parameters.create(
            path, layout.manifest, description=layout.description, secure=bundle.classified
        ):
            other = publisher.manifest(bundle)
            if other is None:
                continue
            if other.run == self.run:
                return True  # an earlier attempt of ours, whose answer was lost
            waited = publisher.clock() - begun
            decision = publisher.decision(other.run) if other.joint else COMMITTED
            if decision is None and waited >= patience:
                decision = publisher.decide(other.run, ABORTED)
            if decision == COMMITTED:
                refuse_other_content(bundle, other)
                return False
            if decision is None or not publisher.remove(
                path, other.run, by_force=waited >= 2 * patience + POLL_SECONDS
            ):
                publisher.sleep(POLL_SECONDS)
        return True

    def _visible(self) -> bool | None:
        """Whether the write that makes all of it visible was done, though its answer was lost; None: not known."""
        try:
            if self.joint:
                return self.publisher.decision(self.run) == COMMITTED
            manifest = self.publisher.manifest(self.bundles[0])
        except UnreachableError:
            # Before the manifest is begun, nothing can be visible.
            return None if self.ours else False
        except RegistryError:
            return False
        return manifest is not None and manifest.run == self.run

    def _take_back(self, error: BaseException) -> None:
        """Delete what was written; where even that fails, say what is left and why it does no harm."""
        try:
            if self.joint and self.ours:
                self.publisher.decide(self.run, ABORTED)
                for bundle in self.ours:
                    manifest = self.publisher.manifest(bundle)
                    if manifest is not None and manifest.run == self.run:
                        self.publisher.remove(bundle.path, self.run)
            self._delete(self.parts)
        except RegistryError as again:
            raise RegistryError(
                f"{error}\nNothing was published. Some of what was written could not be taken back ({again}); nobody "
                "sees it, and the next publication of the same version removes it."
            ) from None

    def _delete(self, names: Iterable[str]) -> None:
        for name in names:
            self.parameters.delete(name)

    def _named(self) -> str:
        return ", ".join(map(str, self.bundles))
