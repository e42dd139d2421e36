"""What a run of a recovery plan has done, one line of JSON each, on disk before the run goes on.

A line that was being written when the machine went down is no line: it is cut off when the journal is opened again.
One journal is one run; nobody else can open it while it is held.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
from collections.abc import Mapping
from enum import StrEnum, unique
from pathlib import Path
from typing import Any

from contracts.recovery.plan import RecoveryPlan


@unique
class Event(StrEnum):
    """What can be noted."""

    OPENED = "opened"
    """The run: plan, digest and arguments; the first line."""
    RESUMED = "resumed"
    BEGUN = "begun"
    DONE = "done"
    FAILED = "failed"
    REFUSED = "refused"
    """The service said no before anything was changed."""
    WAITING = "waiting"
    """Nobody has agreed yet; the run may go on later."""
    ABORTED = "aborted"
    UNDOING = "undoing"
    UNDONE = "undone"
    FINISHED = "finished"


class JournalError(Exception):
    """The journal cannot be used for this run; the message says why and what to do."""


class HeldError(JournalError):
    """Another run holds the journal."""


class Journal:
    """An open journal; a context manager."""

    def __init__(self, path: Path, plan: RecoveryPlan, arguments: Mapping[str, str]) -> None:
        """Open or begin it.

        Raises:
            HeldError: another process runs it.
            JournalError: it belongs to another plan, or to the same one with other arguments.
        """
        path.parent.mkdir(parents=True, exist_ok=True)
        self.path = path
        self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            try:
                fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise HeldError(f"{path} is held by a run that is going on; wait for its end, or stop it") from None
            self.lines = self._read()
            identity: dict[str, Any] = {"plan": plan.name, "digest": digest(plan), "arguments": dict(arguments)}
            if self.lines:
                self._check(identity)
        except JournalError:
            os.close(self._file)
            raise
        self.resumed = bool(self.lines)
        self.note(Event.RESUMED if self.resumed else Event.OPENED, **identity)

    def __enter__(self) -> Journal:
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self._file)

    def note(self, event: Event, step: str | None = None, **more: Any) -> None:
        """Append a line; it is on disk when this returns."""
        line = {"event": event.value, **({"step": step} if step else {}), **more}
        os.write(self._file, (json.dumps(line, default=str) + "\n").encode())
        os.fsync(self._file)
        self.lines.append(line)

    def steps(self, *events: Event) -> frozenset[str]:
        """Steps of which one of these was noted."""
        wanted = {event.value for event in events}
        return frozenset(line["step"] for line in self.lines if line["event"] in wanted and "step" in line)

    def noted(self, event: Event) -> bool:
        """Whether something was ever noted."""
        return any(line["event"] == event for line in self.lines)

    def _read(self) -> list[dict[str, Any]]:
        content = self.path.read_bytes()
        whole = content.rfind(b"\n") + 1
        if whole != len(content):
            os.ftruncate(self._file, whole)
        try:
            return [json.loads(line) for line in content[:whole].splitlines()]
        except ValueError:
            raise JournalError(f"{self.path} is no journal of a recovery plan; choose another file") from None

    def _check(self, identity: dict[str, Any]) -> None:
        first = self.lines[0]
        differing = [name for name, value in identity.items() if first.get(name) != value]
        if differing:
            raise JournalError(
                f"{self.path} belongs to another run of {first.get('plan')}: its {', '.join(differing)} differs. "
                "Give --journal another file, or the plan and arguments that the run began with"
            )


def digest(plan: RecoveryPlan) -> str:
    """A fingerprint of a plan: a run goes on with the plan it began with, or not at all."""
    told = plan.model_dump(mode="json") | {"lost_regions": sorted(plan.lost_regions)}  # a set has no order
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()[:16]


def unfinished(folder: Path, plan: RecoveryPlan) -> Path | None:
    """The newest journal of this very plan whose run has not ended: it was killed, or waits for somebody."""
    for path in sorted(folder.glob(f"{plan.name}-*.jsonl"), reverse=True):
        lines = [_event(line) for line in path.read_text(encoding="utf-8").splitlines()]
        ended = any(line.get("event") in (Event.FINISHED, Event.ABORTED) for line in lines)
        if lines and lines[0].get("digest") == digest(plan) and not ended:
            return path
    return None


def _event(line: str) -> dict[str, Any]:
    try:
        return json.loads(line)
    except ValueError:
        return {}
