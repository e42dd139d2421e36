"""Contracts as they were: a folder, or a folder of the repository at a git revision, without touching the work tree."""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

LARGEST = 200_000_000
"""Bytes of all files that are read from a revision."""
PLAIN_FILES = ("100644", "100755")
"""Git's modes of files; a link is left out, since it may lead anywhere."""


class PastError(Exception):
    """What was is neither a folder nor a revision that can be read; the message says why and what to do."""


@contextmanager
def folder_as_it_was(against: str, folder: Path) -> Generator[Path]:
    """The folder that `against` names, or a temporary copy of `folder` at that revision.

    Blobs are read as git stores them: no filter, attribute or hook of the repository has a say.

    Raises:
        PastError: there is no such folder and no such revision, or the revision does not have the folder.
    """
    if (named := Path(against)).is_dir():
        yield named
        return
    commit = _commit(against, folder)
    prefix = _git(folder, "rev-parse", "--show-prefix").decode().strip()
    with tempfile.TemporaryDirectory(prefix="atoll-contracts-") as name:
        if not _write(_files(folder, commit, prefix), folder, PurePosixPath(prefix), Path(name)):
            raise PastError(f"{against} has no file in {prefix or folder}: name a revision that has the contracts.")
        yield Path(name)


def _commit(reference: str, folder: Path) -> str:
    try:
        found = _git(folder, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{reference}^{{commit}}")
    except PastError:
        hint = "Name a folder with contracts, or a revision such as main, v1.4.0 or HEAD~1."
        raise PastError(f"{reference!r} is no folder, and git knows no such revision in {folder}. {hint}") from None
    return found.decode().strip()


def _files(folder: Path, commit: str, prefix: str) -> Iterator[tuple[str, str]]:
    """Blob and path of every plain file below a folder."""
    listed = _git(folder, "--literal-pathspecs", "ls-tree", "-r", "-z", "--full-tree", commit, "--", prefix or ".")
    for entry in listed.decode(errors="surrogateescape").split("\0"):
        about, _, path = entry.partition("\t")
        if about and about.split()[0] in PLAIN_FILES:
            yield about.split()[2], path


def _write(files: Iterator[tuple[str, str]], repository: Path, prefix: PurePosixPath, target: Path) -> int:
    """Write blobs below a folder; how many."""
    wanted = list(files)
    content = _git(repository, "cat-file", "--batch", put="".join(f"{blob}\n" for blob, _ in wanted).encode())
    if len(content) > LARGEST:
        raise PastError(f"the contracts have {len(content)} bytes, at most {LARGEST} are read: name their own folder.")
    at = 0
    for _, path in wanted:
        end = content.index(b"\n", at)
        size = int(content[at:end].split()[2])
        file = target / PurePosixPath(path).relative_to(prefix)
        if not file.resolve().is_relative_to(target.resolve()):
            raise PastError(f"{path!r} leads out of the folder: the repository is damaged, run `git fsck`.")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content[end + 1 : end + 1 + size])
        at = end + 1 + size + 1
    return len(wanted)


def _git(folder: Path, *arguments: str, put: bytes = b"") -> bytes:
    environment = {**os.environ, "GIT_TERMINAL_PROMPT": "0", "GIT_NO_LAZY_FETCH": "1", "GIT_OPTIONAL_LOCKS": "0"}
    command = ("git", "-C", str(folder), *arguments)
    try:
        done = subprocess.run(command, input=put, capture_output=True, env=environment, check=True, timeout=120)
    except FileNotFoundError:
        raise PastError("git is not installed: install it, or name a folder with the contracts as they were.") from None
    except subprocess.TimeoutExpired:
        raise PastError(f"git {arguments[0]} took more than two minutes: name a folder instead.") from None
    except subprocess.CalledProcessError as error:
        told = error.stderr.decode(errors="replace").strip().splitlines()
        raise PastError(f"git {arguments[0]}: {told[-1] if told else 'it failed'}") from None
    return done.stdout
