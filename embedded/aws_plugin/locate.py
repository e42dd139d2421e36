"""Find HashiCorp's terraform-provider-aws on this machine.

In this order, the first that has a supported version wins, and of several the newest: the setting
`ATOLL_TERRAFORM_PROVIDER_AWS`; where Terraform itself looks (plug-in cache, configured and implied mirrors);
`terraform init`, where that can download; a bounded search of the usual install roots. What the last two find is
remembered.
"""

from __future__ import annotations

import os
import platform
import re
import shutil
import subprocess
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeAlias

from embedded.aws_plugin.errors import PluginError

SETTING: Final = "ATOLL_TERRAFORM_PROVIDER_AWS"
SUPPORTED: Final = ((5, 90, 0), (6, 0, 0))  # from, up to but not including: protocol and schema the mapping knows
UNKNOWN_VERSION: Final = "unknown"

_USUAL_ROOTS: Final = ("/opt", "/usr/local", "/usr/share", "/usr/lib")
_PRUNED: Final = frozenset({".git", "__pycache__", "node_modules", "site-packages", "proc", "sys"})
_DEEPEST: Final = 10
_MEMORY: Final = "found"
_SEARCH_SECONDS: Final = 15.0
_DOWNLOAD_SECONDS: Final = 120.0

_BINARY = re.compile(r"terraform-provider-aws(?:_v(\d+\.\d+\.\d+))?(?:_x\d+)?(?:\.exe)?")
_VERSION = re.compile(r"\d+\.\d+\.\d+")

Version: TypeAlias = "tuple[int, ...]"


@dataclass(frozen=True, slots=True)
class ProviderBinary:
    """An executable, and what its name says about its version (`unknown` only if it was given by the setting)."""

    path: Path
    version: str


@dataclass(frozen=True, slots=True)
class Places:
    """Where to look: the process's own world, or a test's."""

    environment: Mapping[str, str]
    home: Path
    working: Path
    roots: tuple[Path, ...]

    @classmethod
    def of_this_process(cls) -> Places:
        """The real ones."""
        roots = [Path(root) for root in _USUAL_ROOTS]
        return cls(os.environ, Path.home(), Path.cwd(), (*roots, Path.home()))


def locate(scratch: Path, places: Places | None = None) -> ProviderBinary:
    """Find the provider to use. `scratch`: a directory for `terraform init`, which must stay, with the binary in it.

    Raises PluginError, which says where it looked and what to do.
    """
    places = places or Places.of_this_process()
    if places.environment.get(SETTING):
        return _from_setting(Path(places.environment[SETTING]).expanduser())
    rejected: list[ProviderBinary] = []
    ways = (_in_terraform_places(places), _remembered(scratch), _by_terraform_init(places, scratch), _by_search(places))
    for candidates in ways:
        found = list(candidates)
        if best := _newest(found):
            _remember(scratch, best)
            return best
        rejected += found
    raise PluginError(_not_found(rejected, places))


def _from_setting(path: Path) -> ProviderBinary:
    if path.is_dir():
        best = _newest(_within(path))
        if best:
            return best
        raise PluginError(f"{SETTING}={path} has no terraform-provider-aws {_range()}. Set it to the binary itself.")
    if not path.is_file() or not os.access(path, os.X_OK):
        raise PluginError(
            f"{SETTING}={path} is not an executable file. Correct it, or unset it to have one looked for."
        )
    binary = ProviderBinary(path, _version(path) or UNKNOWN_VERSION)
    if binary.version != UNKNOWN_VERSION and not _supported(binary):
        raise PluginError(f"{SETTING}={path} is version {binary.version}; the stand-in needs {_range()}.")
    return binary


# ---------------------------------------------------------------- Terraform's own places


def _in_terraform_places(places: Places) -> Iterator[ProviderBinary]:
    for directory in terraform_directories(places):
        yield from _in_layout(directory)


def terraform_directories(places: Places) -> list[Path]:
    """Plug-in cache, configured mirrors, implied mirrors, and what a `terraform init` here has left."""
    env, home = places.environment, places.home
    cli = _configuration(places)
    cache = env.get("TF_PLUGIN_CACHE_DIR") or next(iter(_settings(cli, "plugin_cache_dir")), "")
    shared = (env.get("XDG_DATA_DIRS") or "/usr/local/share:/usr/share").split(":")
    data = Path(env.get("XDG_DATA_HOME") or home / ".local/share")
    directories = [
        *([_expand(cache, home)] if cache else []),
        *(_expand(path, home) for block in _blocks(cli, "filesystem_mirror") for path in _settings(block, "path")),
        places.working / "terraform.d/plugins",
        home / ".terraform.d/plugins",
        data / "terraform/plugins",
        *(Path(item) / "terraform/plugins" for item in shared if item),
        places.working / env.get("TF_DATA_DIR", ".terraform") / "providers",
    ]
    return list(dict.fromkeys(directories))


def _configuration(places: Places) -> str:
    """Terraform's CLI configuration, without comments."""
    given = places.environment.get("TF_CLI_CONFIG_FILE")
    path = _expand(given, places.home) if given else places.home / ".terraformrc"
    try:
        text = path.read_text(encoding="utf-8")
    except OSError:
        return ""
    return re.sub(r"^[ \t]*(?:(?:#|//)[^\n]*|/\*(?:.|\n)*?\*/)", "", text, flags=re.MULTILINE)


