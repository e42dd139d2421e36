"""Where terraform-provider-aws is looked for, in which order, and what is said when there is none."""

from __future__ import annotations

import platform
from collections.abc import Iterator
from pathlib import Path

import pytest

from embedded.aws_plugin import locate as module
from embedded.aws_plugin.errors import PluginError
from embedded.aws_plugin.locate import SETTING, Places, ProviderBinary, locate, terraform_directories

MACHINE = {"x86_64": "amd64", "aarch64": "arm64"}.get(platform.machine().lower(), platform.machine().lower())
TARGET = f"{platform.system().lower()}_{MACHINE}"


@pytest.fixture
def places(tmp_path: Path) -> Places:
    """A world in which nothing is installed."""
    (tmp_path / "home").mkdir()
    (tmp_path / "work").mkdir()
    environment = {"PATH": str(tmp_path / "bin"), "XDG_DATA_DIRS": str(tmp_path / "share")}
    return Places(environment, tmp_path / "home", tmp_path / "work", (tmp_path / "opt",))


def with_environment(places: Places, **variables: str) -> Places:
    return Places({**places.environment, **variables}, places.home, places.working, places.roots)


def executable(path: Path, text: str = "#!/bin/sh\n") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(0o755)
    return path


def laid_out(directory: Path, version: str = "5.100.0") -> Path:
    folder = directory / "registry.terraform.io/hashicorp/aws" / version / TARGET
    return executable(folder / f"terraform-provider-aws_v{version}_x5")


def test_setting_wins_when_it_names_a_binary(places: Places, tmp_path: Path) -> None:
    laid_out(places.home / ".terraform.d/plugins")
    wanted = executable(tmp_path / "mine" / "terraform-provider-aws_v5.99.0_x5")
    found = locate(tmp_path / "scratch", with_environment(places, **{SETTING: str(wanted)}))
    assert (found.path, found.version) == (wanted, "5.99.0")


def test_setting_may_name_a_folder_or_a_binary_without_version(places: Places, tmp_path: Path) -> None:
    binary = laid_out(tmp_path / "mine")
    assert locate(tmp_path / "s", with_environment(places, **{SETTING: str(tmp_path / "mine")})).path == binary
    bare = executable(tmp_path / "bare" / "terraform-provider-aws")
    assert locate(tmp_path / "s", with_environment(places, **{SETTING: str(bare)})).version == "unknown"


@pytest.mark.parametrize("name", ["missing", "terraform-provider-aws_v6.2.0_x5", "terraform-provider-aws_v4.1.0_x5"])
def test_setting_is_an_error_when_it_does_not_fit(places: Places, tmp_path: Path, name: str) -> None:
    laid_out(places.home / ".terraform.d/plugins")
    path = tmp_path / name
    if name != "missing":
        executable(path)
    with pytest.raises(PluginError, match=SETTING):
        locate(tmp_path / "scratch", with_environment(places, **{SETTING: str(path)}))


def test_terraforms_own_places_are_known(places: Places, tmp_path: Path) -> None:
    (places.home / ".terraformrc").write_text(
        'plugin_cache_dir = "~/cache"\n'
        '# plugin_cache_dir = "/commented"\n'
        "provider_installation {\n"
        '  filesystem_mirror {\n    path = "/mirror"\n    include = ["*/*/*"]\n  }\n}\n'
    )
    assert terraform_directories(places) == [
        places.home / "cache",
        Path("/mirror"),
        places.working / "terraform.d/plugins",
        places.home / ".terraform.d/plugins",
        places.home / ".local/share/terraform/plugins",
        tmp_path / "share/terraform/plugins",
        places.working / ".terraform/providers",
    ]


def test_environment_overrides_the_configuration_file(places: Places, tmp_path: Path) -> None:
    configuration = tmp_path / "other.tfrc"
    configuration.write_text('plugin_cache_dir = "/from-file"\n')
    changed = with_environment(
        places, TF_CLI_CONFIG_FILE=str(configuration), TF_PLUGIN_CACHE_DIR="/from-env", XDG_DATA_HOME="/data"
    )
    directories = terraform_directories(changed)
    assert directories[0] == Path("/from-env")
    assert Path("/data/terraform/plugins") in directories
    unset = with_environment(places, TF_CLI_CONFIG_FILE=str(configuration))
    assert terraform_directories(unset)[0] == Path("/from-file")


@pytest.mark.parametrize("place", [".terraform.d/plugins", ".local/share/terraform/plugins"])
def test_provider_is_found_when_a_mirror_has_it(places: Places, tmp_path: Path, place: str) -> None:
    binary = laid_out(places.home / place)
    assert locate(tmp_path / "scratch", places).path == binary


def test_newest_supported_version_is_taken_when_there_are_several(places: Places, tmp_path: Path) -> None:
    for version in ("5.95.0", "5.100.0", "6.1.0", "4.67.0"):
        laid_out(places.home / ".terraform.d/plugins", version)
    assert locate(tmp_path / "scratch", places).version == "5.100.0"


def test_terraform_init_is_asked_when_its_places_have_none(places: Places, tmp_path: Path) -> None:
    produced = f".terraform/providers/registry.terraform.io/hashicorp/aws/5.100.0/{TARGET}"
    executable(
        tmp_path / "bin" / "terraform",
        f"#!/bin/sh\n/bin/mkdir -p {produced} && echo > {produced}/terraform-provider-aws_v5.100.0_x5 &&"
        f" /bin/chmod 755 {produced}/terraform-provider-aws_v5.100.0_x5\n",
    )
    found = locate(tmp_path / "scratch", places)
    assert found.path.is_relative_to(tmp_path / "scratch" / ".terraform")
    assert ">= 5.90.0, < 6.0.0" in (tmp_path / "scratch" / "main.tf").read_text()


def test_install_roots_are_searched_when_terraform_cannot_download(places: Places, tmp_path: Path) -> None:
    executable(tmp_path / "bin" / "terraform", "#!/bin/sh\nexit 1\n")
    binary = laid_out(tmp_path / "opt/some/where")
    assert locate(tmp_path / "scratch", places).path == binary


def test_search_is_not_repeated_when_it_has_found_one(
    places: Places, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    binary = laid_out(tmp_path / "opt/some/where")
    locate(tmp_path / "scratch", places)

    def search(_places: Places) -> Iterator[ProviderBinary]:
        yield pytest.fail("searched again")

    monkeypatch.setattr(module, "_by_search", search)
    assert locate(tmp_path / "scratch", places).path == binary


def test_search_goes_on_when_what_was_found_is_gone(places: Places, tmp_path: Path) -> None:
    laid_out(tmp_path / "opt/first").parent.rename(tmp_path / "elsewhere")
    binary = laid_out(tmp_path / "opt/second")
    locate(tmp_path / "scratch", places)
    binary.unlink()
    with pytest.raises(PluginError, match="no terraform-provider-aws"):
        locate(tmp_path / "scratch", places)


def test_error_says_where_it_looked_and_what_to_do_when_there_is_none(places: Places, tmp_path: Path) -> None:
    laid_out(tmp_path / "opt", "6.1.0")
    executable(tmp_path / "opt" / "terraform-provider-awscc_v1.0.0")
    with pytest.raises(PluginError) as caught:
        locate(tmp_path / "scratch", places)
    said = str(caught.value)
    assert "found only 6.1.0" in said
    assert str(tmp_path / "opt") in said
    assert SETTING in said
    assert "pulumi plugin install resource aws" in said
