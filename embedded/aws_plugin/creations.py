"""A note of every creation, so that one whose engine was killed can be brought into the state afterwards.

The engine tells a plug-in nothing when it dies; the plug-in finishes what it was doing and leaves the identifier here.
One JSON object a line, appended: ``{"urn", "step": "started" | "finished" | "failed", "id"}``.
"""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Mapping
from enum import StrEnum, unique
from pathlib import Path

SETTING = "ATOLL_PLUGIN_CREATIONS"
"""Environment variable with the path of the notes; nothing is noted without it."""
_lock = threading.Lock()


@unique
class Step(StrEnum):
    """How far a creation got."""

    STARTED = "started"
    FINISHED = "finished"
    FAILED = "failed"


def note(urn: str, step: Step, identifier: str = "") -> None:
    """Append one note; on disk before this returns."""
    path = os.environ.get(SETTING)
    if not path:
        return
    line = json.dumps({"urn": urn, "step": step, "id": identifier}) + "\n"
    with _lock, Path(path).open("a", encoding="utf-8") as notes:
        notes.write(line)
        notes.flush()
        os.fsync(notes.fileno())


def latest(environment: Mapping[str, str]) -> dict[str, tuple[Step, str]]:
    """URN → the last step noted and the identifier, from the notes that `environment` names."""
    path = Path(environment.get(SETTING, ""))
    if not path.is_file():
        return {}
    steps: dict[str, tuple[Step, str]] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        try:
            entry = json.loads(line)
        except ValueError:  # the last line of a plug-in that was killed while it wrote
            continue
        steps[entry["urn"]] = (Step(entry["step"]), entry["id"])
    return steps
