"""Where the embedded cloud keeps its files, and the lock that makes first runs safe side by side.

Two places, both outside the work tree: the *cache* holds what can be fetched or built again (engine, plug-ins, maps);
the *state* holds what belongs to one running cloud (Pulumi state, emulator data, logs, process ids).
"""

from __future__ import annotations

import fcntl
import hashlib
import os
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import platformdirs


def cache_dir() -> Path:
    """The cache folder: ``ATOLL_CACHE``, else the user's cache folder; made when missing."""
    return _made(os.environ.get("ATOLL_CACHE") or platformdirs.user_cache_path("atoll"))


def state_dir() -> Path:
    """The state folder of the current cloud: ``ATOLL_HOME``, else the user's state folder; made when missing."""
    return _made(os.environ.get("ATOLL_HOME") or platformdirs.user_state_path("atoll"))


def _made(path: str | Path) -> Path:
    folder = Path(path).expanduser().absolute()
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@contextmanager
def locked(path: Path) -> Generator[None]:
    """Hold an exclusive lock on `path` (a lock file, made when missing) until the block ends.

    The kernel drops the lock when its holder dies, so a killed process never leaves one behind.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file, in hex."""
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()
