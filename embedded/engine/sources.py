"""Get hold of the Pulumi CLI, whatever this machine can reach.

The first that works wins: the CLI on PATH (if new enough), the cache, a mirror folder, Pulumi's own download, and
last a build from the Go module, which needs nothing but a module proxy. Whatever is obtained is cached, so only a
first run is slow (the build takes about three minutes on two cores).
"""

from __future__ import annotations

import os
import re
import shutil
import stat
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from embedded.archives import (
    MIRROR,
    Talk,
    UnavailableError,
    checksum_in,
    fetch,
    from_mirror,
    go_build,
    go_toolchain,
    this_platform,
    unpack,
)
from embedded.home import locked, sha256_of

VERSION = "3.250.0"
"""The version that is downloaded or built: the newest that all sources have."""
FLOOR = (3, 249, 0)
"""The oldest CLI on PATH that is accepted: the first with `pulumi policy analyze`."""

_MODULE = Path(__file__).parent / "module"
_RELEASES = "https://get.pulumi.com/releases/sdk"


class EngineError(Exception):
    """No source gave a usable CLI; the message names each one tried, why it failed, and what to do."""


@dataclass(frozen=True)
class Engine:
    """A usable Pulumi CLI."""

    path: Path
    version: str
    source: str
    """`path`, `mirror`, `download` or `build`."""


def obtain(cache: Path, talk: Talk = lambda _: None) -> Engine:
    """The Pulumi CLI, obtained into `cache` when it is not on PATH.

    Args:
        cache: folder that keeps what was obtained; safe to share between concurrent first runs.
        talk: told, in one line each, what takes long.

    Raises:
        EngineError: every source failed.
    """
    reasons: list[str] = []
    try:
        return _from_path()
    except UnavailableError as why:
        reasons.append(f"PATH: {why}")
    folder = cache / "engine" / f"v{VERSION}"
    with locked(cache / "engine.lock"):
        cached = _from_cache(folder)
        if cached:
            return cached
        for source, get in (("mirror", _from_mirror), ("download", _from_download), ("build", _from_build)):
            try:
                with tempfile.TemporaryDirectory(dir=_made(folder.parent), prefix=f".{source}-") as scratch:
                    get(Path(scratch), talk)
                    return _keep(Path(scratch), folder, source)
            except UnavailableError as why:
                reasons.append(f"{source}: {why}")
    tried = "\n".join(f"  - {reason}" for reason in reasons)
    raise EngineError(
        f"No Pulumi CLI {_dotted(FLOOR)} or newer could be obtained:\n{tried}\n"
        "Install it (https://www.pulumi.com/docs/iac/download-install/), or set "
        f"{MIRROR} to a folder with {_archive_name()} and SHA256SUMS, then run the command again."
    )


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _dotted(version: tuple[int, ...]) -> str:
    return ".".join(map(str, version))


def parse_version(text: str) -> tuple[int, int, int] | None:
    """The first `major.minor.patch` in `text`, or None."""
    match = re.search(r"(\d+)\.(\d+)\.(\d+)", text)
    return (int(match[1]), int(match[2]), int(match[3])) if match else None


def _version_of(cli: Path) -> tuple[int, int, int] | None:
    env = dict(os.environ, PULUMI_SKIP_UPDATE_CHECK="true")
    try:
        run = subprocess.run([cli, "version"], capture_output=True, text=True, timeout=60, env=env, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return parse_version(run.stdout) if run.returncode == 0 else None


def _from_path() -> Engine:
    found = shutil.which("pulumi")
    if not found:
        raise UnavailableError("no `pulumi` there")
    version = _version_of(Path(found))
    if version is None:
        raise UnavailableError(f"{found} does not run")
    if version < FLOOR:
        raise UnavailableError(f"{found} is {_dotted(version)}, older than {_dotted(FLOOR)}")
    return Engine(Path(found), _dotted(version), "path")


def _from_cache(folder: Path) -> Engine | None:
    cli, note = folder / "pulumi", folder / "SOURCE"
    if not (cli.is_file() and note.is_file()):
        return None
    source, digest = note.read_text().split()
    if sha256_of(cli) != digest:  # a damaged cache is obtained anew
        shutil.rmtree(folder)
        return None
    return Engine(cli, VERSION, source)


def _keep(scratch: Path, folder: Path, source: str) -> Engine:
    """Move what a source put into `scratch` to its place, in one rename."""
    cli = scratch / "pulumi"
    cli.chmod(cli.stat().st_mode | stat.S_IXUSR | stat.S_IXGRP | stat.S_IXOTH)
    version = _version_of(cli)
    if version is None or version < FLOOR:
        raise UnavailableError(f"what it gave is not a working Pulumi CLI {_dotted(FLOOR)} or newer")
    (scratch / "SOURCE").write_text(f"{source} {sha256_of(cli)}\n")
    content = folder.parent / f".{folder.name}.{os.getpid()}"
    shutil.rmtree(content, ignore_errors=True)
    shutil.copytree(scratch, content)
    shutil.rmtree(folder, ignore_errors=True)
    content.rename(folder)
    return Engine(folder / "pulumi", VERSION, source)


def _archive_name() -> str:
    try:
        system, machine = this_platform()
    except UnavailableError:
        system, machine = "linux", "x64"
    return f"pulumi-v{VERSION}-{system}-{machine}.tar.xz"


def _from_mirror(scratch: Path, _talk: Talk) -> None:
    from_mirror(_archive_name(), scratch)


def _from_download(scratch: Path, talk: Talk) -> None:
    system, machine = this_platform()
    name = f"pulumi-v{VERSION}-{system}-{machine}.tar.gz"
    sums, archive = scratch / "checksums", scratch / name
    fetch(f"{_RELEASES}/pulumi-{VERSION}-checksums.txt", sums)
    talk(f"downloading Pulumi {VERSION}")
    fetch(f"{_RELEASES}/{name}", archive)
    unpack(archive, checksum_in(sums.read_text(), name), scratch)
    sums.unlink()
    archive.unlink()


def _from_build(scratch: Path, talk: Talk) -> None:
    go = go_toolchain(scratch / "go", talk)
    module = scratch / "module"
    shutil.copytree(_MODULE, module)
    talk(f"building Pulumi {VERSION} from its Go module (about three minutes, once)")
    package = "github.com/pulumi/pulumi"
    flags = f"-s -w -X {package}/sdk/v3/go/common/version.Version=v{VERSION}"
    go_build(module, f"{package}/pkg/v3/cmd/pulumi", flags, scratch / "pulumi", go)
    shutil.rmtree(module)
    shutil.rmtree(scratch / "go", ignore_errors=True)
