"""Revisions as git knows them: what a tree's content is called, and a copy of one that programs can run in."""

from __future__ import annotations

import hashlib
import os
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from contracts.change import Revision

WORKTREE = "worktree"
"""Name of the files as they are, committed or not."""
PROGRAM = (
    "components",
    "contracts",
    "gitops",
    "graph",
    "services",
    "stacks",
    "uv.lock",
    "console/offline.py",
    "console/estate.py",
)
"""What decides a graph, beside the stack files: a change elsewhere leaves what was recorded good."""
DEEP = ("console/offline.py", "console/estate.py", "console/change")
"""Parts of a folder that are told apart from the rest of it."""
UNUSED = ("tests/", "docs/", ".github/", "delivery/")
"""What a recording never reads; it is not copied."""
PLAIN_FILES = ("100644", "100755")
SECONDS = 120


class RevisionError(Exception):
    """There is no such revision, or git does not answer; the message says what to do."""


@dataclass(frozen=True)
class Tree:
    """One revision: what every entry of it is called by its content."""

    root: Path
    """Folder of the project."""
    revision: Revision
    entries: Mapping[str, str]
    """Entry of the project folder, or of `DEEP` → id of its content."""
    head: str
    """Id of the commit that the work tree stands on."""

    @property
    def is_worktree(self) -> bool:
        """Whether these are the files as they are."""
        return self.revision.name == WORKTREE

    def key(self, names: Iterable[str], *more: str) -> str:
        """A name for the content of some entries: the same content, whatever the revision, has the same name."""
        told = [f"{name} {self.entries.get(name, '-')}" for name in sorted(names)]
        return hashlib.sha256("\n".join([*told, *more]).encode()).hexdigest()[:32]

    def stack_files(self) -> dict[str, str]:
        """Stack → its file."""
        names = [name for name in self.entries if name.startswith("Pulumi.") and name.endswith(".yaml")]
        found = {name.removeprefix("Pulumi.").removesuffix(".yaml"): name for name in sorted(names)}
        return {stack: name for stack, name in found.items() if stack not in {"", "yaml", "Pulumi"}}


def tree_of(root: Path, reference: str) -> Tree:
    """A revision, or the work tree.

    Raises:
        RevisionError: git knows no such revision in the folder.
    """
    head = _commit(root, "HEAD")
    commit = head if reference == WORKTREE else _commit(root, reference)
    entries = dict(_listed(root, commit))
    touched = sorted(_touched(root)) if reference == WORKTREE else []
    for name in {_entry(path) for path in touched}:
        inside = [path for path in touched if _entry(path) == name]
        entries[name] = _mixed(root, entries.get(name, "-"), inside)
        if inside == [name] and not (root / name).exists():
            del entries[name]
    revision = Revision(name=reference, commit=commit, modified=bool(touched))
    return Tree(root, revision, entries, head)


def _listed(root: Path, commit: str) -> Iterator[tuple[str, str]]:
    """Every entry of the project folder, and those of `DEEP` below it, with its id."""
    prefix = _git(root, "rev-parse", "--show-prefix").strip()
    for line in filter(None, _git(root, "ls-tree", "-z", f"{commit}:{prefix}").split("\0")):
        about, _, name = line.partition("\t")
        yield name, about.split()[2]
    for name in DEEP:
        with suppress(RevisionError):  # the revision may have no such file
            yield name, _git(root, "rev-parse", "--verify", "--quiet", f"{commit}:{prefix}{name}").strip()


def _touched(root: Path) -> Iterator[str]:
    """Files that differ from the commit, new ones included, that a program may read."""
    told = _git(root, "status", "--porcelain=v1", "-z", "--untracked-files=all", "--no-renames", "--", ".")
    prefix = _git(root, "rev-parse", "--show-prefix").strip()
    for line in filter(None, told.split("\0")):
        path = line[3:].removeprefix(prefix)
        if not path.startswith(UNUSED):
            yield path


def _entry(path: str) -> str:
    """The entry that a file belongs to; those of `DEEP` stand for themselves."""
    return next((name for name in DEEP if path == name or path.startswith(f"{name}/")), path.partition("/")[0])


def _mixed(root: Path, known: str, touched: list[str]) -> str:
    """A name for an entry of which some files were touched."""
    digest = hashlib.sha256(known.encode())
    for path in touched:
        file = root / path
        digest.update(path.encode() + b"\0" + (file.read_bytes() if file.is_file() else b"gone"))
    return digest.hexdigest()


