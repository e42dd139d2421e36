"""Put the stand-in where the engine looks for plug-ins."""

from __future__ import annotations

import shlex
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Final

EXECUTABLE: Final = "pulumi-resource-eks"
_PACKAGE_ROOT: Final = Path(__file__).parents[2]


def install(plugin_home: Path, _cache: Path) -> Path:
    """Make `<plugin_home>/plugins/resource-eks-v<SDK version>/pulumi-resource-eks`: a script for this interpreter."""
    command = shlex.join([sys.executable, "-P", "-m", "embedded.eks_plugin"])
    text = (
        "#!/bin/sh\n"
        "# Atoll's stand-in for the official eks plug-in.\n"
        f'PYTHONPATH={shlex.quote(str(_PACKAGE_ROOT))}"${{PYTHONPATH:+:$PYTHONPATH}}" exec {command} "$@"\n'
    )
    target = plugin_home / "plugins" / f"resource-eks-v{version('pulumi-eks')}" / EXECUTABLE
    if not target.is_file() or target.read_text(encoding="utf-8") != text:
        target.parent.mkdir(parents=True, exist_ok=True)
        temporary = target.with_suffix(".new")
        temporary.write_text(text, encoding="utf-8")
        temporary.chmod(0o755)
        temporary.replace(target)
    return target
