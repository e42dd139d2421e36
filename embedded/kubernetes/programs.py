"""Get hold of kube-apiserver, kube-controller-manager and etcd, whatever this machine can reach.

The same sources as the engine's, in the same order: the cache, a mirror folder, the official downloads, and last a
build from the Go modules (about four minutes on two cores). Whatever is obtained is cached.
"""

from __future__ import annotations

import os
import shutil
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path

from embedded.archives import (
    MIRROR,
    Talk,
    UnavailableError,
    check,
    checksum_in,
    fetch,
    from_mirror,
    go_build,
    go_toolchain,
    this_platform,
    unpack,
)
from embedded.home import locked, sha256_of

VERSION = "1.36.3"
"""The version of Kubernetes; `module/go.mod` holds the same."""
ETCD_VERSION = "3.6.8"
PROGRAMS = ("etcd", "kube-apiserver", "kube-controller-manager")

_MODULE = Path(__file__).parent / "module"
_KUBERNETES = "https://dl.k8s.io/release"
_ETCD = "https://github.com/etcd-io/etcd/releases/download"
_STAMP = "k8s.io/component-base/version"


class ProgramsError(Exception):
    """No source gave the programs; the message names each one tried, why it failed, and what to do."""


@dataclass(frozen=True)
class Programs:
    """A folder with the three executables, and where they came from: `mirror`, `download` or `build`."""

    folder: Path
    source: str


def obtain(cache: Path, talk: Talk = lambda _: None) -> Programs:
    """The programs of a control plane, obtained into `cache` when they are not there.

    Raises:
        ProgramsError: every source failed.
    """
    parent = cache / "kubernetes"
    folder = parent / f"v{VERSION}"
    reasons: list[str] = []
    with locked(cache / "kubernetes.lock"):
        cached = _from_cache(folder)
        if cached:
            return cached
        parent.mkdir(parents=True, exist_ok=True)
        for source, get in (("mirror", _from_mirror), ("download", _from_download), ("build", _from_build)):
            with tempfile.TemporaryDirectory(dir=parent, prefix=f".{source}-") as scratch:
                try:
                    get(Path(scratch), talk)
                    return _keep(Path(scratch), folder, source)
                except UnavailableError as why:
                    reasons.append(f"{source}: {why}")
    tried = "\n".join(f"  - {reason}" for reason in reasons)
    raise ProgramsError(
        f"The control plane of Kubernetes {VERSION} could not be obtained:\n{tried}\n"
        f"Set {MIRROR} to a folder with {_archive_name()} and SHA256SUMS, or install Go, then run the command again."
    )


def cached(cache: Path) -> Programs | None:
    """The programs, if they were obtained before."""
    return _from_cache(cache / "kubernetes" / f"v{VERSION}")


def _archive_name() -> str:
    try:
        system, machine = this_platform()
    except UnavailableError:
        system, machine = "linux", "x64"
    return f"kubernetes-v{VERSION}-{system}-{machine}.tar.xz"


def _from_cache(folder: Path) -> Programs | None:
    note = folder / "SOURCE"
    if not note.is_file():
        return None
    source, *digests = note.read_text().split()
    sizes = [str((folder / name).stat().st_size) if (folder / name).is_file() else "" for name in PROGRAMS]
    if sizes != digests[len(PROGRAMS) :]:  # a damaged cache is obtained anew; hashing 230 MB each time would be slow
        shutil.rmtree(folder)
        return None
    return Programs(folder, source)


def _keep(scratch: Path, folder: Path, source: str) -> Programs:
    """Move the programs out of `scratch` to their place, in one rename."""
    content = folder.parent / f".{folder.name}.{os.getpid()}"
    shutil.rmtree(content, ignore_errors=True)
    content.mkdir()
    for name in PROGRAMS:
        if not (scratch / name).is_file():
            shutil.rmtree(content)
            raise UnavailableError(f"it gave no {name}")
        program = (scratch / name).rename(content / name)
        program.chmod(program.stat().st_mode | stat.S_IXUSR)
    facts = [sha256_of(content / name) for name in PROGRAMS]
    facts += [str((content / name).stat().st_size) for name in PROGRAMS]
    (content / "SOURCE").write_text(" ".join([source, *facts]) + "\n")
    shutil.rmtree(folder, ignore_errors=True)
    content.rename(folder)
    return Programs(folder, source)


def _from_mirror(scratch: Path, _talk: Talk) -> None:
    from_mirror(_archive_name(), scratch)


def _from_download(scratch: Path, talk: Talk) -> None:
    system, machine = this_platform()
    if system != "linux":
        raise UnavailableError(f"no server programs are published for {system}")
    processor = {"x64": "amd64"}.get(machine, machine)
    talk(f"looking for Kubernetes {VERSION} and etcd {ETCD_VERSION}")
    for name in ("kube-apiserver", "kube-controller-manager"):
        url = f"{_KUBERNETES}/v{VERSION}/bin/linux/{processor}/{name}"
        fetch(f"{url}.sha256", scratch / "digest")
        fetch(url, scratch / name)
        check(scratch / name, (scratch / "digest").read_text().split()[0])
    archive = f"etcd-v{ETCD_VERSION}-linux-{processor}.tar.gz"
    fetch(f"{_ETCD}/v{ETCD_VERSION}/SHA256SUMS", scratch / "sums")
    fetch(f"{_ETCD}/v{ETCD_VERSION}/{archive}", scratch / archive)
    unpack(scratch / archive, checksum_in((scratch / "sums").read_text(), archive), scratch)


def _from_build(scratch: Path, talk: Talk) -> None:
    go = go_toolchain(scratch / "go", talk)
    module = scratch / "module"
    shutil.copytree(_MODULE, module)
    talk(f"building Kubernetes {VERSION} from its Go modules (about four minutes, once)")
    major, minor, _ = VERSION.split(".")
    stamps = {"gitVersion": f"v{VERSION}", "gitMajor": major, "gitMinor": minor}
    flags = " ".join(["-s -w", *(f"-X {_STAMP}.{name}={value}" for name, value in stamps.items())])
    go_build(module, "./etcd", flags, scratch / "etcd", go)
    for name in ("kube-apiserver", "kube-controller-manager"):
        go_build(module, f"k8s.io/kubernetes/cmd/{name}", flags, scratch / name, go)
