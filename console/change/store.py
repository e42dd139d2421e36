"""What was worked out before, by the content that it was worked out from: nothing here ever goes out of date."""

from __future__ import annotations

import os
from pathlib import Path

from embedded.home import cache_dir

KEPT = 400
"""Files that are kept; the ones that were read longest ago go first."""


class Store:
    """Files by name in the user's cache. Safe for several processes: a file appears whole or not at all."""

    def __init__(self, folder: Path | None = None) -> None:
        """Keep them in a folder, or in the user's cache."""
        self._folder = folder or cache_dir() / "change"
        self._folder.mkdir(parents=True, exist_ok=True)

    def get(self, name: str) -> bytes | None:
        """What is kept under a name; None if nothing is."""
        file = self._folder / name
        try:
            content = file.read_bytes()
            os.utime(file)
        except OSError:
            return None
        return content

    def put(self, name: str, content: bytes) -> None:
        """Keep something, and let the oldest go."""
        file = self._folder / name
        fresh = file.with_name(f".{name}.{os.getpid()}")
        fresh.write_bytes(content)
        fresh.replace(file)
        kept = sorted(self._folder.glob("[!.]*"), key=_last_read, reverse=True)
        for old in kept[KEPT:]:
            old.unlink(missing_ok=True)


def _last_read(file: Path) -> float:
    try:
        return file.stat().st_mtime
    except OSError:  # another process has just removed it
        return 0
