"""Assets and archives as files, because Terraform's provider takes paths.

File names are the engine's own content hash: an unchanged asset reaches `Diff` without its content, and still has to
give the path that the recorded state holds.
"""

from __future__ import annotations

import base64
import hashlib
import os
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from embedded.aws_plugin.values import Props, as_dict
from embedded.aws_plugin.wire import ARCHIVE, SIGNATURE

_LAYOUT = b"2"  # of the files here: another way to write the same asset must not find the old one
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the oldest time a zip entry can hold: equal content gives equal bytes


def folder() -> Path:
    """Where the files lie: private to the user, because an asset may hold anything."""
    path = Path(tempfile.gettempdir()) / f"pulumi-aws-assets-{os.getuid()}"
    path.mkdir(mode=0o700, exist_ok=True)
    if path.stat().st_uid != os.getuid():
        raise PermissionError(f"{path} belongs to another user: remove it, or point TMPDIR elsewhere")
    return path


def materialise(asset: Props) -> str | None:
    """The path of a file with the asset's content (an archive becomes a deterministic zip); None for an empty asset."""
    digest = _digest(asset)
    if digest is None:
        return None
    archive = asset.get(SIGNATURE) == ARCHIVE
    path = folder() / (digest + (".zip" if archive else ".bin"))
    if not path.exists():
        entries = list(_entries(asset))
        if entries:
            _write(path, entries, archive)
    return str(path)


def source_code_hash(path: str) -> str | None:
    """What AWS Lambda calls CodeSha256 for the file, so that a new archive is seen as a change."""
    file = Path(path)
    return base64.b64encode(hashlib.sha256(file.read_bytes()).digest()).decode() if file.is_file() else None


def _digest(asset: Props) -> str | None:
    digest = hashlib.sha256()
    known = asset.get("hash")
    if isinstance(known, str) and known:
        digest.update(_LAYOUT + known.encode())
        return digest.hexdigest()
    entries = list(_entries(asset))
    for name, content in entries:
        digest.update(name.encode() + b"\0" + hashlib.sha256(content).digest())
    return digest.hexdigest() if entries else None


def _entries(asset: Props, prefix: str = "") -> Iterator[tuple[str, bytes]]:
    """(name within the archive, content) of everything in the asset, in a fixed order."""
    text, path = asset.get("text"), asset.get("path")
    if isinstance(text, str):
        yield prefix, text.encode()
    elif asset.get("assets"):  # the engine adds empty ones to an archive that is a path
        for name, child in sorted(as_dict(asset["assets"]).items()):
            yield from _entries(as_dict(child), f"{prefix}/{name}" if prefix else name)
    elif isinstance(path, str):
        yield from _files(Path(path), prefix, is_archive=asset.get(SIGNATURE) == ARCHIVE)


def _files(path: Path, prefix: str, *, is_archive: bool) -> Iterator[tuple[str, bytes]]:
    if path.is_dir():
        for file in sorted(item for item in path.rglob("*") if item.is_file()):
            yield str(PurePosixPath(prefix, file.relative_to(path).as_posix())), file.read_bytes()
    elif is_archive and zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as source:
            for name in sorted(name for name in source.namelist() if not name.endswith("/")):
                yield str(PurePosixPath(prefix, name)), source.read(name)
    else:
        yield prefix or path.name, path.read_bytes()


def _write(path: Path, entries: list[tuple[str, bytes]], archive: bool) -> None:
    handle, temporary = tempfile.mkstemp(dir=path.parent)
    with os.fdopen(handle, "wb") as file:
        if archive:
            with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as target:
                for name, content in entries:
                    info = zipfile.ZipInfo(name, _EPOCH)
                    info.external_attr = 0o755 << 16  # Lambda refuses to run what it may not read
                    target.writestr(info, content, zipfile.ZIP_DEFLATED)
        else:
            file.write(entries[0][1])
    Path(temporary).replace(path)
