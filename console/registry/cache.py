"""What this machine remembers of the registry: contents for ever, since they never change; lists for a while.

Files are readable by their owner alone. A classified contract is kept like any other: whoever may read the registry
has it in clear, and a contract never holds a secret.
"""

from __future__ import annotations

import json
import os
import re
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from console.registry.bundle import digest_of

_DIGEST = re.compile("[0-9a-f]{64}")


@dataclass(frozen=True)
class Remembered:
    """An answer of the registry and its age."""

    value: Any
    age_seconds: int


@dataclass(frozen=True)
class Cache:
    """One folder a registry."""

    folder: Path
    clock: Callable[[], float] = time.time
    """Seconds since the epoch."""

    def content(self, digest: str) -> bytes | None:
        """What has this digest; None if it is not here, or is damaged."""
        try:
            found = self._content(digest).read_bytes()
        except OSError:
            return None
        return found if digest_of(found) == digest else None

    def keep_content(self, digest: str, content: bytes) -> None:
        """Remember what has this digest."""
        self._write(self._content(digest), content)

    def answer(self, question: str) -> Remembered | None:
        """What the registry last answered; None if it was never asked."""
        try:
            kept = json.loads(self._answer(question).read_bytes())
            asked = float(kept["asked"])
            if kept["question"] != question:
                return None
            value = kept["value"]
        except (OSError, ValueError, KeyError, TypeError):
            return None
        # A clock that was set back makes an answer neither younger nor fresh.
        age = self.clock() - asked
        return Remembered(value, int(age)) if age >= 0 else None

    def keep_answer(self, question: str, value: Any) -> None:
        """Remember an answer."""
        kept = {"question": question, "asked": self.clock(), "value": value}
        self._write(self._answer(question), json.dumps(kept).encode())

    def forget(self) -> None:
        """Ask the registry again, whatever was asked before; contents stay."""
        for path in (self.folder / "answers").glob("*.json"):
            path.unlink(missing_ok=True)

    def _content(self, digest: str) -> Path:
        if not _DIGEST.fullmatch(digest):
            raise ValueError(f"{digest[:80]!r} is no digest")
        return self.folder / "contents" / digest[:2] / digest

    def _answer(self, question: str) -> Path:
        return self.folder / "answers" / f"{digest_of(question.encode())}.json"

    def _write(self, path: Path, content: bytes) -> None:
        """Whole or not at all, whoever else writes; a full disk costs the memory, not the answer."""
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            handle, draft = tempfile.mkstemp(dir=path.parent)
            with os.fdopen(handle, "wb") as file:
                file.write(content)
            Path(draft).replace(path)
        except OSError:
            return
