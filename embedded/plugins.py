"""Resource plug-ins for the engine: the official one where it can be had, a stand-in where it cannot.

A stand-in is a fallback for closed networks. It carries a note in its folder, so that every report can say which kind
was used; delete the folder (or set ``ATOLL_PLUGINS=official``) to try the official download again.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum, unique
from importlib.metadata import version as installed_version
from pathlib import Path

from embedded.aws_plugin.errors import PluginError
from embedded.aws_plugin.install import install as install_aws
from embedded.eks_plugin.install import install as install_eks
from embedded.home import locked
from embedded.kubernetes_plugin.install import install as install_kubernetes

PREFERENCE = "ATOLL_PLUGINS"
"""`official`, `stand-in` or `auto` (the default: official first)."""
_DOWNLOAD_SECONDS = 900


@unique
class PluginKind(StrEnum):
    """Where a plug-in comes from."""

    OFFICIAL = "official"
    STAND_IN = "stand-in"


@dataclass(frozen=True)
class Plugin:
    """One installed resource plug-in."""

    name: str
    version: str
    kind: PluginKind
    folder: Path


__all__ = ["PREFERENCE", "Plugin", "PluginError", "PluginKind", "ensure"]

STAND_INS: Mapping[str, Callable[[Path, Path], object]] = {
    "aws": install_aws,
    "eks": install_eks,
    "kubernetes": install_kubernetes,
}
"""Plug-in name → what installs its stand-in, given ``PULUMI_HOME/plugins`` and the cache folder."""

NOTE = "STAND-IN"


def ensure(name: str, *, cli: Path, pulumi_home: Path, cache: Path, talk: Callable[[str], None]) -> Plugin:
    """The plug-in of the installed SDK `pulumi-<name>`, official or stand-in.

    Raises:
        PluginError: the official plug-in cannot be downloaded and there is no stand-in, or `ATOLL_PLUGINS` forbids it.
    """
    version = installed_version(f"pulumi-{name}")
    folder = pulumi_home / "plugins" / f"resource-{name}-v{version}"
    preference = os.environ.get(PREFERENCE, "auto")
    if preference not in ("auto", *PluginKind):
        raise PluginError(f"{PREFERENCE}={preference} is not known; use official, stand-in or auto.")
    with locked(pulumi_home / f"{folder.name}.atoll-lock"):
        is_stand_in = (folder / NOTE).is_file()
        if folder.is_dir() and not is_stand_in and preference != PluginKind.STAND_IN:
            return Plugin(name, version, PluginKind.OFFICIAL, folder)
        if folder.is_dir() and not is_stand_in:
            raise PluginError(
                f"{folder} holds the official plug-in, and {PREFERENCE}={preference} asks for the stand-in. "
                "Use another ATOLL_CACHE for it, so that neither overwrites the other."
            )
        if preference == PluginKind.OFFICIAL or (preference == "auto" and not is_stand_in):
            shutil.rmtree(folder, ignore_errors=True)
            problem = _download(name, version, cli, pulumi_home, talk)
            if not problem:
                return Plugin(name, version, PluginKind.OFFICIAL, folder)
            if preference == PluginKind.OFFICIAL:
                raise PluginError(f"The official plug-in {name} {version} cannot be downloaded: {problem}")
        if name not in STAND_INS:
            raise PluginError(
                f"The plug-in {name} {version} cannot be downloaded here, and there is no stand-in for it."
            )
        STAND_INS[name](pulumi_home, cache)
        (folder / NOTE).write_text("This folder holds Atoll's stand-in, not the official plug-in.\n")
        return Plugin(name, version, PluginKind.STAND_IN, folder)


def _download(name: str, version: str, cli: Path, pulumi_home: Path, talk: Callable[[str], None]) -> str | None:
    """Let the CLI download a plug-in; the reason when it cannot."""
    talk(f"looking for the official {name} plug-in {version}")
    env = dict(os.environ, PULUMI_HOME=str(pulumi_home), PULUMI_SKIP_UPDATE_CHECK="true")
    try:
        command = [cli, "plugin", "install", "resource", name, version, "--non-interactive"]
        run = subprocess.run(command, env=env, capture_output=True, text=True, timeout=_DOWNLOAD_SECONDS, check=False)
    except subprocess.TimeoutExpired:
        return f"no answer within {_DOWNLOAD_SECONDS} s"
    return None if run.returncode == 0 else (run.stderr.strip().splitlines() or ["no message"])[-1]
