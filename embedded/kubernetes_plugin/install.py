"""Put the stand-in where the engine looks for plug-ins."""

from __future__ import annotations

import os
import shlex
import sys
from importlib.metadata import version
from pathlib import Path

EXECUTABLE = "pulumi-resource-kubernetes"
_ROOT = Path(__file__).resolve().parents[2]


def install(plugin_home: Path, _cache: Path) -> Path:
    """Make ``<plugin_home>/plugins/resource-kubernetes-v<SDK version>/pulumi-resource-kubernetes``."""
    sdk = version("pulumi-kubernetes")
    target = plugin_home / "plugins" / f"resource-kubernetes-v{sdk}" / EXECUTABLE
    command = shlex.join([sys.executable, "-P", "-m", "embedded.kubernetes_plugin", sdk])
    text = (
        "#!/bin/sh\n"
        "# Atoll's stand-in for the official kubernetes plug-in.\n"
        f'PYTHONPATH={shlex.quote(str(_ROOT))}"${{PYTHONPATH:+:$PYTHONPATH}}" exec {command} "$@"\n'
    )
    if not target.is_file() or target.read_text(encoding="utf-8") != text:
        target.parent.mkdir(parents=True, exist_ok=True)
        fresh = target.with_name(f".{EXECUTABLE}.{os.getpid()}")
        fresh.write_text(text, encoding="utf-8")
        fresh.chmod(0o755)
        fresh.rename(target)
    return target
