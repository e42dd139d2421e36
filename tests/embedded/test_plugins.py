"""Which plug-in is used: the official one first, a stand-in where it cannot be had, and never a silent swap."""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path

import pytest

from embedded import plugins
from embedded.plugins import NOTE, PREFERENCE, PluginError, PluginKind, ensure

SDK = version("pulumi-aws")


def make_cli(folder: Path, script: str) -> Path:
    """A CLI whose `plugin install` runs a line of shell; its home is $PULUMI_HOME."""
    cli = folder / "pulumi"
    cli.write_text(f"#!/bin/sh\necho called >> {folder}/calls\n{script}\n")
    cli.chmod(0o755)
    return cli


@pytest.fixture
def offline(tmp_path: Path) -> Path:
    return make_cli(tmp_path, "echo 'error: no such host' >&2; exit 255")


@pytest.fixture
def online(tmp_path: Path) -> Path:
    return make_cli(tmp_path, f'mkdir -p "$PULUMI_HOME/plugins/resource-aws-v{SDK}"')


@pytest.fixture(autouse=True)
def stand_in(monkeypatch: pytest.MonkeyPatch) -> None:
    """A stand-in that is quick to install."""

    def install(home: Path, cache: Path) -> None:
        (home / "plugins" / f"resource-aws-v{SDK}").mkdir(parents=True, exist_ok=True)

    monkeypatch.setattr(plugins, "STAND_INS", {"aws": install})
    monkeypatch.delenv(PREFERENCE, raising=False)


def get(cli: Path, tmp_path: Path, name: str = "aws") -> plugins.Plugin:
    return ensure(name, cli=cli, pulumi_home=tmp_path / "home", cache=tmp_path / "cache", talk=lambda _: None)


def test_official_plugin_is_used_when_it_can_be_downloaded(online: Path, tmp_path: Path) -> None:
    plugin = get(online, tmp_path)
    assert (plugin.kind, plugin.version) == (PluginKind.OFFICIAL, SDK)
    assert not (plugin.folder / NOTE).exists()


def test_stand_in_is_used_and_says_so_when_nothing_can_be_downloaded(offline: Path, tmp_path: Path) -> None:
    plugin = get(offline, tmp_path)
    assert plugin.kind is PluginKind.STAND_IN
    assert "not the official" in (plugin.folder / NOTE).read_text()


def test_download_is_not_tried_again_when_a_stand_in_is_there(offline: Path, tmp_path: Path) -> None:
    get(offline, tmp_path)
    get(offline, tmp_path)
    assert (tmp_path / "calls").read_text().count("called") == 1


def test_official_plugin_replaces_the_stand_in_when_asked_for(
    offline: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    get(offline, tmp_path)
    online = make_cli(tmp_path, f'mkdir -p "$PULUMI_HOME/plugins/resource-aws-v{SDK}"')
    monkeypatch.setenv(PREFERENCE, "official")
    plugin = get(online, tmp_path)
    assert plugin.kind is PluginKind.OFFICIAL
    assert not (plugin.folder / NOTE).exists()


def test_missing_official_plugin_is_an_error_when_it_is_insisted_on(
    offline: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(PREFERENCE, "official")
    with pytest.raises(PluginError, match="cannot be downloaded: error: no such host"):
        get(offline, tmp_path)


def test_official_plugin_is_not_overwritten_when_the_stand_in_is_asked_for(
    online: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = get(online, tmp_path).folder
    monkeypatch.setenv(PREFERENCE, "stand-in")
    with pytest.raises(PluginError, match="Use another ATOLL_CACHE"):
        get(online, tmp_path)
    assert not (folder / NOTE).exists()


def test_unknown_preference_is_refused(offline: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(PREFERENCE, "newest")
    with pytest.raises(PluginError, match="use official, stand-in or auto"):
        get(offline, tmp_path)


def test_plugin_without_a_stand_in_is_an_error_when_offline(offline: Path, tmp_path: Path) -> None:
    with pytest.raises(PluginError, match="there is no stand-in for it"):
        get(offline, tmp_path, "kubernetes")
