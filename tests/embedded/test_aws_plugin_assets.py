"""Assets and archives become files with everything in them."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import pytest

from embedded.aws_plugin.assets import materialise
from embedded.aws_plugin.wire import ARCHIVE, ASSET, SIGNATURE


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))


def members(path: str | None) -> dict[str, bytes]:
    assert path is not None
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.mark.parametrize("added", [{}, {"assets": {}}], ids=["as the program says", "as the engine says in Check"])
def test_archive_within_an_archive_is_unpacked_into_its_folder(tmp_path: Path, added: dict[str, object]):
    inner = tmp_path / "inner.zip"
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("a.py", "inner")
    nested = {SIGNATURE: ARCHIVE, "path": str(inner), **added}
    plain: dict[str, object] = {SIGNATURE: ASSET, "text": "outer"}
    whole: Any = {SIGNATURE: ARCHIVE, "assets": {"package": nested, "b.py": plain}, "hash": f"h{len(added)}"}
    assert members(materialise(whole)) == {"b.py": b"outer", "package/a.py": b"inner"}


def test_same_content_has_the_same_bytes_when_written_again(tmp_path: Path):
    asset: Any = {SIGNATURE: ARCHIVE, "assets": {"b.py": {SIGNATURE: ASSET, "text": "b"}}, "hash": "h"}
    first = materialise(asset)
    assert first is not None
    content = Path(first).read_bytes()
    Path(first).unlink()
    assert Path(materialise(asset) or "").read_bytes() == content


def test_asset_without_content_has_no_new_file_and_keeps_its_name(tmp_path: Path):
    known: Any = {SIGNATURE: ARCHIVE, "hash": "h"}
    path = materialise(known)
    assert path == materialise({**known, "assets": {}})
    assert not Path(path or "").exists()
