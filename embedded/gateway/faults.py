"""Faults on purpose: a region, a service or an action that errs, is slow, or does so now and then."""

from __future__ import annotations

import json
import random
import threading
import uuid
from collections.abc import Iterable
from fnmatch import fnmatchcase
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, model_validator


class Fault(BaseModel):
    """One fault. Selectors that are left out match everything; ``*`` and ``?`` are wildcards.

    `latency` is in seconds and is added before the answer; `probability` is the share of matching calls that are hit,
    drawn from a generator that `seed` fixes, so that a run can be repeated. A fault with latency and no error lets
    the (late) call through. `refuse` closes the connection without an answer, as a region does that is gone. `zone`
    takes an availability zone away: no call is addressed to one, so the emulators alone notice it.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(default_factory=lambda: uuid.uuid4().hex[:8])
    account: str | None = None
    region: str | None = None
    service: str | None = None
    action: str | None = None
    zone: str | None = None
    error: str | None = None
    refuse: bool = False
    status: int = Field(default=503, ge=400, le=599)
    message: str | None = None
    latency: float = Field(default=0.0, ge=0.0, le=600.0)
    probability: float = Field(default=1.0, gt=0.0, le=1.0)
    seed: int = 0

    @model_validator(mode="after")
    def _does_something(self) -> Fault:
        if self.zone:
            if any((self.account, self.region, self.service, self.action, self.error, self.refuse, self.latency)):
                raise ValueError("a zone is lost as a whole: it goes with no other selector, error or latency")
            return self
        if self.error is None and not self.latency and not self.refuse:
            raise ValueError("a fault needs an error code, a latency, or both; or it refuses connections")
        if not any((self.account, self.region, self.service, self.action)):
            raise ValueError("name a region, service, action or account; the region * is all of them")
        return self

    def matches(self, *, account: str, region: str, service: str, action: str | None) -> bool:
        """Whether the call is one that this fault may hit (probability aside)."""
        if self.zone:
            return False
        wanted = ((self.account, account), (self.region, region), (self.service, service), (self.action, action or ""))
        return all(pattern is None or fnmatchcase(value, pattern) for pattern, value in wanted)

    @property
    def sentence(self) -> str:
        """The message an SDK shows, naming the fault so that nobody looks for a bug."""
        where = ", ".join(
            f"{name} {value}"
            for name in ("account", "region", "zone", "service", "action")
            if (value := getattr(self, name)) is not None
        )
        return (
            self.message or f"Fault {self.id} of the embedded cloud ({where}); end it with: atoll cloud heal {self.id}"
        )


class Faults:
    """The active faults, in the order they were made; kept in a file so that a gateway restart does not heal them."""

    def __init__(self, path: Path) -> None:
        """Loads what `path` holds."""
        self._path = path
        self._lock = threading.Lock()
        self._dice: dict[str, random.Random] = {}
        self._active: list[Fault] = []
        if path.exists():
            self._active = [Fault.model_validate(item) for item in json.loads(path.read_text())]

    @property
    def active(self) -> tuple[Fault, ...]:
        """All active faults."""
        return tuple(self._active)

    def add(self, fault: Fault) -> Fault:
        """Start a fault."""
        with self._lock:
            self._active.append(fault)
            self._save()
        return fault

    def heal(self, ids: Iterable[str] = ()) -> tuple[str, ...]:
        """End the named faults, all of them when none is named; answers the ids that were ended."""
        chosen = set(ids)
        with self._lock:
            ended = tuple(fault.id for fault in self._active if not chosen or fault.id in chosen)
            self._active = [fault for fault in self._active if fault.id not in ended]
            self._save()
        return ended

    def strike(self, *, account: str, region: str, service: str, action: str | None) -> tuple[Fault, ...]:
        """The faults that hit this call; each draws its own dice. The first with an error decides the answer."""
        if not self._active:
            return ()
        return tuple(
            fault
            for fault in self._active
            if fault.matches(account=account, region=region, service=service, action=action) and self._drawn(fault)
        )

    def _drawn(self, fault: Fault) -> bool:
        if fault.probability >= 1.0:
            return True
        dice = self._dice.setdefault(fault.id, random.Random(fault.seed))
        return dice.random() < fault.probability

    def _save(self) -> None:
        draft = self._path.with_suffix(".tmp")
        draft.write_text(json.dumps([fault.model_dump(mode="json") for fault in self._active]))
        draft.replace(self._path)
