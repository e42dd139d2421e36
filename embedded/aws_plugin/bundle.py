"""What the plug-in process finds ready in the cache, all in one directory made by `install`."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path

from embedded.aws_plugin.errors import PluginError

MAP = "map.db"
DESCRIPTORS = "tfplugin5.bin"
ABOUT = "bundle.json"


@dataclass(frozen=True, slots=True)
class Bundle:
    """Paths and versions. `directory` holds the rest of what `install` made."""

    directory: Path
    sdk_version: str
    provider: Path
    provider_version: str

    @property
    def map(self) -> Path:
        """The map of types and properties."""
        return self.directory / MAP

    @property
    def descriptors(self) -> Path:
        """The compiled protocol."""
        return self.directory / DESCRIPTORS

    def save(self) -> None:
        """Write the part that is no file of its own, if it says something else; a reader never sees half of it."""
        about = {
            "sdk_version": self.sdk_version,
            "provider": str(self.provider),
            "provider_version": self.provider_version,
        }
        text = json.dumps(about, indent=2) + "\n"
        path = self.directory / ABOUT
        if path.is_file() and path.read_text(encoding="utf-8") == text:
            return
        fresh = path.with_name(f".{ABOUT}.{os.getpid()}")
        fresh.write_text(text, encoding="utf-8")
        fresh.replace(path)


def load(directory: Path) -> Bundle:
    """The bundle in a directory; PluginError if it is not complete."""
    try:
        about = json.loads((directory / ABOUT).read_text(encoding="utf-8"))
        bundle = Bundle(directory, about["sdk_version"], Path(about["provider"]), about["provider_version"])
    except (OSError, ValueError, KeyError) as error:
        raise PluginError(f"{directory} holds no complete aws plug-in ({error}). Run `atoll doctor`.") from error
    for path in (bundle.map, bundle.descriptors, bundle.provider):
        if not path.is_file():
            raise PluginError(f"{path} is gone. Run `atoll doctor`.")
    return bundle
