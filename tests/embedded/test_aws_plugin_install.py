"""Installing is atomic, done once, and rebuilt only for what it depends on."""

from __future__ import annotations

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version
from pathlib import Path

import pytest

from embedded.aws_plugin import bundle as bundles
from embedded.aws_plugin import install as module
from embedded.aws_plugin.bundle import Bundle
from embedded.aws_plugin.errors import PluginError
from embedded.aws_plugin.install import install
from embedded.aws_plugin.locate import SETTING, Places
from embedded.aws_plugin.tfplugin import Messages, compile_proto


class Builder:
    """Stands for the build, which takes half a minute and a provider."""

    def __init__(self) -> None:
        self.builds: list[Path] = []
        self.fails = False
        self._lock = threading.Lock()

    def __call__(self, bundle: Bundle) -> None:
        with self._lock:
            self.builds.append(bundle.directory)
        bundle.map.write_text("map")
        if self.fails:
            raise RuntimeError("killed")
        bundle.descriptors.write_text("descriptors")
        bundle.save()


@pytest.fixture
def builder(monkeypatch: pytest.MonkeyPatch) -> Builder:
    made = Builder()
    monkeypatch.setattr(module, "_build", made)
    return made


@pytest.fixture
def places(tmp_path: Path) -> Places:
    binary = tmp_path / "terraform-provider-aws_v5.100.0_x5"
    binary.write_text("#!/bin/sh\n")
    binary.chmod(0o755)
    return Places({SETTING: str(binary)}, tmp_path, tmp_path, ())


def test_launcher_is_where_the_engine_looks_and_names_its_bundle(
    builder: Builder, places: Places, tmp_path: Path
) -> None:
    installed = install(tmp_path / "home", tmp_path / "cache", places)
    assert installed.executable == (
        tmp_path / "home" / "plugins" / f"resource-aws-v{version('pulumi-aws')}" / "pulumi-resource-aws"
    )
    assert installed.executable.stat().st_mode & 0o111
    assert str(installed.bundle.directory) in installed.executable.read_text()
    assert bundles.load(installed.bundle.directory) == installed.bundle


def test_nothing_is_built_when_it_is_there(builder: Builder, places: Places, tmp_path: Path) -> None:
    first = install(tmp_path / "home", tmp_path / "cache", places)
    stamp = first.executable.stat().st_mtime_ns
    assert install(tmp_path / "home", tmp_path / "cache", places) == first
    assert len(builder.builds) == 1
    assert first.executable.stat().st_mtime_ns == stamp


def test_one_builds_when_several_start_at_once(builder: Builder, places: Places, tmp_path: Path) -> None:
    with ThreadPoolExecutor(4) as pool:
        results = list(pool.map(lambda _: install(tmp_path / "home", tmp_path / "cache", places), range(4)))
    assert len(builder.builds) == 1
    assert all(result == results[0] for result in results)


def test_interrupted_build_leaves_nothing_that_looks_complete(builder: Builder, places: Places, tmp_path: Path) -> None:
    builder.fails = True
    with pytest.raises(RuntimeError):
        install(tmp_path / "home", tmp_path / "cache", places)
    assert not list((tmp_path / "cache").rglob("bundle.json"))
    assert not list((tmp_path / "cache").rglob("build-*"))
    builder.fails = False
    install(tmp_path / "home", tmp_path / "cache", places)
    assert len(builder.builds) == 2


def test_another_provider_makes_another_bundle(builder: Builder, places: Places, tmp_path: Path) -> None:
    first = install(tmp_path / "home", tmp_path / "cache", places)
    first.bundle.provider.write_text("#!/bin/sh\n# another build of the same version\n")
    second = install(tmp_path / "home", tmp_path / "cache", places)
    assert second.bundle.directory != first.bundle.directory
    assert str(second.bundle.directory) in second.executable.read_text()


def test_moved_provider_needs_no_new_map(builder: Builder, places: Places, tmp_path: Path) -> None:
    first = install(tmp_path / "home", tmp_path / "cache", places)
    moved = tmp_path / "elsewhere" / first.bundle.provider.name
    moved.parent.mkdir()
    first.bundle.provider.rename(moved)
    second = install(tmp_path / "home", tmp_path / "cache", Places({SETTING: str(moved)}, tmp_path, tmp_path, ()))
    assert len(builder.builds) == 1
    assert bundles.load(second.bundle.directory).provider == moved


@pytest.mark.parametrize("gone", ["bundle.json", "map.db", "tfplugin5.bin"])
def test_incomplete_bundle_is_refused_with_the_next_command(
    builder: Builder, places: Places, tmp_path: Path, gone: str
) -> None:
    installed = install(tmp_path / "home", tmp_path / "cache", places)
    (installed.bundle.directory / gone).unlink()
    with pytest.raises(PluginError, match="atoll doctor"):
        bundles.load(installed.bundle.directory)


def test_protocol_compiles_to_messages(tmp_path: Path) -> None:
    compile_proto(tmp_path / "out")
    messages = Messages(tmp_path / "out")
    request = messages.make("PlanResourceChange.Request", type_name="aws_x", prior_private=b"p")
    assert messages.type("PlanResourceChange.Request").FromString(request.SerializeToString()).type_name == "aws_x"


def test_bundle_tells_its_versions(tmp_path: Path) -> None:
    bundle = Bundle(tmp_path, "7.0.0", tmp_path / "p", "5.100.0")
    bundle.save()
    assert json.loads((tmp_path / "bundle.json").read_text())["provider_version"] == "5.100.0"
