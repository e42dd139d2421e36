"""Python packages that go along with a function's code, copied from the project's own environment.

The environment is what uv.lock pins, so the same lock gives the same archive. Only pure Python goes along: it runs on
every processor and version of Lambda, whatever machine deploys.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
import zipfile
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import metadata
from pathlib import Path

import pulumi
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

GROUP = "[project.optional-dependencies] services in pyproject.toml"
"""Where a function's packages are declared."""
BROUGHT_BY_LAMBDA = frozenset({"boto3", "botocore", "s3transfer"})
"""What Lambda's Python runtimes have, too large to carry along.

https://docs.aws.amazon.com/lambda/latest/dg/lambda-python.html#python-sdk-included
"""

_MACHINES = {"arm64": "aarch64", "x86_64": "x86_64"}
_LEFT_OUT = frozenset({"__pycache__", "test", "tests"})
_COMPILED = (".so", ".pyd", ".dylib", ".dll")
_OLDEST = (1980, 1, 1, 0, 0, 0)
"""The time of every entry: equal content gives equal bytes."""

Members = Mapping[str, pulumi.Asset | pulumi.Archive]


class LibraryError(ValueError):
    """Packages that cannot go along; the message has a line for each."""


@dataclass(frozen=True)
class _File:
    """One file of a package."""

    name: str
    """Path below the archive's root."""
    path: Path
    digest: str
    """Of its content, as the installer recorded it."""


def library_members(names: tuple[str, ...], *, runtime: str, architecture: str) -> Members:
    """Members of a function's archive that hold these packages and all that they require.

    A package's folder is a stored zip in a cache, written once for its content and named by it; the state of a stack
    then holds one path and one hash for it. Single modules, and the metadata by which a package finds its own version,
    are files.

    Args:
        names: distributions, as in the contract's `libraries`.
        runtime: such as `python3.13`; requirements are judged for it, not for the Python that runs now.
        architecture: `arm64` or `x86_64`.

    Raises:
        LibraryError: naming every package that is not installed, not pure Python, or not for this runtime.
    """
    return _members(tuple(sorted(names)), runtime, architecture)


@lru_cache
def _members(names: tuple[str, ...], runtime: str, architecture: str) -> Members:
    marks = _marks(runtime, architecture)
    problems: list[str] = []
    folders: dict[str, list[_File]] = {}
    members: dict[str, pulumi.Asset | pulumi.Archive] = {}
    for distribution in _closure(names, marks, problems):
        problem = _problem(distribution, marks["python_version"])
        if problem:
            problems.append(f"{distribution.name} {distribution.version}: {problem}")
            continue
        for file in _files(distribution):
            top, inside, rest = file.name.partition("/")
            if inside and not top.endswith(".dist-info"):
                folders.setdefault(top, []).append(_File(rest, file.path, file.digest))
            else:
                members[file.name] = pulumi.FileAsset(str(file.path))
    if problems:
        raise LibraryError("\n".join(problems))
    for top, files in folders.items():  # a namespace package may come from several distributions
        members[top] = pulumi.FileArchive(str(_stored(top, files)))
    return dict(sorted(members.items()))


def _marks(runtime: str, architecture: str) -> dict[str, str]:
    """What markers are asked about: Lambda, not this machine."""
    version = runtime.removeprefix("python")
    return {
        "extra": "",
        "implementation_name": "cpython",
        "implementation_version": f"{version}.0",
        "os_name": "posix",
        "platform_machine": _MACHINES[architecture],
        "platform_python_implementation": "CPython",
        "platform_system": "Linux",
        "python_full_version": f"{version}.0",
        "python_version": version,
        "sys_platform": "linux",
    }


def _closure(names: tuple[str, ...], marks: Mapping[str, str], problems: list[str]) -> Iterator[metadata.Distribution]:
    """Every distribution that these need, each once; what is missing goes to the problems."""
    waiting = deque((Requirement(name), "the contract") for name in names)
    seen: set[tuple[str, frozenset[str]]] = set()
    found: set[str] = set()
    while waiting:
        wanted, wanted_by = waiting.popleft()
        name = canonicalize_name(wanted.name)
        key = (name, frozenset(wanted.extras))
        if name in BROUGHT_BY_LAMBDA or key in seen:
            continue
        seen.add(key)
        try:
            distribution = metadata.distribution(wanted.name)
        except metadata.PackageNotFoundError:
            problems.append(
                f"{wanted.name}, wanted by {wanted_by}: it is not installed; add it to {GROUP} and run "
                "`uv sync --all-extras`"
            )
            continue
        if name not in found:
            found.add(name)
            yield distribution
        for line in distribution.requires or ():
            requirement = Requirement(line)
            extras = wanted.extras or {""}
            if requirement.marker is None or any(
                requirement.marker.evaluate({**marks, "extra": extra}) for extra in extras | {""}
            ):
                waiting.append((requirement, distribution.name))


def _problem(distribution: metadata.Distribution, version: str) -> str | None:
    """Why a distribution cannot go along; None if it can."""
    files = distribution.files
    if files is None:
        return "its installer left no list of files; install it again with `uv sync --all-extras --reinstall`"
    compiled = next((str(file) for file in files if file.suffix in _COMPILED), None)
    if compiled:
        return f"it is not pure Python ({compiled}), so it would run on one processor only; use another package"
    if "root-is-purelib: true" not in (distribution.read_text("WHEEL") or "").lower():
        return "its wheel is built for one platform (Root-Is-Purelib is not true); use another package"
    needed = ",".join(distribution.metadata.get_all("Requires-Python") or ())
    if not SpecifierSet(needed).contains(f"{version}.0"):
        return f"it needs Python {needed}, the function runs on {version}; change the runtime"
    return None


def _files(distribution: metadata.Distribution) -> Iterator[_File]:
    """The files that are needed to run: no scripts, caches, tests or installer's notes."""
    for file in distribution.files or ():
        if file.parts[0] in {"..", "/"} or _LEFT_OUT.intersection(file.parts) or file.suffix == ".pyc":
            continue
        if file.parts[0].endswith((".dist-info", ".data")) and file.name != "METADATA":
            continue
        path = Path(str(file.locate()))
        digest = file.hash.value if file.hash else hashlib.sha256(path.read_bytes()).hexdigest()
        yield _File(file.as_posix(), path, digest)


def _stored(top: str, files: list[_File]) -> Path:
    """A zip with these files, uncompressed: compressors differ between machines, and with them the hash."""
    files = sorted(files, key=lambda file: file.name)
    content = hashlib.sha256("".join(f"{file.name}\0{file.digest}\n" for file in files).encode()).hexdigest()
    target = _cache() / f"{top}-{content[:32]}.zip"
    if target.exists():
        return target
    handle, temporary = tempfile.mkstemp(dir=target.parent)
    with os.fdopen(handle, "wb") as stream, zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as archive:
        for file in files:
            entry = zipfile.ZipInfo(file.name, _OLDEST)
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, file.path.read_bytes())
    Path(temporary).replace(target)  # two programs at once write the same bytes
    return target


def _cache() -> Path:
    """A folder of this user; lost files are written again."""
    folder = Path(tempfile.gettempdir()) / f"atoll-libraries-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    if folder.stat().st_uid != os.getuid():
        raise LibraryError(f"{folder} belongs to another user; remove it, or point TMPDIR elsewhere")
    return folder