def _settings(text: str, name: str) -> list[str]:
    return re.findall(rf'^\s*{name}\s*=\s*"([^"]+)"', text, flags=re.MULTILINE)


def _blocks(text: str, name: str) -> list[str]:
    return re.findall(rf"\b{name}\s*\{{(.*?)\}}", text, flags=re.DOTALL)


def _expand(path: str, home: Path) -> Path:
    return home / path[2:] if path.startswith("~/") else Path(os.path.expandvars(path))


# ---------------------------------------------------------------- what was found before


def _remembered(scratch: Path) -> Iterator[ProviderBinary]:
    """What the last download or search found: both take long."""
    try:
        path = Path((scratch / _MEMORY).read_text(encoding="utf-8").strip())
    except OSError:
        return
    if binary := _binary(path):
        yield binary


def _remember(scratch: Path, binary: ProviderBinary) -> None:
    scratch.mkdir(parents=True, exist_ok=True)
    (scratch / _MEMORY).write_text(f"{binary.path}\n", encoding="utf-8")


# ---------------------------------------------------------------- terraform init


def _by_terraform_init(places: Places, scratch: Path) -> Iterator[ProviderBinary]:
    """Let Terraform or OpenTofu download it; nothing if there is neither, or no way to the registry in time."""
    search = places.environment.get("PATH", os.defpath)
    command = shutil.which("terraform", path=search) or shutil.which("tofu", path=search)
    if not command:
        return
    scratch.mkdir(parents=True, exist_ok=True)
    low, high = (".".join(map(str, bound)) for bound in SUPPORTED)
    source = f'aws = {{ source = "hashicorp/aws", version = ">= {low}, < {high}" }}'
    (scratch / "main.tf").write_text(f"terraform {{\n  required_providers {{ {source} }}\n}}\n", encoding="utf-8")
    try:
        subprocess.run(
            [command, "init", "-input=false", "-no-color", "-backend=false"],
            cwd=scratch,
            env=dict(places.environment),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_DOWNLOAD_SECONDS,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return  # not here: the search may still find one
    yield from _in_layout(scratch / ".terraform" / "providers")


# ---------------------------------------------------------------- search


def _by_search(places: Places) -> Iterator[ProviderBinary]:
    deadline = time.monotonic() + _SEARCH_SECONDS
    for root in places.roots:
        found = list(_within(root, deadline))
        yield from found
        if _newest(found):
            return


def _within(root: Path, deadline: float | None = None) -> Iterator[ProviderBinary]:
    """Every provider below a directory, nearest first; links to directories are not followed."""
    deadline = deadline or time.monotonic() + _SEARCH_SECONDS
    level = [root]
    for _depth in range(_DEEPEST):
        below: list[Path] = []
        for directory in level:
            if time.monotonic() > deadline:
                return
            try:
                entries = sorted(os.scandir(directory), key=lambda entry: entry.name)
            except OSError:
                continue
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    if entry.name not in _PRUNED:
                        below.append(Path(entry.path))
                elif binary := _binary(Path(entry.path)):
                    yield binary
        level = below


def _in_layout(directory: Path) -> Iterator[ProviderBinary]:
    """Providers in a directory that Terraform lays out: HOST/hashicorp/aws/VERSION/OS_ARCH/, or all in one."""
    target = f"{platform.system().lower()}_{_architecture()}"
    for pattern in (
        f"*/hashicorp/aws/*/{target}/terraform-provider-aws*",
        f"{target}/terraform-provider-aws*",
        "*aws*",
    ):
        for path in sorted(directory.glob(pattern)) if directory.is_dir() else ():
            if binary := _binary(path):
                yield binary


def _architecture() -> str:
    machine = platform.machine().lower()
    return {"x86_64": "amd64", "aarch64": "arm64"}.get(machine, machine)


def _binary(path: Path) -> ProviderBinary | None:
    """The file as a provider, if it is one that can run here and tells its version."""
    if not _BINARY.fullmatch(path.name) or not path.is_file() or not os.access(path, os.X_OK):
        return None
    version = _version(path)
    return ProviderBinary(path, version) if version else None


def _version(path: Path) -> str | None:
    match = _BINARY.fullmatch(path.name)
    if match and match[1]:
        return match[1]
    return next((name for name in (path.parent.name, path.parent.parent.name) if _VERSION.fullmatch(name)), None)


def _number(binary: ProviderBinary) -> Version:
    return tuple(int(part) for part in binary.version.split("."))


def _supported(binary: ProviderBinary) -> bool:
    return SUPPORTED[0] <= _number(binary) < SUPPORTED[1]


def _newest(candidates: Iterable[ProviderBinary]) -> ProviderBinary | None:
    return max(filter(_supported, candidates), key=_number, default=None)


def _range() -> str:
    low, high = (".".join(map(str, bound)) for bound in SUPPORTED)
    return f">= {low}, < {high}"


def _not_found(rejected: list[ProviderBinary], places: Places) -> str:
    seen = ", ".join(f"{item.version} at {item.path}" for item in dict.fromkeys(rejected))
    looked = ", ".join(str(root) for root in places.roots)
    return (
        f"no terraform-provider-aws {_range()} on this machine"
        + (f" (found only {seen})" if seen else "")
        + f". Looked in Terraform's cache and mirrors, asked `terraform init`, searched {looked}. The stand-in for the "
        f"aws plug-in needs it: set {SETTING} to the binary, run `terraform providers mirror` into "
        f"{places.home / '.terraform.d/plugins'}, or `pulumi plugin install resource aws` for the official plug-in."
    )