def blob(tree: Tree, path: str) -> bytes | None:
    """Content of a file of a revision; None if it has none there."""
    if tree.is_worktree:
        file = tree.root / path
        return file.read_bytes() if file.is_file() else None
    prefix = _git(tree.root, "rev-parse", "--show-prefix").strip()
    try:
        return _run(tree.root, ("cat-file", "blob", f"{tree.revision.commit}:{prefix}{path}"), None)
    except RevisionError:
        return None


def copy(tree: Tree, target: Path) -> None:
    """Write the files of a commit below a folder, as git stores them: no filter or hook has a say.

    What the work tree has the same is linked with what Python compiled of it, so that only what differs is compiled
    again.
    """
    prefix = _git(tree.root, "rev-parse", "--show-prefix").strip()
    wanted = {
        path: blob for path, blob in _blobs(tree.root, tree.revision.commit, prefix) if not path.startswith(UNUSED)
    }
    here = dict(_blobs(tree.root, tree.head, prefix))
    touched = set(_touched(tree.root))
    missing: list[str] = []
    for path, blob in wanted.items():
        same = here.get(path) == blob and path not in touched
        if not (same and _linked(tree.root / path, target / path)):
            missing.append(path)
    _write(tree.root, target, [(path, wanted[path]) for path in missing])


def _blobs(root: Path, commit: str, prefix: str) -> Iterator[tuple[str, str]]:
    listed = _git(root, "ls-tree", "-r", "-z", "--full-tree", commit, "--", prefix or ".")
    for line in filter(None, listed.split("\0")):
        about, _, path = line.partition("\t")
        if about.split()[0] in PLAIN_FILES:
            yield path.removeprefix(prefix), about.split()[2]


def _linked(source: Path, target: Path) -> bool:
    """Link a file, and what was compiled of it; False where that cannot be done."""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        os.link(source, target)
        if source.suffix == ".py":
            for compiled in source.parent.glob(f"__pycache__/{source.stem}.*.pyc"):
                kept = target.parent / "__pycache__" / compiled.name
                kept.parent.mkdir(exist_ok=True)
                os.link(compiled, kept)
    except OSError:
        return target.is_file()
    return True


def _write(root: Path, target: Path, files: list[tuple[str, str]]) -> None:
    wanted = "".join(f"{blob}\n" for _, blob in files)
    content = _run(root, ("cat-file", "--batch"), wanted.encode())
    at = 0
    for path, _ in files:
        end = content.index(b"\n", at)
        size = int(content[at:end].split()[2])
        file = target / path
        if not file.resolve().is_relative_to(target.resolve()):
            raise RevisionError(f"{path!r} leads out of the folder: the repository is damaged, run `git fsck`.")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.unlink(missing_ok=True)
        file.write_bytes(content[end + 1 : end + 1 + size])
        at = end + 1 + size + 1


def _commit(root: Path, reference: str) -> str:
    try:
        return _git(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{reference}^{{commit}}").strip()
    except RevisionError:
        hint = "Name a revision such as main, v1.4.0 or HEAD~1; a shallow clone may have to be deepened first."
        raise RevisionError(f"git knows no revision {reference!r} in {root}. {hint}") from None


def _git(root: Path, *arguments: str) -> str:
    return _run(root, arguments, None).decode(errors="surrogateescape")


def _run(root: Path, arguments: Iterable[str], put: bytes | None) -> bytes:
    environment = {**os.environ, "GIT_TERMINAL_PROMPT": "0", "GIT_NO_LAZY_FETCH": "1", "GIT_OPTIONAL_LOCKS": "0"}
    command = ["git", "-C", str(root), *arguments]
    try:
        done = subprocess.run(command, input=put, capture_output=True, env=environment, check=True, timeout=SECONDS)
    except FileNotFoundError:
        raise RevisionError("git is not installed, and revisions cannot be read without it.") from None
    except subprocess.TimeoutExpired:
        raise RevisionError(f"git {command[3]} took more than {SECONDS} seconds.") from None
    except subprocess.CalledProcessError as error:
        told = error.stderr.decode(errors="replace").strip().splitlines()
        raise RevisionError(f"git {command[3]}: {told[-1] if told else 'it failed'}") from None
    return done.stdout
