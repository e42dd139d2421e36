"""Put the stand-in where the engine looks for plug-ins, with everything it needs ready in the cache.

The bundle (map, compiled protocol) depends on the SDK, the provider binary and our own mapping code, and on nothing
else: its directory is named after a hash of these, so an update of any of them makes a new one and leaves the old.
"""

from __future__ import annotations

import hashlib
import json
import os
import shlex
import shutil
import sys
import tempfile
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Final

from embedded.aws_plugin import bundle as bundles
from embedded.aws_plugin.bundle import Bundle
from embedded.aws_plugin.locate import Places, ProviderBinary, locate
from embedded.aws_plugin.tfplugin import PROTO, Messages, compile_proto
from embedded.home import locked, sha256_of

EXECUTABLE: Final = "pulumi-resource-aws"
_FOLDER: Final = "aws-plugin"
_MAPPING: Final = Path(__file__).with_name("mapping")
_PACKAGE_ROOT: Final = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class InstalledPlugin:
    """What is in place now."""

    executable: Path
    bundle: Bundle


def install(plugin_home: Path, cache: Path, places: Places | None = None) -> InstalledPlugin:
    """Make `<plugin_home>/plugins/resource-aws-v<SDK version>/pulumi-resource-aws`; quick when it is there already.

    `plugin_home` is Pulumi's home. Building the map takes half a minute, once a combination of SDK and provider; a
    second process that starts at the same time waits for the first. Raises PluginError when there is no provider.
    """
    folder = cache / _FOLDER
    with locked(folder / "install.lock"):
        provider = locate(folder / "terraform", places)
        bundle = _bundle(folder, provider)
        executable = _launcher(plugin_home, bundle)
    return InstalledPlugin(executable, bundle)


def sdk_version() -> str:
    """The version of the installed SDK, which the engine asks the plug-in for."""
    return version("pulumi-aws")


def _bundle(folder: Path, provider: ProviderBinary) -> Bundle:
    key = hashlib.sha256(f"{sdk_version()} {_checksum(folder, provider.path)} {_code()}".encode()).hexdigest()[:16]
    target = folder / f"{sdk_version()}-{provider.version}-{key}"
    bundle = Bundle(target, sdk_version(), provider.path, provider.version)
    if (target / bundles.ABOUT).is_file():
        bundle.save()  # the same provider may have moved
        return bundle
    work = Path(tempfile.mkdtemp(prefix="build-", dir=folder))
    try:
        _build(Bundle(work, bundle.sdk_version, bundle.provider, bundle.provider_version))
        shutil.rmtree(target, ignore_errors=True)  # of an installation that was interrupted
        work.rename(target)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return bundle


def _build(bundle: Bundle) -> None:
    from embedded.aws_plugin.mapping import build, store  # loads the SDK
    from embedded.aws_plugin.terraform import Terraform

    compile_proto(bundle.descriptors)
    terraform = Terraform(bundle.provider, Messages(bundle.descriptors))
    try:
        schema = terraform.schema()
    finally:
        terraform.close()
    store.write(bundle.map, build.build(schema))
    bundle.save()


def _checksum(folder: Path, binary: Path) -> str:
    """SHA-256 of the binary, remembered as long as size and time stay: it has 700 MB."""
    stat = binary.stat()
    known = folder / "checksums.json"
    key = f"{binary} {stat.st_size} {stat.st_mtime_ns}"
    try:
        sums: dict[str, str] = json.loads(known.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        sums = {}
    if key not in sums:
        sums[key] = sha256_of(binary)
        _write(known, json.dumps(sums, indent=2) + "\n")
    return sums[key]


def _code() -> str:
    """A hash of everything of ours that decides what is in a bundle."""
    digest = hashlib.sha256()
    for path in sorted([PROTO, *_MAPPING.glob("*.py")]):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def _launcher(plugin_home: Path, bundle: Bundle) -> Path:
    """A script that becomes this interpreter; rewritten only when it would say something else."""
    command = [sys.executable, "-P", "-m", "embedded.aws_plugin", "--bundle", str(bundle.directory)]
    text = (
        "#!/bin/sh\n"
        "# Atoll's stand-in for the official aws plug-in.\n"
        f'PYTHONPATH={shlex.quote(str(_PACKAGE_ROOT))}"${{PYTHONPATH:+:$PYTHONPATH}}" exec {shlex.join(command)} "$@"\n'
    )
    target = plugin_home / "plugins" / f"resource-aws-v{bundle.sdk_version}" / EXECUTABLE
    if not target.is_file() or target.read_text(encoding="utf-8") != text:
        target.parent.mkdir(parents=True, exist_ok=True)
        _write(target, text, 0o755)
    return target


def _write(path: Path, text: str, mode: int = 0o644) -> None:
    """All of it, or nothing."""
    handle, temporary = tempfile.mkstemp(dir=path.parent)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
    Path(temporary).chmod(mode)
    Path(temporary).replace(path)
